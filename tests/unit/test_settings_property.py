"""Whatever file and environment people write, `check-config` and `run` have one verdict and no traceback."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from agent import service
from agent.cli import app
from agent.service import Service
from agent.settings import Settings, fields, variable

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "80"))
CANARY = "canary-9d1f"
STARTED = "started\n"

NAMES = [name for name, _ in fields()]
KEYS = sorted(
    {part for name in NAMES for part in name.split(".")} | {"topic", "<<", "extra ", "path", "model"}
)
WEB_KEYS = [
    *("tls_server_config", "basic_auth_users", "cert_file", "key_file", "client_ca_file", "client_auth_type"),
    *("min_version", "prometheus", "http_server_config"),
]

ODD = [
    *(None, True, False, 0, 1, -1, 6, 45, 9464, 1.5, 1e300, 10**400, -(10**400), float("inf"), float("nan")),
    *("", " ", "a", "a b", "..", "5", "\u0665", "1e3", "yes", "latest", "2026-02-31", "2026-11-22T05:00:00Z"),
    *("1795323600", "kafka:9092", "kafka:0", "SASL_SSL://kafka:9092", ":9464", "127.0.0.1:0", "192.0.2.1:1"),
    *("[a, b]", "{path: 3}", "{path: [", "[::1]:9092", "a,b,,", "/v1/{id}", "__name__", "model", "/nowhere"),
    *("SSL", "SASL_SSL", "PLAIN", "OAUTHBEARER", "AWS_MSK_IAM", "interval", "any", "debug", "kong", "."),
    *("/dev/null", "\x07", "\x1b[31m", "\u202e", "x" * 300, "é", "TLS13", "$2b$12$", "https://[", "http://h:99999"),
]  # fmt: skip

scalars = st.sampled_from(ODD) | st.integers() | st.floats() | st.booleans() | st.none()
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
values = st.recursive(
    scalars | texts,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS) | texts, inner, max_size=3)
    ),
    max_leaves=8,
)
odd_keys = st.sampled_from([1, None, True, 1.5]) | texts | st.sampled_from(KEYS)
trees = st.dictionaries(st.sampled_from(KEYS), values, max_size=4) | st.dictionaries(
    odd_keys, values, max_size=3
)
near = st.lists(st.tuples(st.sampled_from(NAMES), values), max_size=4)
BITS = [
    *(
        *KEYS,
        ":",
        ": ",
        "- ",
        "\n",
        "\n  ",
        "\t",
        "[",
        "]",
        "{",
        "}",
        ", ",
        "&a ",
        "*a",
        "!x ",
        "'",
        '"',
        "#",
    ),
    *("---\n", "? ", "|\n", ">", "\r\n", "\ufeff", "%", "@", "`", "1", "0x", "yes", "~", "\\ud800", "\x00"),
    "2026-02-31",
]
snippets = st.lists(st.sampled_from(BITS), max_size=25).map("".join)
in_environ = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)
variables = st.sampled_from([variable(name) for name in NAMES]) | st.sampled_from(
    [
        "AGENT_KAFKA",
        "AGENT_KAFKA__TLS",
        "AGENT_KAFKA__TOPIC",
        "agent_log__level",
        "AGENT_",
        "AGENT_EVENTS__FIELDS__X",
    ]
)
environs = st.dictionaries(
    variables,
    in_environ | st.sampled_from([it for it in ODD if isinstance(it, str)]) | values.map(yaml.safe_dump),
    max_size=3,
)


def tree_of(entries: list[tuple[str, object]]) -> dict[str, object]:
    """Settings with these values, by dotted names."""
    found: dict[str, object] = {}
    for name, value in entries:
        *path, key = name.split(".")
        section = found
        for part in path:
            section = section.setdefault(part, {})  # type: ignore[assignment]
        section[key] = value
    return found


@contextmanager
def nothing_starts() -> Iterator[None]:
    """`run` goes up to where it would listen: the agent is put together."""

    def start(settings: Settings) -> int:
        Service(settings)
        print(STARTED, end="")
        return 0

    with mock.patch.object(service, "run", start):
        yield


def said(command: str, file: Path, environ: dict[str, str]) -> Result:
    runner = CliRunner(env={name: value.replace("\x00", "") for name, value in environ.items()})
    with nothing_starts():
        return runner.invoke(app, [command, "--config.file", str(file)])


def verdict(content: str | bytes, environ: dict[str, str]) -> int:
    """The exit code of both commands; all that they say is looked at."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "agent.yaml"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        check, run = said("check-config", file, environ), said("run", file, environ)
    for result in (check, run):
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        assert "Traceback" not in result.output
        assert CANARY not in result.output
    assert check.exit_code == run.exit_code
    assert check.exit_code in (0, 2)
    assert check.stderr == run.stderr
    assert (run.stdout == STARTED) == (run.exit_code == 0)
    lines = check.stderr.split("\n")[:-1]
    assert bool(lines) == (check.exit_code == 2)
    assert all(line.startswith("api-error-agent: ") and line.isprintable() for line in lines)
    return check.exit_code


quickly = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@quickly
@given(st.binary(max_size=60) | texts | snippets, environs)
def test_any_text(content: str | bytes, environ: dict[str, str]) -> None:
    verdict(content, environ)


@quickly
@given(trees | near.map(tree_of), environs)
def test_any_tree(tree: object, environ: dict[str, str]) -> None:
    verdict(yaml.safe_dump(tree), environ)


@quickly
@given(near.map(tree_of))
def test_what_is_taken_is_printed_and_taken_again(tree: object) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "agent.yaml"
        file.write_text(yaml.safe_dump(tree))
        printed = CliRunner().invoke(app, ["check-config", "--print", "--config.file", str(file)])
    if printed.exit_code == 0:
        assert verdict(printed.stdout, {}) == 0


@quickly
@given(
    st.recursive(
        scalars | texts | st.just([]),
        lambda inner: st.dictionaries(st.sampled_from(WEB_KEYS), inner, max_size=4),
        max_leaves=8,
    ).map(yaml.safe_dump)
    | snippets
)
def test_any_web_config_file(content: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "web.yaml"
        file.write_bytes(content.encode())
        verdict(f"web: {{config_file: {file}}}", {})


@settings(quickly, max_examples=max(1, EXAMPLES // 5))
@given(
    st.sampled_from(
        [
            CANARY,
            f"'{CANARY}",
            f"!{CANARY}",
            f"*{CANARY}",
            f"&{CANARY} x",
            f"@{CANARY}",
            f"[{CANARY}]",
            f"{CANARY}: a: b",
        ]
    ),
    st.sampled_from(
        ["kafka: {sasl: {password: %s}}", "kafka:\n  sasl:\n    password: %s\n", "kafka: {sasl: %s}"]
    ),
    environs,
)
def test_no_password_is_ever_quoted(password: str, file: str, environ: dict[str, str]) -> None:
    verdict(file % password, {"AGENT_KAFKA__SASL__PASSWORD": CANARY} | environ)
