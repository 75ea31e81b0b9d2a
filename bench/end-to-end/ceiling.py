"""What the host takes by BatchWriteItem: the very items of a job, encoded beforehand, by several processes at once.

    ceiling.py '{"scoresTable": …, "jobId": …, "rows": …, "writers": [[processes, threads], …], "withIndex": …}'

The client is the predictor's. Prints a JSON list: for each pair of `writers` the items a second.
"""

from __future__ import annotations

import json
import multiprocessing
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.synchronize import Barrier
from typing import Any

import boto3
from botocore.config import Config
from tables import table_like

BATCH = 25
ROWS_A_PARTITION = 1000


def main() -> None:
    wanted = json.loads(sys.argv[1])
    client = dynamodb(1)
    puts = [
        json.dumps({"PutRequest": {"Item": item}}, separators=(",", ":"))
        for item in items_of(client, wanted["scoresTable"], wanted["jobId"], wanted["rows"])
    ]
    rates = []
    for processes, threads in wanted["writers"]:
        with table_like(client, wanted["scoresTable"], with_index=wanted["withIndex"]) as table:
            rates.append(len(puts) / seconds_to_write(bodies(puts, table), processes, threads))
    print(json.dumps(rates))


def dynamodb(connections: int) -> Any:
    """As the predictor has it."""
    config = Config(
        retries={"mode": "standard", "total_max_attempts": 1},
        parameter_validation=False,
        max_pool_connections=connections,
    )
    return boto3.client("dynamodb", config=config)


def items_of(client: Any, table: str, job_id: str, rows: int) -> list[dict[str, Any]]:
    """The items of a job's first rows, in the order in which a predictor writes them: in turns over the partitions."""
    partitions = [
        client.query(
            TableName=table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": f"{job_id}#{partition}"}},
        )["Items"]
        for partition in range(rows // ROWS_A_PARTITION)
    ]
    items = [item for items in zip(*partitions, strict=True) for item in items]
    if len(items) != rows:
        sys.exit(f"The job has {len(items)} items of {rows}.")
    return items


def bodies(puts: list[str], table: str) -> list[bytes]:
    return [
        f'{{"RequestItems":{{"{table}":[{",".join(puts[start : start + BATCH])}]}}}}'.encode()
        for start in range(0, len(puts), BATCH)
    ]


def seconds_to_write(requests: list[bytes], processes: int, threads: int) -> float:
    barrier = multiprocessing.Barrier(processes + 1)
    writers = [
        multiprocessing.Process(target=write, args=(requests[process::processes], threads, barrier))
        for process in range(processes)
    ]
    for writer in writers:
        writer.start()
    barrier.wait()
    started = time.perf_counter()
    for writer in writers:
        writer.join()
    seconds = time.perf_counter() - started
    if any(writer.exitcode for writer in writers):
        sys.exit("A writer failed.")
    return seconds


def write(requests: list[bytes], threads: int, barrier: Barrier) -> None:
    client = dynamodb(threads)
    own = threading.local()

    def put_encoded(params: dict[str, Any], **_: Any) -> None:
        params["body"] = own.body

    def send(body: bytes) -> None:
        own.body = body
        if client.batch_write_item(RequestItems={})["UnprocessedItems"]:
            raise RuntimeError("The host left items unprocessed.")

    client.meta.events.register("before-call.dynamodb.BatchWriteItem", put_encoded)
    with ThreadPoolExecutor(threads) as pool:
        barrier.wait()
        list(pool.map(send, requests))


if __name__ == "__main__":
    main()
