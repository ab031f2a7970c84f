"""The setting classify.rules as it is written: what it may hold, and what is wrong with it.

A rule is {when: {provider, status, code, type, message}, type, reason}. Every condition is one value or a
list of them, of which one must fit; a status is a number or a class such as 5xx.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from agent.classify import OutcomeType, Reason
from agent.classify.rules import NO_RULES, Rule, Rules, Text, folded
from agent.classify.taxonomy import reasons_under
from agent.events.response import FIRST_ERROR
from agent.settings.written import did_you_mean

CONDITIONS = ("provider", "status", "code", "type", "message")
_PARTS = ("when", "type", "reason")
_TYPES = {each.value: each for each in OutcomeType}
_REASONS = {each.value: each for each in Reason}
_CLASS = re.compile(r"([1-5])xx", re.IGNORECASE)
_REGEX = re.compile(r"\.[*+]|\\[dDwWsSbB]|\(\?|\A~|\[[^\]]*-[^\]]*\][+*]")
_LOWEST, _HIGHEST = 100, 599
_LONGEST = 1000  # characters of a text
_ANYTHING: frozenset[object] = frozenset([None])  # which no condition takes

Place = tuple[str | int, ...]
_When = Mapping[str, frozenset[object]]


class Problem(NamedTuple):
    """What is wrong with the rules.

    Attributes:
        place: Where, as keys below classify.rules.
    """

    place: Place
    value: object
    message: str


class _WrongError(ValueError):
    def __init__(self, place: Place, value: object, message: str) -> None:
        super().__init__(message)
        self.problem = Problem(place, value, message)


def problems(rules: Sequence[object]) -> list[Problem]:
    """Everything that is wrong with *rules*, one for each."""
    found: list[Problem] = []
    earlier: list[tuple[int, _When]] = []
    for number, written in enumerate(rules):
        try:
            when = _checked(written)
            _reached(written, when, earlier)
        except _WrongError as error:
            found.append(error.problem._replace(place=(number, *error.problem.place)))
        else:
            earlier.append((number, when))
    return found


def compiled(rules: Sequence[Mapping[str, object]]) -> Rules:
    """The rules that *rules*, which have no problem, mean."""
    return Rules(rule(number, written) for number, written in enumerate(rules)) if rules else NO_RULES


def rule(number: int, written: Mapping[str, object]) -> Rule:
    """The rule that *written*, which has no problem, means."""
    when = _checked(written)

    def texts(name: str) -> tuple[Text, ...]:
        return tuple(Text(str(each), is_part=name == "message") for each in when.get(name, ()))

    return Rule(
        f"classify.rules[{number}]",
        _TYPES[str(written["type"])],
        _REASONS[str(written["reason"])],
        _of_status(when) or None,
        *(texts(name) for name in CONDITIONS if name != "status"),
    )


def _checked(written: object) -> _When:
    """The conditions of a rule, each by the values that it takes: statuses as numbers, texts folded."""
    if not isinstance(written, Mapping):
        raise _WrongError((), written, "a rule is a mapping of when, type and reason")
    _known((), written, _PARTS)
    missing = [part for part in _PARTS if part not in written]
    if missing:
        raise _WrongError((), written, f"{', '.join(missing)} is missing")
    kind = _word(("type",), written["type"], list(_TYPES))
    reason = written["reason"]
    under = [each.value for each in Reason if each in reasons_under(_TYPES[kind])]
    if isinstance(reason, str) and reason in _REASONS and reason not in under:
        raise _WrongError(("reason",), reason, f"under {kind} there are {', '.join(under)}")
    _word(("reason",), reason, under)
    return _conditions(written["when"])


def _conditions(when: object) -> _When:
    if not isinstance(when, Mapping) or not when:
        why = f"give at least one of {', '.join(CONDITIONS)}, or the rule would hold for every error"
        raise _WrongError(("when",), when, why)
    _known(("when",), when, CONDITIONS)
    return {name: frozenset(_values(name, value)) for name, value in when.items()}


def _values(name: str, value: object) -> Iterator[object]:
    listed = value if isinstance(value, list) else [value]
    if not listed:
        raise _WrongError(("when", name), value, "the list is empty, so that nothing could fit")
    for number, item in enumerate(listed):
        place = ("when", name, number) if isinstance(value, list) else ("when", name)
        if name == "status":
            yield from _statuses(place, item)
        else:
            yield _text(place, item)


def _statuses(place: Place, item: object) -> Iterator[int]:
    kind = _CLASS.fullmatch(item.strip()) if isinstance(item, str) else None
    if kind:
        first = int(kind[1]) * 100
        yield from range(first, first + 100)
        return
    number = int(item) if isinstance(item, str) and re.fullmatch(r"[0-9]{3}", item) else item
    if isinstance(number, bool) or not isinstance(number, int) or not _LOWEST <= number <= _HIGHEST:
        why = f"a status is a number from {_LOWEST} to {_HIGHEST}, a class such as 5xx, or a list of these"
        raise _WrongError(place, item, why)
    yield number


def _text(place: Place, item: object) -> str:
    text = str(item) if isinstance(item, int | str) and not isinstance(item, bool) else ""
    if not folded(text).strip("* "):
        raise _WrongError(place, item, "it is not a text with something but * in it")
    if len(text) > _LONGEST:
        raise _WrongError(place, item, f"it has {len(text)} characters, and {_LONGEST} is the most")
    if _REGEX.search(text):
        raise _WrongError(place, item, "regular expressions are not read; write * for any text")
    return folded(text)


def _known(place: Place, written: Mapping[object, object], names: Sequence[str]) -> None:
    for name in written:
        if name not in names:
            why = f"there are {', '.join(names)}{did_you_mean(name, names)}"
            raise _WrongError((*place, str(name)), written[name], f"there is no {name}; {why}")


def _word(place: Place, value: object, words: Sequence[str]) -> str:
    if not isinstance(value, str) or value not in words:
        raise _WrongError(place, value, f"give one of {', '.join(words)}{did_you_mean(value, words)}")
    return value


def _reached(written: object, when: _When, earlier: Sequence[tuple[int, _When]]) -> None:
    """Refuse a rule that an earlier one leaves nothing."""
    # A success is nobody's who does not name its status.
    of_success = any(status < FIRST_ERROR for status in _of_status(when))
    for number, before in earlier:
        if of_success and "status" not in before:
            continue
        if all(when.get(name, _ANYTHING) <= values for name, values in before.items()):
            why = f"classify.rules[{number}] holds wherever this would; leave one of them out"
            raise _WrongError((), written, f"{why}, or put this one first")


def _of_status(when: _When) -> frozenset[int]:
    return frozenset(status for status in when.get("status", ()) if isinstance(status, int))
