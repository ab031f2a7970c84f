"""Numbers as people say them."""

_UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"))


def ago(seconds: float) -> str:
    """A length of time in its largest whole unit: 4 min."""
    for size, unit in _UNITS:
        if seconds >= 2 * size or seconds == size:
            return f"{seconds / size:.0f} {unit}"
    return f"{max(0.0, seconds):.0f} s"


def many(number: float, what: str) -> str:
    return f"{number:,.0f} {what}" + ("" if number == 1 else "s")
