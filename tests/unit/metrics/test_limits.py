"""What is read of rate limits late, and only where it matters, is what would have been read at once."""

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from agent.classify.outcome import RateLimit
from agent.metrics import limits as room
from agent.metrics.limits import Limits, Pool, owner_in
from agent.metrics.readings import Reading, Readings

NOW = 1_795_323_600.0
KEY = ("openai", "requests")
LIMIT, LEFT = "x-ratelimit-limit-requests", "x-ratelimit-remaining-requests"


class Books:
    """Limits of one pool, and what is shown of them."""

    def __init__(self, name: str = "") -> None:
        self.readings = Readings()
        self.limits = Limits(self.readings)
        self.pool = self.limits.pool("openai", "gpt-5", "openai", name)

    def unread(self, headers: Mapping[str, object], second: float = 0.0) -> None:
        self.limits.unread(self.pool, datetime.fromtimestamp(NOW + second, UTC), headers)

    def told(self, remaining: float, second: float = 0.0, headers: Mapping[str, str] | None = None) -> None:
        self.limits.told(
            self.pool, NOW + second, [RateLimit("requests", 100, remaining, None)], headers or {}
        )

    def without_a_look(self) -> None:
        """From now on it is seen what was read before somebody looked."""
        self.readings.before_look = lambda: None

    def reading(self) -> Reading:
        return self.readings.tightest(NOW + 60)[KEY]

    def lowest_and_newest(self) -> list[float | None]:
        found = [self.reading().remaining]
        self.readings.seen("prometheus")
        self.readings.seen("")
        return [*found, self.reading().remaining]

    def pools(self) -> set[str]:
        return {key[-1] for key in self.readings.tightest(NOW + 60, by=("pool",))}


def said(left: object, **others: object) -> dict[str, object]:
    return {LIMIT: "100", LEFT: left} | others


@pytest.mark.parametrize("told", [set(), {1}, {0, 3}, {0, 1, 2, 3, 4}], ids=str)
@pytest.mark.parametrize(
    ("lefts", "expected"),
    [
        ([80, 3, 60, 50, 70], [3, 70]),
        ([3, 3, 60, 50, 50], [3, 50]),
        ([0, 0, 0, 0, 0], [0, 0]),
        ([5, 4, 3, 2, 1], [1, 1]),
        ([1, 2, 3, 4, 5], [1, 5]),
    ],
    ids=str,
)
def test_the_lowest_and_the_newest_are_kept_however_they_came(
    lefts: list[int], expected: list[float], told: set[int]
) -> None:
    books = Books()
    for second, left in enumerate(lefts):
        if second in told:
            books.told(left, second)
        else:
            books.unread(said(str(left)), second)

    assert books.lowest_and_newest() == expected


@pytest.mark.parametrize(
    ("lefts", "seconds", "expected"),
    [([9, 8], [1, 0], [8, 9]), ([9, 8], [0, 0], [8, 8]), ([8, 9], [0, 0], [8, 9]), ([8, 9], [1, 0], [8, 8])],
)
def test_the_newest_is_the_one_of_the_latest_time_and_of_two_at_one_time_the_later(
    lefts: list[int], seconds: list[float], expected: list[float]
) -> None:
    books = Books()
    for left, second in zip(lefts, seconds, strict=True):
        books.unread(said(str(left)), second)

    assert books.lowest_and_newest() == expected


@pytest.mark.parametrize("odd", ["5.5", 5.5], ids=repr)
def test_a_number_that_is_not_written_as_a_whole_one_counts_too(odd: object) -> None:
    books = Books()
    for second, left in enumerate(("80", odd, "60")):
        books.unread(said(left), second)

    assert books.lowest_and_newest() == [5.5, 60]


@pytest.mark.parametrize("odd", ["-1", "many", None, True], ids=repr)
def test_what_is_no_amount_hides_no_other(odd: object) -> None:
    books = Books()
    for second, left in enumerate(("80", odd, "60", odd)):
        books.unread(said(left), second)

    assert books.readings.tightest(NOW + 60)[KEY].limit == 100
    assert 60 in books.lowest_and_newest()


def test_headers_that_have_to_be_read_whole_are_all_read() -> None:
    books = Books()
    for second, left in enumerate((80, 3, 60)):
        books.unread({"ratelimit": f'"requests";r={left};t=20'}, second)

    assert [it.remaining for it in books.readings.tightest(NOW + 2).values()] == [3]


def test_of_several_limits_in_one_response_each_has_its_lowest() -> None:
    books = Books()
    for second, (requests, tokens) in enumerate(((3, 900), (60, 70), (50, 800))):
        books.unread(said(str(requests), **{"x-ratelimit-remaining-tokens": str(tokens)}), second)

    found = books.readings.tightest(NOW + 60)

    assert {key[1]: it.remaining for key, it in found.items()} == {"requests": 3, "tokens": 70}


def test_of_two_that_are_as_low_the_later_is_kept() -> None:
    books = Books()
    for second, left in ((0, 3), (50, 3), (51, 60)):
        books.unread(said(str(left)), second)

    assert books.reading().at == NOW + 50


def test_a_reading_is_of_the_time_of_its_response() -> None:
    books = Books()
    books.unread(said("5"), 7)
    assert books.reading().at == NOW + 7

    books.told(4, 9)
    assert books.reading().at == NOW + 9


