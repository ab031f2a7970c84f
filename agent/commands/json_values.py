"""Lines -> the JSON values in them: one a line, or each over several lines, as pretty-printers write them.

Nothing is parsed here. What is one value is told by its brackets, so that a value which is almost JSON
reaches the reader of events whole, and a line that was cut off ends with itself.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|[][{}"]')
_CLOSES = {b"}": b"{", b"]": b"["}
_BOM = b"\xef\xbb\xbf"
_OPENING = (b"{", b"[")
_DEEPEST = 1024  # no reader of JSON goes deeper


class Value(NamedTuple):
    """One value.

    Attributes:
        line: Number of the line where it begins.

        lines: Over how many it goes.
    """

    content: bytes
    line: int
    lines: int


def values(lines: Iterable[bytes], longest: int) -> Iterator[Value]:
    """The values in order. Blank lines between them are none.

    Args:
        longest: Bytes of a value that is kept whole; of a longer one comes a bit more than that.
    """
    part = _Part(1, longest)
    for number, line in enumerate(lines, 1):
        if part.lines and part.opened_by(line) is None:
            yield from part.cut()
            part = _Part(number, longest)
        if not part.lines:
            part = _Part(number, longest)
            if not line.strip():
                continue
        part.add(line)
        if not part.opened:
            yield part.value()
            part = _Part(number, longest)
    yield from part.cut()


class _Part:
    """A value that has begun.

    Attributes:
        opened: The brackets that are open after its last line.
    """

    def __init__(self, line: int, longest: int) -> None:
        self._line = line
        self._longest = longest
        self._kept: list[bytes] = []
        self._size = 0
        self._end = b""
        self.lines = 0
        self.opened = b""

    def opened_by(self, line: bytes) -> bytes | None:
        """The brackets that are open after *line*; None if it cannot go on here."""
        if len(line) > self._longest:
            return None
        text = line.removeprefix(_BOM).strip()
        if text.startswith(_OPENING) and self.lines and not self._may_begin():
            return None
        return _nesting(self.opened, text) if self.lines or text.startswith(_OPENING) else b""

    def _may_begin(self) -> bool:
        """Whether an object or a list can begin after what the last line ends with."""
        return self._end == b":" if self.opened.endswith(b"{") else self._end in (b",", b"[")

    def add(self, line: bytes) -> None:
        self.opened = self.opened_by(line) or b""
        if self._size <= self._longest:
            self._kept.append(line)
        self._size += len(line)
        self._end = line.rstrip()[-1:] or self._end
        self.lines += 1

    def value(self) -> Value:
        return Value(b"".join(self._kept).rstrip(b"\r\n"), self._line, self.lines)

    def cut(self) -> Iterator[Value]:
        """What there is of a value that never ended: its lines one by one unless it is too long."""
        if self._size > self._longest:
            yield self.value()
            return
        for number, line in enumerate(self._kept, self._line):
            if line.strip():
                yield Value(line.rstrip(b"\r\n"), number, 1)


def _nesting(opened: bytes, text: bytes) -> bytes | None:
    """The brackets that are open after *text*; None if they do not fit, or a string does not end."""
    for found in _TOKEN.finditer(text):
        token = found[0]
        if token in _OPENING and len(opened) < _DEEPEST:
            opened += token
        elif token in _CLOSES and opened.endswith(_CLOSES[token]):
            opened = opened[:-1]
        elif len(token) == 1:
            return None
    return opened
