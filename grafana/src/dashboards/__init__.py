"""The boards: a new one is one file and one line here."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from grafana_foundation_sdk.builders.dashboard import Dashboard

from grafana.src.dashboards.agent import agent
from grafana.src.dashboards.limits import limits
from grafana.src.dashboards.overview import overview

BOARDS: Mapping[str, Callable[[], Dashboard]] = MappingProxyType(
    {"overview": overview, "limits": limits, "agent": agent}
)
