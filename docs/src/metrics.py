"""docs/metrics.md, from the catalogue."""

from collections.abc import Iterable

from agent.classify.limit_names import RESOURCES, WINDOWS
from agent.metrics import catalogue, routes
from agent.metrics.catalogue import Metric
from agent.metrics.labels import BUDGETS
from docs.src.markdown import NOTE, listed


def page() -> str:
    sections = (
        ("What the providers answered", catalogue.PROVIDER_METRICS),
        ("What became of the records", catalogue.RECORD_METRICS),
        ("The state of the process", catalogue.PROCESS_METRICS),
    )
    tables = "\n".join(f"## {title}\n\n{_metric_table(metrics)}" for title, metrics in sections)
    budgets = ", ".join(f"{label} {most}" for label, most in BUDGETS.items())
    units = listed(sorted(resource for resource in RESOURCES if "_per_" not in resource))
    windows = listed(f"_per_{window}" for window in WINDOWS)
    return f"""{NOTE}
# Metrics

Beside these there are prometheus_client's own `process_*` and `python_*`.

* In every scrape `sum(api_errors_total)` equals `sum(api_responses_total{{type!="ok"}})`, and
  `sum(api_responses_total)` + invalid + ignored events equals `sum(api_error_agent_events_total)`. A record
  may hold several events, or none; one that could not be read is in `api_error_agent_skipped_records_total`.
* `client_closed_request` is a type of its own there, and no fault: alerts and shares of errors leave it out.
* An attempt hidden in the record of another is in `api_attempts_total` alone: it is no response and no error.
* A wait begins with the response that tells it (`retry-after`, or what a body says), for its provider, model
  and pool, and for the account that headers name. A wait of more than an hour is none. A call that began in
  it, by its own time, is in `api_calls_in_cooldown_total`; one that began before could not know. Where an
  event names no duration, its call may have taken a second. A new agent knows no earlier waits. The counter
  is 0 for who was told to wait, and did.
* A series is first shown as 0 and with its count one scrape later, so that `increase()` sees the first event.
* No counter or histogram series is ever removed.
* `labels.extra` adds labels such as `model` to the counters of responses and errors, and to the duration
  histogram with `labels.extra_on_histograms`; the rate-limit gauges then have `model` and `pool`, if these
  are among them.
* Limits are told apart by provider, model, resource and pool, whether these are labels or not. A pool is an
  account, a project, a deployment or a region, as the event says it (`events.fields.pool`) or the headers
  (`openai-organization`, `openai-project`, `x-ms-region`, ...), and what names of headers and of policies
  add: `project`, `priority`, the instance of a gateway, `daily`, `burst`. Of those that are one series the
  tightest is shown; each is the lowest since the same scraper was last here.
* `resource` is one of {units}, alone or with {windows}.
* Label values come from a closed set, a template or a capped set (by default {budgets}); what does
  not fit is counted as `other` and `api_error_agent_folded_events_total` says so.
* Pages are written in Prometheus's text format 0.0.4, and in OpenMetrics 1.0 for who asks for it in the
  header `Accept`. The samples are the same, with one text for each `le`, and names need no escaping.
* With `metrics.exemplars: request_id` or `trace_id`, each number of `api_responses_total` and
  `api_errors_total`, and each bucket of the duration histogram, carries the id of the newest response in it.
  From a panel in Grafana it leads to the line of a log, or to the trace. Only pages in OpenMetrics have them,
  and Prometheus keeps them with the flag `--enable-feature=exemplar-storage`. An id that is longer than 118
  characters, has a space in it, or looks like a key is left out.
* With `metrics.native_histograms: true`, the duration histogram is also a native one (schema 2: a quantile is
  at most 9 % off). It stands on pages in protobuf, which a Prometheus asks for with
  `scrape_native_histograms: true`, and is one series where the buckets are nineteen. The rules and boards
  read the buckets: with `always_scrape_classic_histograms: true` Prometheus keeps both.
* A request without Prometheus's scrape-timeout header (a curl) sees all that is counted and moves nothing.

{tables}
## Known paths

These are label values whatever the status. Another path must first be seen with a status other than 404 and
405, and takes one of the values that `path` may have. `labels.paths` adds to the known ones. A name in braces
stands for one part of a path.

* OpenAI's, behind {_paths(routes.OPENAI_BASES)}: {_paths(routes.OPENAI)}
* Others: {_paths(routes.AS_THEY_STAND)}
"""


def _paths(paths: Iterable[str]) -> str:
    return ", ".join(f"`{path}`" for path in paths)


def _metric_table(metrics: Iterable[Metric]) -> str:
    rows = "\n".join(
        f"| `{metric.name}` | {metric.kind} | {listed(metric.labels)} | {metric.help}{_buckets(metric)} |"
        for metric in metrics
    )
    return f"| metric | kind | labels | meaning |\n|---|---|---|---|\n{rows}\n"


def _buckets(metric: Metric) -> str:
    return f" Buckets: {' '.join(f'{bound:g}' for bound in metric.buckets)}." if metric.buckets else ""
