"""The code of docs/producing.md, run with the real SDKs against a provider of our own and a Kafka."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Consumer, TopicPartition

from agent.events.presets import PRESETS
from agent.settings import load
from tests.commanding import run
from tests.docs.pages import DOCS, blocks
from tests.docs.provider import Answer, provider
from tests.tools import sdks
from tests.tools.cache import ROOT, require
from tests.tools.embedded import PARTITIONS, Embedded
from tests.tools.process import until

PAGE = DOCS / "producing.md"
BODIES = ROOT / "tests" / "data" / "bodies"
NO_BROKER = "127.0.0.1:1"
PROMPT, KEY = "the prompt of a user", "sk-0123456789abcdef0123456789abcdef"

_topics = (f"produced-{number}" for number in count())


def refusal(vendor: str, type_: str) -> Answer:
    """A real body of a vendor, as an answer that asks for a retry at once."""
    rows = map(json.loads, (BODIES / f"{vendor}.jsonl").read_text().splitlines())
    row = next(row for row in rows if row["type"] == type_ and row["status"])
    at_once = (("retry-after-ms", "1"), ("set-cookie", "session=secret"))
    return Answer(row["status"], row["body"], at_once)


CHAT = Answer(
    200,
    json.dumps(
        {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 1,
            "model": "gpt-5",
            "choices": [
                {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "Hello"}}
            ],
            "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
        }
    ),
)
MESSAGE = Answer(
    200,
    json.dumps(
        {
            "id": "msg_1",
            "type": "message",
            "role": "assistant",
            "model": "claude",
            "content": [{"type": "text", "text": "Hello"}],
            "stop_reason": "end_turn",
            "stop_sequence": None,
            "usage": {"input_tokens": 1, "output_tokens": 1},
        }
    ),
)
STREAM = Answer(
    200,
    "".join(
        f"data: {json.dumps({'choices': [{'index': 0, 'delta': {'content': word}}]})}\n\n"
        for word in ("Hel", "lo")
    )
    + "data: [DONE]\n\n",
    type="text/event-stream",
)

ASK = f"model='m', messages=[{{'role': 'user', 'content': {PROMPT!r}}}]"
OPENAI = f"print(client.chat.completions.create({ASK}).choices[0].message.content)"
ANTHROPIC = f"print(client.messages.create(max_tokens=9, {ASK}).content[0].text)"
ASYNC_OPENAI = (
    f"import asyncio\nprint(asyncio.run(client.chat.completions.create({ASK})).choices[0].message.content)"
)
STREAMED = (
    f"for it in client.chat.completions.create(stream=True, {ASK}):\n    print(it.choices[0].delta.content)"
)


@pytest.fixture(scope="module")
def packages() -> Path:
    return require(sdks.ensure)


@pytest.fixture(scope="module")
def broker() -> Iterator[Embedded]:
    with Embedded() as running:
        yield running


@pytest.fixture
def topic(broker: Embedded) -> str:
    name = next(_topics)
    broker.create_topic(name)
    return name


class Program:
    """The modules of the page in a folder, for a broker and a topic of the test."""

    def __init__(self, folder: Path, packages: Path, bootstrap: str, topic: str) -> None:
        self._folder, self._packages = folder, packages
        for text in blocks(PAGE, "python"):
            name, _, code = text.partition("\n")
            code = code.replace("kafka:9092", bootstrap).replace("api-responses", topic)
            (folder / name.removeprefix("# ")).write_text(code)

    def run(self, code: str, url: str) -> str:
        """Run *code* to its end; give what it prints."""
        environ = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": f"{self._folder}:{self._packages}",
            "OPENAI_BASE_URL": f"{url}/v1",
            "OPENAI_API_KEY": KEY,
            "ANTHROPIC_BASE_URL": url,
            "ANTHROPIC_API_KEY": KEY,
            "LITELLM_LOCAL_MODEL_COST_MAP": "True",
        }
        ended = subprocess.run(
            [sys.executable, "-c", code],
            cwd=self._folder,
            env=environ,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert ended.returncode == 0, ended.stderr
        return ended.stdout


@pytest.fixture
def program(tmp_path: Path, packages: Path, broker: Embedded, topic: str) -> Program:
    return Program(tmp_path, packages, broker.bootstrap, topic)


def produced(broker: Embedded, topic: str, records: int) -> list[dict[str, Any]]:
    """The first records of a topic, in the order of their time."""
    consumer = Consumer({"bootstrap.servers": broker.bootstrap, "group.id": "none", "log_level": 3})
    consumer.assign([TopicPartition(topic, number, 0) for number in range(PARTITIONS)])
    found: list[Any] = []

    def all_there() -> bool:
        found.extend(consumer.consume(records, timeout=0.2))
        return len(found) >= records

    try:
        until(all_there, 30, f"{topic} has fewer than {records} records")
    finally:
        consumer.close()
    assert not any(secret in it.value().decode() for it in found for secret in (PROMPT, KEY))
    return [json.loads(it.value()) for it in sorted(found, key=lambda it: it.timestamp()[1])]


def meaning(event: dict[str, Any], settings: Path | None = None) -> str:
    """The type that the agent gives an event."""
    options = ("--config.file", str(settings)) if settings else ()
    said = run("classify", *options, stdin=json.dumps(event))
    return str(json.loads(said.stdout)["type"])


@pytest.mark.parametrize(
    ("module", "call", "vendor", "error", "success"),
    [
        ("with_openai", OPENAI, "openai", "rate_limit_error", CHAT),
        ("with_async_openai", ASYNC_OPENAI, "openai", "api_error", CHAT),
        ("with_anthropic", ANTHROPIC, "anthropic", "overloaded_error", MESSAGE),
    ],
)
def test_each_attempt_of_a_call_is_an_event_that_says_what_the_provider_said(
    program: Program,
    broker: Embedded,
    topic: str,
    module: str,
    call: str,
    vendor: str,
    error: str,
    success: Answer,
) -> None:
    with provider([refusal(vendor, error), success]) as url:
        said = program.run(f"from {module} import client\n{call}", url)

    events = produced(broker, topic, 2)
    assert said == "Hello\n"
    assert [meaning(event) for event in events] == [error, "ok"]
    assert {event["path"] for event in events} <= {"/v1/chat/completions", "/v1/messages"}
    assert all(0 < event["duration_seconds"] < 60 for event in events)
    assert not any("set-cookie" in event["headers"] for event in events)


def test_a_stream_stays_a_stream(program: Program, broker: Embedded, topic: str) -> None:
    with provider([STREAM]) as url:
        said = program.run(f"from with_openai import client\n{STREAMED}", url)

    (event,) = produced(broker, topic, 1)
    assert said == "Hel\nlo\n"
    assert event["status"] == 200
    assert not {"body", "duration_seconds"} & event.keys()


def test_a_call_goes_well_while_kafka_is_away(tmp_path: Path, packages: Path) -> None:
    program = Program(tmp_path, packages, NO_BROKER, "nowhere")

    with provider([CHAT]) as url:
        assert program.run(f"from with_openai import client\n{OPENAI}", url) == "Hello\n"


def test_litellm_finds_the_callback_and_reports_each_call_once_as_the_preset_reads_it(
    program: Program, broker: Embedded, topic: str, tmp_path: Path
) -> None:
    refused = refusal("openai", "insufficient_balance")
    with provider([refused, CHAT, refused, CHAT]) as url:
        program.run(LITELLM, url)

    (tmp_path / "agent.yaml").write_text(blocks(PAGE, "yaml", "agent.yaml")[0])
    types = [meaning(event, tmp_path / "agent.yaml") for event in produced(broker, topic, 4)]
    # Threads of LiteLLM's report calls that did not wait for each other.
    assert sorted(types) == ["insufficient_balance"] * 2 + ["ok"] * 2


(CALLBACK,) = re.findall(r"callbacks: (\S+)", PAGE.read_text())
LITELLM = f"""
import asyncio, contextlib, litellm
from litellm.proxy.types_utils.utils import get_instance_fn

