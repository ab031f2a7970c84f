"""PromQL of the boards: selectors that follow the variables, and the few shapes that panels share.

Every query goes to the datasource that is chosen on the board. Each step is at least one scrape interval,
so that $__rate_interval holds four scrapes wherever the board is imported.
"""

from grafana_foundation_sdk.builders import prometheus
from grafana_foundation_sdk.models.common import DataSourceRef
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

from agent.metrics.catalogue import ERRORS, RESPONSES, Metric

SCRAPE_INTERVAL = "15s"  # the chart puts podMonitor.interval in its place
RATE = "$__rate_interval"
TARGET_LABELS = ("namespace", "job")
VARIABLES = (*TARGET_LABELS, "provider", "path", "type")

DATASOURCE = DataSourceRef(type_val="prometheus", uid="${datasource}")

TARGET = ",".join(f'{name}=~"${name}"' for name in TARGET_LABELS)
"""Matchers for series that Prometheus or the process makes: up, process_*, scrape_*."""

FIRING = f'alertname=~"Api.+",alertstate="firing",{TARGET},provider=~"|$provider"'
"""Matchers for alerts of the chosen providers, and for those about the agent: they have no provider."""

ERRONEOUS = 'type!~"ok|client_closed_request"'
"""Matcher for what failed: a caller who hung up is no failure of anybody's."""

NO_CAPACITY = 'reason=~"service_unavailable|no_healthy_upstream"'


def select(metric: Metric, *matchers: str, suffix: str = "", free: tuple[str, ...] = ()) -> str:
    """Select *metric* by the board's variables.

    Args:
        metric: From the catalogue, so that only labels it has are matched.

        matchers: More of them, such as 'type="ok"'.

        suffix: "_bucket", "_sum" or "_count" of a histogram.

        free: Variables that shall not narrow this selector.
    """
    labels = (name for name in VARIABLES if name in (*TARGET_LABELS, *metric.labels) and name not in free)
    every = ",".join([*(f'{name}=~"${name}"' for name in labels), *matchers])
    return f"{metric.name}{suffix}{{{every}}}"


def per_second(*by: str, what: str) -> str:
    """Per-second rate of counters, summed by labels after the rate, so that restarts do not matter."""
    return f"sum {_by(by)}(rate({what}[{RATE}]))"


def of_type(type_: str) -> str:
    """Select responses of one type, whatever types are chosen."""
    return select(RESPONSES, f'type="{type_}"', free=("type",))


def overloads(*by: str) -> str:
    """Overloads per second; some providers say so with a bare 503 only (as in ApiOverloaded)."""
    said = select(ERRORS, 'type="overloaded_error"', free=("type",))
    bare = select(ERRORS, NO_CAPACITY, free=("type",))
    return f"sum {_by(by)}(rate({said}[{RATE}]) or rate({bare}[{RATE}]))"


def share(part: str, *by: str) -> str:
    """*part*, summed by the same labels, as a share of all responses."""
    return f"{part} / ({per_second(*by, what=select(RESPONSES, free=('type',)))} > 0)"


def quantile(number: float, metric: Metric, *matchers: str, by: tuple[str, ...] = ()) -> str:
    free = ("type",) if matchers else ()
    buckets = select(metric, *matchers, suffix="_bucket", free=free)
    return f"histogram_quantile({number}, {per_second('le', *by, what=buckets)})"


def _by(labels: tuple[str, ...]) -> str:
    return f"by ({', '.join(labels)}) " if labels else ""


def query(expr: str, legend: str = "") -> prometheus.Dataquery:
    """Make a range query, one line for each label set."""
    return (
        prometheus.Dataquery()
        .datasource(DATASOURCE)
        .expr(expr)
        .legend_format(legend)
        .interval(SCRAPE_INTERVAL)
        .range()
    )


def rows(expr: str) -> prometheus.Dataquery:
    """Make a query at the end of the time range, one row of a table for each label set."""
    return query(expr).instant().format(PromQueryFormat.TABLE)


def buckets(expr: str) -> prometheus.Dataquery:
    """Make a query of histogram buckets by le, for a heatmap."""
    return query(expr, "{{le}}").format(PromQueryFormat.HEATMAP)
