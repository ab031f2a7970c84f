"""Single words of a log, whatever stands where they are looked for."""

from collections.abc import Mapping

NO_VALUE = (None, "", "-")


def word(value: object) -> str:
    """A text, or a number as one; empty for anything else."""
    return str(value).strip() if type(value) in {str, int, float} else ""


def number(value: object) -> int:
    """A whole number of up to three digits; 0 for anything else."""
    digits = word(value)
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < len("1000") else 0


def said(event: object, *names: str) -> str:
    """What stands under the first of *names* that holds a word or a number; empty when none does."""
    if isinstance(event, Mapping):
        for name in names:
            found = word(event.get(name))
            if found not in NO_VALUE:
                return found
    return ""


def is_blank(event: object, *names: str) -> bool:
    """Whether the event has one of *names* and none of those it has holds a value."""
    held = [event[name] for name in names if name in event] if isinstance(event, Mapping) else []
    return bool(held) and all(value in NO_VALUE for value in held)
