"""Bodies of the same shape, found quickly: those that differ in ids and counters only.

What stands between the runs of letters and digits of a body is compared as it is, and the runs by their
masks (agent.classify.masking), or by their kinds where these say the same (agent.classify.kinds). Which
bodies are worth comparing tells what is left of their bytes without letters and digits.
"""

import string
from collections.abc import Iterable
from itertools import pairwise
from struct import Struct
from typing import Generic, NamedTuple, TypeVar

from agent.bounded import Bounded
from agent.classify.kinds import Look, look_for
from agent.classify.masking import mask, parted

Told = TypeVar("Told")
Masks = tuple[str, ...]
Kinds = tuple[int | bytes | None, ...]
Rest = tuple[object, ...]

_LETTERS_AND_DIGITS = (string.ascii_letters + string.digits).encode()
_MOST_FRAMES = 32
_WEIGHT, _OVERHEAD = 4, 2048  # bytes for each byte of a body, and besides: what is known of it quotes it
_MOST_BYTES_OF_KINDS = 4 << 20
_FEW = 3  # characters of a run: there are not many that are as short


class _Slot:
    """The place of a run.

    Attributes:
        start: Where in the bytes of a body it is, up to *end*.

        run: The last one whose *mask* was made: most numbers stay.

        varies: Whether it was not always the same.

    Args:
        before: The text in front of it, and *after* that behind it, up to the next runs.
    """

    __slots__ = ("_after", "_before", "_is_uuid", "end", "mask", "run", "start", "varies")

    def __init__(self, start: int, run: str, before: str, after: str) -> None:
        self._before, self._after, self._is_uuid = before, after, "-" in run
        self.start, self.end = start, start + len(run)
        self.run, self.mask, self.varies = run.encode(), mask(run, before, after), False

    def look_at(self, run: bytes) -> bool:
        """Whether *run* is one word with a digit in it, or a UUID, as the first one was."""
        if run.isalpha() or run.isalnum() is self._is_uuid:
            return False
        self.run, self.mask = run, mask(run.decode("ascii"), self._before, self._after)
        return True

    def look_for_kinds(self) -> Look:
        """What tells the kind of a run that stands here."""
        return look_for(self.run.decode("ascii"), self._before, self._after)


class _Cut(NamedTuple):
    """Where bodies of one size are cut.

    Attributes:
        around: Reads what is the same in all of them, the *texts*.

        within: Reads the runs between.
    """

    around: Struct
    within: Struct
    texts: tuple[bytes, ...]

    def runs(self, data: bytes) -> tuple[bytes, ...] | None:
        """The runs in a body; None where it differs in more than these."""
        return self.within.unpack(data) if self.around.unpack(data) == self.texts else None


def _cut(slots: Iterable[_Slot], data: bytes) -> _Cut:
    ends = [0, *(end for slot in slots for end in (slot.start, slot.end)), len(data)]
    sizes = [end - start for start, end in pairwise(ends)]
    around, within = (
        Struct("".join(f"{size}{codes[at % 2]}" for at, size in enumerate(sizes))) for codes in ("sx", "xs")
    )
    return _Cut(around, within, around.unpack(data))


