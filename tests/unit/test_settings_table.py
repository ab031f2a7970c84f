"""Each wrong setting and its message, whole: the value, why it is wrong, and a right one."""

from pathlib import Path

import pytest

from agent.classify import OutcomeType
from agent.events.presets import PRESETS
from agent.settings import SettingsError, load
from agent.settings.values import OUR_LABELS

BROKERS = "kafka.bootstrap_servers: ['kafka-0.kafka:9092', 'kafka-1.kafka:9092']"
BUCKETS = "metrics.duration_buckets: [0.5, 1, 5, 30, 120]"
TOPICS = "kafka.topics: [api-responses]"
START = "kafka.start: '2026-11-22T05:00:00Z'"
NAME = "Kafka takes the letters A to Z and a to z, digits, '.', '_' and '-' only"
WORD = "YAML reads yes, no, on and off as true or false; put the text in quotes"
TRUE = "true and false, which YAML also reads from yes, no, on and off, are not numbers"
DIGITS = "it is not a number in the digits 0 to 9"
LISTEN = "web.listen_address: 0.0.0.0:9464"
INTERVAL = "commit.interval_seconds: 5"
TOKEN = "kafka.sasl.token_url: https://login.example.org/oauth2/token"
NOT_BOTH = "a right pair is security_protocol: SASL_SSL and sasl.mechanism: SCRAM-SHA-512"
PORT = "a port is a number from 1 to 65535"

OVERLOADED = (
    "burst_limit, capacity, model_not_loaded, no_deployment_available, circuit_breaker_overflow, "
    "empty_body, placeholder, unmapped_status"
)
RULE = "{when: {code: [a, b]}, type: api_error, reason: maintenance}"
RULES = (
    "classify.rules: [{when: {provider: our-gateway, status: [403, 5xx], message: budget * used up}, "
    "type: insufficient_balance, reason: spend_limit_reached}]"
)
RULES_ARE = "give a list of rules, each {when: {provider, status, code, type, message}, type, reason}"
MAPPING = "events.fields: {status: response.status, duration: {path: latencies.request, unit: ms}}"
STATUS = "a status is a number from 100 to 599, a class such as 5xx, or a list of these"
NO_TEXT = "it is not a text with something but * in it"
TAKEN = "classify.rules[0] holds wherever this would; leave one of them out, or put this one first"

# The conditions of a rule, its type and reason, the value as it is quoted, and why.
WRONG_RULES = [
    ("{status: 42}", "api_error", "maintenance", "[1].when.status is 42", STATUS),
    ("{status: [503, 6xx]}", "api_error", "maintenance", "[1].when.status[1] is '6xx'", STATUS),
    ("{status: true}", "api_error", "maintenance", "[1].when.status is true", STATUS),
    ("{code: '*'}", "api_error", "maintenance", "[1].when.code is '*'", NO_TEXT),
    ("{code: [x, on]}", "api_error", "maintenance", "[1].when.code[1] is true", NO_TEXT),
    ("{provider: null}", "api_error", "maintenance", "[1].when.provider is null", NO_TEXT),
    (
        "{message: []}",
        "api_error",
        "maintenance",
        "[1].when.message is []",
        "the list is empty, so that nothing could fit",
    ),
    (
        "{message: 'used.*up'}",
        "api_error",
        "maintenance",
        "[1].when.message is 'used.*up'",
        "regular expressions are not read; write * for any text",
    ),
    (
        "{}",
        "api_error",
        "maintenance",
        "[1].when is {}",
        "give at least one of provider, status, code, type, message, or the rule would hold for every error",
    ),
    (
        "{mesage: a}",
        "api_error",
        "maintenance",
        "[1].when.mesage is 'a'",
        "there is no mesage; there are provider, status, code, type, message; did you mean message?",
    ),
    (
        "{code: [b], message: x}",
        "api_error",
        "maintenance",
        "[1] is {'when': {'code': ['b'], 'message': 'x'}, 'type': 'api_error', 'reason': 'mainte…",
        TAKEN,
    ),
    (
        "{code: c}",
        "overloaded",
        "capacity",
        "[1].type is 'overloaded'",
        f"give one of {', '.join(OutcomeType)}; did you mean overloaded_error?",
    ),
    (
        "{code: c}",
        "overloaded_error",
        "capasity",
        "[1].reason is 'capasity'",
        f"give one of {OVERLOADED}; did you mean capacity?",
    ),
    (
        "{code: c}",
        "overloaded_error",
        "maintenance",
        "[1].reason is 'maintenance'",
        f"under overloaded_error there are {OVERLOADED}",
    ),
]

