"""Every knob: a YAML file, over it the environment (AGENT_KAFKA__TOPICS), over it the flags."""

from agent.settings.kafka import KafkaSettings
from agent.settings.loading import load
from agent.settings.model import PREFIX, Settings, fields, variable
from agent.settings.problems import SettingsError
from agent.settings.sections import CommitSettings

__all__ = [
    "PREFIX",
    "CommitSettings",
    "KafkaSettings",
    "Settings",
    "SettingsError",
    "fields",
    "load",
    "variable",
]
