"""The scenario over and over, into a broker that is there: the traffic of deploy/compose.

python -m agent.demo.load --bootstrap kafka:19092 --topic api-responses    until Ctrl-C or SIGTERM
"""

import argparse
import signal
import sys
import time
from collections.abc import Sequence
from itertools import count

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient, NewTopic

from agent.demo.broker import PARTITIONS, SILENT
from agent.demo.child import DemoError
from agent.demo.producer import EventProducer
from agent.demo.scenario import DEFAULT_SEED, PHASES, events

ROUND = 900.0
"""Seconds of one round: each phase is long enough for its alerts."""

_PATIENCE = 120.0  # seconds for the broker to start
_ASK_EVERY = 5.0


def create_topic(bootstrap: str, topic: str, patience: float = _PATIENCE) -> None:
    """Make the topic unless it is there; the broker may still be starting.

    Raises:
        DemoError: If the broker does not make it.
    """
    admin = AdminClient({"bootstrap.servers": bootstrap, "log_level": SILENT})
    deadline = time.monotonic() + patience
    while (error := _refusal(admin, topic)) and time.monotonic() < deadline:
        time.sleep(0.1)
    if error:
        raise DemoError(f"the broker at {bootstrap} does not make topic {topic}: {error}")


def _refusal(admin: AdminClient, topic: str) -> KafkaException | None:
    made = admin.create_topics([NewTopic(topic, PARTITIONS, 1)], request_timeout=_ASK_EVERY)[topic]
    try:
        made.result(_ASK_EVERY * 2)
    except KafkaException as error:
        (cause, *_) = error.args
        exists = isinstance(cause, KafkaError) and cause.code() == KafkaError.TOPIC_ALREADY_EXISTS
        return None if exists else error
    return None


def play(producer: EventProducer, seconds: float, seed: int) -> None:
    """Send one round, each event at its time.

    Raises:
        DemoError: If the broker does not take all of it.
    """
    start, begun = time.time(), time.monotonic()
    for event in events(seconds, seed, start):
        left = begun + event.at - start - time.monotonic()
        if left > 0:
            time.sleep(left)
        producer.send(event)
    producer.flush()


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m agent.demo.load", description=__doc__.splitlines()[0])
    parser.add_argument("--bootstrap", required=True, metavar="HOST:PORT", help="the broker")
    parser.add_argument("--topic", default="api-responses", help="made if it is not there (%(default)s)")
    parser.add_argument("--seconds", type=float, default=ROUND, help="length of a round (%(default)s)")
    parser.add_argument("--rounds", type=int, help="end after so many, not never")
    options = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # the first process of a container has no other
    try:
        create_topic(options.bootstrap, options.topic)
        producer = EventProducer(options.bootstrap, options.topic)
        for number in range(options.rounds) if options.rounds else count():
            _say(f"round {number + 1}: {', '.join(phase.name for phase in PHASES)}")
            play(producer, options.seconds, DEFAULT_SEED + number)
        _say(f"{producer.sent.total()} events sent")
    except DemoError as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        _say("stopped")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
