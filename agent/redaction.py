"""Tells values that are shaped like keys or tokens: they never become a label, and never stand in a log."""

import re

HIDDEN = "(hidden)"

_SHAPES = re.compile(
    r"(?:(?<![0-9A-Za-z])|(?<=\\[nrt]))"  # at the start of a word, or behind an escape written out
    r"(?:(?:sk|pk|rk|gsk|xai|hf|r8|ghp|gho|ghs|glpat|xox[abprs]|nvapi|pplx|csk|tgp)[-_][0-9A-Za-z_-]{8,}"
    r"|(?:fw|sess|key|token|bearer)[-_](?=[0-9A-Za-z_-]*\d)[0-9A-Za-z_-]{12,}"  # words that are not only keys
    r"|eyJ[0-9A-Za-z_-]{8,}(?:\.[0-9A-Za-z_-]+)*"  # a JSON web token
    r"|(?:AKIA|ASIA)[0-9A-Z]{12,}"  # AWS
    r"|AIza[0-9A-Za-z_-]{16,}"  # Google
    r"|Bearer\s+\S{8,})",
    re.IGNORECASE,
)

# Unbroken runs: names of models have words between hyphens and slashes, keys without a prefix have none.
_RANDOM = re.compile(
    r"(?=[0-9A-Za-z]*\d)(?=[0-9A-Za-z]*[a-z])(?=[0-9A-Za-z]*[A-Z])[0-9A-Za-z]{20,}"
    r"|(?=[0-9A-Za-z]*\d)(?=[0-9A-Za-z]*[A-Za-z])[0-9A-Za-z]{24,}"
    r"|[0-9A-Za-z+/]{24,}={1,2}"
)


def looks_secret(text: str) -> bool:
    """Whether *text* holds a known key prefix, or a long run of mixed letters and digits."""
    return bool(_SHAPES.search(text) or _RANDOM.search(text))


def mask(text: str) -> str:
    """*text* with every key and token in it hidden, as far as its beginning gives it away."""
    return _SHAPES.sub(HIDDEN, text)
