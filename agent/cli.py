"""The command line."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from agent import __version__, logs
from agent.settings import Settings, SettingsError, load

DONE, FAILED, WRONG_USE = 0, 1, 2

app = typer.Typer(
    name="api-error-agent",
    help="Reads API responses from Kafka, says what each error means, and counts it for Prometheus.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


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


ConfigFile = Annotated[
    Path | None, typer.Option("--config.file", metavar="FILE", help="Settings in YAML (docs/settings.md).")
]
ListenAddress = Annotated[
    str | None, typer.Option("--web.listen-address", metavar="HOST:PORT", help="Where /metrics is.")
]
Level = Annotated[LogLevel | None, typer.Option("--log.level", help="Least severe level that is written.")]
Format = Annotated[LogFormat | None, typer.Option("--log.format", help="How lines are written.")]


def main() -> None:
    """Run the command line."""
    app()


@app.command()
def run(
    config_file: ConfigFile = None,
    listen_address: ListenAddress = None,
    log_level: Level = None,
    log_format: Format = None,
) -> None:
    """Read the topics and serve /metrics until SIGTERM."""
    from agent import service

    flags = _flags(
        web={"listen_address": listen_address},
        log={"level": log_level and log_level.value, "format": log_format and log_format.value},
    )
    settings = _settings(config_file, flags)
    logs.configure(settings.log.level, settings.log.format)
    raise typer.Exit(service.run(settings))


@app.command()
def demo(
    seconds: Annotated[float, typer.Option(min=5, max=3600, help="How long the scenario plays.")] = 30.0,
    seed: Annotated[int, typer.Option(help="Dice of the scenario: the same number, the same events.")] = 1,
    listen_address: ListenAddress = None,
) -> None:
    """Play a scenario through an embedded broker and the real agent, and check every count."""
    try:
        from agent.demo import play
    except ModuleNotFoundError as error:
        if error.name != "confluent_kafka":
            raise
        _fail(FAILED, f"{error}; the demo's broker needs it: {sys.executable} -m pip install confluent-kafka")
    raise typer.Exit(play(seconds, listen_address or "127.0.0.1:0", seed))


@app.command()
def classify(
    file: Annotated[
        typer.FileBinaryRead,
        typer.Argument(help="JSON lines {provider?, status?, headers?, body}; - is stdin."),
    ] = "-",  # type: ignore[assignment]
) -> None:
    """Say what each response means: for each line a {type, reason, retry_after_seconds, dialect}."""
    from agent.classify.lines import classify_line

    for line in file:
        sys.stdout.write(classify_line(line) + "\n")


@app.command("check-config")
def check_config(config_file: ConfigFile = None) -> None:
    """Say whether the settings can be used, and all that is wrong with them."""
    settings = _settings(config_file, {})
    typer.echo(
        f"the settings are right: {', '.join(settings.kafka.topics)}"
        f" at {', '.join(settings.kafka.bootstrap_servers)}"
    )


@app.command()
def version() -> None:
    """Print the version."""
    typer.echo(f"api-error-agent {__version__} (Python {sys.version.split()[0]})")


def _flags(**sections: dict[str, str | None]) -> dict[str, dict[str, str]]:
    """The flags that were given, by section."""
    given = {
        section: {name: value for name, value in values.items() if value is not None}
        for section, values in sections.items()
    }
    return {section: values for section, values in given.items() if values}


def _settings(file: Path | None, flags: dict[str, dict[str, str]]) -> Settings:
    try:
        return load(file, flags)
    except SettingsError as error:
        _fail(WRONG_USE, *error.problems)


def _fail(code: int, *problems: str) -> NoReturn:
    for problem in problems:
        typer.echo(f"api-error-agent: {problem}", err=True)
    raise typer.Exit(code)
