"""How much memory and time a predictor takes for a chunk of the default size, by model format.

    .venv/bin/python bench/settings/memory.py [joblib skops xgboost lightgbm onnx]

A fresh process each: the handler's imports and clients, the model, and a chunk at both limits at once (20,000 rows,
8 MiB), down to its encoded items and its result file. Prints JSON.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from default_chunk import ROOT, ROWS, UNHURRIED, chunk_message
from models_folder import ModelsFolder

sys.path.insert(0, str(ROOT / "bench/cold-start"))

from cold_start import ENVIRONMENT, FEATURES, FORMATS, make_models

CHUNK = "default_chunk.csv"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("formats", nargs="*", default=list(FORMATS))
    parser.add_argument("--format", choices=list(FORMATS))
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    if given.format:
        print(json.dumps(_measured(given.format, given.folder)))
        return
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        make_models(folder)
        _write_chunk(folder / CHUNK)
        print(json.dumps([_in_a_fresh_process(kind, folder) for kind in given.formats]))


def _write_chunk(path: Path) -> None:
    """Doubles with all their digits: 20 columns of them come to about 8 MiB."""
    import numpy as np
    import pandas as pd

    values = np.random.default_rng(1).normal(size=(ROWS, len(FEATURES)))
    pd.DataFrame(values, columns=FEATURES).to_csv(path, index=False)


def _in_a_fresh_process(kind: str, folder: Path) -> dict[str, object]:
    command = [sys.executable, str(Path(__file__)), "--format", kind, "--folder", str(folder)]
    done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{kind}: {done.stderr}")
    result: dict[str, object] = json.loads(done.stdout)
    return result


def _measured(kind: str, folder: Path) -> dict[str, object]:
    from dropscore_predictor import handler
    from dropscore_predictor.aws.dynamodb_scores import _batches
    from dropscore_predictor.csv_rows import csv_rows
    from dropscore_predictor.items import ScoreItems
    from dropscore_predictor.models import ModelRegistry
    from dropscore_predictor.result_file import result_file
    from dropscore_predictor.scored_chunk import scored_chunk
    from dropscore_predictor.settings import read_settings

    settings = read_settings(os.environ)
    handler._dependencies()
    header, _, rows = (folder / CHUNK).read_bytes().partition(b"\n")
    message = chunk_message(kind, folder, header + b"\n", rows)
    with tempfile.TemporaryDirectory() as models:
        registry = ModelRegistry(ModelsFolder(folder), settings.runtime, Path(models), settings.memory_mib << 20)
        # The second chunk is one like all that follow.
        for _ in range(2):
            started = time.process_time()
            model = registry.load(message["model"], UNHURRIED)
            chunk = scored_chunk(message, csv_rows(message, header + b"\n", rows, model.manifest), model)
            scored = time.process_time()
            result_file(chunk)
            filed = time.process_time()
            for _batch in _batches(ScoreItems(chunk)):
                pass
            encoded = time.process_time()
    return {
        "format": kind,
        "chunkMegabytes": len(rows) / 1e6,
        "peakMegabytes": _peak_megabytes(),
        "scoreSeconds": scored - started,
        "fileSeconds": filed - scored,
        "itemsSeconds": encoded - filed,
    }


def _peak_megabytes() -> float:
    """Of this program alone: `ru_maxrss` begins with what its parent had."""
    status = Path("/proc/self/status").read_text()
    return int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0]) / 1024


if __name__ == "__main__":
    main()
