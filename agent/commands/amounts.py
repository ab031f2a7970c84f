"""Numbers of things in words."""


def many(count: int, thing: str) -> str:
    """Such as "1 record" and "1,200 records"."""
    return f"{count:,} {thing}{'' if count == 1 or thing.endswith('series') else 's'}"
