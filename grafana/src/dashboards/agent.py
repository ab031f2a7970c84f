"""API errors / Agent: does it see everything, is it up to date, and does it have what it needs."""

from grafana_foundation_sdk.builders import dashboard, heatmap, stat, timeseries
from grafana_foundation_sdk.builders.prometheus import Dataquery
from grafana_foundation_sdk.models.common import BigValueGraphMode, BigValueTextMode

from agent.metrics.catalogue import (
    ASSIGNED_PARTITIONS,
    BUILD_INFO,
    CERTIFICATE_EXPIRY,
    CONNECTED,
    CONNECTION_PROBLEM,
    CONSUMER_REBUILDS,
    EVENT_AGE,
    EVENT_LOOP_LAG,
    EVENTS,
    FOLDED_EVENTS,
    HELD_SERIES,
    IGNORED_EVENTS,
    INVALID_EVENTS,
    INVALID_FIELDS,
    LAG_RECORDS,
    LAG_SECONDS,
    LAST_COMMIT,
    LAST_POLL,
    LATE_RECORDS,
    OFFSET_GAP_RECORDS,
    OLDEST_WAITING,
    REBALANCES,
    RECORDS,
    RESPONSES,
    SCRAPES,
    SERIES,
    SKIPPED_RECORDS,
    TOPIC_PARTITIONS,
    UNDONE_RECORDS,
    UNFENCED_EXPOSURES,
    UNSCRAPED_COMMITS,
    WAITING_RECORDS,
    Metric,
)
from agent.metrics.tally import MAX_SERIES
from grafana.src.dashboards.frame import board, folded
from grafana.src.dashboards.panels import (
    above,
    below,
    buckets_over_time,
    graph,
    number,
    runbooks,
    stacked,
    stepped,
    with_line,
    with_line_below,
)
from grafana.src.dashboards.queries import RATE, TARGET, buckets, per_second, query, select
from grafana.src.dashboards.shared import behind
from grafana.src.dashboards.thresholds import CERTIFICATE, INVALID, LAGGING, LAGGING_BADLY, LATE, WAITING

NO_AGENT = "No agent is scraped"
NO_RECORDS = "No records in this range"
NONE = "None in this range"
INSTANCE = "{{instance}}"
PARTITION = "{{topic}} {{partition}}"


def agent() -> dashboard.Dashboard:
    return (
        board(
            "API errors / Agent",
            "api-errors-agent",
            "The agent itself: does it see everything, is it up to date, and does it have what it needs.",
            hidden=("provider", "path", "type"),
        )
        .with_panel(instances())
        .with_panel(records())
        .with_panel(behind())
        .with_panel(uncounted())
        .with_panel(budget_used())
        .with_panel(version())
        .with_panel(problems())
        .with_panel(lag_in_seconds())
        .with_panel(fates())
        .with_panel(last_seen())
        .with_row(
            folded(
                *("What becomes of the records", records_by_topic(), late_share(), ages()),
                *(invalid(), invalid_fields(), lost(), folded_events()),
            )
        )
        .with_row(folded("Kafka", lag_in_records(), partitions(), disturbances(), connected()))
        .with_row(
            folded(
                *("From a count to a page, and to a commit", scrapes(), waiting()),
                *(oldest_waiting(), without_proof(), undone()),
            )
        )
        .with_row(folded("Exposition", series(), held(), scrape_seconds(), samples()))
        .with_row(
            folded("Resources", cpu(), memory(), loop_lag(), files(), certificates(), restarts()),
        )
    )


def age(metric: Metric, legend: str) -> str:
    """Seconds since the moment that a gauge holds."""
    return f"max by ({legend}) (time() - {select(metric)})"


# --- Is it well? -------------------------------------------------------------------------------------


def instances() -> stat.Panel:
    panel = number(
        "Instances up",
        "Agents that Prometheus can scrape. Worry when there are fewer than you run: "
        "the others take over, but with none left nothing is counted and no alert about APIs fires.",
        unit="short",
        no_value=NO_AGENT,
    )
    runbooks(panel, "ApiErrorAgentDown")
    return below(panel, 1).with_target(query(f"sum(up{{{TARGET}}})", "up"))


def records() -> stat.Panel:
    return number(
        "Records per second",
        "Records read from Kafka. Worry when it stands still while the topic does not.",
        unit="cps",
        no_value=NO_RECORDS,
    ).with_target(query(per_second(what=select(RECORDS)), "records"))


