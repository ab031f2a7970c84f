"""Real errors, and others that differ from them in numbers and ids only."""

import re
import string
from dataclasses import replace

import orjson
from hypothesis import strategies as st

from agent.events.response import ApiResponse
from tests.unit.classify.bodies import corpus, own

_NUMBERS = re.compile(r"(?<![0-9A-Za-z])(?:[0-9A-Za-z]{20,}|[0-9a-f]*[0-9][0-9A-Za-z]*)")
_HEX = re.compile(r"[0-9a-f]+")
_ID = re.compile(r"(?=.*[0-9]).{20,}")
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")


def parsed(body: object) -> object:
    """A body as the events hand it over: an object, or a text that is none."""
    try:
        value = orjson.loads(str(body))
    except orjson.JSONDecodeError:
        return body
    return value if isinstance(value, dict) else body


def real() -> list[ApiResponse]:
    """Errors as they came: our own, and those of the corpus where it is at hand."""
    bodies = (each.response for each in (*own(), *corpus()))
    return [replace(each, body=parsed(each.body)) for each in bodies if (each.status or 0) >= 400]


REAL = real()


def text_of(response: ApiResponse) -> str:
    """Its body as a text."""
    return response.body if isinstance(response.body, str) else orjson.dumps(response.body).decode()


@st.composite
def alike(draw: st.DrawFn, text: str) -> str:
    """A text with some of its numbers, ids and codes drawn anew."""
    letters, numbers = st.sampled_from("0123456789abcdef"), st.sampled_from("0123456789")
    mixed = st.sampled_from(string.digits + string.ascii_letters)
    told = st.sampled_from(
        ["0", "5", "1008", "1113", "100", "429", "503", "3000", "10000", "12d", "7200", "2013"]
    )

    def measure(kept: str) -> st.SearchStrategy[str]:
        """As long a span: 1m26s for 7m05s."""
        parts = [numbers if each.isdigit() else st.just(each) for each in kept]
        return st.tuples(*parts).map("".join)

    def anew(match: re.Match[str]) -> str:
        kept, size = match[0], len(match[0])
        hexadecimal = st.text(letters, min_size=size, max_size=size)
        number = st.text(numbers, min_size=size, max_size=size)
        same = st.just(kept)
        other = st.text(mixed, min_size=size, max_size=size) if _ID.fullmatch(kept) else measure(kept)
        return draw(
            (number if kept.isdigit() else hexadecimal if _HEX.fullmatch(kept) else other) | same | told
        )

    return _NUMBERS.sub(anew, _UUID.sub(lambda _: str(draw(st.uuids())), text))
