"""The floor: what reading and parsing cost, with nothing counted.

python -m bench.candidates.floor BOOTSTRAP TOPIC GROUP ADDRESS
"""

import asyncio
import sys
from collections.abc import Sequence

import orjson
from aiokafka import AIOKafkaConsumer, ConsumerRecord


class Floor:
    """Reads records, parses them, and says how many there were."""

    def __init__(self) -> None:
        self.records = 0

    async def consume(self, bootstrap: str, topic: str, group: str, address: str) -> None:
        consumer = AIOKafkaConsumer(
            topic,
            bootstrap_servers=bootstrap,
            group_id=group,
            auto_offset_reset="earliest",
            enable_auto_commit=False,
        )
        async with consumer:
            host, _, port = address.rpartition(":")
            async with await asyncio.start_server(self.answer, host, int(port)):
                while True:
                    for records in (await consumer.getmany(timeout_ms=200)).values():
                        self.read(records)

    def read(self, records: Sequence[ConsumerRecord]) -> None:
        for record in records:
            try:  # noqa: SIM105 - suppress() costs half as much as the parsing
                orjson.loads(record.value)
            except orjson.JSONDecodeError:
                pass
        self.records += len(records)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer any number of requests."""
        try:
            while await reader.readuntil(b"\r\n\r\n"):
                page = f"records_total {self.records}\n"
                writer.write(f"HTTP/1.1 200 OK\r\ncontent-length: {len(page)}\r\n\r\n{page}".encode())
        except asyncio.IncompleteReadError:
            writer.close()


if __name__ == "__main__":
    asyncio.run(Floor().consume(*sys.argv[1:]))