class _Frame(Generic[Told]):
    """Bodies that differ in their runs only, at the same places.

    Attributes:
        told: What is known of them, by the masks of their runs.
    """

    def __init__(self, pieces: list[str], told: Told) -> None:
        self._slots: list[_Slot] = []
        data = b""
        for at, piece in enumerate(pieces):
            if at % 2:
                self._slots.append(_Slot(len(data), piece, pieces[at - 1], pieces[at + 1]))
            data += piece.encode("utf-8", "surrogatepass")
        self._all, self._varying = _cut(self._slots, data), _cut((), data)
        self._kinds_of: list[Look] = []
        self.told: dict[Masks, Told] = {tuple([slot.mask for slot in self._slots]): told}

    def learn(self, data: bytes, told: Told) -> bool:
        """Remember what was *told* of another body, if it is of this frame."""
        masks = self.masks(data)
        if masks is not None:
            self.told[masks] = told
        return masks is not None

    def kinds(self, data: bytes) -> Kinds | None:
        """The kinds of the runs that vary, of a body in which the others are as ever; None of another one.

        A run of no sure kind stands there itself. Bodies with the same kinds have the same masks.
        """
        runs = self._varying.runs(data)
        if runs is None:
            return None
        looks = zip(self._kinds_of, runs, strict=True)
        return tuple([found.lastindex if (found := kind_of(run)) else run for kind_of, run in looks])

    def masks(self, data: bytes) -> Masks | None:
        """The masks of the runs of another body; None where it differs in more than these."""
        runs = self._all.runs(data)
        if runs is None:
            return None
        changed = [(slot, run) for slot, run in zip(self._slots, runs, strict=True) if run != slot.run]
        if not all(slot.look_at(run) for slot, run in changed):
            return None
        self._vary([slot for slot, _ in changed if not slot.varies], data)
        return tuple([slot.mask for slot in self._slots])

    def _vary(self, slots: list[_Slot], data: bytes) -> None:
        """From now on the runs in *slots* are none that are always the same."""
        for slot in slots:
            slot.varies = True
        if slots:  # kinds have more parts from now on: those found before stay apart
            varying = [slot for slot in self._slots if slot.varies]
            self._varying, self._kinds_of = _cut(varying, data), [slot.look_for_kinds() for slot in varying]


class _Alike(NamedTuple, Generic[Told]):
    """Bodies that may have the same shape; those whose shape was not read yet stand apart."""

    frames: list[_Frame[Told]]
    unread: list[tuple[bytes, Told]]


class Shapes(Generic[Told]):
    """What is known of bodies, by their shapes.

    A shape is read when a body comes that may have it: most bodies that are never seen again cost nothing.

    Args:
        most_bytes: That all of it may take, estimated.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes, self._bytes = most_bytes, 0
        self._alike: dict[Rest, _Alike[Told]] = {}
        self._by_kinds: Bounded[Told] = Bounded(_MOST_BYTES_OF_KINDS)

    def clear(self) -> None:
        self._alike.clear()
        self._by_kinds.clear()
        self._bytes = 0

    def get(self, data: bytes, rest: Rest) -> Told | None:
        """What is known of a body of the shape of *data*, if what else matters was the same *rest*."""
        alike = self._alike.get(_key(data, rest))
        if alike is None:
            return None
        if alike.unread:
            _read(alike)
        for frame in alike.frames:
            kinds = frame.kinds(data)
            told = self._by_kinds.get((frame, kinds))
            if told is not None:
                return told
            masks = frame.masks(data)
            if masks is not None:
                return self._by_masks(frame, masks, kinds)
        return None

    def keep(self, data: bytes, rest: Rest, told: Told) -> None:
        """Remember what was *told* of a body."""
        self._bytes += _WEIGHT * len(data) + _OVERHEAD
        if self._bytes > self._most_bytes:
            self.clear()
        key = _key(data, rest)
        alike = self._alike.get(key)
        if alike is None:
            alike = self._alike[key] = _Alike([], [])
        alike.unread.append((data, told))

    def _by_masks(self, frame: _Frame[Told], masks: Masks, kinds: Kinds | None) -> Told | None:
        """What is known of a body of *frame*, which is found by its kinds the next time."""
        told = frame.told.get(masks)
        if told is not None and kinds is not None and all(map(_is_one_of_few, kinds)):
            self._by_kinds.keep((frame, kinds), told)
        return told


def _read(alike: _Alike[Told]) -> None:
    for data, told in alike.unread:
        if any(frame.learn(data, told) for frame in alike.frames):
            continue
        pieces = parted(data.decode("utf-8", "surrogatepass"))
        if pieces is not None:
            del alike.frames[: -_MOST_FRAMES + 1]
            alike.frames.append(_Frame(pieces, told))
    alike.unread.clear()


def _is_one_of_few(kind: int | bytes | None) -> bool:
    return not isinstance(kind, bytes) or len(kind) <= _FEW


def _key(data: bytes, rest: Rest) -> Rest:
    return (len(data), data.translate(None, _LETTERS_AND_DIGITS), *rest)
