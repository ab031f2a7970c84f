"""What a setting may be. Every rule returns the value or raises ValueError with what is wrong."""

import re
from collections.abc import Iterable
from datetime import datetime
from ipaddress import IPv6Address
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from agent.events import mapping, only, paths
from agent.events.presets import PRESETS
from agent.events.rules import timestamp
from agent.metrics.catalogue import PROVIDER_METRICS
from agent.settings import own_rules
from agent.settings.written import Item, did_you_mean, number, parsed

OUR_LABELS = frozenset({label for metric in PROVIDER_METRICS for label in metric.labels} | {"le"})
PROMETHEUS_LABELS = frozenset({"job", "instance"})

_PROTOCOLS = ("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL")
_EARLIEST = 946_684_800  # the year 2000, long before Kafka: what lies before is a unit mistaken for another
_LONGEST_NAME = 249
_HIGHEST_PORT = 65535

_KAFKA_NAME = re.compile(r"[A-Za-z0-9._-]+")
_PATTERN_SIGNS = re.compile(r"[*+?^$|()\[\]\\]")
_LABEL_NAME = re.compile(r"[a-z_][a-z0-9_]*")
_ADDRESS = re.compile(r"(?P<host>\[[^\[\]]*\]|[A-Za-z0-9._-]*):(?P<port>[0-9]{1,9})")
_SCHEME = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+._-]*)://(?:.*@)?(?P<rest>[^/]*)")


def broker(value: str) -> str:
    if found := _SCHEME.match(value):
        protocol = found["scheme"].upper()
        also = f", and set kafka.security_protocol: {protocol}" if protocol in _PROTOCOLS else ""
        raise ValueError(f"no protocol stands before an address: write {found['rest']}{also}")
    host, port = _host_and_port(value)
    if not host:
        raise ValueError("the host is missing: write host:port")
    if not 1 <= port <= _HIGHEST_PORT:
        raise ValueError(f"a port is a number from 1 to {_HIGHEST_PORT}")
    return value


def listen_address(value: str) -> str:
    if _SCHEME.match(value):
        raise ValueError("no protocol stands before an address: TLS is set in web.config_file")
    if value.startswith("*:"):
        raise ValueError(f"write {value[1:]} for all interfaces")
    if _host_and_port(value)[1] > _HIGHEST_PORT:
        raise ValueError(f"a port is a number from 0 to {_HIGHEST_PORT}")
    return value


def _host_and_port(value: str) -> tuple[str, int]:
    found = _ADDRESS.fullmatch(value)
    if found is None:
        if value.count(":") > 1 and not value.startswith("["):
            raise ValueError("an IPv6 address stands in brackets: write [::1]:9092 or the like")
        raise ValueError("it is not host:port")
    if found["host"].startswith("["):
        try:
            IPv6Address(found["host"].strip("[]"))
        except ValueError:
            raise ValueError("what stands in brackets is not an IPv6 address") from None
    return found["host"], int(found["port"])


def kafka_name(value: str) -> str:
    """A name as Kafka lets topics, and members of a group, have it."""
    if value in (".", ".."):
        raise ValueError("Kafka refuses the names . and ..")
    if len(value) > _LONGEST_NAME:
        raise ValueError(f"it has {len(value)} characters, and Kafka takes {_LONGEST_NAME} at most")
    if not _KAFKA_NAME.fullmatch(value):
        raise ValueError("Kafka takes the letters A to Z and a to z, digits, '.', '_' and '-' only")
    return value


def topic(value: str) -> str:
    if _PATTERN_SIGNS.search(value):
        raise ValueError("patterns are not read: name every topic")
    return kafka_name(value)


def label_name(value: str) -> str:
    if value.startswith("__"):
        raise ValueError("Prometheus keeps label names that begin with __ for itself")
    if not _LABEL_NAME.fullmatch(value):
        raise ValueError("a label name has lower-case letters, digits and _ only, and no digit first")
    if value in OUR_LABELS:
        raise ValueError("the metrics have a label of that name already")
    if value in PROMETHEUS_LABELS:
        raise ValueError("Prometheus itself sets a label of that name")
    return value


