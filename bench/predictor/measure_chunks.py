"""The predictor beside a plain script, on the files of `made.py`; prints one JSON document of CPU seconds.

    OMP_NUM_THREADS=1 PYTHONPATH=python-predictor/src .venv/bin/python bench/predictor/measure_chunks.py FOLDER MODEL \
        --chunk-rows 5000 20000 --runs 5

Both have one thread, as a function with 1,769 MiB has one processor. They take turns; the least time of each counts.
"""

import argparse
import hashlib
import json
import tempfile
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
from made import FILES, SOURCE
from models_folder import ModelsFolder
from plain import plain_script

from dropscore_predictor.chunk import ChunkDependencies, chunk_report, score_chunk
from dropscore_predictor.csv_rows import csv_rows
from dropscore_predictor.loaded_model import LoadedModel
from dropscore_predictor.meter import Meter
from dropscore_predictor.models import ModelRegistry
from dropscore_predictor.output_kinds import predicted
from dropscore_predictor.patience import Patience
from dropscore_predictor.result_file import result_file
from dropscore_predictor.scored_chunk import scored_chunk
from dropscore_predictor.tolerance import Progress

DEFAULT_CHUNK = 20_000
MEMORY_MIB = 1_769
PATIENCE = Patience(lambda: 60_000)
SOURCE_VERSION = {"bucket": "input", "key": "incoming/m/source.csv", "versionId": "v1"}


class OpenLedger:
    """Wants every chunk, and takes every end."""

    def wanted(self, *_: Any) -> Progress:
        return Progress()

    def end_chunk(self, *_: Any) -> bool:
        return True


class Scored(NamedTuple):
    """What is measured: a file, and a model of the registry that scores it."""

    data: bytes
    pinned: dict
    model: LoadedModel

    @classmethod
    def of(cls, folder: Path, name: str) -> "Scored":
        manifest = (folder / name / "1" / "manifest.json").read_bytes()
        pinned = {
            "name": name,
            "version": 1,
            "manifestSha256": hashlib.sha256(manifest).hexdigest(),
            "runtime": "classic",
        }
        with tempfile.TemporaryDirectory() as models:
            model = ModelRegistry(ModelsFolder(folder), "classic", Path(models), 2 << 30).load(pinned, PATIENCE)
        return cls((folder / SOURCE).read_bytes(), pinned, model)

    def dependencies(self) -> ChunkDependencies:
        return ChunkDependencies(
            ledger=OpenLedger(),
            read_source=lambda _, start, end, __: self.data[start:end],
            load_model=lambda *_: self.model,
            forgotten=lambda *_: frozenset(),
            write_scores=lambda *_: None,
            put_result=lambda *_: None,
            earlier_jobs=None,
            send_again=lambda *_: None,
            meter=Meter(MEMORY_MIB),
            now=lambda: "2026-11-20T19:00:00.000Z",
        )

    def messages(self, chunk_rows: int) -> list[dict]:
        """The chunks of the file, which has no quotes."""
        ends = [self.data.index(b"\n") + 1]
        while ends[-1] < len(self.data):
            ends.append(self.data.index(b"\n", ends[-1]) + 1)
        total = len(ends) - 1
        return [
            {
                "jobId": "3f1c9a7e0b2d4c5e6f708192",
                "chunk": first // chunk_rows,
                "attempt": 1,
                "source": SOURCE_VERSION,
                "format": "csv",
                "reference": {
                    "object": SOURCE_VERSION,
                    "byteStart": ends[first],
                    "byteEnd": ends[last],
                    "firstRow": first,
                    "firstLine": first + 2,
                    "rowCount": last - first,
                },
                "header": {"object": SOURCE_VERSION, "byteStart": 0, "byteEnd": ends[0]},
                "dialect": {"delimiter": ",", "decimal": "."},
                "model": self.pinned,
                "output": "files",
                "sourceTime": "2026-11-20T19:00:00.000Z",
            }
            for first in range(0, total, chunk_rows)
            for last in [min(total, first + chunk_rows)]
        ]


def score_all(messages: list[dict], dependencies: ChunkDependencies) -> None:
    for message in messages:
        if score_chunk(message, dependencies, PATIENCE) != "done":
            raise SystemExit("A chunk was not scored.")


def stages(message: dict, scored: Scored) -> dict[str, float]:
    """CPU seconds of one chunk, by what they were for."""
    reference, data, marks = message["reference"], scored.data, [time.process_time()]
    header, part = data[: message["header"]["byteEnd"]], data[reference["byteStart"] : reference["byteEnd"]]
    rows = csv_rows(message, header, part, scored.model.manifest)
    marks.append(time.process_time())
    predicted(scored.model, rows.parsed.features)
    marks.append(time.process_time())
    chunk = scored_chunk(message, rows, scored.model)
    marks.append(time.process_time())
    chunk_report(chunk)
    marks.append(time.process_time())
    result_file(chunk)
    marks.append(time.process_time())
    read, predict, score, report, encode = (end - start for start, end in pairwise(marks))
    return {"read": read, "predict": predict, "check": max(0.0, score - predict), "report": report, "encode": encode}


def cpu(work: Callable[[], Any]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("model", choices=list(FILES))
    parser.add_argument("--chunk-rows", type=int, nargs="+", default=[DEFAULT_CHUNK])
    parser.add_argument("--runs", type=int, default=5)
    given = parser.parse_args()
    pd.set_option("mode.max_threads", 1)
    scored = Scored.of(given.folder, given.model)
    dependencies = scored.dependencies()
    script, writing_script = plain_script(given.folder, given.model)
    works = {"plain": script, "writing": writing_script}
    for rows in given.chunk_rows:
        messages = scored.messages(rows)
        works[str(rows)] = lambda messages=messages: score_all(messages, dependencies)
    first = scored.messages(DEFAULT_CHUNK)[0]
    seconds: dict[str, list[float]] = {name: [] for name in works}
    staged: list[dict[str, float]] = []
    for _ in range(given.runs + 1):
        for name, work in works.items():
            seconds[name].append(cpu(work))
        staged.append(stages(first, scored))
    least = {name: min(times[1:]) for name, times in seconds.items()}
    told = {name: min(stage[name] for stage in staged[1:]) for name in staged[0]}
    print(json.dumps({"seconds": least, "stages": told}))


if __name__ == "__main__":
    main()
