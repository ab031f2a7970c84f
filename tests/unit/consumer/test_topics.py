"""Topics are told apart by their ids, whatever their names are."""

from io import BytesIO
from types import SimpleNamespace

from agent.consumer.topics import Change, KnownTopics, TopicsRequest, TopicsResponse, ids_of

ID = bytes(range(16))


class Admin:
    """Answers as a broker does."""

    def __init__(self, *topics: tuple[int, str, bytes], is_old: bool = False) -> None:
        self._topics = topics
        self._is_old = is_old

    async def _send_request(self, _: TopicsRequest) -> SimpleNamespace:
        if self._is_old:
            raise NotImplementedError
        return SimpleNamespace(topics=self._topics)

    async def list_topics(self) -> list[str]:
        return [name for _, name, _ in self._topics]


async def test_ids_are_written_as_kafkas_tools_write_them() -> None:
    assert await ids_of(Admin((0, "t", ID)), ["t"]) == {"t": "AAECAwQFBgcICQoLDA0ODw"}


async def test_a_topic_without_leaders_is_there_and_one_that_is_unknown_or_hidden_is_not() -> None:
    admin = Admin((5, "young", ID), (3, "missing", bytes(16)), (29, "hidden", bytes(16)))

    assert await ids_of(admin, ["young", "missing", "hidden"]) == {"young": "AAECAwQFBgcICQoLDA0ODw"}


async def test_brokers_too_old_for_ids_still_say_what_is_there() -> None:
    admin = Admin((0, "t", ID), (0, "of somebody else", ID), is_old=True)

    assert await ids_of(admin, ["t", "missing"]) == {"t": ""}


def test_a_topic_with_another_id_was_made_again() -> None:
    known = KnownTopics()

    assert known.learn({"t": "a", "u": "b"}) == []
    assert known.learn({"u": "b"}) == []
    assert known.learn({"t": "c", "u": "b"}) == [Change("t", "a", "c")]
    assert known.learn({"t": "c"}) == []
    assert (known.id("t"), known.is_remade("t"), known.is_remade("u")) == ("c", True, False)


def test_a_broker_that_tells_no_id_changes_nothing() -> None:
    known = KnownTopics()
    known.learn({"t": "a"})

    assert known.learn({"t": ""}) == []
    assert known.id("t") == "a"


def test_the_request_asks_for_no_topic_to_be_made() -> None:
    written = TopicsRequest(["t"]).prepare({3: (0, 13)}).encode()

    assert written == bytes([2, *bytes(16), 2, ord("t"), 0, 0, 0, 0, 0])


def test_the_request_says_that_it_is_one_for_metadata_and_in_which_version() -> None:
    header = TopicsRequest(["t"]).prepare({3: (0, 13)}).build_request_header(7, "c").encode()

    assert header[:4] == bytes([0, 3, 0, 10])


def test_an_answer_is_read_as_brokers_write_it() -> None:
    partition = b"\x00\x00" + b"\x00\x00\x00\x00" + b"\x00\x00\x00\x01" + b"\x00\x00\x00\x07"
    partition += b"\x02\x00\x00\x00\x01" * 2 + b"\x01" + b"\x00"
    topic = b"\x00\x00" + b"\x02t" + ID + b"\x00" + b"\x02" + partition + b"\x80\x00\x00\x00" + b"\x00"
    broker = b"\x00\x00\x00\x01" + b"\x02h" + b"\x00\x00\x23\x84" + b"\x00" + b"\x00"
    whole = b"\x00\x00\x00\x00" + b"\x02" + broker + b"\x02c" + b"\x00\x00\x00\x01" + b"\x02" + topic
    whole += b"\x80\x00\x00\x00" + b"\x00"

    answer = TopicsResponse.decode(BytesIO(whole))

    assert [(code, name, id_) for code, name, id_, *_ in answer.topics] == [(0, "t", ID)]