# Setting, value in YAML, the value as it is quoted, why, and the right value.
VALUES = [
    # brokers
    ("kafka.bootstrap_servers", "[kafka]", "[0] is 'kafka'", "it is not host:port", BROKERS),
    ("kafka.bootstrap_servers", "['kafka:0']", "[0] is 'kafka:0'", PORT, BROKERS),
    ("kafka.bootstrap_servers", "['kafka:65536']", "[0] is 'kafka:65536'", PORT, BROKERS),
    ("kafka.bootstrap_servers", "['a:1', 'kafka:99999']", "[1] is 'kafka:99999'", PORT, BROKERS),
    ("kafka.bootstrap_servers", "['k:\u0669']", "[0] is 'k:\u0669'", "it is not host:port", BROKERS),
    (
        "kafka.bootstrap_servers",
        "[':9092']",
        "[0] is ':9092'",
        "the host is missing: write host:port",
        BROKERS,
    ),
    (
        "kafka.bootstrap_servers",
        "['SASL_SSL://kafka:9092']",
        "[0] is 'SASL_SSL://kafka:9092'",
        "no protocol stands before an address: write kafka:9092, and set kafka.security_protocol: SASL_SSL",
        BROKERS,
    ),
    (
        "kafka.bootstrap_servers",
        "['http://agent:hunter2@kafka:9092']",
        "[0] is 'http://(hidden)@kafka:9092'",
        "no protocol stands before an address: write kafka:9092",
        BROKERS,
    ),
    (
        "kafka.bootstrap_servers",
        "['::1:9092']",
        "[0] is '::1:9092'",
        "an IPv6 address stands in brackets: write [::1]:9092 or the like",
        BROKERS,
    ),
    (
        "kafka.bootstrap_servers",
        "['::9092']",
        "[0] is '::9092'",
        "an IPv6 address stands in brackets: write [::1]:9092 or the like",
        BROKERS,
    ),
    (
        "kafka.bootstrap_servers",
        "['[kafka]:9092']",
        "[0] is '[kafka]:9092'",
        "what stands in brackets is not an IPv6 address",
        BROKERS,
    ),
    ("kafka.bootstrap_servers", "[]", " is []", "give a list of host:port, at least one", BROKERS),
    # topics
    ("kafka.topics", "[a b]", "[0] is 'a b'", NAME, TOPICS),
    ("kafka.topics", "[é]", "[0] is 'é'", NAME, TOPICS),
    ("kafka.topics", "['.']", "[0] is '.'", "Kafka refuses the names . and ..", TOPICS),
    ("kafka.topics", "[a, '..']", "[1] is '..'", "Kafka refuses the names . and ..", TOPICS),
    ("kafka.topics", "['']", "[0] is ''", "it is empty", TOPICS),
    ("kafka.topics", "['api-.*']", "[0] is 'api-.*'", "patterns are not read: name every topic", TOPICS),
    ("kafka.topics", "['^api']", "[0] is '^api'", "patterns are not read: name every topic", TOPICS),
    ("kafka.topics", "[a, b, a]", " is ['a', 'b', 'a']", "'a' is in it twice; keep one of them", TOPICS),
    (
        "kafka.topics",
        "['a ']",
        "[0] is 'a '",
        "a space stands at its beginning or its end; leave it out",
        TOPICS,
    ),
    ("kafka.topics", "[5]", "[0] is 5", "YAML reads it as a number; put the text in quotes", TOPICS),
    (
        "kafka.topics",
        "[no]",
        "[0] is false",
        WORD,
        TOPICS,
    ),
    (
        "kafka.topics",
        "[" + 300 * "a" + "]",
        "[0] is '" + 79 * "a" + "…",
        "it has 300 characters, and Kafka takes 249 at most",
        TOPICS,
    ),
    (
        "kafka.topics",
        "{a: b}",
        " is {'a': 'b'}",
        "give a list of names, at least one; each of A to Z, a to z, 0 to 9, '.', '_' and '-'",
        TOPICS,
    ),
    # the group
    ("kafka.group_id", "''", " is ''", "it is empty", "kafka.group_id: api-error-agent"),
    ("kafka.group_id", "'  '", " is '  '", "it is empty", "kafka.group_id: api-error-agent"),
    ("kafka.group_id", "[a]", " is ['a']", "it is not a string", "kafka.group_id: api-error-agent"),
    (
        "kafka.group_id",
        r'"a\tb"',
        r" is 'a\tb'",
        "a character that cannot be printed stands in it",
        "kafka.group_id: api-error-agent",
    ),
    (
        "kafka.group_id",
        256 * "g",
        " is '" + 79 * "g" + "…",
        "give a string of at most 255 characters",
        "kafka.group_id: api-error-agent",
    ),
    ("kafka.group_instance_id", "pod/0", " is 'pod/0'", NAME, "kafka.group_instance_id: api-error-agent-0"),
    # start
    ("kafka.start", "2026-02-31", " is '2026-02-31'", "it is neither latest, earliest nor a moment", START),
    (
        "kafka.start",
        "Earliest",
        " is 'Earliest'",
        "it is neither latest, earliest nor a moment; did you mean earliest?",
        START,
    ),
    (
        "kafka.start",
        "2026-02-21T05:00:00",
        " is '2026-02-21T05:00:00'",
        "the time zone is missing: add Z, or +01:00 or the like",
        START,
    ),
    (
        "kafka.start",
        "2026-02-21",
        " is '2026-02-21'",
        "the time zone is missing: add Z, or +01:00 or the like",
        START,
    ),
    ("kafka.start", "18000", " is 18000", "as a unix time it lies before the year 2000", START),
    ("kafka.start", "true", " is true", "it is neither latest, earliest nor a moment", START),
    ("kafka.start", "[1]", " is [1]", "it is neither latest, earliest nor a moment", START),
    # numbers
    (
        "kafka.session_timeout_seconds",
        "5.9",
        " is 5.9",
        "give a number from 6 to 1800",
        "kafka.session_timeout_seconds: 45",
    ),
    (
        "kafka.session_timeout_seconds",
        "1801",
        " is 1801",
        "give a number from 6 to 1800",
        "kafka.session_timeout_seconds: 45",
    ),
    (
        "kafka.request_timeout_seconds",
        "5",
        " is 5",
        "give a number from 10 to 600",
        "kafka.request_timeout_seconds: 40",
    ),
    ("commit.interval_seconds", "true", " is true", TRUE, INTERVAL),
    ("commit.interval_seconds", "yes", " is true", TRUE, INTERVAL),
    ("commit.interval_seconds", "\u0665", " is '\u0665'", DIGITS, INTERVAL),
    ("commit.interval_seconds", "1:30", " is '1:30'", DIGITS, INTERVAL),
    ("commit.interval_seconds", "5s", " is '5s'", DIGITS, INTERVAL),
    ("commit.interval_seconds", ".inf", " is inf", "it is not a finite number", INTERVAL),
    ("commit.interval_seconds", ".nan", " is nan", "it is not a finite number", INTERVAL),
    ("commit.interval_seconds", "null", " is null", "give a number from 0.1 to 3600", INTERVAL),
    (
        "commit.interval_seconds",
        "1" + 400 * "0",
        " is 1" + 79 * "0" + "…",
        "it is not a finite number",
        INTERVAL,
    ),
    (
        "events.max_bytes",
        "1024.5",
        " is 1024.5",
        "give a whole number from 1024 to 104857600",
        "events.max_bytes: 1048576",
    ),
    ("events.max_bytes", "on", " is true", TRUE, "events.max_bytes: 1048576"),
    (
        "labels.max_series",
        "10",
        " is 10",
        "give a whole number from 1500 to 10000000",
        "labels.max_series: 10000",
    ),
    (
        "metrics.late_after_seconds",
        "0",
        " is 0",
        "give a number above 0 and at most 604800",
        "metrics.late_after_seconds: 300",
    ),
    (
        "metrics.exemplars",
        "trace",
        " is 'trace'",
        "give one of off, request_id, trace_id; did you mean trace_id?",
        "metrics.exemplars: trace_id",
    ),
    ("metrics.exemplars", "on", " is true", WORD, "metrics.exemplars: trace_id"),
    # buckets
    ("metrics.duration_buckets", "[1, .inf]", "[1] is inf", "it is not a finite number", BUCKETS),
    ("metrics.duration_buckets", "[.nan]", "[0] is nan", "it is not a finite number", BUCKETS),
    ("metrics.duration_buckets", "[1, 1]", " is [1, 1]", "1 is in it twice; keep one of them", BUCKETS),
    ("metrics.duration_buckets", "[-1, 1]", " is [-1, 1]", "-1 is not above 0", BUCKETS),
    ("metrics.duration_buckets", "[0, 1]", " is [0, 1]", "0 is not above 0", BUCKETS),
    ("metrics.duration_buckets", "[true]", "[0] is true", TRUE, BUCKETS),
    (
        "metrics.duration_buckets",
        "[2, 1]",
        " is [2, 1]",
        "1 stands behind 2; each bound must be higher than the one before",
        BUCKETS,
    ),
    (
        "metrics.duration_buckets",
        "[]",
        " is []",
        "give a list of 1 to 60 numbers above 0, each higher than the one before",
        BUCKETS,
    ),
    # labels
    (
        "labels.extra",
        "[__name__]",
        "[0] is '__name__'",
        "Prometheus keeps label names that begin with __ for itself",
        "labels.extra: [model]",
    ),
    (
        "labels.extra",
        "[Model]",
        "[0] is 'Model'",
        "a label name has lower-case letters, digits and _ only, and no digit first",
        "labels.extra: [model]",
    ),
    (
        "labels.extra",
        "[job]",
        "[0] is 'job'",
        "Prometheus itself sets a label of that name",
        "labels.extra: [model]",
    ),
    *(
        (
            "labels.extra",
            f"[{label}]",
            f"[0] is '{label}'",
            "the metrics have a label of that name already",
            "labels.extra: [model]",
        )
        for label in ("provider", "method", "path", "status", "type", "reason", "resource", "le")
    ),
    (
        "labels.extra",
        "[model, model]",
        " is ['model', 'model']",
        "'model' is in it twice; keep one of them",
        "labels.extra: [model]",
    ),
    (
        "labels.budgets",
        "{path: 0}",
        ".path is 0",
        "give a mapping of label names to whole numbers from 1 to 1000000",
        "labels.budgets: {path: 200}",
    ),
    ("labels.budgets", "{path: yes}", ".path is true", TRUE, "labels.budgets: {path: 200}"),
    # paths
    ("labels.paths", "[v1/x]", "[0] is 'v1/x'", "a path begins with /", "labels.paths: ['/v1/widgets/{id}']"),
    (
        "labels.paths",
        "[/v1/x/]",
        "[0] is '/v1/x/'",
        "leave out the / at the end, as the agent does with the paths of events",
        "labels.paths: ['/v1/widgets/{id}']",
    ),
    (
        "labels.paths",
        "['/v1?x']",
        "[0] is '/v1?x'",
        "a path has no query, no fragment and no space",
        "labels.paths: ['/v1/widgets/{id}']",
    ),
    (
        "labels.paths",
        "['/v1/{id']",
        "[0] is '/v1/{id'",
        "write {id} for a part that varies",
        "labels.paths: ['/v1/widgets/{id}']",
    ),
    # addresses of our own
    (
        "web.listen_address",
        "'0.0.0.0:99999'",
        " is '0.0.0.0:99999'",
        "a port is a number from 0 to 65535",
        LISTEN,
    ),
    ("web.listen_address", 78 * "a", " is '" + 78 * "a" + "'", "it is not host:port", LISTEN),
    ("web.listen_address", "nowhere", " is 'nowhere'", "it is not host:port", LISTEN),
    (
        "web.listen_address",
        "'*:9464'",
        " is '*:9464'",
        "write :9464 for all interfaces",
        LISTEN,
    ),
    (
        "web.listen_address",
        "'https://0.0.0.0:9464'",
        " is 'https://0.0.0.0:9464'",
        "no protocol stands before an address: TLS is set in web.config_file",
        LISTEN,
    ),
    # login
    (
        "kafka.sasl.password",
        "12345",
        " is (hidden)",
        "YAML reads it as a number; put the text in quotes",
        "kafka.sasl.password: '...'",
    ),
    *(
        (
            "kafka.sasl.token_url",
            f"'{url}'",
            f" is '{url}'",
            "it is not an http or https address",
            TOKEN,
        )
        for url in ("login.example.org", "ftp://login", "https://", "http://login:99999/", "http://[/")
    ),
    (
        "kafka.sasl.token_url",
        "'https://me:hunter2@login/'",
        " is 'https://(hidden)@login/'",
        "leave out what stands before @: kafka.sasl has settings for user and password",
        TOKEN,
    ),
    (
        "kafka.tls.ca_file",
        "''",
        " is ''",
        "it is empty",
        "kafka.tls.ca_file: /etc/api-error-agent/kafka/ca.crt",
    ),
    # rules
    *(
        ("classify.rules", f"[{RULE}, {{when: {when}, type: {kind}, reason: {reason}}}]", quoted, why, RULES)
        for when, kind, reason, quoted, why in WRONG_RULES
    ),
    ("classify.rules", "[budget]", "[0] is 'budget'", "a rule is a mapping of when, type and reason", RULES),
    (
        "classify.rules",
        "[{when: {status: 403}, type: api_error}]",
        "[0] is {'when': {'status': 403}, 'type': 'api_error'}",
        "reason is missing",
        RULES,
    ),
    (
        "classify.rules",
        "[{when: {status: 403}, type: api_error, reason: maintenance, tpye: api_error}]",
        "[0].tpye is 'api_error'",
        "there is no tpye; there are when, type, reason; did you mean type?",
        RULES,
    ),
    (
        "classify.rules",
        "[{reason: maintenance}]",
        "[0] is {'reason': 'maintenance'}",
        "when, type is missing",
        RULES,
    ),
    (
        "classify.rules",
        "[{when: {code: " + 1001 * "a" + "}, type: api_error, reason: maintenance}]",
        "[0].when.code is '" + 79 * "a" + "…",
        "it has 1001 characters, and 1000 is the most",
        RULES,
    ),
    ("classify.rules", "5", " is 5", RULES_ARE, RULES),
    (
        "classify.rules",
        "{when: {status: 403}}",
        "[0] is {'when': {'status': 403}}",
        "type, reason is missing",
        RULES,
    ),
    # events
    (
        "events.preset",
        "kongo",
        " is 'kongo'",
        f"no such preset; there are {', '.join(PRESETS)}; did you mean kong?",
        "events.preset: kong",
    ),
    *(
        (f"events.{name}", "a.", " is 'a.'", "'a.' is not a path: write a", f"events.{name}: {right}")
        for name, right in (("each", "records"), ("unwrap", "message"))
    ),
    (
        "events.only",
        "path ~ x",
        " is 'path ~ x'",
        (
            "'path ~ x' is no condition: write FIELD == VALUE, !=, =~ or !~, or FIELD exists or absent, "
            "such as path != /healthz"
        ),
        "events.only: [path != /healthz, method exists]",
    ),
    ("events.fields", "[a]", " is ['a']", "give a mapping of fields to paths", MAPPING),
    ("events.fields", "{status: a.}", ".status is 'a.'", "'a.' is not a path: write a", MAPPING),
    ("events.fields", "'{status: a.}'", ".status is 'a.'", "'a.' is not a path: write a", MAPPING),
    # choices
    ("commit.scrapers", "a", " is 'a'", "give one of all, any", "commit.scrapers: all"),
    (
        "kafka.security_protocol",
        "sasl-ssl",
        " is 'sasl-ssl'",
        "give one of PLAINTEXT, SSL, SASL_PLAINTEXT, SASL_SSL; did you mean SASL_SSL?",
        "kafka.security_protocol: SASL_SSL",
    ),
    (
        "log.level",
        "loud",
        " is 'loud'",
        "give one of debug, info, warning, error",
        "log.level: info",
    ),
    ("log.level", "wrong", " is 'wrong'", "give one of debug, info, warning, error", "log.level: info"),
    (
        "log.format",
        "js",
        " is 'js'",
        "give one of auto, json, console; did you mean json?",
        "log.format: json",
    ),
    (
        "labels.extra_on_histograms",
        "maybe",
        " is 'maybe'",
        "give true or false",
        "labels.extra_on_histograms: false",
    ),
    (
        "metrics.native_histograms",
        "2",
        " is 2",
        "give true or false",
        "metrics.native_histograms: true",
    ),
]

