"""PromQL of the boards: selectors that follow the variables, and the few shapes that panels share.

Every query goes to the datasource that is chosen on the board. Each step is at least one scrape interval,
so that $__rate_interval holds four scrapes wherever the board is imported.

What is counted by provider is read from records (grafana/src/rules/api-panels.yaml): a week of 1,400 series
takes seconds otherwise. A step of an hour shows the average of its records: nothing falls between two steps.
"""

from collections.abc import Mapping

from grafana_foundation_sdk.builders import prometheus
from grafana_foundation_sdk.models.common import DataSourceRef
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

from agent.metrics.catalogue import RATELIMIT_LIMIT, RATELIMIT_REMAINING, RATELIMIT_RESET, Metric

SCRAPE_INTERVAL = "15s"  # the chart puts podMonitor.interval in its place
RATE = "$__rate_interval"
YESTERDAY = " offset 1d"
TARGET_LABELS = ("cluster", "namespace", "job")
VARIABLES = (*TARGET_LABELS, "provider", "path", "type", "model", "pool", "tenant")

MAY_HAVE: Mapping[str, tuple[str, ...]] = dict.fromkeys(
    (RATELIMIT_LIMIT.name, RATELIMIT_REMAINING.name, RATELIMIT_RESET.name), ("model", "pool")
)
"""Labels that labels.extra adds."""

DATASOURCE = DataSourceRef(type_val="prometheus", uid="${datasource}")

TARGET = ",".join(f'{name}=~"${name}"' for name in TARGET_LABELS)
"""Matchers for series that Prometheus or the process makes: up, process_*, scrape_*."""

FIRING = ",".join(['alertname=~"Api.+"', *(f'{name}=~"|${name}"' for name in (*TARGET_LABELS, "provider"))])
"""Matchers for alerts of the chosen providers, and for those about the agent: they have no provider, and
those about what is gone have no namespace."""

ERRONEOUS = 'type!~"ok|client_closed_request"'
"""Matcher for what failed: a caller who hung up is no failure of anybody's."""

ANSWERED = f"and on (cluster, namespace, job) job_provider:api_responses_ok:group{{{TARGET}}}"
"""Only of jobs that see successes: on a topic of errors only, every share would be of 100 %."""

BY_TYPE = "job_provider_type:api_responses:rate5m"
BY_PATH = "job_provider_path:api_responses:rate5m"
ERRORS_BY_PATH = "job_provider_path:api_errors:rate5m"
LIMITS_BY_PATH = "job_provider_path:api_rate_limits:rate5m"
BY_REASON = "job_provider_type_reason:api_errors:rate5m"
BY_MODEL = "job_provider_model_type:api_responses:rate5m"
BY_TENANT = "job_provider_tenant_type:api_responses:rate5m"
OVERLOADS = "job_provider_path:api_overloads:rate5m"


def select(metric: Metric, *matchers: str, suffix: str = "", free: tuple[str, ...] = ()) -> str:
    """Select *metric* by the board's variables.

    Args:
        metric: From the catalogue, so that only labels it has are matched.

        matchers: More of them, such as 'type="ok"'.

        suffix: "_bucket", "_sum" or "_count" of a histogram.

        free: Variables that shall not narrow this selector.
    """
    labels = (*metric.labels, *MAY_HAVE.get(metric.name, ()))
    return _selector(metric.name + suffix, labels, matchers, free)


def record(name: str, *matchers: str, free: tuple[str, ...] = ()) -> str:
    """Select a record by the board's variables; its name begins with its labels."""
    return _selector(name, name.partition(":")[0].split("_"), matchers, free)


def of_type(*types: str, name: str = BY_TYPE) -> str:
    """Select a record of these types, whatever types are chosen."""
    sign = "=~" if len(types) > 1 else "="
    return record(name, f'type{sign}"{"|".join(types)}"', free=("type",))


def everything(name: str = BY_TYPE) -> str:
    """Select a record of all types, whatever types are chosen."""
    return record(name, free=("type",))


def _selector(
    name: str, has: tuple[str, ...] | list[str], more: tuple[str, ...], free: tuple[str, ...]
) -> str:
    labels = (each for each in VARIABLES if each in (*TARGET_LABELS, *has) and each not in free)
    every = ",".join([*(f'{each}=~"${each}"' for each in labels), *more])
    return f"{name}{{{every}}}"


def per_second(*by: str, what: str) -> str:
    """Per-second rate of counters, summed by labels after the rate, so that restarts do not matter."""
    return f"sum {_by(by)}(rate({what}[{RATE}]))"


def recorded(*by: str, what: str, ago: str = "") -> str:
    """A recorded rate, summed by labels."""
    return f"sum {_by(by)}(avg_over_time({what}[{RATE}]{ago}))"


def now(*by: str, what: str) -> str:
    """A recorded rate as it is at the end of the time range."""
    return f"sum {_by(by)}({what})"


def share(*by: str, of: str, what: str, ago: str = "") -> str:
    """A recorded rate as a share of another one, where calls succeed."""
    return f"{_answered(by, what, ago)} / ({_answered(by, of, ago)} > 0)"


def share_of_all(*by: str, of: str, what: str) -> str:
    """Parts of one whole."""
    return f"{_answered(by, what)} / on () group_left () ({_answered((), of)} > 0)"


def share_now(*by: str, of: str, what: str) -> str:
    """A share as it is at the end of the time range."""
    return f"sum {_by(by)}({what} {ANSWERED}) / (sum {_by(by)}({of} {ANSWERED}) > 0)"


def _answered(by: tuple[str, ...], what: str, ago: str = "") -> str:
    return f"sum {_by(by)}(avg_over_time({what}[{RATE}]{ago}) {ANSWERED})"


def quantile(number: float, buckets: str, *by: str, ago: str = "") -> str:
    """A quantile of recorded rates of buckets."""
    return f"histogram_quantile({number}, {recorded('le', *by, what=buckets, ago=ago)})"


def quantile_now(number: float, buckets: str, *by: str) -> str:
    """It is left out of those who are not called: it would be NaN."""
    return f"histogram_quantile({number}, {now('le', *by, what=buckets)}) >= 0"


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


def at_the_end(expr: str, legend: str) -> prometheus.Dataquery:
    """Make a query at the end of the time range, one value for each label set."""
    return query(expr, legend).instant()


def buckets(expr: str) -> prometheus.Dataquery:
    """Make a query of histogram buckets by le, for a heatmap."""
    return query(expr, "{{le}}").format(PromQueryFormat.HEATMAP)
