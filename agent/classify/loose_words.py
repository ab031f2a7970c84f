"""What a text means when neither a code nor a status speaks: single words, which are better than nothing.

Asked last, and only without any status. The order is from what is said most exactly to what is said most
loosely; a reason that leaves the cause open is then refined by the tables of agent.classify.phrases.
"""

from collections.abc import Iterable

from agent.classify import pairs
from agent.classify.matching import Match, Phrases, Types, Words
from agent.classify.phrases import DETAILS, NAMED_MISSING, RETIRED, UNKNOWN_MODEL
from agent.classify.taxonomy import Reason

# Kinds of sentences, a verb with its object: said exactly enough to come before single words.
_KINDS = [
    ("incomplete|truncated|partial .. response|answer|reply", Reason.BAD_GATEWAY),
    ("connection error", Reason.UPSTREAM_CONNECT_ERROR),
    ("unexpected|temporary|technical problem|issue|trouble|glitch|hiccup", Reason.INTERNAL_ERROR),
    ("daily|hourly|monthly|your free allocation|allowance|quota|tier", Reason.FREE_TIER_LIMIT),
    ("invalid character .. looking for beginning", Reason.BAD_GATEWAY),
    ("run|ran out of room|space|context", Reason.CONTEXT_LENGTH_EXCEEDED),
    ("response|answer|reply after|within .. period|while|seconds|minutes", Reason.UPSTREAM_TIMEOUT),
    ("unsupported voice|language|locale|speaker|dimension|dimensions|encoding", Reason.UNSUPPORTED_VALUE),
    ("output token|tokens maximum", Reason.INVALID_VALUE),
    ("context .. overflow|overflows|overflowed|full", Reason.CONTEXT_LENGTH_EXCEEDED),
    (
        "conversation|chat|dialogue|history .. past|beyond|more|longer what|than * model|window",
        Reason.CONTEXT_LENGTH_EXCEEDED,
    ),
    ("faster|quicker|more than your|the .. plan|tier|key permits|allows", Reason.RATE_LIMIT_GENERIC),
    ("throughput * consumed|used|exhausted|exceeded|reached", Reason.RATE_LIMIT_GENERIC),
    ("used all|up .. weekly|daily|hourly", Reason.SUBSCRIPTION_WINDOW),
    ("wallet|account|balance .. drained|emptied", Reason.INSUFFICIENT_CREDITS),
    ("not enough .. left on|in .. account|wallet", Reason.INSUFFICIENT_CREDITS),
    ("need .. more tokens|points|coins|units * buy|purchase", Reason.INSUFFICIENT_CREDITS),
    ("seat|seats .. not include|cover", Reason.ACCESS_DENIED),
    ("deployment|model|endpoint|space|repository is private", Reason.ACCESS_DENIED),
    ("must|need|has|have .. be a|an|the member|owner|admin|administrator|subscriber", Reason.ACCESS_DENIED),
    ("only authorized|permitted|entitled to access|use|call", Reason.ACCESS_DENIED),
    ("ip|address|addresses .. refused|denied|banned", Reason.ACCESS_DENIED),
    ("not offered|served|available .. where you", Reason.REGION_BLOCKED),
    ("not verify|confirm|establish who|identity", Reason.AUTH_FAILED),
    ("key|token .. rotated|replaced", Reason.INVALID_API_KEY),
    ("no|not .. checkpoint|weights called|named", Reason.MODEL_NOT_FOUND),
    ("cannot|not|unable .. locate .. model|checkpoint", Reason.MODEL_NOT_FOUND),
    ("^cannot post|put|delete|patch", Reason.ENDPOINT_NOT_FOUND),
    ("first|last message|turn .. must|has|should|needs", Reason.INVALID_VALUE),
    ("only one .. message|system|image|tool .. allowed|permitted|supported", Reason.INVALID_VALUE),
    ("may|must|can|should not be empty", Reason.MISSING_FIELD),
    ("expected .. list|array|string|number|object|integer * got|received", Reason.INVALID_TYPE),
    ("not parseable|parsable|decodable", Reason.MALFORMED_JSON),
    (
        "not .. available|supported|possible on|with .. this|the checkpoint|model|backend",
        Reason.UNSUPPORTED_FEATURE,
    ),
    ("first byte|token .. in time|late", Reason.UPSTREAM_TIMEOUT),
    ("prediction|generation|task|job|run interrupted|was", Reason.INTERNAL_ERROR),
    ("error in|on|during|while .. stream|streaming|generation|completion", Reason.INTERNAL_ERROR),
    (
        "not provide|return|produce|generate|send .. messages|message|output|content|text|reply|data|result|results",
        Reason.BAD_GATEWAY,
    ),
    ("decode|read|open .. base64|picture|photo", Reason.INVALID_MEDIA),
    ("no slots|seats|room free|left", Reason.CAPACITY),
]

