"""What a run says at its end."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from tests.mutants.mutations import Mutant
from tests.mutants.rooms import Room


class Verdict(NamedTuple):
    """What became of one change; nobody could notice one that is equivalent."""

    room: str
    mutant: Mutant
    is_noticed: bool
    is_equivalent: bool = False


def lines(rooms: Sequence[Room], verdicts: Sequence[Verdict]) -> Iterator[str]:
    """A line for each room, then the changes that no test noticed."""
    yield f"{'room':<12}{'noticed':>12}{'share':>8}{'goal':>7}{'equivalent':>12}"
    for room in rooms:
        yield _line(room, [it for it in verdicts if it.room == room.name])
    unnoticed = [it.mutant for it in verdicts if not it.is_noticed and not it.is_equivalent]
    yield f"\n{len(unnoticed)} not noticed"
    yield from sorted(map(str, unnoticed))


def _line(room: Room, found: Sequence[Verdict]) -> str:
    counted = [it for it in found if not it.is_equivalent]
    noticed = sum(it.is_noticed for it in counted)
    share = f"{100 * noticed / len(counted):.0f} %" if counted else "-"
    of = f"{noticed} of {len(counted)}"
    return f"{room.name:<12}{of:>12}{share:>8}{f'{room.goal} %':>7}{len(found) - len(counted):>12}"