def uncounted() -> stat.Panel:
    panel = number(
        "Events not counted",
        "The part that was no event or could not be read. Worry from orange on: "
        "something writes what the agent does not understand, or the log is damaged.",
        unit="percentunit",
        no_value=NO_RECORDS,
    )
    runbooks(panel, "ApiErrorAgentInvalidEvents")
    skipped = per_second(what=select(SKIPPED_RECORDS))
    lost, all_ = (f"({per_second(what=select(what))} + {skipped})" for what in (INVALID_EVENTS, EVENTS))
    return above(panel, INVALID, 0.5).with_target(query(f"{lost} / ({all_} > 0)", "not counted"))


def budget_used() -> stat.Panel:
    panel = number(
        "Series budget used",
        f"Time series of the fullest instance against the default budget of {MAX_SERIES:,} "
        "(labels.max_series). Worry from orange on: new label values will soon be counted as other.",
        unit="percentunit",
        no_value=NO_AGENT,
    )
    return above(panel, 0.8, 1).with_target(query(f"max({select(SERIES)}) / {MAX_SERIES}", "used"))


def version() -> stat.Panel:
    return (
        number(
            "Version",
            "The versions that run. Worry when there are two for longer than an upgrade takes.",
            unit="short",
            no_value=NO_AGENT,
        )
        .text_mode(BigValueTextMode.NAME)
        .graph_mode(BigValueGraphMode.NONE)
        .with_target(query(f"count by (version) ({select(BUILD_INFO)})", "{{version}}"))
    )


# --- What becomes of the records ---------------------------------------------------------------------


def records_by_topic() -> timeseries.Panel:
    panel = graph(
        "Records per second by topic",
        "Records read from each topic. Worry when one stops while its producers go on, "
        "or when it is far above the usual: then a backlog is being worked off.",
        unit="cps",
        no_value=NO_RECORDS,
    )
    return stacked(panel).with_target(query(per_second("topic", what=select(RECORDS)), "{{topic}}"))


def fates() -> timeseries.Panel:
    panel = graph(
        "What becomes of the events",
        "Every event ends as counted, invalid or ignored, and a record that cannot be read as skipped. Worry "
        "when invalid and skipped are more than a trace, and when more is ignored than events.only should "
        "leave out: these events are in no other panel.",
        unit="cps",
        no_value=NO_RECORDS,
    )
    runbooks(panel, "ApiErrorAgentAllIgnored")
    free = ("provider", "path", "type")
    return (
        stacked(panel)
        .with_target(query(per_second(what=select(RESPONSES, free=free)), "counted"))
        .with_target(query(per_second(what=select(INVALID_EVENTS)), "invalid"))
        .with_target(query(per_second(what=select(IGNORED_EVENTS)), "ignored"))
        .with_target(query(per_second(what=select(SKIPPED_RECORDS)), "skipped"))
    )


def late_share() -> timeseries.Panel:
    panel = graph(
        "Late records, share by topic",
        "The part of the records that were counted minutes after they were written. Worry above the line: "
        "there alerts about providers fall silent, because they would speak of the past.",
        unit="percentunit",
        no_value=NO_RECORDS,
    )
    late = per_second("topic", what=select(LATE_RECORDS))
    return with_line(panel, LATE).with_target(
        query(f"{late} / ({per_second('topic', what=select(RECORDS))} > 0)", "{{topic}}")
    )


def ages() -> heatmap.Panel:
    return buckets_over_time(
        "Age of records when counted",
        "How old records are when they are counted, by number per second. "
        "Worry when the band rises: producers write late, or the agent is behind.",
        unit="s",
        no_value=NO_RECORDS,
    ).with_target(buckets(per_second("le", what=select(EVENT_AGE, suffix="_bucket"))))


def invalid() -> timeseries.Panel:
    panel = graph(
        "Invalid events by reason",
        "Records that are not events, by why. Worry when they are more than a hundredth of all: "
        "`api-error-agent explain` says of one record what is wrong with it.",
        unit="cps",
        no_value=NONE,
    )
    runbooks(panel, "ApiErrorAgentInvalidEvents")
    return stacked(panel).with_target(query(per_second("reason", what=select(INVALID_EVENTS)), "{{reason}}"))