# What is wrong between settings, or with names.
SECTIONS = [
    ("kafka: {topic: a}", "kafka.topic is not a setting; did you mean kafka.topics?"),
    (
        "kafka: {bootstrap.servers: a}",
        "kafka.bootstrap.servers is not a setting; did you mean kafka.bootstrap_servers?",
    ),
    ("kafka: {groupId: a}", "kafka.groupId is not a setting; did you mean kafka.group_id?"),
    ("topics: [a]", "topics is not a setting; did you mean kafka.topics?"),
    ("kafak: {}", "kafak is not a setting; did you mean kafka?"),
    ("kafka: {sa: {}}", "kafka.sa is not a setting; did you mean kafka.sasl?"),
    ("log: {colour: red}", "log.colour is not a setting; there are log.level, log.format"),
    (
        "kafka: {tls: {x: 1}}",
        (
            "kafka.tls.x is not a setting; there are kafka.tls.ca_file, kafka.tls.cert_file, "
            "kafka.tls.key_file, kafka.tls.check_hostname"
        ),
    ),
    ("log: {x: 1}", "log.x is not a setting; there are log.level, log.format"),
    ("log: 5", "log is a number; give a mapping, such as log: {level: info}"),
    ("log: 5.5", "log is a number; give a mapping, such as log: {level: info}"),
    ("log: true", "log is true or false; give a mapping, such as log: {level: info}"),
    ("log: [level]", "log is a list; give a mapping, such as log: {level: info}"),
    ("x: 1", "x is not a setting; there are kafka, events, classify, labels, metrics, commit, web, log"),
    ("<<: {}", "<< is not a setting; there are kafka, events, classify, labels, metrics, commit, web, log"),
    ("log: loud", "log is a string; give a mapping, such as log: {level: info}"),
    (
        "kafka: {sasl: hunter2}",
        "kafka.sasl is a string; give a mapping, such as kafka.sasl: {mechanism: SCRAM-SHA-512}",
    ),
    (
        "kafka: {security_protocol: SSL, tls: {cert_file: tls.crt}}",
        "kafka.tls: cert_file and key_file need each other; set both or none",
    ),
    *(
        (
            f"kafka: {{security_protocol: SASL_SSL, sasl: {{mechanism: {mechanism}}}}}",
            f"kafka.sasl: mechanism {mechanism} needs {needed}",
        )
        for mechanism, needed in (
            ("PLAIN", "username, password_file (or password)"),
            ("SCRAM-SHA-256", "username, password_file (or password)"),
            ("SCRAM-SHA-512", "username, password_file (or password)"),
            ("OAUTHBEARER", "username, token_url, password_file (or password)"),
            ("AWS_MSK_IAM", "region"),
        )
    ),
    (
        (
            "kafka: {security_protocol: SASL_SSL, sasl: {mechanism: PLAIN, username: a, password:"
            " b, password_file: c}}"
        ),
        "kafka.sasl: password and password_file are both set; keep one",
    ),
    (
        "kafka: {sasl: {username: a, password: b}}",
        (
            "kafka.sasl: nobody logs in without a mechanism, but password, username is set; set"
            " mechanism too, such as"
            " SCRAM-SHA-512"
        ),
    ),
    (
        "kafka: {security_protocol: SASL_SSL}",
        f"kafka: security_protocol SASL_SSL and sasl.mechanism None do not fit; {NOT_BOTH}",
    ),
    (
        "kafka: {sasl: {mechanism: PLAIN, username: a, password: b}}",
        f"kafka: security_protocol PLAINTEXT and sasl.mechanism PLAIN do not fit; {NOT_BOTH}",
    ),
    (
        "kafka: {tls: {ca_file: ca.crt}}",
        "kafka: tls has files, but security_protocol is PLAINTEXT; set SSL or SASL_SSL",
    ),
    (
        "labels: {budgets: {modle: 3}, extra: [model]}",
        "labels: budgets name modle; there are model, path, provider, status; did you mean model?",
    ),
]

