"""The command line."""

import os
import shutil
import sys
from functools import partial
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperCommand

from agent import __version__, crashpoints, logs
from agent.commands import FAILED, WRONG_USE, WrongUseError
from agent.commands.options import (
    ConfigFile,
    File,
    Format,
    Last,
    Level,
    ListenAddress,
    LogFormat,
    LogLevel,
    Offset,
    Output,
    OutputFormat,
    Partition,
    Preset,
    Seconds,
    Seed,
    Topic,
    WebConfigFile,
)
from agent.commands.source import Asked, Source, chosen
from agent.commands.streams import written
from agent.settings import Settings, SettingsError, load
from agent.settings.printing import as_yaml

NAME = "api-error-agent"

_WIDEST = 100  # columns of a help page

app = typer.Typer(
    name=NAME,
    help="Reads API responses from Kafka, says what each error means, and counts it for Prometheus.",
    epilog="Exit codes: 0 done, 1 failed or nothing was an event, 2 wrong usage or settings.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # its boxes cut what does not fit a narrow terminal
    context_settings={"help_option_names": ["-h", "--help"]},
)


class Command(TyperCommand):
    """A command whose help page leaves half of a narrow terminal to the text."""

    def format_options(self, ctx: Any, formatter: Any) -> None:
        formatter.write_dl = partial(formatter.write_dl, col_max=min(30, formatter.width // 2))
        super().format_options(ctx, formatter)


def main() -> None:
    """Run the command line."""
    with written():
        app(prog_name=NAME, terminal_width=min(shutil.get_terminal_size().columns, _WIDEST))


def _examples(*calls: str) -> str:
    """The last part of a help page, whose lines are not to be folded."""
    return "\n".join(("\b", "Examples:", *(f"  {call}" for call in calls)))


def _tell_version(wanted: bool) -> None:  # noqa: FBT001 - typer calls it
    if wanted:
        version()
        raise typer.Exit


@app.callback()
def _any_command(
    *,
    _version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_tell_version, help="Print the version.")
    ] = False,
) -> None:
    pass


@app.command(
    cls=Command,
    short_help="Read the topics and serve /metrics until SIGTERM.",
    epilog=_examples(
        "api-error-agent run --config.file agent.yaml",
        "AGENT_KAFKA__TOPICS=api-responses api-error-agent run --web.listen-address 0.0.0.0:9465",
    ),
)
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


@app.command(
    cls=Command,
    short_help="Play a scenario through the real agent, and check every count.",
    epilog=_examples(
        "api-error-agent demo", "api-error-agent demo --keep   # then: curl localhost:9464/metrics"
    ),
)
def demo(
    seconds: Seconds = 30.0,
    seed: Seed = 1,
    *,
    keep: Annotated[
        bool, typer.Option("--keep", help="Play it again and again, the agent on port 9464, until Ctrl-C.")
    ] = False,
    page: Annotated[
        bool,
        typer.Option(
            "--browser/--no-browser",
            envvar="API_ERROR_AGENT_BROWSER",
            help="On a desktop, show the status page in the browser.",
        ),
    ] = True,
    listen_address: ListenAddress = None,
) -> None:
    """Play a scenario through an embedded broker and the real agent, and check every count."""
    try:
        from agent.demo import play
    except ModuleNotFoundError as error:
        if error.name != "confluent_kafka":
            raise
        _fail(FAILED, f"{error}; the demo's broker needs it: {sys.executable} -m pip install confluent-kafka")
    raise typer.Exit(play(seconds, listen_address, seed, keep=keep, opens_page=page))


@app.command(
    cls=Command,
    short_help="Say what each response means, a line of JSON for each.",
    epilog=_examples(
        'echo \'{"status": 429, "body": "quota exceeded"}\' | api-error-agent classify',
        "api-error-agent classify responses.jsonl",
        "api-error-agent classify --topic api-responses --last 100",
    ),
)
def classify(
    file: File = None,
    topic: Topic = None,
    partition: Partition = None,
    offset: Offset = None,
    last: Last = None,
    config_file: ConfigFile = None,
    preset: Preset = None,
) -> None:
    """Say what each response means: for each event a {type, reason, retry_after_seconds, dialect}.

    Of a topic it reads the last 1000 records. An event is what the settings say (events.preset); as it is,
    a {provider?, status?, headers?, body}.
    """
    from agent.commands import show

    source = _source(Asked("classify", file, topic, partition, offset, last), 1000)
    raise typer.Exit(show.classify(_quiet(config_file, preset), source))


@app.command(
    cls=Command,
    short_help="Explain an event: its fields, what it means and why, what it counts.",
    epilog=_examples(
        "api-error-agent explain event.json",
        "api-error-agent explain event.json --events.preset envoy",
        "api-error-agent explain --topic api-responses",
        "api-error-agent explain --topic api-responses --partition 0 --offset 41",
    ),
)
def explain(
    file: File = None,
    topic: Topic = None,
    partition: Partition = None,
    offset: Offset = None,
    last: Last = None,
    output: Output = OutputFormat.TEXT,
    config_file: ConfigFile = None,
    preset: Preset = None,
) -> None:
    """Explain events: where their fields stood, what each means and why, and which series it counts.

    Of a topic it reads the last record.
    """
    from agent.commands import show

    source = _source(Asked("explain", file, topic, partition, offset, last), 1)
    raise typer.Exit(show.explain(_quiet(config_file, preset), source, as_json=output is OutputFormat.JSON))


@app.command(
    cls=Command,
    short_help="Say what many events would be counted as; no offset is moved.",
    epilog=_examples(
        "api-error-agent replay events.jsonl",
        "api-error-agent replay --topic api-responses --last 100000",
        "kcat -C -b kafka:9092 -t api-responses -e | api-error-agent replay",
    ),
)
def replay(
    file: File = None,
    topic: Topic = None,
    partition: Partition = None,
    offset: Offset = None,
    last: Last = None,
    output: Output = OutputFormat.TEXT,
    config_file: ConfigFile = None,
    preset: Preset = None,
) -> None:
    """Send events through the agent's own pipeline and say what would be counted; nothing is moved.

    Of a topic it reads the last 1000 records.
    """
    from agent.commands import show

    source = _source(Asked("replay", file, topic, partition, offset, last), 1000)
    raise typer.Exit(show.replay(_quiet(config_file, preset), source, as_json=output is OutputFormat.JSON))


@app.command(
    "check-config",
    cls=Command,
    short_help="Say whether the settings can be used.",
    epilog=_examples(
        "api-error-agent check-config --config.file agent.yaml", "api-error-agent check-config --connect"
    ),
)
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


@app.command(cls=Command, epilog=_examples("api-error-agent version"))
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


def _quiet(file: Path | None, preset: str | None) -> Settings:
    """Settings for a command that prints an answer: only errors of ours are logged, to stderr."""
    settings = _settings(file, _flags(events={"preset": preset}))
    logs.configure("error", settings.log.format)
    return settings


def _source(asked: Asked, last: int) -> Source:
    try:
        return chosen(asked, last)
    except WrongUseError as error:
        _fail(WRONG_USE, str(error))


def _fail(code: int, *problems: str) -> NoReturn:
    for problem in problems:
        typer.echo(f"api-error-agent: {problem}", err=True)
    raise typer.Exit(code)
