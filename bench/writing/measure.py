"""CPU microseconds a row of writing score items, by the predictor and by boto3; prints one JSON document.

    .venv/bin/python bench/writing/measure.py FOLDER --rows 20000 --runs 5

FOLDER is of `bench/predictor/made.py`. Both write the same items of one chunk to a server that takes everything at
once, in a process of its own. boto3 gets them as Python values and Decimals, made beforehand; the predictor makes its
own on the way.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
from boto3.dynamodb.types import TypeDeserializer
from measure_chunks import PATIENCE, Scored

from dropscore_predictor.aws.clients import client_config
from dropscore_predictor.aws.dynamodb_scores import DynamoDBScores
from dropscore_predictor.csv_rows import csv_rows
from dropscore_predictor.items import ScoreItems
from dropscore_predictor.scored_chunk import ScoredChunk, scored_chunk

TABLE = "scores"
THREADS = (1, 2, 4, 8)


def a_chunk(folder: Path, rows: int) -> ScoredChunk:
    scored = Scored.of(folder, "logistic")
    message = scored.messages(rows)[0] | {"output": "rows"}
    header_end, end = message["header"]["byteEnd"], message["reference"]["byteEnd"]
    read = csv_rows(message, scored.data[:header_end], scored.data[header_end:end], scored.model.manifest)
    return scored_chunk(message, read, scored.model)


def by_predictor(chunk: ScoredChunk, url: str, threads: int) -> Callable[[], None]:
    client = boto3.client("dynamodb", endpoint_url=url, config=client_config(threads + 2))
    scores = DynamoDBScores(client, TABLE, threads)
    return lambda: scores.write(ScoreItems(chunk), PATIENCE)


def by_batch_writer(chunk: ScoredChunk, url: str) -> Callable[[], None]:
    read = TypeDeserializer().deserialize
    items = [{name: read(value) for name, value in item.items()} for item in ScoreItems(chunk)]
    table = boto3.resource("dynamodb", endpoint_url=url).Table(TABLE)

    def write() -> None:
        with table.batch_writer() as batch:
            for item in items:
                batch.put_item(Item=item)

    return write


def microseconds(work: Callable[[], Any], rows: int) -> float:
    started = time.process_time()
    work()
    return (time.process_time() - started) / rows * 1e6


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--runs", type=int, default=5)
    given = parser.parse_args()
    chunk = a_chunk(given.folder, given.rows)
    command = [sys.executable, str(Path(__file__).parent / "accept_all.py")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ) as server:
        try:
            url = f"http://127.0.0.1:{(server.stdout.readline() if server.stdout else '').strip()}"
            works = {"batch_writer": by_batch_writer(chunk, url), "items": lambda: list(ScoreItems(chunk))}
            works |= {f"predictor {threads}": by_predictor(chunk, url, threads) for threads in THREADS}
            times: dict[str, list[float]] = {name: [] for name in works}
            for _ in range(given.runs + 1):
                for name, work in works.items():
                    times[name].append(microseconds(work, given.rows))
        finally:
            server.kill()
    print(json.dumps({name: min(all_times[1:]) for name, all_times in times.items()}))


if __name__ == "__main__":
    main()
