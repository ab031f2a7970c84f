"""The one form of the alerts that are a count and a share: when they begin, and how long they stay."""

from collections.abc import Iterator
from dataclasses import dataclass

from grafana.src.alerts.counted import Counted
from grafana.src.alerts.text import Alert, indented


@dataclass(frozen=True, slots=True)
class Share:
    """An alert that is true when so many responses, and such a share of all, are of a kind.

    Attributes:
        tokens: The beginning of its tokens' names.

        answered: Only where calls succeed; on a topic that carries errors only its share says nothing.

        lasting: The share must be as large over the long window.

        over: It knows when a burst is over: who is woken then finds nothing.

        quiet: Quiet providers are judged by a longer window.

        slow: Of these a small share is enough, if it lasts.

        few: So are a few calls, if nearly all of them fail: nobody calls much, or a circuit breaker is open.
    """

    alert: Alert
    tokens: str
    counted: Counted
    answered: bool = False
    lasting: bool = False
    over: bool = False
    quiet: bool = False
    slow: Counted | None = None
    few: bool = False

    def text(self) -> str:
        return self.alert.text("\nor\n".join(self._branches()), self.tokens)

    def _branches(self) -> Iterator[str]:
        yield "\n".join(self._begins())
        if self.quiet:
            few = f"{self.counted.all('5m')} < ${{quiet_responses}}"
            yield self._lasts("quiet", self.counted, few)
        if self.slow:
            still = f"{self.slow.share('5m')} > {self._token('slow_share')}"
            yield self._lasts("slow", self.slow, still)
        if self.few:
            enough = self.counted.enough("15m", "${few_count}", "${few_share}")
            yield f"{enough}\n${{answered}}\n${{long_guard}}"
        yield "\n".join(self._stays())

    def _begins(self) -> Iterator[str]:
        share = self._token("share")
        yield self.counted.enough("5m", self._token("count"), share)
        yield "${late}"
        yield "${guard}"
        if self.answered:
            yield "${answered}"
        if self.lasting:
            yield f"and on ({self.counted.by}) {self.counted.share('15m')} > {share}"
        if self.over:
            yield f"unless on ({self.counted.by}) (\n{indented(self._is_over(share))}\n)"

    def _is_over(self, share: str) -> str:
        """What comes and goes is not over: it was as bad one window ago."""
        return f"""{self.counted.share("1m")} <= ${{over_part}} * {share}
unless on ({self.counted.by})
{self.counted.share("5m", " offset ${window}")} > {share}"""

    def _lasts(self, which: str, counted: Counted, condition: str) -> str:
        enough = counted.enough("30m", self._token(f"{which}_count"), self._token(f"{which}_share"))
        return f"{enough}\nand on ({counted.by}) {condition}\n${{answered}}\n${{quiet_guard}}"

    def _stays(self) -> Iterator[str]:
        """While it fires, less is enough: what hovers about a limit is one alert."""
        count, share = (f"${{stay_part}} * {self._token(each)}" for each in ("count", "share"))
        yield "("
        yield indented(self.counted.enough("5m", count, share))
        if self.answered:
            yield "  ${answered}"
        if self.few:
            yield "  or"
            yield indented(self.counted.enough("15m", "${few_stay}", "${few_share}"))
            yield "  ${answered}"
        yield ")"
        yield f"and on ({self.counted.by}) {self.alert.firing}"
        yield "${guard}"

    def _token(self, end: str) -> str:
        return f"${{{self.tokens}_{end}}}"
