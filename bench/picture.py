"""CPU per event by mix and candidate as bars in SVG. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any
from xml.sax.saxutils import escape

from bench.mixes import ALL, MIXES

COLORS = {"floor": "#8a94a6", "go": "#3a8fb7", "naive": "#c98b3a", "agent": "#3f9b63"}
LEFT, WIDTH, BAR, SPACE, TOP = 380, 520, 11, 14, 44


def bars(found: Mapping[str, Any]) -> str:
    """One group of bars for each mix that was measured."""
    groups = [(mix.title, list(_values(found, mix.name))) for mix in MIXES]
    groups = [(title, values) for title, values in groups if values]
    most = max((value for _, values in groups for _, value in values), default=1.0)
    height = TOP + sum(BAR * len(values) + SPACE for _, values in groups)
    return "\n".join((*_head(height), *_groups(groups, most), "</svg>\n"))


def _values(found: Mapping[str, Any], mix: str) -> Iterable[tuple[str, float]]:
    for name in ALL:
        if mix in found.get(f"{name}_us", {}):
            yield name, float(found[f"{name}_us"][mix])


def _head(height: int) -> Iterable[str]:
    width = LEFT + WIDTH + 70
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"'
        ' font-family="sans-serif" font-size="12">'
    )
    yield f'<rect width="{width}" height="{height}" fill="#ffffff"/>'
    yield '<text x="10" y="22" font-size="14" fill="#222">CPU per event, microseconds</text>'
    for number, name in enumerate(ALL):
        x = LEFT + 100 * number
        yield f'<rect x="{x}" y="12" width="12" height="12" fill="{COLORS[name]}"/>'
        yield f'<text x="{x + 18}" y="22" fill="#222">{name}</text>'


def _groups(groups: Iterable[tuple[str, list[tuple[str, float]]]], most: float) -> Iterable[str]:
    y = TOP
    for title, values in groups:
        middle = y + BAR * len(values) / 2 + 4
        yield f'<text x="{LEFT - 10}" y="{middle:.0f}" text-anchor="end" fill="#222">{escape(title)}</text>'
        for name, value in values:
            width = WIDTH * value / most
            right = LEFT + width + 5
            yield f'<rect x="{LEFT}" y="{y}" width="{width:.1f}" height="{BAR - 1}" fill="{COLORS[name]}"/>'
            yield f'<text x="{right:.1f}" y="{y + 9}" font-size="10" fill="#222">{value:.1f}</text>'
            y += BAR
        y += SPACE
