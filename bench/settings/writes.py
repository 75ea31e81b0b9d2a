"""What a predictor writes in a second, by its threads and by what a BatchWriteItem takes.

And what predictors get of a table's units together, where they ask for more than it has.

    .venv/bin/python bench/settings/writes.py [--seconds 2] [--latencies 5 10 20 50] [--threads 1 2 4 8 16]
        [--crowds 2 4 8]

The predictor's own writer and patience, the items of a chunk of the sample, and a stub for the table. Prints JSON.
"""

import argparse
import json
import multiprocessing
import tempfile
import time
from itertools import islice
from pathlib import Path
from typing import Any

import boto3
from default_chunk import ROWS, UNHURRIED, sample_chunk
from stub_table import UNITS_A_PARTITION, stub_table

from dropscore_predictor.aws.clients import client_config
from dropscore_predictor.aws.dynamodb_scores import BATCH, DynamoDBScores
from dropscore_predictor.items import ScoreItems
from dropscore_predictor.scored_chunk import ScoredChunk

FASTEST_ROWS_A_SECOND = 25_000
"""More than one predictor writes: what a run is cut to, so that it takes about as long as is asked for."""

NEW_TABLE = 4
"""Partitions of 1,000 units a second."""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--latencies", type=int, nargs="+", default=[5, 10, 20, 50])
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2, 4, 8, 16])
    # Predictors at the same time. More than these, on a larger table, would find the limit of the stub.
    parser.add_argument("--crowds", type=int, nargs="+", default=[2, 4, 8])
    given = parser.parse_args()
    seconds = given.seconds
    with tempfile.TemporaryDirectory() as scratch:
        chunk = sample_chunk(Path(scratch))
        alone = [_alone(chunk, latency, threads, seconds) for latency in given.latencies for threads in given.threads]
    print(json.dumps({"alone": alone, "crowds": [_crowd(predictors, seconds) for predictors in given.crowds]}))


def _alone(chunk: ScoredChunk, latency_ms: float, threads: int, seconds: float) -> dict[str, float]:
    expected = min(FASTEST_ROWS_A_SECOND, threads * BATCH / (latency_ms / 1000))
    rows = min(ROWS, int(expected * seconds))
    with stub_table(latency_ms) as endpoint:
        writer = _writer(endpoint, threads)
        writer.write(islice(ScoreItems(chunk), threads * BATCH), UNHURRIED)  # connections
        items = islice(ScoreItems(chunk), rows)
        started, cpu = time.perf_counter(), time.process_time()
        writer.write(items, UNHURRIED)
        took, cpu = time.perf_counter() - started, time.process_time() - cpu
    return {
        "latencyMs": latency_ms,
        "threads": threads,
        "rowsPerSecond": rows / took,
        "cpuMicrosecondsPerRow": cpu / rows * 1e6,
    }


def _crowd(predictors: int, seconds: float) -> dict[str, float]:
    """How much of the table's units predictors get together that write chunk after chunk, with the default threads."""
    # Long enough for each to have waited more than once.
    lasts = 4 * seconds
    with stub_table(10, NEW_TABLE) as endpoint:
        counts = multiprocessing.Array("q", predictors)
        crowd = [
            multiprocessing.Process(target=_write_on, args=(endpoint, number, predictors, counts), daemon=True)
            for number in range(predictors)
        ]
        for process in crowd:
            process.start()
        while not all(counts):
            time.sleep(0.05)
        before, started = sum(counts), time.perf_counter()
        time.sleep(lasts)
        written, took = sum(counts) - before, time.perf_counter() - started
        for process in crowd:
            process.terminate()
            process.join()
    return {"predictors": predictors, "ofTheUnits": written / took / (NEW_TABLE * UNITS_A_PARTITION)}


def _write_on(endpoint: str, number: int, step: int, counts: Any) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        writer = _writer(endpoint, 4)
        while True:
            writer.write(_counted(ScoreItems(sample_chunk(Path(scratch), number)), number, counts), UNHURRIED)
            number += step


def _counted(items: ScoreItems, number: int, counts: Any) -> Any:
    for item in items:
        yield item
        counts[number % len(counts)] += 1


def _writer(endpoint: str, threads: int) -> DynamoDBScores:
    session = boto3.Session("none", "none", region_name="us-east-1")
    client = session.client("dynamodb", config=client_config(threads + 2), endpoint_url=endpoint)
    return DynamoDBScores(client, "Scores", threads)


if __name__ == "__main__":
    main()