litellm.callbacks = [get_instance_fn("{CALLBACK}", config_file_path="config.yaml")]
OPTIONS = dict({ASK}, custom_llm_provider="openai", max_retries=0)

async def calls():
    for _ in "12":
        with contextlib.suppress(litellm.RateLimitError):
            await litellm.acompletion(**OPTIONS)
    await litellm.litellm_core_utils.logging_worker.GLOBAL_LOGGING_WORKER.flush()

for _ in "12":
    with contextlib.suppress(litellm.RateLimitError):
        litellm.completion(**OPTIONS)
asyncio.run(calls())
"""


OF_SPEND_LOGS = {"request_id", "request_duration_ms", "litellm_call_id"}
"""What the preset reads of LiteLLM's other payloads, which a callback does not get."""


def test_the_callback_sends_every_field_that_the_preset_reads() -> None:
    preset = PRESETS["litellm"]
    read = {source.path for sources in (*preset.fields.values(), preset.body or ()) for source in sources}
    (fields,) = re.findall(r"FIELDS = \(.*?\n\)", PAGE.read_text(), re.DOTALL)

    top = {path.partition(".")[0] for path in read} - {"*"} - OF_SPEND_LOGS
    assert top <= set(re.findall(r'"(\w+)"', fields))


def test_the_versions_are_those_that_the_tests_take() -> None:
    locked = dict(re.findall(r"(?m)^(\w+)==([\w.]+)", sdks.REQUIREMENTS.read_text()))
    (said,) = re.findall(r"The tests of this project run (.+?)\. It also", PAGE.read_text(), re.DOTALL)

    named = dict(re.findall(r"(openai|anthropic|litellm) (\d[\d.]*\d)", said))
    assert named == {name: locked[name] for name in sdks.REQUIREMENTS.with_suffix(".in").read_text().split()}


# --- kcat ---------------------------------------------------------------------------------------------

KCAT = [line for block in blocks(PAGE, "sh") for line in block.splitlines() if "kcat" in line]


def test_what_is_piped_into_kcat_is_an_event() -> None:
    (event,) = re.findall(r"echo '(.+)' \|", KCAT[0])

    assert meaning(json.loads(event)) == "insufficient_balance"


@pytest.mark.skipif(shutil.which("kcat") is None, reason="NOT TESTED: kcat is not on the PATH")
@pytest.mark.parametrize("line", KCAT)
def test_kcat_sends_one_record_for_each_line(broker: Embedded, topic: str, tmp_path: Path, line: str) -> None:
    (tmp_path / "events.jsonl").write_text('{"status": 200}\n')
    command = line.replace("kafka:9092", broker.bootstrap).replace("api-responses", topic)

    subprocess.run(["sh", "-c", command], cwd=tmp_path, check=True, timeout=60)

    assert len(produced(broker, topic, 1)) == 1


def test_the_settings_of_the_page_are_taken(tmp_path: Path) -> None:
    (tmp_path / "agent.yaml").write_text(blocks(PAGE, "yaml", "agent.yaml")[0])

    assert load(tmp_path / "agent.yaml").events.preset == "litellm"
    assert run("check-config", "--config.file", str(tmp_path / "agent.yaml")).exit_code == 0
