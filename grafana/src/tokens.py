"""Rules with ${tokens}: their sources, their defaults, and both put together.

The chart does the same with Helm's `replace`, from the same files.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import yaml

from grafana.src.alerts import providers

SOURCES = Path(__file__).parent / "rules"
DEFAULTS = SOURCES / "defaults.yaml"
TOKEN = re.compile(r"\$\{(\w+)\}")
NOWHERE = re.compile(r"(?m)^ +\w+_url: /.*\n")
"""A link whose address is not set."""

NOTHING: Mapping[str, object] = MappingProxyType({})


def defaults() -> dict[str, str]:
    return {name: str(value) for name, value in yaml.safe_load(DEFAULTS.read_text()).items()}


def sources() -> dict[str, str]:
    """File names and texts of the rules, tokens and all; what is recorded comes before what reads it."""
    written = {path.name: path.read_text() for path in SOURCES.glob("*.yaml") if path != DEFAULTS}
    return dict(sorted((written | {providers.FILE: providers.text()}).items()))


def fill(text: str, tokens: Mapping[str, str]) -> str:
    """Put values in place of tokens; a value may name other tokens."""

    def value(token: re.Match[str]) -> str:
        if token[1] not in tokens:
            raise KeyError(f"{token[0]} is no token of the rules; they have {', '.join(sorted(tokens))}")
        return fill(tokens[token[1]], tokens)

    return TOKEN.sub(value, text)


def used(rule: Mapping[str, object]) -> list[str]:
    """The tokens that decide when a rule is true and for how long, also those that other tokens name."""
    texts = [str(rule[key]) for key in ("expr", "for", "keep_firing_for") if key in rule]
    found: set[str] = set()
    while texts:
        more = set(TOKEN.findall(texts.pop())) - found
        found |= more
        texts += [defaults()[token] for token in more]
    return [token for token in defaults() if token in found]


def rule_files(overrides: Mapping[str, object] = NOTHING) -> dict[str, str]:
    """File names and texts of the rules as Prometheus loads them."""
    tokens = defaults() | {name: str(value) for name, value in overrides.items()}
    if unknown := sorted(tokens.keys() - defaults().keys()):
        raise KeyError(f"{', '.join(unknown)}: no such token; {DEFAULTS.name} has {', '.join(defaults())}")
    return {name: NOWHERE.sub("", fill(text, tokens)) for name, text in sources().items()}


def render(overrides: Mapping[str, object] = NOTHING) -> str:
    """All groups in one text that Prometheus loads.

    Args:
        overrides: Values for tokens, such as {"window": "8s", "rate_limited_for": "2s"}.
    """
    files = rule_files(overrides).values()
    return yaml.safe_dump({"groups": [group for text in files for group in yaml.safe_load(text)["groups"]]})
