"""What Grafana makes of a panel's query before it asks Prometheus."""

import re
from typing import Any, NamedTuple

from tests.boards.boards import Json
from tests.boards.recording import JOB, NAMESPACE
from tests.tools.prometheus import Prometheus

PIXELS = 1000
"""Width of a panel over the whole board; Grafana asks for a point for each pixel at most."""

ROUND = (1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1200, 1800, 3600)
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}

EVERY = {"namespace": NAMESPACE, "job": JOB}

Series = dict[str, Any]


class Range(NamedTuple):
    """A time range of a board.

    Attributes:
        end: Unix seconds.
    """

    end: float
    seconds: float


def duration(text: str) -> int:
    return int(text[:-1]) * UNITS[text[-1]]


def step(query: Json, seconds: float) -> int:
    """The step of a range query: about a point for each pixel, and never below the query's own minimum."""
    rounded = min(ROUND, key=lambda each: abs(each - seconds / PIXELS))
    return max(rounded, duration(query["interval"]))


def interpolated(text: str, query: Json, seconds: float, **chosen: str) -> str:
    """Fill in Grafana's own variables and the board's, of which all are All unless *chosen*.

    All jobs and namespaces are those that have an agent; other variables have a value for All.

    $__rate_interval is max($__interval + scrape interval, 4 x scrape interval), with the query's minimal
    step for the scrape interval, as in Grafana's Prometheus data source.
    """
    scrape = duration(query["interval"])
    own = {
        "__rate_interval": f"{max(step(query, seconds) + scrape, 4 * scrape)}s",
        "__range": f"{seconds:.0f}s",
        "__interval": f"{step(query, seconds)}s",
    }
    every = EVERY | chosen
    return re.sub(r"\$([a-zA-Z_]\w*)", lambda name: own.get(name[1]) or every.get(name[1], ".*"), text)


def run(prom: Prometheus, query: Json, shown: Range, **chosen: str) -> list[Series]:
    """Ask as Grafana does: series with their metric, and values as pairs of time and text."""
    expr = interpolated(query["expr"], query, shown.seconds, **chosen)
    if query["instant"]:
        found = prom.api("query", query=expr, time=f"{shown.end}")["result"]
        return [each | {"values": [each["value"]]} for each in found]
    width = step(query, shown.seconds)
    end = shown.end // width * width
    begin = end - shown.seconds
    answer = prom.api("query_range", query=expr, start=f"{begin}", end=f"{end}", step=f"{width}")
    return list(answer["result"])
