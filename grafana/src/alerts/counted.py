"""What the alerts about providers count: PromQL of what went wrong, and of all there was, by window."""

from dataclasses import dataclass

LIMITS = ("rate_limit_error",)
FAULTS = ("api_error", "timeout_error", "overloaded_error")
REFUSALS = ("invalid_request_error", "not_found_error", "permission_error", "request_too_large")
GONE = ("permission_error", "not_found_error")
"""What a retired model gets, and a key that may no longer use one: their calls fail, however few they are."""
SHUT_OUT = ("authentication_error", *GONE)
"""Refusals that are about the one path or model that was asked for, or about the key for it."""


@dataclass(frozen=True, slots=True)
class Counted:
    """Responses of some types at a provider; windows are named as the records name them, such as 5m."""

    types: tuple[str, ...]

    @property
    def by(self) -> str:
        """The labels of one alert."""
        return "${by}"

    def wrong(self, window: str, ago: str = "") -> str:
        return f"sum by (${{by}}) ({_series('job_provider_type', window, *self.types)}{ago})"

    def all(self, window: str, ago: str = "") -> str:
        return f"{_series('job_provider', window)}{ago}"

    def share(self, window: str, ago: str = "") -> str:
        return f"{self.wrong(window, ago)}\n/ on ({self.by}) {self.all(window, ago)}"

    def enough(self, window: str, count: str, share: str) -> str:
        """So many of them, and such a share of all."""
        return f"({self.wrong(window)} >= {count})\n/ on ({self.by}) {self.all(window)} > {share}"


@dataclass(frozen=True, slots=True)
class Overloads(Counted):
    """Also bare 503s, which have no type of their own."""

    types: tuple[str, ...] = ()

    def wrong(self, window: str, ago: str = "") -> str:
        return f"job_provider:api_overloads:increase{window}{{${{selector}}}}{ago}"


@dataclass(frozen=True, slots=True)
class Known(Counted):
    """Only on paths with a name: "other" is whatever a stranger asks for."""

    def wrong(self, window: str, ago: str = "") -> str:
        series = _series("job_provider_path_type", window, *self.types, but='path!="other"')
        return f"sum by (${{by}}) ({series}{ago})"


@dataclass(frozen=True, slots=True)
class Part(Counted):
    """Responses on one path, or of one model: a small share of its provider.

    Refusals count where calls succeed: on a topic of errors only they are all there is. What is called
    "other" is not one thing, but whatever a stranger asks for.
    """

    label: str = "path"

    @property
    def by(self) -> str:
        return f"${{by}}, {self.label}"

    def wrong(self, window: str, ago: str = "") -> str:
        shut_out = _series(self._name, window, *SHUT_OUT, but=f'{self.label}!="other"')
        return f"""sum by ({self.by}) (
  {_series(self._name, window, *self.types)}{ago}
  or
  {shut_out}{ago} ${{answered}}
)"""

    def all(self, window: str, ago: str = "") -> str:
        return f"sum by ({self.by}) ({_series(self._name, window)}{ago})"

    @property
    def _name(self) -> str:
        return f"job_provider_{self.label}_type"


def _series(level: str, window: str, *types: str, but: str = "") -> str:
    sign = "=~" if len(types) > 1 else "="
    chosen = f'type{sign}"{"|".join(types)}"' if types else ""
    matchers = ",".join(filter(None, ["${selector}", chosen, but]))
    return f"{level}:api_responses:increase{window}{{{matchers}}}"
