"""A table that accepts every item: BatchWriteItem with a latency, and DynamoDB's limits where wanted.

It is a process of its own, so that what it costs is not counted with the predictor.
"""

import asyncio
import hashlib
import json
import multiprocessing
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

UNITS_A_PARTITION = 1000
"""Write units a second that DynamoDB takes in one partition."""

BURST_SECONDS = 0.2
"""Of unused units that a partition keeps here. DynamoDB keeps up to five minutes of them: not to be counted on."""


class Partitions:
    """Which items of a batch a table of so many partitions takes now."""

    def __init__(self, count: int) -> None:
        self._units = [UNITS_A_PARTITION * BURST_SECONDS] * count
        self._at = time.monotonic()

    def unprocessed(self, requests: list[Any]) -> list[Any]:
        now = time.monotonic()
        grown = UNITS_A_PARTITION * (now - self._at)
        self._at = now
        self._units = [min(UNITS_A_PARTITION * BURST_SECONDS, units + grown) for units in self._units]
        return [request for request in requests if not self._takes(request["PutRequest"]["Item"]["pk"]["S"])]

    def _takes(self, partition_key: str) -> bool:
        digest = hashlib.md5(partition_key.encode(), usedforsecurity=False).digest()
        place = int.from_bytes(digest[:8]) % len(self._units)
        if self._units[place] < 1:
            return False
        self._units[place] -= 1
        return True


@contextmanager
def stub_table(latency_ms: float, partitions: int | None = None) -> Iterator[str]:
    """Serves a table. Without a number of partitions it takes all. @returns its address."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.Process(target=_serve, args=(latency_ms / 1000, partitions, theirs), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{ours.recv()}"
    finally:
        process.terminate()
        process.join()


def _serve(latency: float, partitions: int | None, told: Any) -> None:
    table = Partitions(partitions) if partitions else None

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0])
                body = await reader.readexactly(length)
                due = asyncio.get_running_loop().time() + latency
                left = _left_out(table, body) if table else b"{}"
                await asyncio.sleep(due - asyncio.get_running_loop().time())
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.0\r\n")
                writer.write(b"Content-Length: %d\r\n\r\n%s" % (len(left), left))
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def serve() -> None:
        server = await asyncio.start_server(answer, "127.0.0.1", 0, limit=1 << 24)
        told.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(serve())


def _left_out(table: Partitions, body: bytes) -> bytes:
    [(name, requests)] = json.loads(body)["RequestItems"].items()
    left = table.unprocessed(requests)
    return json.dumps({"UnprocessedItems": {name: left} if left else {}}).encode()
