"""The flags that several commands share, each with one name, one reading and one help."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class LogLevel(StrEnum):
    """Choices of --log.level."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class LogFormat(StrEnum):
    """Choices of --log.format."""

    AUTO = "auto"
    JSON = "json"
    CONSOLE = "console"


class OutputFormat(StrEnum):
    """Choices of --format."""

    TEXT = "text"
    JSON = "json"


def _number(text: str | int) -> int:
    """A whole number as an option, 0 or more."""
    number = int(text) if str(text).isascii() and str(text).isdigit() else -1
    if number < 0:
        raise typer.BadParameter(f"{text!r} is not a whole number; give one such as 41")
    return number


def _count(text: str | int) -> int:
    """A whole number as an option, 1 or more."""
    number = _number(text)
    if number == 0:
        raise typer.BadParameter("'0' is none; give a number such as 1000")
    return number


def _seconds(text: str | float) -> float:
    """The length of the demo's scenario."""
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 5 <= seconds <= 3600:  # noqa: PLR2004 - said in the very next line; nan is neither
        raise typer.BadParameter(f"{text!r} is not a number of seconds from 5 to 3600; give one such as 30")
    return seconds


ConfigFile = Annotated[
    Path | None,
    typer.Option(
        "--config.file", metavar="FILE", help="Settings in YAML (docs/settings.md).", show_default=False
    ),
]
Preset = Annotated[
    str | None,
    typer.Option("--events.preset", metavar="NAME", help="The shape of the events.", show_default=False),
]
ListenAddress = Annotated[
    str | None,
    typer.Option("--web.listen-address", metavar="HOST:PORT", help="Where /metrics is.", show_default=False),
]
WebConfigFile = Annotated[
    Path | None,
    typer.Option("--web.config.file", metavar="FILE", help="TLS and passwords of /metrics (docs/web.md)."),
]
Level = Annotated[
    LogLevel | None, typer.Option("--log.level", help="Lowest level of the lines that are written.")
]
Format = Annotated[LogFormat | None, typer.Option("--log.format", help="Format of the lines.")]
File = Annotated[
    Path | None,
    typer.Argument(
        metavar="FILE",
        dir_okay=False,
        allow_dash=True,
        show_default=False,
        help="JSON lines, or JSON objects over several lines; - or a pipe: standard input.",
    ),
]
Topic = Annotated[
    str | None, typer.Option(metavar="TOPIC", help="Read from Kafka instead of a file; joins no group.")
]
Partition = Annotated[
    int | None, typer.Option(metavar="NUMBER", parser=_number, help="One record: its partition.")
]
Offset = Annotated[int | None, typer.Option(metavar="NUMBER", parser=_number, help="One record: its offset.")]
Last = Annotated[
    int | None,
    typer.Option(metavar="COUNT", parser=_count, help="How many records of the topic, the newest ones."),
]
Output = Annotated[OutputFormat, typer.Option("--format", help="For people, or for machines.")]
Seconds = Annotated[
    float, typer.Option(metavar="SECONDS", parser=_seconds, help="How long the scenario plays, 5 to 3600.")
]
Seed = Annotated[
    int,
    typer.Option(
        metavar="NUMBER", parser=_number, help="Seed of the scenario: the same number gives the same events."
    ),
]
