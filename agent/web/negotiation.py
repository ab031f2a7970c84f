"""What a client would rather have: the headers Accept and Accept-Encoding (RFC 9110, 12.4.2 and 12.5)."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, TypeVar

Offer = TypeVar("Offer", bound=str)


class _Range(NamedTuple):
    """One part of a header: what it names, and how much the client wants it, from 0 (not at all) to 1."""

    name: str
    parameters: Mapping[str, str]
    quality: float


def preferred(accept: str, offers: Iterable[Offer]) -> Offer:
    """The one of the media types *offers* that the client wants most, the first when it wants none of them.

    Where the client wants two as much, the one that it names more exactly is taken, then the one that it
    names first.
    """
    ranges = list(_ranges(accept))
    first, *others = offers
    best, most = first, _wish(first, ranges)
    for offer in others:
        wish = _wish(offer, ranges)
        if wish > most:
            best, most = offer, wish
    return best


def takes_gzip(accept_encoding: str) -> bool:
    """Whether a client takes gzip, and would not rather have a page as it is."""
    wanted = {it.name: it.quality for it in _ranges(accept_encoding)}
    quality = wanted.get("gzip", wanted.get("*", 0.0))
    return quality > 0 and quality >= wanted.get("identity", 0.0)


def _wish(offer: str, ranges: list[_Range]) -> tuple[float, int, int]:
    """How much *offer* is wanted, how exactly it is named, and how early."""
    name, parameters, _ = next(_ranges(offer))
    found = [
        (exactness, it.quality, -place)
        for place, it in enumerate(ranges)
        if (exactness := _exactness(it, name, parameters))
    ]
    exactness, quality, place = max(found, default=(0, 0.0, 0))
    return (quality, exactness, place) if quality else (0.0, 0, 0)


def _exactness(wanted: _Range, name: str, parameters: Mapping[str, str]) -> int:
    """How exactly a media type is named; 0 when it is not meant.

    A parameter that the type does not have rules nothing out: Prometheus asks for an escaping of names
    that no name of ours needs.
    """
    kind = name.partition("/")[0]
    names = ("*/*", f"{kind}/*", name)
    shared = wanted.parameters.keys() & parameters.keys()
    if wanted.name not in names or any(wanted.parameters[key] != parameters[key] for key in shared):
        return 0
    return 1 + names.index(wanted.name) + len(shared)


def _ranges(header: str) -> Iterator[_Range]:
    for part in header.lower().split(","):
        name, *rest = (piece.strip() for piece in part.split(";"))
        pairs = (piece.partition("=") for piece in rest)
        parameters = {key.strip(): value.strip().strip('"') for key, _, value in pairs}
        yield _Range(name, parameters, _quality(parameters.pop("q", "1")))


def _quality(text: str) -> float:
    """Whatever is no number from 0 to 1 says nothing."""
    try:
        quality = float(text)
    except ValueError:
        return 1.0
    return min(quality, 1.0) if quality >= 0 else 1.0
