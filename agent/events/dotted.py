"""Objects whose keys are paths: {"http.response.status_code": 429} is {"http": {"response": {...}}}."""

from collections.abc import Mapping

_DEEPEST = 8


def opened(event: Mapping[str, object], depth: int = 0) -> Mapping[str, object]:
    """The same object with an object for each part of a key; of two values for a place the first counts."""
    if depth > _DEEPEST or not any(_is_path(key) or type(value) is dict for key, value in event.items()):
        return event
    found: dict[str, object] = {}
    for key, value in event.items():
        *above, last = key.split(".") if _is_path(key) else (key,)
        _put(found, above, last, opened(value, depth + 1) if type(value) is dict else value)
    return found


def _is_path(key: str) -> bool:
    return "." in key and all(key.split(".")[:_DEEPEST])


def _put(holder: dict[str, object], above: list[str], last: str, value: object) -> None:
    for part in above[:_DEEPEST]:
        inner = holder.setdefault(part, {})
        if type(inner) is not dict:
            return
        holder = inner
    held = holder.get(last)
    if type(held) is dict and isinstance(value, Mapping):
        for key, inner in value.items():
            _put(held, [], key, inner)
    else:
        holder.setdefault(last, value)
