"""From a description of traffic and trouble, the series that Prometheus would have scraped from the agent.

Times are minutes. As the agent does it, a series is absent until its first event and is then shown as 0,
while all that was counted waits for the next scrape; a process that is new begins again, with no series.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import isnan

from agent.metrics.catalogue import DURATION, LATE_AFTER, TIME_TO_FIRST_TOKEN, Metric

Rate = float | Callable[[float], float]
Values = str | Sequence[float]

JOB = "api-error-agent"
PATH = "/v1/chat/completions"
LATE_MINUTES = LATE_AFTER / 60
REASONS = {
    "rate_limit_error": "rate_limit_generic",
    "insufficient_balance": "insufficient_credits",
    "authentication_error": "invalid_api_key",
    "permission_error": "access_denied",
    "not_found_error": "model_not_found",
    "invalid_request_error": "missing_field",
    "request_too_large": "payload_too_large",
    "overloaded_error": "capacity",
    "timeout_error": "gateway_timeout",
    "api_error": "internal_error",
    "client_closed_request": "client_closed",
    "unknown": "unmapped_status",
}


def steps(*pieces: tuple[float, float]) -> Rate:
    """Rates one after another: (minutes, rate); the last one stays."""

    def rate(minute: float) -> float:
        end = 0.0
        for length, value in pieces:
            end += length
            if minute <= end:
                return value
        return pieces[-1][1]

    return rate


def during(start: float, end: float, rate: float, otherwise: float = 0.0) -> Rate:
    return lambda minute: rate if start < minute <= end else otherwise


def at(minute: float, rate: Rate) -> float:
    return rate if isinstance(rate, float | int) else rate(minute)


@dataclass(frozen=True, slots=True)
class Calls:
    """Responses of one kind: so many a minute, how long each took, and when its first token came."""

    provider: str
    type: str
    rate: Rate
    path: str = PATH
    reason: str = ""
    seconds: float | None = None
    first_token: float | None = None
    model: str = ""

    @property
    def labels(self) -> str:
        model = f',model="{self.model}"' if self.model else ""
        return f'provider="{self.provider}",path="{self.path}",type="{self.type}"{model}'


@dataclass(frozen=True)
class Recording:
    """What happened, as one or more instances of the agent saw it.

    Attributes:
        instances: They share the traffic evenly.

        restarts: Minutes at which an instance begins anew, without a gap.

        outage: No instance runs from the one minute to the other; the next one eats what has waited.

        late: The share of records that is counted late.

        late_of: Whose records are late, where the agent says so; *late* is then the share of its responses.

        more: Other series and their values, over the healthy agent's own.

        cluster: Where it runs, in a Prometheus that several clusters write to.
    """

    calls: Sequence[Calls]
    minutes: int = 60
    step: float = 1.0
    instances: tuple[str, ...] = ("a",)
    restarts: Mapping[str, float] = field(default_factory=dict)
    outage: tuple[float, float] | None = None
    late: Rate = 0.0
    late_of: str = ""
    job: str = JOB
    more: Mapping[str, Values] = field(default_factory=dict)
    cluster: str = ""

    @cached_property
    def times(self) -> list[float]:
        return [number * self.step for number in range(int(self.minutes / self.step) + 1)]

    @cached_property
    def _grouped(self) -> dict[str, list[Rate]]:
        """Rates by the labels of api_responses_total, which has no reason."""
        found: dict[str, list[Rate]] = {}
        for call in self.calls:
            found.setdefault(call.labels, []).append(call.rate)
        return found

    @cached_property
    def _births(self) -> set[float]:
        """Minutes at which a series is shown as 0 for the first time, and all counts wait."""
        firsts = (
            next((minute for minute in self.times if at(minute, call.rate)), 0.0) for call in self.calls
        )
        return {first for first in firsts if first > 0}

    def series(self) -> list[dict[str, str]]:
        """The input of a promtool test."""
        found: dict[str, Values] = {}
        for instance in self.instances:
            found |= dict(self._of(instance))
        every = {**found, **self.more}
        return [{"series": name, "values": _notation(values)} for name, values in every.items()]

    def _of(self, instance: str) -> Iterator[tuple[str, Values]]:
        for labels, rates in self._grouped.items():
            yield self._name("api_responses_total", instance, labels), self._counter(instance, *rates)
        for call in self.calls:
            counted = self._counter(instance, call.rate)
            if call.type != "ok":
                reason = call.reason or REASONS[call.type]
                yield self._name("api_errors_total", instance, f'{call.labels},reason="{reason}"'), counted
            if call.seconds is not None:
                yield from self._histogram(DURATION, instance, call.labels, call.seconds, counted)
            if call.first_token is not None:
                yield from self._histogram(
                    TIME_TO_FIRST_TOKEN, instance, call.labels, call.first_token, counted
                )
        topic = f'topic="t",partition="{instance}"'
        yield (
            self._name("api_error_agent_records_total", instance, topic),
            self._counter(instance, self._all, born=True),
        )
        late = self._name("api_error_agent_late_records_total", instance, f'{topic},provider=""')
        yield late, self._counter(instance, 0, born=True) if self.late_of else self._late(instance)
        if self.late_of:
            yield late.replace('provider=""', f'provider="{self.late_of}"'), self._late(instance)
        yield from self._state(instance, topic)

    def _histogram(
        self, metric: Metric, instance: str, labels: str, seconds: float, counted: list[float]
    ) -> Iterator[tuple[str, Values]]:
        name = metric.name
        for bound in metric.buckets:
            inside = counted if seconds <= bound else [each * 0 for each in counted]
            yield self._name(f"{name}_bucket", instance, f'{labels},le="{float(bound)}"'), inside
        yield self._name(f"{name}_bucket", instance, f'{labels},le="+Inf"'), counted
        yield self._name(f"{name}_count", instance, labels), counted

    def _state(self, instance: str, topic: str) -> Iterator[tuple[str, Values]]:
        gauges = {
            "up": 1.0,
            "process_start_time_seconds": 1.0,
            "api_error_agent_connected": 1.0,
            'api_error_agent_assigned_partitions{topic="t"}': 1.0,
            'api_error_agent_topic_partitions{topic="t"}': float(len(self.instances)),
            f"api_error_agent_lag_records{{{topic}}}": 0.0,
            f"api_error_agent_lag_seconds{{{topic}}}": 0.0,
        }
        for name, value in gauges.items():
            metric, _, labels = name.rstrip("}").partition("{")
            gone = 0.0 if metric == "up" else ABSENT
            shown = [gone if self._is_out(minute) else value for minute in self.times]
            if metric == "process_start_time_seconds":
                shown = [
                    each + self._starts(instance, minute)
                    for each, minute in zip(shown, self.times, strict=True)
                ]
            yield self._name(metric, instance, labels), shown
        committed = [ABSENT if self._is_out(minute) else minute * 60 for minute in self.times]
        yield self._name("api_error_agent_last_commit_timestamp_seconds", instance, ""), committed

    def _starts(self, instance: str, minute: float) -> float:
        out = self.outage is not None and minute >= self.outage[1]
        return float(out) + float(minute >= self.restarts.get(instance, self.minutes + 1))

    def _all(self, minute: float) -> float:
        return sum(at(minute, call.rate) for call in self.calls)

    def _of_late(self, minute: float) -> float:
        who = self.late_of
        return sum(at(minute, call.rate) for call in self.calls if who in ("", call.provider))

    def _late(self, instance: str) -> list[float]:
        share = self._counter(
            instance, lambda minute: self._of_late(minute) * at(minute, self.late), born=True
        )
        if self.outage is None:
            return share
        start, end = self.outage
        return self._counter(
            instance,
            lambda minute: self._all(minute) if start <= minute < end - LATE_MINUTES else 0.0,
            born=True,
        )

    def _counter(self, instance: str, *rates: Rate, born: bool = False) -> list[float]:
        """Samples of a counter; ABSENT is no sample."""
        samples: list[float] = []
        total, waiting, seen = 0.0, 0.0, born or any(at(0, rate) for rate in rates)
        for minute in self.times:
            if minute:
                waiting += sum(at(minute, rate) for rate in rates) * self.step / len(self.instances)
            seen = seen or waiting > 0
            if self._is_new(instance, minute):
                total, seen = 0.0, born or waiting > 0
            elif minute not in self._births and not self._is_out(minute):
                total, waiting = total + waiting, 0.0
            samples.append(total if seen and not self._is_out(minute) else ABSENT)
        return samples

    def _is_out(self, minute: float) -> bool:
        return self.outage is not None and self.outage[0] <= minute < self.outage[1]

    def _is_new(self, instance: str, minute: float) -> bool:
        return minute == self.restarts.get(instance) or (self.outage is not None and minute == self.outage[1])

    def _name(self, metric: str, instance: str, labels: str) -> str:
        cluster = f'cluster="{self.cluster}",' if self.cluster else ""
        target = f'{cluster}namespace="prod",job="{self.job}",instance="{instance}"'
        return f"{metric}{{{target}{',' * bool(labels)}{labels}}}"


ABSENT = float("nan")


def _notation(values: Values) -> str:
    """In promtool's words; what vanishes from a scrape is stale at once."""
    if isinstance(values, str):
        return values
    words = ["_" if isnan(each) else f"{each:.10g}" for each in values]
    vanished = [number for number in range(1, len(words)) if words[number] == "_" != words[number - 1]]
    for number in vanished:
        words[number] = "stale"
    return " ".join(words)
