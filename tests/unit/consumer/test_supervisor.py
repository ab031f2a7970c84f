"""The consumer over all its clients: how it connects, what it says meanwhile, and how it begins anew."""

import asyncio
import gc
import logging
import weakref
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from aiokafka.errors import KafkaConnectionError
from structlog.testing import capture_logs

from agent.consumer import CommitResult, Consumer
from agent.consumer.causes import Problem
from agent.consumer.consumer import _SAY_AFTER
from agent.consumer.lag import Lag
from agent.consumer.reader import StalledError
from agent.consumer.session import SILENT_AFTER, Session
from tests.kafka.recorder import Recorder, settings
from tests.unit.consumer.cluster import Cluster
from tests.waiting import until

ZERO, ONE = ("t", 0), ("t", 1)


class Quick:
    """asyncio, whose pauses are over at once.

    Attributes:
        pauses: Seconds that were slept.
    """

    def __init__(self) -> None:
        self.pauses: list[float] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(asyncio, name)

    async def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        await asyncio.sleep(0)


class Bench:
    """A consumer whose clients are those of a cluster.

    Attributes:
        clients: Those that were built.

        at_work: What the sessions do, one after the other; the last one reads for good.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.quick = Quick()
        monkeypatch.setattr("agent.consumer.consumer.asyncio", self.quick)
        monkeypatch.setattr("agent.consumer.consumer.Client", self._client)
        monkeypatch.setattr("agent.consumer.consumer._check_installation", lambda: None)
        bench = self

        async def run(session: Session) -> None:
            await session._look_for_topics()
            await (bench.at_work.pop(0) if bench.at_work else read)(session)

        monkeypatch.setattr(Session, "run", run)
        self.clients: list[Cluster] = []
        self.prepare: Callable[[Cluster], object] = lambda _: None
        self.at_work: list[Callable[[Session], Awaitable[None]]] = []
        self.books = Recorder()
        self.consumer = Consumer(settings("b:1", "t"), self.books, self.books.under_way)

    def _client(self, _: object) -> Cluster:
        client = Cluster()
        self.prepare(client)
        self.clients.append(client)
        return client

    @asynccontextmanager
    async def running(self) -> AsyncIterator[list[Any]]:
        """The lines of its log."""
        with capture_logs() as lines:
            task = asyncio.create_task(self.consumer.run())
            try:
                yield lines
            finally:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task

    async def session(self) -> Session:
        session: Any = await until(lambda: self.consumer._session, what="a client at work")
        await until(lambda: session.topics)
        return session  # type: ignore[no-any-return]


async def read(_: Session) -> None:
    await asyncio.Event().wait()


async def join(session: Session) -> None:
    """Be given two partitions, and know where one of them ends."""
    client: Any = session.client
    tps = client.assign(ZERO, ONE)
    session.membership.on_partitions_assigned(tps)
    session.positions.pending = frozenset()
    session.positions.lags.update({ZERO: Lag(5), ONE: Lag(5)})
    session.positions.lags[ZERO].heard(9, 1000.0)
    client.answered_ms = dict.fromkeys(tps, 1000)


async def stall(session: Session) -> None:
    await join(session)
    raise StalledError("nothing moves")


async def stall_at_once(_: Session) -> None:
    raise StalledError("nothing moves")


async def break_down(_: Session) -> None:
    raise ArithmeticError("a mistake of our own")


@pytest.fixture
async def bench(monkeypatch: pytest.MonkeyPatch) -> Bench:
    return Bench(monkeypatch)


def said(lines: list[Any], event: str) -> list[Any]:
    return [line for line in lines if line["event"] == event]


async def test_before_it_is_connected_it_is_starting_and_has_nothing(bench: Bench) -> None:
    found = bench.consumer

    assert (found.connection.problem, found.is_ready) == (Problem.STARTING, False)
    assert (found.assignments, found.rebuilds, found.polled_at) == (0, 0, None)
    assert (found.lags, found.topic_partitions, found.certificates) == ({}, {}, {})
    assert await found.commit({ZERO: 1}, 1) is CommitResult.NOT_SENT


async def test_who_has_joined_is_ready_and_says_what_its_session_knows(bench: Bench) -> None:
    async with bench.running() as lines:
        session = await bench.session()
        before = bench.consumer.is_ready
        await join(session)
        session.reader.polled_at = 1000.0

        assert (before, bench.consumer.is_ready, bench.consumer.connection.is_made) == (False, True, True)
        assert (bench.consumer.assignments, bench.consumer.polled_at) == (1, 1000.0)
        assert {partition: lag.records for partition, lag in bench.consumer.lags.items()} == {ZERO: 4}
        assert bench.consumer.topic_partitions == {"t": 2}
        assert said(lines, "kafka.connected")[0]["bootstrap_servers"] == ["b:1"]


async def test_a_lag_is_not_known_while_brokers_are_silent(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with bench.running():
        session = await bench.session()
        await join(session)
        lags = []
        for silence in (10.0, 10.5):
            monkeypatch.setattr(Session, "silent_for", silence)
            lags.append(set(bench.consumer.lags))

    assert lags == [{ZERO}, set()]


async def test_while_the_group_shares_out_anew_it_is_ready_and_with_another_problem_it_is_not(
    bench: Bench,
) -> None:
    async with bench.running():
        session = await bench.session()
        await join(session)
        await session.membership.on_partitions_revoked([])
        while_sharing = bench.consumer.is_ready
        session.reader.complaint = "TopicAuthorizationFailedError('t')"

        assert (while_sharing, bench.consumer.is_ready) == (True, False)


async def test_commits_go_out_as_the_member_that_it_is(bench: Bench) -> None:
    async with bench.running():
        await join(await bench.session())

        assert await bench.consumer.commit({}, 1) is CommitResult.NOT_SENT
        assert await bench.consumer.commit({ZERO: 7}, 1) is CommitResult.ACCEPTED
        assert bench.books.accepted == {ZERO: 7}


# --- connecting -----------------------------------------------------------------------------------------


async def test_a_connection_that_fails_is_told_and_tried_ever_more_slowly(bench: Bench) -> None:
    def away(client: Cluster) -> None:
        client.error = KafkaConnectionError("Connect call failed") if len(bench.clients) < 12 else None

    bench.prepare = away
    async with bench.running() as lines:
        await bench.session()

    told = said(lines, "kafka.unreachable")
    assert len(told) == 12
    assert told[0]["bootstrap_servers"] == ["b:1"]
    assert "Connect call failed" in told[0]["error"]
    assert "nothing listens there" in told[0]["hint"]
    pauses = bench.quick.pauses[:12]
    assert [line["retry_in_seconds"] for line in told] == [round(pause, 1) for pause in pauses]
    assert 0.1 < pauses[0] < 0.5
    assert pauses[1] > pauses[0]
    assert 10 < pauses[-1] < 20


async def test_why_a_connection_failed_is_taken_from_the_clients_log(bench: Bench) -> None:
    complaints = iter(["SaslAuthenticationFailed"])

    def refuse(client: Cluster) -> None:
        for complaint in complaints:
            logging.getLogger("aiokafka").warning(complaint)
        client.error = KafkaConnectionError("Unable to bootstrap")
        seen.append(bench.consumer.connection)

    seen: list[Any] = []
    bench.prepare = refuse
    async with bench.running() as lines:
        await until(lambda: len(seen) > 2)

    assert [it.problem for it in seen[:3]] == [Problem.STARTING, Problem.CREDENTIALS, Problem.UNREACHABLE]
    assert [line["reason"] for line in said(lines, "kafka.unreachable")][:2] == [
        "SaslAuthenticationFailed",
        "",
    ]


async def test_brokers_that_take_long_to_answer_are_told_before_a_request_times_out(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.consumer.consumer._SAY_AFTER", 0.01)
    bench.prepare = lambda client: client.may_answer.clear()
    async with bench.running() as lines:
        await until(lambda: said(lines, "kafka.not_answering"))
        found = bench.consumer.connection
        bench.clients[0].may_answer.set()
        await bench.session()

    assert found.words == "no broker has answered for 0 s"
    (line,) = said(lines, "kafka.not_answering")
    assert line["bootstrap_servers"] == ["b:1"]
    assert "does not answer" in line["hint"]
    assert said(lines, "kafka.unreachable") == []


def test_a_silence_at_the_beginning_is_told_sooner_than_one_later_on() -> None:
    assert 0 < _SAY_AFTER < SILENT_AFTER


async def test_who_ends_while_it_connects_leaves_no_question_behind(bench: Bench) -> None:
    bench.prepare = lambda client: client.may_answer.clear()
    before = asyncio.all_tasks()
    async with bench.running():
        await until(lambda: len(asyncio.all_tasks() - before) > 1, what="a client that connects")
    await asyncio.sleep(0)

    assert asyncio.all_tasks() <= before


# --- beginning anew -------------------------------------------------------------------------------------


async def test_a_client_that_gets_nowhere_is_built_anew_and_leaves_its_reason(bench: Bench) -> None:
    reasons = []

    async def look_back(_: Session) -> None:
        await asyncio.Event().wait()

    bench.prepare = lambda _: reasons.append(bench.consumer.connection)
    bench.at_work = [stall, look_back]
    async with bench.running() as lines:
        await until(lambda: len(bench.clients) == 2)
        await bench.session()

    assert bench.consumer.rebuilds == 1
    assert (reasons[1].problem, reasons[1].is_made) == (Problem.FAILED, False)
    assert "nothing moves" in reasons[1].words
    (line,) = said(lines, "consumer.stalled")
    assert (line["why"], line["reason"]) == ("nothing moves", "")
    (line,) = said(lines, "consumer.rebuilding")
    assert line["rebuilds"] == 1
    assert line["in_seconds"] == round(bench.quick.pauses[0], 1)


async def test_a_client_that_stalls_of_a_known_problem_leaves_that(bench: Bench) -> None:
    async def refused(session: Session) -> None:
        session.reader.complaint = "TopicAuthorizationFailedError('t')"
        raise StalledError("20 polls in a row failed")

    reasons: list[Any] = []
    bench.prepare = lambda _: reasons.append(bench.consumer.connection)
    bench.at_work = [refused]
    async with bench.running():
        await until(lambda: len(reasons) == 2)

    assert reasons[1].problem is Problem.NOT_AUTHORIZED


async def test_a_defect_of_ours_is_told_with_its_traceback_and_reading_goes_on(bench: Bench) -> None:
    reasons: list[Any] = []
    bench.prepare = lambda _: reasons.append(bench.consumer.connection)
    bench.at_work = [break_down]
    async with bench.running() as lines:
        await until(lambda: len(reasons) == 2)
        await join(await bench.session())
        assert bench.consumer.is_ready

    assert (reasons[1].problem, bench.consumer.rebuilds) == (Problem.FAILED, 1)
    assert "a mistake of our own" in reasons[1].words
    (line,) = said(lines, "consumer.failed")
    assert line["exc_info"]


async def test_what_hangs_in_circles_goes_with_its_client(bench: Bench) -> None:
    """A client does, and all that it has fetched: it must not wait until all objects are looked through."""

    class Fetched:
        pass

    found: list[weakref.ref[Fetched]] = []

    async def fetch_and_stall(session: Session) -> None:
        fetched = Fetched()
        fetched.all = [fetched, session]  # type: ignore[attr-defined]
        gc.collect()  # it is old now
        found.append(weakref.ref(fetched))
        raise StalledError("nothing moves")

    bench.at_work = [fetch_and_stall]
    gc.disable()
    try:
        async with bench.running():
            await until(lambda: len(bench.clients) == 2)
    finally:
        gc.enable()

    assert found[0]() is None


async def test_what_the_clients_before_were_given_counts_on(bench: Bench) -> None:
    bench.at_work = [stall, stall]
    async with bench.running():
        await until(lambda: len(bench.clients) == 3)
        session = await bench.session()
        assert bench.consumer.assignments == 2
        await join(session)
        assert bench.consumer.assignments == 3

    assert [client.is_stopped for client in bench.clients] == [True] * 3
    assert bench.books.left == [False, False, True]


async def test_clients_that_had_been_working_are_followed_at_once_and_others_ever_later(
    bench: Bench,
) -> None:
    bench.at_work = [stall_at_once] * 6 + [stall] * 2
    async with bench.running():
        await until(lambda: bench.consumer.rebuilds == 8 and bench.consumer._session)

    assert bench.quick.pauses[5] > 3
    assert max(bench.quick.pauses[6:8]) < 0.5


async def test_who_ends_lets_go_in_order_and_has_no_session_any_more(bench: Bench) -> None:
    async with bench.running():
        await join(await bench.session())

    assert (bench.books.left, bench.clients[0].is_stopped) == ([True], True)
    assert (bench.consumer._session, bench.consumer.rebuilds) == (None, 0)
    assert len(bench.clients[0].said) == 0


# --- certificates ---------------------------------------------------------------------------------------


class Files:
    """The TLS of a client, whose files change as a test says."""

    def __init__(self, answers: Iterable[bool | Exception] = ()) -> None:
        self.answers = list(answers)
        self.certificates = {"tls.crt": 1.0}

    def refresh(self) -> bool:
        if not self.answers:
            return False
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        if answer:
            self.certificates = {"tls.crt": 2.0}
        return answer


async def test_certificates_are_known_also_while_no_broker_takes_them(bench: Bench) -> None:
    def refuse(client: Cluster) -> None:
        client.tls, client.error = Files(), KafkaConnectionError("away")

    bench.prepare = refuse
    async with bench.running():
        await until(lambda: len(bench.clients) > 1)
        assert bench.consumer.certificates == {"tls.crt": 1.0}


async def test_certificates_that_change_are_taken_and_those_that_cannot_be_used_are_told(
    bench: Bench,
) -> None:
    files = Files([False, OSError("no start line"), True])
    bench.prepare = lambda client: setattr(client, "tls", files)
    async with bench.running() as lines:
        await bench.session()
        await until(lambda: bench.consumer.certificates == {"tls.crt": 2.0})
        await until(lambda: len(bench.quick.pauses) > 5)

    assert len(said(lines, "kafka_certificates.reloaded")) == 1
    (line,) = said(lines, "kafka_certificates.refused")
    assert (line["error"], line["hint"]) == ("no start line", "the previous files stay in use")
    assert all(0 < pause < 10 for pause in bench.quick.pauses)


async def test_a_client_without_tls_has_no_certificates_and_watches_none(bench: Bench) -> None:
    async with bench.running():
        await bench.session()
        await asyncio.sleep(0.01)

    assert (bench.quick.pauses, bench.consumer.certificates) == ([], {})


async def test_nobody_watches_the_certificates_of_a_client_that_is_given_up(bench: Bench) -> None:
    files = [Files(), Files()]
    bench.prepare = lambda client: setattr(client, "tls", files[len(bench.clients)])
    bench.at_work = [stall]
    async with bench.running():
        await until(lambda: len(bench.clients) == 2)
        await bench.session()
        files[0].answers = [True]
        await until(lambda: len(bench.quick.pauses) > 10)

    assert files[0].answers == [True]