VARIABLES = [
    (
        "AGENT_KAFKA__TOPIC",
        "a",
        "AGENT_KAFKA__TOPIC is not a setting; a right one is AGENT_KAFKA__TOPICS=api-responses",
    ),
    (
        "AGENT_KAFKA_TOPICS",
        "a",
        "AGENT_KAFKA_TOPICS is not a setting; a right one is AGENT_KAFKA__TOPICS=api-responses",
    ),
    ("AGENT_NAME", "a", "AGENT_NAME is not a setting; a right one is AGENT_KAFKA__TOPICS=api-responses"),
    (
        "agent_log__level",
        "debug",
        "agent_log__level is not a setting; a right one is AGENT_LOG__LEVEL, in capitals",
    ),
    (
        "AGENT_LOG__LEVEL",
        "warn",
        (
            "AGENT_LOG__LEVEL (log.level) is 'warn': give one of debug, info, warning, error; did"
            " you mean warning?; a"
            " right value is AGENT_LOG__LEVEL=info"
        ),
    ),
    (
        "AGENT_KAFKA__TOPICS",
        "",
        (
            "AGENT_KAFKA__TOPICS (kafka.topics) is []: give a list of names, at least one; each"
            " of A to Z, a to z, 0 to 9,"
            " '.', '_' and '-'; a right value is AGENT_KAFKA__TOPICS=api-responses"
        ),
    ),
    (
        "AGENT_METRICS__DURATION_BUCKETS",
        "1,x",
        (
            "AGENT_METRICS__DURATION_BUCKETS (metrics.duration_buckets[1]) is 'x': it is not"
            " a number in the digits 0 to 9;"
            " a right value is AGENT_METRICS__DURATION_BUCKETS=0.5,1,5,30,120"
        ),
    ),
    (
        "AGENT_LABELS__BUDGETS",
        "{path: [",
        (
            "AGENT_LABELS__BUDGETS (labels.budgets) is '{path: [': not YAML: line 1: a bracket or"
            " a brace is not closed,"
            " or a comma is missing; a right value is AGENT_LABELS__BUDGETS={path: 200}"
        ),
    ),
    (
        "AGENT_LABELS__BUDGETS",
        "{path: 1, path: 2}",
        (
            "AGENT_LABELS__BUDGETS (labels.budgets) is '{path: 1, path: 2}': not YAML: line 1:"
            " 'path' is set twice, first"
            " in line 1; keep one of them; a right value is AGENT_LABELS__BUDGETS={path: 200}"
        ),
    ),
    (
        "AGENT_KAFKA__GROUP_ID",
        "a\udc80",
        (
            r"AGENT_KAFKA__GROUP_ID (kafka.group_id) is 'a\udc80': a character that cannot be"
            " printed stands in it; a"
            " right value is AGENT_KAFKA__GROUP_ID=api-error-agent"
        ),
    ),
]


