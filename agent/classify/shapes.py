"""Bodies of the same shape, found quickly: those that differ in ids and counters only.

What stands between the runs of letters and digits of a body is compared as it is, and the runs by their
masks (agent.classify.masking). Which bodies are worth comparing tells what is left of their bytes without
letters and digits.
"""

import string
from typing import Generic, TypeVar

from agent.classify.masking import mask, parted

Told = TypeVar("Told")
Masks = tuple[str, ...]
Rest = tuple[object, ...]

_LETTERS_AND_DIGITS = (string.ascii_letters + string.digits).encode()
_MOST_FRAMES = 32
_WEIGHT, _OVERHEAD = 4, 2048  # bytes for each byte of a body, and besides: what is known of it quotes it


class _Slot:
    """The place of a run.

    Attributes:
        run: The last one that was looked at, with its *mask*: most numbers stay.

    Args:
        before: The text in front of it, and *after* that behind it, up to the next runs.
    """

    __slots__ = ("_after", "_before", "_is_uuid", "mask", "run")

    def __init__(self, run: bytes, before: str, after: str) -> None:
        self._before, self._after, self._is_uuid = before, after, b"-" in run
        self.run, self.mask = run, mask(run.decode(), before, after)

    def look_at(self, run: bytes) -> bool:
        """Whether *run* is one of the same kind: one word with a digit in it, or a UUID."""
        if run.isalpha() or run.isalnum() is self._is_uuid:
            return False
        self.run, self.mask = run, mask(run.decode("ascii"), self._before, self._after)
        return True


class _Frame(Generic[Told]):
    """Bodies that differ in their runs only, at the same places.

    Attributes:
        told: What is known of them, by the masks of their runs.
    """

    def __init__(self, pieces: list[str], told: Told) -> None:
        self._literals: list[tuple[int, int, bytes]] = []
        self._slots: list[tuple[int, int, _Slot]] = []
        end = 0
        for at, piece in enumerate(pieces):
            data = piece.encode("utf-8", "surrogatepass")
            start, end = end, end + len(data)
            if at % 2:
                self._slots.append((start, end, _Slot(data, pieces[at - 1], pieces[at + 1])))
            elif data:
                self._literals.append((start, end, data))
        self.told: dict[Masks, Told] = {tuple([slot.mask for *_, slot in self._slots]): told}

    def learn(self, data: bytes, told: Told) -> bool:
        """Remember what was *told* of another body, if it is of this frame."""
        masks = self.masks(data)
        if masks is not None:
            self.told[masks] = told
        return masks is not None

    def masks(self, data: bytes) -> Masks | None:
        """The masks of the runs of another body; None where it differs in more than these."""
        for start, end, literal in self._literals:
            if data[start:end] != literal:
                return None
        found = []
        for start, end, slot in self._slots:
            run = data[start:end]
            if run != slot.run and not slot.look_at(run):
                return None
            found.append(slot.mask)
        return tuple(found)


class Shapes(Generic[Told]):
    """What is known of bodies, by their shapes.

    A shape is read when a body comes that may have it: most bodies that are never seen again cost nothing.

    Args:
        most_bytes: That all of it may take, estimated.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes, self._bytes = most_bytes, 0
        self._frames: dict[Rest, list[_Frame[Told]]] = {}
        self._unread: dict[Rest, list[tuple[bytes, Told]]] = {}

    def clear(self) -> None:
        self._frames.clear()
        self._unread.clear()
        self._bytes = 0

    def get(self, data: bytes, rest: Rest) -> Told | None:
        """What is known of a body of the shape of *data*, if what else matters was the same *rest*."""
        key = _key(data, rest)
        if key in self._unread:
            self._read(key)
        for frame in self._frames.get(key, ()):
            masks = frame.masks(data)
            if masks is not None:
                return frame.told.get(masks)
        return None

    def keep(self, data: bytes, rest: Rest, told: Told) -> None:
        """Remember what was *told* of a body."""
        self._bytes += _WEIGHT * len(data) + _OVERHEAD
        if self._bytes > self._most_bytes:
            self.clear()
        key = _key(data, rest)
        self._unread.setdefault(key, []).append((data, told))

    def _read(self, key: Rest) -> None:
        frames = self._frames.setdefault(key, [])
        for data, told in self._unread.pop(key):
            if any(frame.learn(data, told) for frame in frames):
                continue
            pieces = parted(data.decode("utf-8", "surrogatepass"))
            if pieces is not None:
                del frames[: -_MOST_FRAMES + 1]
                frames.append(_Frame(pieces, told))


def _key(data: bytes, rest: Rest) -> Rest:
    return (len(data), data.translate(None, _LETTERS_AND_DIGITS), *rest)
