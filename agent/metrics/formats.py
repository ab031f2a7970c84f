"""How numbers and labels are written in Prometheus's text format 0.0.4 and in OpenMetrics 1.0.

Both write a sample the same way, so a line made once serves both. They differ in the name of a
counter's family, in the quotes of a help text and at the end of the page.
"""

from collections.abc import Callable, Iterable
from enum import StrEnum

from prometheus_client.utils import floatToGoString


class Format(StrEnum):
    """A format, by the content type of its pages. All our names are valid in each without escaping."""

    TEXT = "text/plain; version=0.0.4; charset=utf-8"
    OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8"
    PROTOBUF = "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited"

    def head(self, name: str, kind: str, help_: str) -> str:
        """What stands before the samples of a family; *name* is that of its samples."""
        help_ = help_.replace("\\", r"\\").replace("\n", r"\n")
        if self is Format.OPENMETRICS:
            name = name.removesuffix("_total") if kind == "counter" else name
            help_ = help_.replace('"', r"\"")
        return f"# HELP {name} {help_}\n# TYPE {name} {kind}\n"

    @property
    def end(self) -> str:
        """What stands after the last family: by it a scraper of OpenMetrics sees that nothing is missing."""
        return "# EOF\n" if self is Format.OPENMETRICS else ""


edge: Callable[[float], str] = floatToGoString
"""The label le of a bucket: 1.0 and never 1, 1e+06, +Inf. One text in both formats."""


def number(value: float) -> str:
    """A count in full, and any other number as Go writes it: 0.25, +Inf, NaN."""
    return str(value) if isinstance(value, int) else edge(value)


def labels_of(names: Iterable[str], values: Iterable[str]) -> str:
    """The label set of a sample, by name: `{method="POST",path="/v1"}`; empty when there are no labels."""
    pairs = ",".join(f'{name}="{_escaped(value)}"' for name, value in sorted(zip(names, values, strict=True)))
    return f"{{{pairs}}}" if pairs else ""


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace("\n", r"\n").replace('"', r"\"")