LOOSE_WORDS = Phrases(
    [
        *_KINDS,
        # The model and the deployment have sentences of their own.
        ("deployment * not exist|found", Reason.DEPLOYMENT_NOT_FOUND),
        ("no such deployment", Reason.DEPLOYMENT_NOT_FOUND),
        *RETIRED,
        *UNKNOWN_MODEL,
        ("model * not available|installed|downloaded|pulled", Reason.MODEL_NOT_FOUND),
        ("no model|deployment called|named|by", Reason.MODEL_NOT_FOUND),
        ("not a known|valid|recognized model", Reason.MODEL_NOT_FOUND),
        ("not find .. deployment", Reason.DEPLOYMENT_NOT_FOUND),
        ("route|endpoint|path|url .. not exist|found", Reason.ENDPOINT_NOT_FOUND),
        ("no longer exists|exist|there", Reason.RESOURCE_NOT_FOUND),
        ("no endpoints found|available matching|that", Reason.NO_MATCHING_ENDPOINT),
        ("no endpoints|endpoint found", Reason.MODEL_NOT_FOUND),
        (
            "assistant|workflow|agent|bot|voice|file|thread|conversation|dataset|job|task .. not found",
            Reason.RESOURCE_NOT_FOUND,
        ),
        (
            "assistant|workflow|agent|bot|voice|file|thread|bucket|project|resource|app .. not exist",
            Reason.RESOURCE_NOT_FOUND,
        ),
        ("unknown|invalid endpoint|route|path", Reason.ENDPOINT_NOT_FOUND),
        ("unknown operation|action", Reason.ENDPOINT_NOT_FOUND),
        # Sizes.
        ("payload|body .. exceeds|exceeded|limit", Reason.PAYLOAD_TOO_LARGE),
        (
            "file|body|upload|payload|attachment .. bigger|larger|over than|the|max|maximum|limit",
            Reason.PAYLOAD_TOO_LARGE,
        ),
        ("not be found|located", Reason.RESOURCE_NOT_FOUND),
        # Pace.
        ("time limit|budget", Reason.UPSTREAM_TIMEOUT),
        ("hourly|daily|weekly .. allowance|limit|cap|allotment|quota", Reason.RATE_LIMIT_GENERIC),
        ("faster|more often|quicker than allowed|permitted", Reason.RATE_LIMIT_GENERIC),
        ("token|leaky bucket .. empty|exhausted|full|drained|overflow", Reason.RATE_LIMIT_GENERIC),
        ("usage limit|limits", Reason.SUBSCRIPTION_WINDOW),
        ("hour|weekly|session limit", Reason.SUBSCRIPTION_WINDOW),
        ("rate limit|limits|limiting", Reason.RATE_LIMIT_GENERIC),
        ("ratelimit|ratelimited", Reason.RATE_LIMIT_GENERIC),
        ("daily|hourly|minute quota|limit|allowance", Reason.RATE_LIMIT_GENERIC),
        ("rpm|tpm|rpd|tpd|qps|qpm", Reason.RATE_LIMIT_GENERIC),
        ("max|maximum .. concurrent|concurrency|parallel", Reason.CONCURRENCY_LIMIT),
        ("too quickly|fast|frequently|often", Reason.RATE_LIMIT_GENERIC),
        ("slow down", Reason.RATE_LIMIT_GENERIC),
        ("too many requests|calls|messages|attempts|queries", Reason.RATE_LIMIT_GENERIC),
        ("requests|request|message|daily|hourly limit", Reason.RATE_LIMIT_GENERIC),
        # Money.
        ("quota", Reason.QUOTA_EXHAUSTED),
        ("plan and billing", Reason.QUOTA_EXHAUSTED),
        ("credits|credit .. refunded|returned|restored", Reason.INTERNAL_ERROR),
        ("no credits|credit .. consumed|charged|deducted|used", Reason.INTERNAL_ERROR),
        ("not been charged", Reason.INTERNAL_ERROR),
        ("credits|credit", Reason.INSUFFICIENT_CREDITS),
        ("account|your|wallet|negative|zero|low balance", Reason.INSUFFICIENT_CREDITS),
        (
            "billing .. issue|problem|error|disabled|required|enable|enabled|inactive|missing|failed|details|account|setup",
            Reason.BILLING_PROBLEM,
        ),
        ("billing$", Reason.BILLING_PROBLEM),
        (
            "no|check|add|update|enable|missing|your|up|to|without billing",
            Reason.BILLING_PROBLEM,
        ),
        ("payment .. method|required|failed|declined|due|details", Reason.BILLING_PROBLEM),
        ("subscription|plan .. expired|ended|inactive|lapsed|cancelled", Reason.QUOTA_EXHAUSTED),
        ("upgrade .. plan|subscription|account", Reason.QUOTA_EXHAUSTED),
        ("upgrade to .. plus|pro|premium|max|paid|team", Reason.QUOTA_EXHAUSTED),
        ("run|ran|running out of", Reason.INSUFFICIENT_CREDITS),
        ("out of .. images|generations|messages|points|requests|calls", Reason.QUOTA_EXHAUSTED),
        ("not enough tokens|points|coins|credits", Reason.INSUFFICIENT_CREDITS),
        ("trial expired|ended|over", Reason.QUOTA_EXHAUSTED),
        ("invoice|bill|payment|balance .. settled|paid|cleared|overdue|open", Reason.PAYMENT_OVERDUE),
        (
            "monthly|plan|included|allotted .. allotment|allowance|requests|usage .. used|spent|gone",
            Reason.QUOTA_EXHAUSTED,
        ),
        ("used all .. included|monthly|available|free", Reason.QUOTA_EXHAUSTED),
        # Overload.
        ("too much|many traffic|load|demand|users", Reason.CAPACITY),
        ("queue .. full|long|depth|overflow|exceeded", Reason.CAPACITY),
        ("shedding|shed load", Reason.CAPACITY),
        ("no|without free slot|slots|worker|workers|gpu|gpus", Reason.CAPACITY),
        (
            "replica|replicas|instance|instances|container|model|pod * starting|scaling|booting|warming",
            Reason.MODEL_NOT_LOADED,
        ),
        ("overloaded|overload|overcapacity", Reason.CAPACITY),
        ("capacity", Reason.CAPACITY),
        ("busy", Reason.CAPACITY),
        ("not enough|no .. workers|gpus|gpu|instances|machines", Reason.NO_DEPLOYMENT_AVAILABLE),
        ("warming|starting up", Reason.MODEL_NOT_LOADED),
        ("cold start|starting", Reason.MODEL_NOT_LOADED),
        ("more|higher traffic|load|demand|requests than", Reason.CAPACITY),
        ("high|higher|heavy|unusual|peak .. demand|traffic|load|usage", Reason.CAPACITY),
        ("no gpus|gpu|workers|capacity|machines .. available", Reason.NO_DEPLOYMENT_AVAILABLE),
        (
            "no auth|credential|credentials|key|keys|account|accounts available",
            Reason.NO_DEPLOYMENT_AVAILABLE,
        ),
        # Keys and rights.
        (
            "key|token|credential|credentials .. revoked|deleted|unknown|wrong",
            Reason.INVALID_API_KEY,
        ),
        ("signature|session|login|sign .. expired|needed|required|ended", Reason.AUTH_FAILED),
        ("not accepted|agreed|signed .. terms|license|licence|agreement", Reason.ACCESS_DENIED),
        ("terms|license|licence|agreement .. not accepted|agreed|signed", Reason.ACCESS_DENIED),
        ("model|models|entity|version|deployment * not eligible|qualify for", Reason.MODEL_NOT_SUPPORTED),
        (
            "not eligible|qualify for .. throughput|inference|batch|tuning|capacity",
            Reason.MODEL_NOT_SUPPORTED,
        ),
        ("not|no .. right|rights|privilege|privileges|authority to", Reason.ACCESS_DENIED),
        ("not subscribed|own|belong|entitled|eligible", Reason.ACCESS_DENIED),
        ("may not use|call|access|list|create", Reason.ACCESS_DENIED),
        (
            "account|accounts|user|users|caller|key|keys|tenant may|lacks|lack|cannot not|list|use|call|the|this|permission",
            Reason.ACCESS_DENIED,
        ),
        ("tenant|account|workspace|organization|project does not have", Reason.ACCESS_DENIED),
        (
            "vpn|proxy|data|bot center|centers|detected|or .. restricted|accepted|detected",
            Reason.ACCESS_DENIED,
        ),
        ("access restricted|forbidden|prohibited|revoked|limited", Reason.ACCESS_DENIED),
        ("lacks|lack", Reason.ACCESS_DENIED),
        ("identity|phone|email|organization|age|account verification|verify|verified", Reason.ACCESS_DENIED),
        ("jwt|signature|token|hmac .. failed|invalid|mismatch|malformed", Reason.AUTH_FAILED),
        (
            "failed|unable|cannot .. decode|parse|extract|read|verify .. token|jwt|credentials",
            Reason.AUTH_FAILED,
        ),
        ("not authorized|permitted|entitled|allowed for|to", Reason.ACCESS_DENIED),
        ("ip|address|domain|origin|referer|host is not allowed|whitelisted|permitted", Reason.ACCESS_DENIED),
        ("accept|agree .. terms|license|licence|agreement|conditions", Reason.ACCESS_DENIED),
        ("gated|restricted|limited .. to|repo|model|access|users|customers", Reason.ACCESS_DENIED),
        ("is gated", Reason.ACCESS_DENIED),
        ("request access|permission on|to|from", Reason.ACCESS_DENIED),
        (
            "only admin|admins|administrators|owners|members|premium|paid|approved .. can|may",
            Reason.ACCESS_DENIED,
        ),
        ("non|free premium|paid|tier|plan users|accounts", Reason.ACCESS_DENIED),
        (
            "not enabled|activated|available for|in|on your|this account|organization|project|workspace|plan",
            Reason.SERVICE_DISABLED,
        ),
        ("insufficient scope|scopes|permission|permissions|privileges|rights|role", Reason.ACCESS_DENIED),
        (
            "missing|lacks|lacking .. scope|scopes|permission|permissions|role|privileges",
            Reason.ACCESS_DENIED,
        ),
        ("policy|rule|rules|firewall deny|denies|denied|blocks|forbids|prohibits", Reason.ACCESS_DENIED),
        ("enable javascript and cookies", Reason.EDGE_BLOCKED),
        ("just a moment", Reason.EDGE_BLOCKED),
        ("organization|admin|administrator|account .. disabled", Reason.ACCESS_DENIED),
        ("must|please|need|required .. logged|log|signed|sign in", Reason.MISSING_API_KEY),
        ("api key", Reason.AUTH_FAILED),
        ("invalid grant", Reason.AUTH_FAILED),
        ("unauthorized|unauthenticated|unauthorised", Reason.AUTH_FAILED),
        ("authentication|authenticate|credentials|credential", Reason.AUTH_FAILED),
        ("authorization .. header|token|failed|required|missing", Reason.AUTH_FAILED),
        ("not logged|signed in", Reason.MISSING_API_KEY),
        ("please .. log|login|sign", Reason.AUTH_FAILED),
        ("oauth|access|bearer|session|refresh|auth token|key", Reason.AUTH_FAILED),
        ("has not been used in project", Reason.SERVICE_DISABLED),
        ("forbidden", Reason.ACCESS_DENIED),
        ("permission|permissions|access denied|required|missing", Reason.ACCESS_DENIED),
        ("not|no have|has|allowed|permitted|authorized access|to", Reason.ACCESS_DENIED),
        ("not .. include|have|has .. access", Reason.ACCESS_DENIED),
        ("no|without access|permission|permissions", Reason.ACCESS_DENIED),
        ("denied|blocked|banned|suspended|disabled|deactivated", Reason.ACCESS_DENIED),
        # Policies.
        ("filter|filters|guard|classifier .. blocked|refused|rejected|caught|stopped", Reason.CONTENT_POLICY),
        (
            "filtered|removed|rejected .. violated|violates|violation|policy|policies|unsafe",
            Reason.CONTENT_POLICY,
        ),
        ("safety|moderation|content|usage policy|policies|filter", Reason.CONTENT_POLICY),
        ("flagged|moderation|harmful|nsfw", Reason.CONTENT_POLICY),
        # Time.
        ("generation|inference .. not complete|finish|completed", Reason.GENERATION_TIMEOUT),
        ("connect|connection|connecting .. timeout|timed", Reason.CONNECTION_TIMEOUT),
        ("timeout|timeouts|etimedout|timedout", Reason.UPSTREAM_TIMEOUT),
        ("timed|timing|time out", Reason.UPSTREAM_TIMEOUT),
        ("request|operation|call|task|stream .. cancelled|canceled", Reason.CLIENT_CLOSED),
        ("request|operation|call .. aborted", Reason.CLIENT_CLOSED),
        ("took too|longer|more|over long|than", Reason.UPSTREAM_TIMEOUT),
        ("not respond|responding|complete|finish|reply .. in|within", Reason.UPSTREAM_TIMEOUT),
        ("no response|answer|reply * seconds|minutes|s|ms", Reason.UPSTREAM_TIMEOUT),
        ("take|takes|taking too long", Reason.UPSTREAM_TIMEOUT),
        ("no|nothing .. arrived|came for|within|in|after", Reason.UPSTREAM_TIMEOUT),
        ("hung up", Reason.UPSTREAM_CONNECT_ERROR),
        ("deadline", Reason.UPSTREAM_TIMEOUT),
        ("no first|response|output|data token|bytes|within|after", Reason.UPSTREAM_TIMEOUT),
        ("waited|waiting|poll|still * gave|given up", Reason.UPSTREAM_TIMEOUT),
        ("poll|polling gave|given up", Reason.UPSTREAM_TIMEOUT),
        ("stalled|silent|hung|unresponsive", Reason.UPSTREAM_TIMEOUT),
        ("nothing|none received for|within|in", Reason.UPSTREAM_TIMEOUT),
        # Wires.
        (
            "ended|finished|closed|completed|returned without .. chunk|chunks|data|response|output|content|tokens|reply",
            Reason.BAD_GATEWAY,
        ),
        ("dropped|lost|broke|cut .. connection|stream|answer", Reason.UPSTREAM_CONNECT_ERROR),
        ("stream|connection|socket|side was|is|closed|ended|reset|terminated", Reason.UPSTREAM_CONNECT_ERROR),
        ("stream|read|write|socket|transport error", Reason.UPSTREAM_CONNECT_ERROR),
        (
            "stream|connection|response|transmission .. interrupted|broken|cut|lost|aborted|dropped",
            Reason.UPSTREAM_CONNECT_ERROR,
        ),
        ("closed|ended|terminated the|its stream|connection", Reason.UPSTREAM_CONNECT_ERROR),
        (
            "stream closed|ended|terminated|stopped .. without|before|unexpectedly|prematurely",
            Reason.UPSTREAM_CONNECT_ERROR,
        ),
        (
            "failed|unable|cannot|error .. communicate|communicating|contact|resolve|talk|speak",
            Reason.UPSTREAM_CONNECT_ERROR,
        ),
        ("dns|resolution|lookup .. failed|failure|error", Reason.UPSTREAM_CONNECT_ERROR),
        ("connection .. error|refused|reset|closed|aborted|failed|lost", Reason.UPSTREAM_CONNECT_ERROR),
        ("connection .. terminated|dropped|broken|interrupted", Reason.UPSTREAM_CONNECT_ERROR),
        ("failed|unable|cannot|error .. connect|reach|connecting", Reason.UPSTREAM_CONNECT_ERROR),
        ("network|socket|dns|tls|ssl error|failure|failed|handshake", Reason.UPSTREAM_CONNECT_ERROR),
        ("disconnected|unreachable|eof|econnaborted", Reason.UPSTREAM_CONNECT_ERROR),
        ("chunked read|encoding", Reason.UPSTREAM_CONNECT_ERROR),
        ("certificate|getaddrinfo", Reason.UPSTREAM_CONNECT_ERROR),
        # Faults.
        ("oomkilled|oom|sigkill|segfault", Reason.OUT_OF_MEMORY),
        (
            "container|worker|process|pod|server|engine .. stopped|exited|died|killed|crashed|terminated",
            Reason.INTERNAL_ERROR,
        ),
        (
            "failed to .. allocate|initialize|initialise|start|execute|provision|launch|schedule|deploy|spawn",
            Reason.INTERNAL_ERROR,
        ),
        ("operation|job|task|run|revision|provisioning * state failed|error", Reason.INTERNAL_ERROR),
        ("unhandled|uncaught rejection|exception|error", Reason.INTERNAL_ERROR),
        (
            "having|has|experiencing|experienced|facing|encountered|encountering .. problems|problem|trouble|issue|issues|difficulties|outage",
            Reason.INTERNAL_ERROR,
        ),
        ("malformed|corrupt|broken|bad chunk|frame|event|stream", Reason.BAD_GATEWAY),
        ("answer|response|reply|output .. was|is not .. json|valid|parsable", Reason.BAD_GATEWAY),
        ("weights|checkpoint|shard .. cannot|failed|missing|not", Reason.INTERNAL_ERROR),
        ("failed to .. get|obtain|receive|read .. response|answer|reply", Reason.BAD_GATEWAY),
        ("bad|invalid response|status", Reason.BAD_GATEWAY),
        ("no|empty response|answer|output|reply .. from|model|received|returned", Reason.BAD_GATEWAY),
        ("returned .. empty|no|nothing|invalid .. response|output|content|answer", Reason.BAD_GATEWAY),
        ("failed to respond", Reason.UPSTREAM_TIMEOUT),
        ("unexpected end of json|input|stream|file", Reason.BAD_GATEWAY),
        ("unexpected token * json", Reason.BAD_GATEWAY),
        ("expecting value line", Reason.BAD_GATEWAY),
        ("null pointer exception", Reason.INTERNAL_ERROR),
        (
            "nullpointerexception|keyerror|indexerror|attributeerror|zerodivisionerror|assertionerror",
            Reason.INTERNAL_ERROR,
        ),
        ("list|index|string|array index|out out|of of|range|bounds", Reason.INTERNAL_ERROR),
        ("same dtype|device|shape", Reason.INTERNAL_ERROR),
        (
            "cublas|cudnn|nccl|tensor|tensors|dtype .. failed|error|status|alloc|mismatch",
            Reason.INTERNAL_ERROR,
        ),
        ("model|inference|generation instance|request|run|process .. failed|crashed", Reason.INTERNAL_ERROR),
        (
            "model|models|endpoint|deployment does|do|can not accept|take|handle|read|understand",
            Reason.UNSUPPORTED_FEATURE,
        ),
        ("you|must|may|cannot passed|sent|set|specified|gave both", Reason.INVALID_VALUE),
        ("bad gateway", Reason.BAD_GATEWAY),
        ("maintenance", Reason.MAINTENANCE),
        ("service|server|api|model|temporarily|currently unavailable", Reason.SERVICE_UNAVAILABLE),
        (
            "gateway|provider|upstream|endpoint|backend|llm|ai|host|system|platform|site unavailable",
            Reason.SERVICE_UNAVAILABLE,
        ),
        (
            "service|server|gateway|provider|backend|endpoint|upstream .. not available|reachable|up|running",
            Reason.SERVICE_UNAVAILABLE,
        ),
        ("server|service|api|system is|are down|offline|unavailable", Reason.SERVICE_UNAVAILABLE),
        ("outage|degraded", Reason.SERVICE_UNAVAILABLE),
        ("internal .. error|failure|exception", Reason.INTERNAL_ERROR),
        ("^bad request$", Reason.INVALID_REQUEST_GENERIC),
        ("unprocessable entity$", Reason.BODY_VALIDATION),
        ("server|service|backend .. error|failure", Reason.INTERNAL_ERROR),
        ("something|anything went|wrong|broke", Reason.INTERNAL_ERROR),
        ("something|anything * gone|went wrong", Reason.INTERNAL_ERROR),
        ("unexpected|unknown|unhandled error|exception", Reason.INTERNAL_ERROR),
        ("upstream|provider .. error|failed|failure|returned", Reason.UPSTREAM_ERROR),
        ("rejected the|a .. request|schema|payload|parameters|body|input", Reason.INVALID_REQUEST_GENERIC),
        ("request|call|generation|run failed after .. retries|attempts|tries", Reason.UPSTREAM_ERROR),
        (
            "cloud|backend|llm|ai|inference|completion|model|chat .. request|call|service failed|returned",
            Reason.UPSTREAM_ERROR,
        ),
        ("error occurred .. processing", Reason.INTERNAL_ERROR),
        ("limit exceeded|reached|hit|resets", Reason.RATE_LIMIT_GENERIC),
        ("exceeded|reached|hit .. limit", Reason.RATE_LIMIT_GENERIC),
        ("try again in|after", Reason.RATE_LIMIT_GENERIC),
    ]
)

