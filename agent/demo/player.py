"""Wiring: broker, agent, producer and screen around a session, and an orderly end."""

import signal
from itertools import count

from rich.console import Console

from agent.commands import WRONG_USE, WrongUseError
from agent.commands.streams import complain, note
from agent.demo import browser
from agent.demo.broker import Broker, create_topic
from agent.demo.child import DemoError
from agent.demo.ending import Ended, end, on_signals
from agent.demo.producer import EventProducer
from agent.demo.runner import Agent
from agent.demo.scenario import DEFAULT_SEED
from agent.demo.screen import DIFFERENT, EXACT, conclude, judge, screen_for
from agent.demo.session import Session

TOPIC = "api-responses"
KEPT_ADDRESS = "127.0.0.1:9464"

_ANY_ADDRESS = "127.0.0.1:0"


def play(
    seconds: float,
    listen_address: str | None,
    seed: int = DEFAULT_SEED,
    *,
    keep: bool = False,
    opens_page: bool = True,
) -> int:
    """Play the whole demo; the exit code.

    Args:
        keep: Play on until Ctrl-C, where the README's curl and a Prometheus of one's own expect the agent.

        opens_page: Whether somebody who sits before it is shown the status page.
    """
    console = Console(highlight=False)
    address = listen_address or (KEPT_ADDRESS if keep else _ANY_ADDRESS)
    try:
        with on_signals(end, signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            return _play(console, seconds, address, seed, keep=keep, opens_page=opens_page)
    except Ended as ended:
        complain("stopped before its end: nothing was compared")
        return ended.code
    except WrongUseError as error:
        note(str(error))
        return WRONG_USE
    except DemoError as error:
        complain(f"the demo failed: {error}")
        return DIFFERENT


def _play(
    console: Console, seconds: float, listen_address: str, seed: int, *, keep: bool, opens_page: bool
) -> int:
    console.print("Starting an embedded broker and the agent.")
    with Broker() as broker:
        create_topic(broker.bootstrap, TOPIC)
        with Agent(broker.bootstrap, TOPIC, listen_address) as agent:
            console.print(
                f"An embedded broker at {broker.bootstrap}, topic {TOPIC}; the agent at {agent.url}/metrics",
                soft_wrap=True,
            )
            console.print(f"Watch it at {agent.url}/", soft_wrap=True)
            if opens_page and console.is_terminal:
                browser.show(f"{agent.url}/")
            producer = EventProducer(broker.bootstrap, TOPIC)
            with screen_for(console) as screen:
                session = Session((broker, agent), agent.url, producer, screen, seconds)
                if keep:
                    _play_on(console, session, seed)
                else:
                    session.play(seed)
            code = conclude(console, session.compared)
            if code != EXACT:
                console.print(f"The end of the agent's log:\n{agent.tail}", markup=False, soft_wrap=True)
            return code


def _play_on(console: Console, session: Session, seed: int) -> None:
    """Round after round until Ctrl-C."""
    console.print("Both stay until Ctrl-C.")
    with on_signals(session.ask_to_stop, signal.SIGINT, signal.SIGTERM):
        for number in count():
            session.play(seed + number)
            if session.is_stopping:
                return
            judge(console, session.compared, f"Round {number + 1}. ")