def invalid_fields() -> timeseries.Panel:
    panel = graph(
        "Unusable fields by name",
        "Fields that were there and could not be used; their events are counted nevertheless. "
        "Worry when one grows: its mapping or unit is wrong (events.fields).",
        unit="cps",
        no_value=NONE,
    )
    return stacked(panel).with_target(query(per_second("field", what=select(INVALID_FIELDS)), "{{field}}"))


def lost() -> timeseries.Panel:
    panel = graph(
        "Records skipped or deleted unread",
        "Skipped: neither Kafka nor the client could hand them over. Deleted: retention was faster than "
        "the agent. Worry about a single one: what is counted is no longer everything.",
        unit="cps",
        no_value=NONE,
    )
    runbooks(panel, "ApiErrorAgentSkippingRecords", "ApiErrorAgentOffsetGap")
    return panel.with_target(
        query(per_second("topic", what=select(SKIPPED_RECORDS)), "{{topic}} skipped")
    ).with_target(query(per_second("topic", what=select(OFFSET_GAP_RECORDS)), "{{topic}} deleted unread"))


def folded_events() -> timeseries.Panel:
    panel = graph(
        "Events counted under other, by label",
        "Events with a label value that no budget was left for, or that looked like a secret. "
        "Worry when it lasts: raise labels.budgets, name the paths, or find who makes up values.",
        unit="cps",
        no_value=NONE,
    )
    runbooks(panel, "ApiErrorAgentSeriesFolded")
    return stacked(panel).with_target(query(per_second("label", what=select(FOLDED_EVENTS)), "{{label}}"))


# --- Kafka -------------------------------------------------------------------------------------------


def lag_in_seconds() -> timeseries.Panel:
    panel = graph(
        "Lag in seconds by partition",
        "How far counting is behind the newest record; 0 when nothing waits. "
        "Worry above the line, where ApiErrorAgentLagging begins to wait.",
        unit="s",
        no_value="No partition is assigned",
    )
    runbooks(panel, "ApiErrorAgentLagging", "ApiErrorAgentRecordsLate")
    return with_line(panel, LAGGING, LAGGING_BADLY).with_target(
        query(f"max by (topic, partition) ({select(LAG_SECONDS)})", PARTITION)
    )


def lag_in_records() -> timeseries.Panel:
    panel = graph(
        "Lag in records by partition",
        "Records not yet counted. Worry when one partition's line only rises: "
        "it is stuck, or all its traffic has one key.",
        unit="short",
        no_value="No partition is assigned",
    )
    runbooks(panel, "ApiErrorAgentStuck")
    return panel.with_target(query(f"max by (topic, partition) ({select(LAG_RECORDS)})", PARTITION))


def partitions() -> timeseries.Panel:
    panel = graph(
        "Partitions read, and there",
        "Partitions that all agents together read of each topic, beside those that it has. "
        "Worry when the two differ for minutes: nobody reads some, or two groups read them twice.",
        unit="short",
        no_value=NO_AGENT,
    ).decimals(0)
    runbooks(panel, "ApiErrorAgentPartitionUnread")
    return (
        stepped(panel)
        .fill_opacity(0)
        .with_target(query(f"sum by (topic) ({select(ASSIGNED_PARTITIONS)})", "{{topic}} read"))
        .with_target(query(f"max by (topic) ({select(TOPIC_PARTITIONS)})", "{{topic}} there"))
    )


def disturbances() -> timeseries.Panel:
    panel = graph(
        "Rebalances and rebuilt clients",
        "Assignments that the group dealt out, and Kafka clients built anew because nothing moved. "
        "Worry when they repeat without an upgrade: the broker or the network is ill.",
        unit="short",
        no_value=NO_AGENT,
    )
    return panel.with_target(_grown(REBALANCES, "{{instance}} assignments")).with_target(
        _grown(CONSUMER_REBUILDS, "{{instance}} rebuilds")
    )


def connected() -> timeseries.Panel:
    panel = graph(
        "Connected to Kafka",
        "1 while brokers answer, the group has given its partitions out, and they are read. Worry when it "
        "stays 0: that instance reads nothing. When none does, ApiErrorAgentNotConnected begins to wait.",
        unit="short",
        no_value=NO_AGENT,
    ).decimals(0)
    runbooks(panel, "ApiErrorAgentNotConnected")
    return stepped(panel).with_target(query(f"max by (instance) ({select(CONNECTED)})", INSTANCE))


