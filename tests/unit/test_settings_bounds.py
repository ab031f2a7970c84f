"""The last value that a setting takes, and the first that it refuses."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from annotated_types import Ge, Gt, Le
from pydantic.fields import FieldInfo

from agent.settings import SettingsError, fields, load

NUMBERS = [name for name, info in fields() if any(isinstance(it, Ge | Gt | Le) for it in info.metadata)]


def rule(condition: str) -> str:
    return f"[{{when: {{{condition}}}, type: api_error, reason: maintenance}}]"


# Setting, a value that is taken, and one that is just beyond it.
LAST = [
    ("kafka.bootstrap_servers", "[a:1]", "[a:0]"),
    ("kafka.bootstrap_servers", "[a:65535]", "[a:65536]"),
    ("kafka.topics", f"[{'a' * 249}]", f"[{'a' * 250}]"),
    ("kafka.topics", "[...]", "[..]"),
    ("kafka.group_instance_id", "a" * 249, "a" * 250),
    ("kafka.group_id", "g" * 255, "g" * 256),
    ("kafka.start", "2000-01-01T00:00:00Z", "1999-12-31T23:59:59Z"),
    ("kafka.start", "946684800", "946684799"),
    ("kafka.sasl.token_url", "http://a:1/", "http://a:0/"),
    ("labels.extra", "[_a]", "[__a]"),
    ("labels.extra", "[a_1]", "[1a]"),
    ("labels.paths", "[/]", "[//]"),
    ("labels.paths", "['/a/{id}']", "['/a/{id']"),
    ("labels.budgets", "{path: 1}", "{path: 0}"),
    ("labels.budgets", "{path: 1000000}", "{path: 1000001}"),
    ("metrics.duration_buckets", "[0.001]", "[0]"),
    ("metrics.duration_buckets", "[1, 1.5]", "[1, 1]"),
    ("metrics.duration_buckets", f"{list(range(1, 61))}", f"{list(range(1, 62))}"),
    ("web.listen_address", "':65535'", "':65536'"),
    ("classify.rules", rule("status: 100"), rule("status: 99")),
    ("classify.rules", rule("status: 599"), rule("status: 600")),
    ("classify.rules", rule(f"code: {'a' * 1000}"), rule(f"code: {'a' * 1001}")),
    ("classify.rules", rule("code: '**a'"), rule("code: '* *'")),
]
SASL = "security_protocol: SASL_SSL, sasl: {mechanism: OAUTHBEARER, username: a, password: b, "


def takes(tmp_path: Path, name: str, value: str) -> bool:
    section, *path = name.split(".")
    key = path[-1]
    inner = f"{SASL}{key}: {value}}}" if "sasl" in path else f"{key}: {value}"
    file = tmp_path / "agent.yaml"
    file.write_text(f"{section}: {{{inner}}}")
    try:
        load(file)
    except SettingsError:
        return False
    return True


def edges(info: FieldInfo) -> list[tuple[Any, Any]]:
    """The last value that is taken, and one beyond, at each end."""
    step = 1 if info.annotation is int else 0.001
    of: dict[type, Callable[[Any], tuple[Any, Any]]] = {
        Ge: lambda it: (it.ge, it.ge - step),
        Gt: lambda it: (it.gt + step, it.gt),
        Le: lambda it: (it.le, it.le + step),
    }
    return [of[type(it)](it) for it in info.metadata if type(it) in of]


@pytest.mark.parametrize(("name", "last", "beyond"), LAST)
def test_the_last_value_is_taken_and_what_is_beyond_is_refused(
    tmp_path: Path, name: str, last: str, beyond: str
) -> None:
    assert takes(tmp_path, name, last)
    assert not takes(tmp_path, name, beyond)


@pytest.mark.parametrize("name", NUMBERS)
def test_a_number_is_taken_up_to_the_bounds_that_its_page_names(tmp_path: Path, name: str) -> None:
    found = edges(dict(fields())[name])

    assert len(found) == 2
    assert [takes(tmp_path, name, str(last)) for last, _ in found] == [True] * len(found)
    assert [takes(tmp_path, name, str(beyond)) for _, beyond in found] == [False] * len(found)
