"""What this installation can read."""

from agent.consumer import codecs


def test_every_compression_can_be_read_and_by_the_compiled_reader() -> None:
    assert codecs.missing() == []
    assert codecs.is_compiled()
