"""Wire shapes by name: one file each. A new one is a file here, a line below, and samples in the tests."""

from collections.abc import Mapping

from agent.events.presets.apisix import APISIX
from agent.events.presets.cloudevents import CLOUDEVENTS
from agent.events.presets.envoy import ENVOY
from agent.events.presets.kong import KONG
from agent.events.presets.litellm import LITELLM
from agent.events.presets.native import NATIVE
from agent.events.presets.nginx import NGINX
from agent.events.presets.preset import JsonObject, Preset

DEFAULT = "native"
PRESETS: Mapping[str, Preset] = {
    DEFAULT: NATIVE,
    "cloudevents": CLOUDEVENTS,
    "envoy": ENVOY,
    "kong": KONG,
    "nginx": NGINX,
    "litellm": LITELLM,
    "apisix": APISIX,
}

__all__ = ["DEFAULT", "NATIVE", "PRESETS", "JsonObject", "Preset"]