def test_a_look_reads_what_was_said_once() -> None:
    books = Books()
    books.unread(said("5"))
    books.told(6)
    assert books.lowest_and_newest() == [5, 6]

    books.readings.seen("")
    books.without_a_look()
    books.limits.settle()

    assert books.readings._lowest[""] == {}


# --- whose limits they are ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "headers", "pool"),
    [
        ("", {}, ""),
        ("team", {}, "team"),
        ("", {"openai-project": "a"}, "a"),
        ("", {"OpenAI-Project": "a", "openai-organization": "org"}, "org/a"),
        ("team", {"openai-project": "a"}, "team"),
        ("t" * 200, {}, "t" * 128),
        ("", {"openai-project": "p" * 200}, "p" * 128),
    ],
    ids=repr,
)
@pytest.mark.parametrize("is_read", [True, False])
def test_the_event_says_whose_limits_they_are_else_its_headers(
    name: str,
    headers: dict[str, str],
    pool: str,
    is_read: bool,  # noqa: FBT001
) -> None:
    books = Books(name)

    for left in ("5", "7"):
        if is_read:
            books.told(int(left), headers={key.lower(): it for key, it in headers.items()})
        else:
            books.unread(said(left, **headers))

    assert books.pools() == {pool}


def test_owners_with_the_same_headers_have_each_their_own_lowest() -> None:
    books = Books()
    for second, (owner, left) in enumerate((("a", 5), ("b", 7), ("a", 50), ("b", 70))):
        books.unread(said(str(left), **{"openai-project": owner}), second)

    assert {key[-1]: it.remaining for key, it in books.readings.tightest(NOW + 60, by=("pool",)).items()} == {
        "a": 5,
        "b": 7,
    }


@pytest.mark.parametrize(
    ("name", "headers", "owner"),
    [
        ("", None, ""),
        ("", {}, ""),
        ("", {"server": "kong"}, ""),
        ("", {"OpenAI-Project": "a", "server": "kong"}, "a"),
        ("", {"OpenAI-Project": "p" * 200}, "p" * 128),
        ("team", {"OpenAI-Project": "a"}, ""),
    ],
    ids=repr,
)
@pytest.mark.parametrize("is_known", [True, False])
def test_calls_are_of_whom_their_headers_name_where_their_pool_does_not(
    name: str,
    headers: dict[str, object] | None,
    owner: str,
    is_known: bool,  # noqa: FBT001
) -> None:
    books = Books(name)
    if is_known and headers:
        books.unread(headers)

    assert owner_in(books.pool, headers) == owner


def test_a_pool_is_one_object_for_as_long_as_it_is_remembered() -> None:
    limits = Limits(Readings())

    one = limits.pool("openai", "m" * 200, "openai", "n" * 200)

    assert limits.pool("openai", "m" * 128, "openai", "n" * 128) is one
    for other in (("azure", "m", "openai", ""), ("openai", "m", "azure", ""), ("openai", "m", "openai", "n")):
        assert limits.pool(*other) is not limits.pool("openai", "m", "openai", "")


def test_pools_of_other_names_have_other_keys() -> None:
    pools = [("openai", "m", "openai", ""), ("openai", "n", "openai", ""), ("openai", "m", "azure", "")]

    assert len({Pool(*it).key for it in (*pools, ("openai", "m", "openai", "n"))}) == 4


# --- how much is held -----------------------------------------------------------------------------------


@pytest.mark.parametrize("odd", [True, False])
def test_of_many_that_have_to_be_read_one_by_one_some_are_read_without_a_look(
    odd: bool,  # noqa: FBT001
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(room, "_MOST_SAID", 3)
    books = Books()
    books.without_a_look()
    seen = []
    for left in (9.5, 8.5, 7.5, 6.5, 5.5, 4.5):
        if odd:
            books.unread(said(str(left)))
        else:
            books.told(left)
        seen.append([it.remaining for it in books.readings.tightest(NOW).values()])

    assert seen == [[], [], [7.5], [7.5], [7.5], [4.5]]


def test_many_that_are_simple_wait_for_a_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "_MOST_SAID", 3)
    books = Books()
    books.without_a_look()
    for left in (5, 1, 0) * 10:
        books.unread(said(str(left)))

    assert books.readings.tightest(NOW) == {}


def test_headers_of_names_without_end_take_a_bounded_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "_MOST_GROUPS", 5)
    books = Books()
    for number in range(23):
        books.unread(said(f"{100 - number}", **{f"x-{number}": "1"}), number)
        held = len(books.pool.groups), len(books.limits._met)
        assert max(held) <= 5
        assert number >= 5 or held == (number + 1, number + 1)

    assert books.lowest_and_newest() == [78, 78]


def test_headers_with_names_too_long_to_be_remembered_are_read_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names = {LIMIT: "100", LEFT: "7"}
    for longest, is_remembered in ((sum(map(len, names)), True), (sum(map(len, names)) - 1, False)):
        monkeypatch.setattr(room, "_LONGEST_NAMES", longest)
        books = Books()
        books.unread(names)
        assert bool(books.pool.groups) is is_remembered
        books.unread(names | {LEFT: "5"}, 1)
        books.unread(names | {LEFT: "6"}, 2)
        assert len(books.limits._met) == 1
        assert books.lowest_and_newest() == [5, 6]


def test_pools_without_end_take_a_bounded_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "_MOST_POOLS", 5)
    limits = Limits(Readings())
    for number in range(23):
        limits.pool("openai", f"{number}", "openai")
        assert len(limits._pools) <= 5
