"""Events of the scenario -> the topic, with a note of every one that was sent."""

from collections import Counter

from confluent_kafka import KafkaError, Message, Producer

from agent.demo.broker import SILENT
from agent.demo.child import DemoError
from agent.demo.scenario import Event, Row

_FLUSH_WITHIN = 10.0  # seconds


class EventProducer:
    """Sends events and counts what they are expected to be.

    Attributes:
        sent: Events by what we mean them to be counted as.
    """

    def __init__(self, bootstrap: str, topic: str) -> None:
        options = {"bootstrap.servers": bootstrap, "linger.ms": 5, "log_level": SILENT}
        self._producer = Producer(options | {"enable.idempotence": True})
        self._topic = topic
        self._failure = ""
        self.sent: Counter[Row] = Counter()

    def send(self, event: Event) -> None:
        self._producer.produce(self._topic, event.value, on_delivery=self._note)
        self._producer.poll(0)
        self.sent[event.expected] += 1

    def flush(self) -> None:
        """Wait until the broker has everything.

        Raises:
            DemoError: If it does not take it: what is not in the topic cannot be counted.
        """
        left = self._producer.flush(_FLUSH_WITHIN)
        if self._failure or left:
            raise DemoError(f"the broker did not take all events: {self._failure or f'{left} wait'}")

    def _note(self, error: KafkaError | None, _message: Message) -> None:
        if error is not None:
            self._failure = str(error)
