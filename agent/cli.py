"""The command line."""

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, BinaryIO, NoReturn

import typer

from agent import __version__, crashpoints, logs
from agent.commands import FAILED, WRONG_USE
from agent.settings import Settings, SettingsError, load
from agent.settings.printing import as_yaml

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


class OutputFormat(StrEnum):
    """Choices of --format."""

    TEXT = "text"
    JSON = "json"


def _number(text: str | int) -> int:
    """A whole number as an option, 0 or more."""
    number = int(text) if str(text).isascii() and str(text).isdigit() else -1
    if number < 0:
        raise typer.BadParameter(f"{text!r} is no whole number; give one such as 41")
    return number


def _count(text: str | int) -> int:
    """A whole number as an option, 1 or more."""
    number = _number(text)
    if number == 0:
        raise typer.BadParameter("'0' is none; give a number such as 1000")
    return number


ConfigFile = Annotated[
    Path | None, typer.Option("--config.file", metavar="FILE", help="Settings in YAML (docs/settings.md).")
]
ListenAddress = Annotated[
    str | None, typer.Option("--web.listen-address", metavar="HOST:PORT", help="Where /metrics is.")
]
WebConfigFile = Annotated[
    Path | None,
    typer.Option(
        "--web.config.file", metavar="FILE", help="TLS and passwords of /metrics (docs/settings.md)."
    ),
]
Level = Annotated[LogLevel | None, typer.Option("--log.level", help="Least severe level that is written.")]
File = Annotated[typer.FileBinaryRead | None, typer.Argument(metavar="FILE", help="- is stdin.")]
Topic = Annotated[str | None, typer.Option(help="Read from Kafka instead of a file; joins no group.")]
Output = Annotated[OutputFormat, typer.Option("--format", help="For people, or for machines.")]
Format = Annotated[LogFormat | None, typer.Option("--log.format", help="How lines are written.")]


def main() -> None:
    """Run the command line."""
    app()


@app.command()
def run(
    config_file: ConfigFile = None,
    listen_address: ListenAddress = None,
    web_config_file: WebConfigFile = None,
    log_level: Level = None,
    log_format: Format = None,
) -> None:
    """Read the topics and serve /metrics until SIGTERM."""
    from agent import service

    settings = _judged(config_file, _flags_of_run(listen_address, web_config_file, log_level, log_format))
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


@app.command()
def explain(
    file: File = None,
    topic: Topic = None,
    partition: Annotated[int | None, typer.Option(parser=_number, help="Partition of the topic.")] = None,
    offset: Annotated[int | None, typer.Option(parser=_number, help="Offset in the partition.")] = None,
    output: Output = OutputFormat.TEXT,
    config_file: ConfigFile = None,
) -> None:
    """Explain one event: where its fields stood, what it means and why, and which series it counts."""
    from agent.commands import show

    settings, as_json = _quiet(config_file), output is OutputFormat.JSON
    if topic is None:
        code = show.explain_file(settings, _only(file), as_json=as_json)
    elif file is not None:
        _fail(WRONG_USE, f"give either the file {show.name_of(file)} or --topic {topic}, not both")
    elif partition is None or offset is None:
        _fail(
            WRONG_USE, f"--topic {topic} alone is not one record; add --partition 0 --offset 41 or the like"
        )
    else:
        code = show.explain_record(settings, topic, partition, offset, as_json=as_json)
    raise typer.Exit(code)


@app.command()
def replay(
    file: File = None,
    topic: Topic = None,
    last: Annotated[int, typer.Option(parser=_count, help="How many, over all partitions.")] = 1000,
    output: Output = OutputFormat.TEXT,
    config_file: ConfigFile = None,
) -> None:
    """Send a file of JSON lines, or a topic's last records, through the pipeline; nothing is moved."""
    from agent.commands import show

    settings, as_json = _quiet(config_file), output is OutputFormat.JSON
    if topic is None:
        code = show.replay_file(settings, _only(file), as_json=as_json)
    elif file is not None:
        _fail(WRONG_USE, f"give either the file {show.name_of(file)} or --topic {topic}, not both")
    else:
        code = show.replay_topic(settings, topic, last, as_json=as_json)
    raise typer.Exit(code)


@app.command("check-config")
def check_config(
    config_file: ConfigFile = None,
    listen_address: ListenAddress = None,
    web_config_file: WebConfigFile = None,
    log_level: Level = None,
    log_format: Format = None,
    *,
    connect: Annotated[
        bool, typer.Option("--connect", help="Ask the brokers too: topics, rights, the last records.")
    ] = False,
    print_: Annotated[
        bool, typer.Option("--print", help="Write all settings as a file, with what each of them means.")
    ] = False,
) -> None:
    """Say whether `run` could start with the same options, and all that is wrong with the settings."""
    if connect and print_:
        _fail(WRONG_USE, "give either --connect or --print, not both")
    settings = _judged(config_file, _flags_of_run(listen_address, web_config_file, log_level, log_format))
    logs.configure("error", settings.log.format)
    _warn_of_crash_point()
    if print_:
        typer.echo(as_yaml(settings), nl=False)
        return
    typer.echo(
        f"the settings are right: {', '.join(settings.kafka.topics)}"
        f" at {', '.join(settings.kafka.bootstrap_servers)}"
    )
    if connect:
        from agent.commands import show

        raise typer.Exit(show.check_connection(settings))


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


def _flags_of_run(
    listen_address: str | None,
    web_config_file: Path | None,
    log_level: LogLevel | None,
    log_format: LogFormat | None,
) -> dict[str, dict[str, str]]:
    """The flags of `run`, which `check-config` has too."""
    return _flags(
        web={
            "listen_address": listen_address,
            "config_file": str(web_config_file) if web_config_file else None,
        },
        log={"level": log_level and log_level.value, "format": log_format and log_format.value},
    )


def _judged(file: Path | None, flags: dict[str, dict[str, str]]) -> Settings:
    """Settings with which `run` can start."""
    from agent.judge import judge

    settings = _settings(file, flags)
    problems = judge(settings)
    if problems:
        _fail(WRONG_USE, *problems)
    return settings


def _warn_of_crash_point() -> None:
    point = os.environ.get(crashpoints.VARIABLE)
    if point is not None:
        typer.echo(
            f"api-error-agent: warning: {crashpoints.VARIABLE} is {point!r}: `run` kills itself there, "
            "as tests of a crash want it; unset it anywhere else",
            err=True,
        )


def _settings(file: Path | None, flags: dict[str, dict[str, str]]) -> Settings:
    try:
        return load(file, flags)
    except SettingsError as error:
        _fail(WRONG_USE, *error.problems)


def _quiet(file: Path | None) -> Settings:
    """Settings for a command that prints an answer: only errors of ours are logged, to stderr."""
    settings = _settings(file, {})
    logs.configure("error", settings.log.format)
    return settings


def _only(file: BinaryIO | None) -> BinaryIO:
    if file is None:
        _fail(WRONG_USE, "give a file, - for stdin, or --topic")
    return file


def _fail(code: int, *problems: str) -> NoReturn:
    for problem in problems:
        typer.echo(f"api-error-agent: {problem}", err=True)
    raise typer.Exit(code)
