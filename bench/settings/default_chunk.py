"""A chunk of the default size, scored with the sample model: what is written and measured here."""

import hashlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "python-predictor/src"), str(ROOT / "bench")]

from models_folder import ModelsFolder  # noqa: E402

from dropscore_predictor.csv_rows import csv_rows  # noqa: E402
from dropscore_predictor.models import ModelRegistry  # noqa: E402
from dropscore_predictor.patience import Patience  # noqa: E402
from dropscore_predictor.scored_chunk import ScoredChunk, scored_chunk  # noqa: E402

if TYPE_CHECKING:
    from dropscore_predictor.contracts.types import ChunkMessage, PinnedModel

MODELS = ROOT / ".dropscore/sample-data/models"
SAMPLE = ROOT / "sample-data/breast_cancer.csv"
MODEL = "breast-cancer"
ROWS = 20_000
UNHURRIED = Patience(lambda: 120_000)


def sample_chunk(scratch: Path, number: int = 0) -> ScoredChunk:
    """The rows of the sample over and over, each with an id of its own.

    Args:
        scratch: Where the model's files are kept.
        number: Of the chunk in its job: another one has other keys.
    """
    header, *records = SAMPLE.read_bytes().splitlines(keepends=True)
    first = number * ROWS
    rows = b"".join(
        b"R-%d,%s" % (row, records[row % len(records)].split(b",", 1)[1]) for row in range(first, first + ROWS)
    )
    message = chunk_message(MODEL, MODELS, header, rows, first)
    model = ModelRegistry(ModelsFolder(MODELS), "classic", scratch, 1 << 30).load(message["model"], UNHURRIED)
    return scored_chunk(message, csv_rows(message, header, rows, model.manifest), model)


def chunk_message(model: str, models: Path, header: bytes, rows: bytes, first: int = 0) -> "ChunkMessage":
    """What asks for a chunk of these rows with version 1 of a model."""
    manifest = (models / model / "1/manifest.json").read_bytes()
    pinned: PinnedModel = {
        "name": model,
        "version": 1,
        "manifestSha256": hashlib.sha256(manifest).hexdigest(),
        "runtime": "classic",
    }
    source = {"bucket": "input", "key": f"incoming/{model}/a.csv", "versionId": "v1"}
    counted = {"firstRow": first, "firstLine": 2, "rowCount": ROWS}
    return {
        "jobId": "3f1c9a7e0b2d4c5e6f708192",
        "chunk": first // ROWS,
        "attempt": 1,
        "source": source,
        "format": "csv",
        "reference": {"object": source, "byteStart": len(header), "byteEnd": len(header) + len(rows), **counted},
        "header": {"object": source, "byteStart": 0, "byteEnd": len(header)},
        "dialect": {"delimiter": ",", "decimal": "."},
        "model": pinned,
        "output": "both",
        "sourceTime": "2026-11-20T19:00:00.000Z",
    }
