"""Whether somebody else has our place in the group, too.

A group keeps the place of a kafka.group_instance_id for whoever asked for it last, and forgets the member
before, which asks again: two agents with one identity take the place from each other for ever. No broker
tells a heartbeat of aiokafka why it forgot the member. But silence cannot be the reason where the group has
given us an assignment within the session timeout.
"""

import time
from collections.abc import Callable

from agent.settings import KafkaSettings

_LONGEST_DOUBT = 60.0
"""Seconds; the other takes the place within two of our heartbeats, which are 6 s apart at the most."""


class Identity:
    """Our place in the group, over all clients.

    Attributes:
        name: Our kafka.group_instance_id.
    """

    def __init__(self, settings: KafkaSettings, clock: Callable[[], float] = time.monotonic) -> None:
        self.name = settings.group_instance_id
        self._session = settings.session_timeout_seconds
        self._clock = clock
        self._assigned_at = self._taken_at = float("-inf")

    def assigned(self) -> None:
        """The group has given us an assignment."""
        self._assigned_at = self._clock()

    def forgotten(self) -> None:
        """The group does not know us any more."""
        now = self._clock()
        if self.name is not None and now - self._assigned_at < self._session:
            self._taken_at = now

    @property
    def is_shared(self) -> bool:
        """Whether another member has taken our place, so lately that it may still be there."""
        return self._clock() - self._taken_at < min(self._session, _LONGEST_DOUBT)