# What a text about a request is about; others may be no errors at all.
ABOUT_REQUESTS = frozenset(
    {"error", "failed", "invalid", "bad", "rejected", "unsupported", "unrecognized",
     "argument", "field", "file", "image", "input", "json", "message", "messages", "model", "models",
     "parameter", "parameters", "prompt", "request", "role", "schema", "temperature", "tool", "tools",
     "call", "conversation", "character", "format", "height", "inputs", "options", "permitted", "roles",
     "sequence", "size", "stream", "supported", "type", "value", "width"}
)  # fmt: skip
_LATER = (
    DETAILS[Reason.INVALID_REQUEST_GENERIC],
    Phrases([*NAMED_MISSING, ("not found", Reason.RESOURCE_NOT_FOUND)]),
)
LONGEST = 1500  # characters: a longer text without a status is no sentence about an error


def guess(words: Words, types: Types = None) -> Match | None:
    """Guess what a text means for which nothing better speaks, among *types*."""
    if len(words.text) > LONGEST:
        return None
    tables: Iterable[Phrases] = (
        (LOOSE_WORDS,) if ABOUT_REQUESTS.isdisjoint(words.found) else (LOOSE_WORDS, *_LATER)
    )
    found = next((match for table in tables if (match := table.match(words, types))), None)
    return found or pairs.guess(words, types)