def problems(file: Path | None) -> list[str]:
    with pytest.raises(SettingsError) as error:
        load(file)
    return error.value.problems


@pytest.mark.parametrize(("name", "value", "quoted", "why", "right"), VALUES)
def test_a_wrong_value_is_quoted_with_what_is_wrong_and_a_right_one(
    tmp_path: Path, name: str, value: str, quoted: str, why: str, right: str
) -> None:
    *sections, key = name.split(".")
    file = tmp_path / "agent.yaml"
    file.write_text("".join(f"{{{part}: " for part in sections) + f"{{{key}: {value}}}" + "}" * len(sections))

    variable = f"AGENT_{name.upper().replace('.', '__')}"
    assert problems(file) == [f"{name}{quoted}: {why}; a right value is {right} (or {variable})"]


@pytest.mark.parametrize(("text", "problem"), SECTIONS)
def test_settings_that_do_not_fit_each_other_and_names_that_are_none(
    tmp_path: Path, text: str, problem: str
) -> None:
    file = tmp_path / "agent.yaml"
    file.write_text(text)

    assert problems(file) == [problem]


@pytest.mark.parametrize(("name", "value", "problem"), VARIABLES)
def test_a_wrong_variable_is_named_as_it_was_written(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, problem: str
) -> None:
    monkeypatch.setenv(name, value)

    assert problems(None) == [problem]


@pytest.mark.parametrize("protocol", ["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"])
def test_a_protocol_before_a_broker_is_told_where_it_belongs(
    monkeypatch: pytest.MonkeyPatch, protocol: str
) -> None:
    monkeypatch.setenv("AGENT_KAFKA__BOOTSTRAP_SERVERS", f"{protocol.lower()}://kafka:9092")

    (problem,) = problems(None)
    assert f"write kafka:9092, and set kafka.security_protocol: {protocol}; " in problem


def test_every_label_of_the_metrics_stands_in_the_table() -> None:
    assert {value[1:-1] for name, value, _, why, _ in VALUES if why.startswith("the metrics")} == OUR_LABELS
