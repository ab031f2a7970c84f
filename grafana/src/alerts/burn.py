"""The alerts on the error budget: as the SRE workbook has them, pairs of a long and a short window."""

from dataclasses import dataclass
from itertools import chain

from grafana.src.alerts.text import Alert, indented

CALLS = "job_provider:api_responses:increase5m{${selector}}"
FAILURES = "job_provider:api_failures:increase5m{${selector}}"


@dataclass(frozen=True, slots=True)
class Pair:
    """The errors of the long window spend the budget too fast, and those of the short one still do.

    Attributes:
        tokens: The beginning of its tokens' names.

        counted: So many failures in each window of five minutes, on average.

        known: Calls have come for so long: in a few hours chance alone may spend the budget of days too
            fast.

        now: The last five minutes are bad too: a page must not come when the incident is over, and the alert
            that has held it back has ended.
    """

    tokens: str
    counted: bool = False
    known: bool = False
    now: bool = False

    def text(self) -> str:
        limit = f"${{{self.tokens}_factor}} * (1 - ${{error_budget_objective}})"
        windows = [
            f"sum_over_time({FAILURES}[${{{window}}}])\n/ sum_over_time({CALLS}[${{{window}}}])\n> {limit}"
            for window in (f"{self.tokens}_long", f"{self.tokens}_short")
        ]
        enough = f"and avg_over_time({FAILURES}[${{{self.tokens}_long}}]) >= ${{{self.tokens}_count}}"
        now = f"and {FAILURES} / {CALLS} > ${{stay_part}} * {limit}"
        conditions = [enough * self.counted, now * self.now, self._past, self._guard]
        return "\n".join(filter(None, ["\nand\n".join(windows), *conditions]))

    @property
    def _past(self) -> str:
        """Something must have been seen before the short window, or the long one is no longer than it."""
        ago = "past" if self.known else "short"
        return f"and last_over_time({CALLS}[${{{self.tokens}_long}}] offset ${{{self.tokens}_{ago}}})"

    @property
    def _guard(self) -> str:
        """Mute while a backlog is in the short window, whose first sum looks further back."""
        late = "job_provider:api_error_agent_late_records:ratio_increase5m{${selector}}"
        most = f"max_over_time({late}[${{{self.tokens}_short}}])"
        return f"unless on (${{release}}, provider) {most} > ${{late_share}}"


@dataclass(frozen=True, slots=True)
class Burn:
    """Fires if one of its pairs does, for a provider that answers, and that is not quiet."""

    alert: Alert
    tokens: str
    pairs: tuple[Pair, ...]

    def text(self) -> str:
        texts = [indented(pair.text()) for pair in self.pairs]
        joined = "\n".join(chain.from_iterable(zip(["  or"] * len(texts), texts, strict=True)))
        expr = f"""(
{joined.removeprefix("  or" + chr(10))}
)
and avg_over_time({CALLS}[${{{self.tokens}_long}}]) >= ${{quiet_responses}}
and on (${{by}}) last_over_time(job_provider:api_responses_ok:group{{${{selector}}}}[${{ok_window}}])"""
        return self.alert.text(expr, self.tokens)