def problems() -> timeseries.Panel:
    panel = graph(
        "What keeps instances from reading",
        "How many instances are held up by each problem. Worry about all but joining, which a rebalance or a "
        "start takes for seconds: /readyz of the instance says it in words, its log says all of it.",
        unit="short",
        no_value=NO_AGENT,
    ).decimals(0)
    runbooks(panel, "ApiErrorAgentNotConnected")
    held_up = f"max_over_time({select(CONNECTION_PROBLEM)}[{RATE}])"
    return stacked(stepped(panel)).with_target(query(f"sum by (problem) ({held_up})", "{{problem}}"))


# --- From a count to a page, and to a commit ---------------------------------------------------------


def scrapes() -> timeseries.Panel:
    panel = graph(
        "Scrapes by how they ended",
        "Worry when they are undelivered, so that nothing is committed for them, or refused: Kafka has not "
        "confirmed that the partitions are still ours, and no new counts were on the page. not_a_scraper is "
        "somebody with a browser or curl; it moves nothing.",
        unit="cps",
        no_value=NO_AGENT,
    )
    return stacked(panel).with_target(query(per_second("outcome", what=select(SCRAPES)), "{{outcome}}"))


def last_seen() -> timeseries.Panel:
    panel = graph(
        "Time since the last commit and poll",
        "There is a commit with each scrape that has new counts to show (commit.mode scrape), or each "
        "commit.interval_seconds. Worry when polls stop, or when commits stop while records are counted: "
        "after a restart they would be counted again.",
        unit="s",
        no_value="Nothing was committed yet",
    )
    return (
        panel.fill_opacity(0)
        .with_target(query(age(LAST_COMMIT, "instance"), "{{instance}} commit"))
        .with_target(query(age(LAST_POLL, "instance"), "{{instance}} poll"))
    )


def waiting() -> timeseries.Panel:
    panel = graph(
        "Records counted and not yet shown",
        "As each page leaves: what waits for the next one, because a series is new, or because Kafka has not "
        "confirmed that the partitions are still ours. Worry when it grows from scrape to scrape.",
        unit="short",
        no_value=NO_AGENT,
    )
    return panel.with_target(query(f"max by (instance) ({select(WAITING_RECORDS)})", INSTANCE))


def oldest_waiting() -> timeseries.Panel:
    panel = graph(
        "Age of the oldest record not yet shown",
        "How long the oldest record that is counted has waited for a scrape; no line when none waits. Worry "
        "above the line, where ApiErrorAgentNotCommitting begins to wait. While Kafka refuses the commits "
        "the numbers stand still; while it does not answer they do for commit.unfenced_after_seconds.",
        unit="s",
        no_value="None waits",
    )
    runbooks(panel, "ApiErrorAgentNotCommitting")
    return with_line(panel, WAITING).with_target(query(age(OLDEST_WAITING, "instance"), INSTANCE))


def without_proof() -> timeseries.Panel:
    panel = graph(
        "Counts shown or committed without proof",
        "Scrapes that showed new counts although Kafka had not answered that the partitions are ours, and "
        "commits of counts that no scrape had seen. Worry about any: there may be doubles if others took the "
        "partitions over, and counts missing if the process ended unseen.",
        unit="short",
        no_value=NO_AGENT,
    )
    runbooks(panel, "ApiErrorAgentCountsUncertain")
    return panel.with_target(_grown(UNFENCED_EXPOSURES, "{{instance}} shown")).with_target(
        _grown(UNSCRAPED_COMMITS, "{{instance}} committed")
    )


def undone() -> timeseries.Panel:
    panel = graph(
        "Records shown, then refused by the group",
        "Another instance has their partitions and counts them too; the first one shows as many fewer of "
        "what comes next. Worry about any: it stood still for longer than the session timeout.",
        unit="short",
        no_value=NO_AGENT,
    )
    runbooks(panel, "ApiErrorAgentCountsUncertain")
    return panel.with_target(_grown(UNDONE_RECORDS, INSTANCE))


def _grown(metric: Metric, legend: str) -> Dataquery:
    return query(f"sum by (instance) (increase({select(metric)}[{RATE}]))", legend)


# --- Exposition --------------------------------------------------------------------------------------


def series() -> timeseries.Panel:
    panel = graph(
        "Time series against the budget",
        f"Series derived from records. Worry near the line, the default budget of {MAX_SERIES:,} "
        "(labels.max_series): beyond it values are counted as other.",
        unit="short",
        no_value=NO_AGENT,
    )
    return with_line(panel.axis_soft_max(MAX_SERIES), MAX_SERIES).with_target(
        query(f"max by (instance) ({select(SERIES)})", INSTANCE)
    )


