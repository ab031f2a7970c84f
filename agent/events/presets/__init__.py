"""Wire shapes by name: one file each. A new one is a file here, a line below, and samples in the tests."""

from collections.abc import Mapping

from agent.events.presets.apisix import APISIX
from agent.events.presets.azure import AZURE
from agent.events.presets.bifrost import BIFROST
from agent.events.presets.caddy import CADDY
from agent.events.presets.cloudevents import CLOUDEVENTS
from agent.events.presets.cloudflare import CLOUDFLARE
from agent.events.presets.ecs import ECS
from agent.events.presets.envoy import ENVOY
from agent.events.presets.haproxy import HAPROXY
from agent.events.presets.kong import KONG
from agent.events.presets.litellm import LITELLM
from agent.events.presets.native import NATIVE
from agent.events.presets.nginx import NGINX
from agent.events.presets.otlp import OTLP
from agent.events.presets.preset import JsonObject, Preset
from agent.events.presets.traefik import TRAEFIK

DEFAULT = "native"
PRESETS: Mapping[str, Preset] = {
    DEFAULT: NATIVE,
    "cloudevents": CLOUDEVENTS,
    "envoy": ENVOY,
    "kong": KONG,
    "nginx": NGINX,
    "litellm": LITELLM,
    "apisix": APISIX,
    "traefik": TRAEFIK,
    "haproxy": HAPROXY,
    "caddy": CADDY,
    "cloudflare": CLOUDFLARE,
    "bifrost": BIFROST,
    "azure": AZURE,
    "otlp": OTLP,
    "ecs": ECS,
}

__all__ = ["DEFAULT", "NATIVE", "PRESETS", "JsonObject", "Preset"]