def path_template(value: str) -> str:
    if not value.startswith("/"):
        raise ValueError("a path begins with /")
    if value.endswith("/") and value != "/":
        raise ValueError("leave out the / at the end, as the agent does with the paths of events")
    if re.search(r"[?#\s]", value):
        raise ValueError("a path has no query, no fragment and no space")
    if re.search(r"[{}]", re.sub(r"\{\w+\}", "", value)):
        raise ValueError("write {id} for a part that varies")
    return value


def ascending(value: list[float]) -> list[float]:
    for before, bound in zip([0.0, *value], value, strict=False):
        if bound <= 0:
            raise ValueError(f"{bound:g} is not above 0")
        if bound < before:
            raise ValueError(
                f"{bound:g} stands behind {before:g}; each bound must be higher than the one before"
            )
        if bound == before:
            raise ValueError(f"{bound:g} is in it twice; keep one of them")
    return value


def start(value: object) -> object:
    if value in ("latest", "earliest"):
        return value
    if isinstance(value, str | int | float) and not isinstance(value, bool) and _is_moment(value):
        return str(value)
    raise ValueError(
        f"it is neither latest, earliest nor a moment{did_you_mean(value, ('latest', 'earliest'))}"
    )


def _is_moment(value: str | float) -> bool:
    try:
        moment = timestamp(value)
    except ValueError:
        return False
    if moment < _EARLIEST:
        raise ValueError("as a unix time it lies before the year 2000")
    if isinstance(value, str) and "-" in value and _has_no_zone(value.strip()):
        raise ValueError("the time zone is missing: add Z, or +01:00 or the like")
    return True


def _has_no_zone(word: str) -> bool:
    try:
        return datetime.fromisoformat(word).tzinfo is None
    except ValueError:  # a number
        return False


def token_url(value: str) -> str:
    try:
        url = urlsplit(value)
        is_right = url.scheme in ("http", "https") and url.hostname and url.port != 0
    except ValueError:
        is_right = False
    if not is_right:
        raise ValueError("it is not an http or https address")
    if "@" in url.netloc:
        raise ValueError("leave out what stands before @: kafka.sasl has settings for user and password")
    return value


def preset(value: str) -> str:
    if value not in PRESETS:
        raise ValueError(f"no such preset; there are {', '.join(PRESETS)}{did_you_mean(value, PRESETS)}")
    return value


def path(value: str | None) -> str | None:
    """A path in an event."""
    if value is not None:
        paths.parsed(value)
    return value


def conditions(value: list[str]) -> list[str]:
    """Conditions on events."""
    only.Only(value)
    return value


def field_mapping(value: object) -> object:
    """Where fields stand, also as text in YAML; every problem is one of its own."""
    fields = parsed(value)
    if not isinstance(fields, dict):
        return fields
    _refuse(mapping.problems(fields))
    return fields


def classify_rules(value: object) -> object:
    """Rules on what errors mean, also as text in YAML; every problem is one of its own."""
    rules = parsed(value)
    rules = [rules] if isinstance(rules, dict) else rules
    if isinstance(rules, list):
        _refuse(own_rules.problems(rules))
    return rules


def _refuse(problems: Iterable[tuple[tuple[str | int, ...], object, str]]) -> None:
    """Raise all of them at once, each with its place."""
    details = [
        InitErrorDetails(type=PydanticCustomError("mapping", "{why}", {"why": why}), loc=place, input=wrong)
        for place, wrong, why in problems
    ]
    if details:
        raise ValidationError.from_exception_data("settings", details)


Broker = Annotated[Item, AfterValidator(broker)]
Topic = Annotated[Item, AfterValidator(topic)]
LabelName = Annotated[Item, AfterValidator(label_name)]
PathTemplate = Annotated[Item, AfterValidator(path_template)]
Bound = Annotated[float, BeforeValidator(number)]
Budget = Annotated[int, BeforeValidator(number)]