def held() -> timeseries.Panel:
    panel = graph(
        "Series held until they were seen as 0",
        "A new series is shown as 0 first, so that increase() sees its first event; it waits, with what "
        "comes after it in its partitions, until each scraper has had that 0. Worry when it stays up: one of "
        "several scrapers comes seldom, or something makes up label values.",
        unit="short",
        no_value=NO_AGENT,
    )
    return panel.with_target(query(f"max by (instance) ({select(HELD_SERIES)})", INSTANCE))


def scrape_seconds() -> timeseries.Panel:
    panel = graph(
        "Duration of scrapes",
        "Seconds that Prometheus waits for /metrics. "
        "Worry when it nears the scrape timeout (10 s unless set).",
        unit="s",
        no_value=NO_AGENT,
    )
    return panel.with_target(query(f"max by (instance) (scrape_duration_seconds{{{TARGET}}})", INSTANCE))


def samples() -> timeseries.Panel:
    panel = graph(
        "Samples per scrape",
        "Lines of /metrics that Prometheus takes. Worry when it nears the limit that the scrape is given "
        "(sample_limit): beyond it Prometheus drops the whole scrape.",
        unit="short",
        no_value=NO_AGENT,
    )
    return panel.with_target(query(f"max by (instance) (scrape_samples_scraped{{{TARGET}}})", INSTANCE))


# --- Resources ---------------------------------------------------------------------------------------


def cpu() -> timeseries.Panel:
    panel = graph(
        "CPU",
        "Cores in use. Worry near 1: an agent uses one core at most, and falls behind beyond it. "
        "More partitions and replicas help.",
        unit="short",
        no_value=NO_AGENT,
    )
    used = f"process_cpu_seconds_total{{{TARGET}}}"
    return with_line(panel.axis_soft_max(1), 0.9).with_target(
        query(per_second("instance", what=used), INSTANCE)
    )


def memory() -> timeseries.Panel:
    panel = graph(
        "Memory",
        "Resident memory. Worry when it grows for hours while the number of series does not.",
        unit="bytes",
        no_value=NO_AGENT,
    )
    used = f"process_resident_memory_bytes{{{TARGET}}}"
    return panel.with_target(query(f"max by (instance) ({used})", INSTANCE))


def loop_lag() -> timeseries.Panel:
    panel = graph(
        "Event loop lag",
        "The longest time in the last minute by which the loop woke late. Worry above a second: "
        "scrapes and heartbeats wait that long too.",
        unit="s",
        no_value=NO_AGENT,
    )
    return with_line(panel, 1).with_target(query(f"max by (instance) ({select(EVENT_LOOP_LAG)})", INSTANCE))


def files() -> timeseries.Panel:
    panel = graph(
        "Open files against their limit",
        "The part of the permitted file descriptors that is open. Worry above the line: "
        "without a free one neither Kafka nor a scrape can connect.",
        unit="percentunit",
        no_value=NO_AGENT,
    )
    part = f"process_open_fds{{{TARGET}}} / process_max_fds{{{TARGET}}}"
    return with_line(panel, 0.8).with_target(query(f"max by (instance) ({part})", INSTANCE))


def certificates() -> timeseries.Panel:
    panel = graph(
        "Certificates end in",
        "Time until a certificate in use ends. Worry below the line: "
        "after it neither Kafka nor Prometheus will talk to the agent.",
        unit="s",
        no_value="No certificate is in use",
    )
    runbooks(panel, "ApiErrorAgentCertificateExpiring")
    left = f"min by (instance, file) ({select(CERTIFICATE_EXPIRY)} - time())"
    return with_line_below(panel.fill_opacity(0), CERTIFICATE).with_target(
        query(left, "{{instance}} {{file}}")
    )


def restarts() -> timeseries.Panel:
    panel = graph(
        "Uptime",
        "Time since each process began. Worry when it falls to 0 again and again: "
        "the end of the log before says why.",
        unit="s",
        no_value=NO_AGENT,
    )
    runbooks(panel, "ApiErrorAgentRestarting")
    up = f"time() - process_start_time_seconds{{{TARGET}}}"
    return panel.fill_opacity(0).with_target(query(f"max by (instance) ({up})", INSTANCE))
