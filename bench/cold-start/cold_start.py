"""What a cold start of the predictor costs, by model format, beside the same work done by hand.

    .venv/bin/python bench/cold-start/cold_start.py [--runs 7]

Three kinds of fresh processes; of each the CPU time counts, the least of several runs.

- imports: boto3 with the predictor's clients, pandas, and the library of the format.
- by hand: these, then the library's own load, `pandas.read_csv` of a chunk of 1,000 rows, and `predict`.
- predictor: its handler's imports and dependencies, the registry's first load (manifest, hashes, trust, golden rows),
  and the same chunk down to the scores. The bucket is a folder, so that no network is measured.

Prints versions, and the milliseconds of each format, as JSON.
"""

import argparse
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from importlib import metadata
from pathlib import Path

STARTED = time.process_time()
ROWS = 1000
FEATURES = [f"f{i}" for i in range(20)]
FORMATS = {
    "joblib": "model.joblib",
    "skops": "model.skops",
    "xgboost": "model.ubj",
    "lightgbm": "model.txt",
    "onnx": "model.onnx",
}
MODES = {"imports": "imports", "byHand": "by_hand", "predictor": "predictor"}
"""What is measured, by its name in the answer."""

LIBRARIES = ("numpy", "pandas", "scikit-learn", "xgboost-cpu", "lightgbm", "onnxruntime", "skops")
TRUSTED = ["sklearn.tree._tree.Tree"]
"""What skops asks for before it loads a forest."""

ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "OMP_NUM_THREADS": "1",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "none",
    "AWS_SECRET_ACCESS_KEY": "none",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1769",
    "JOBS_TABLE": "jobs",
    "SCORES_TABLE": "scores",
    "MODELS_BUCKET": "models",
    "RESULTS_BUCKET": "results",
    "CHUNK_QUEUE_URL": "queue",
    "RUNTIME": "classic",
    "WRITE_THREADS": "4",
}
SOURCES = Path(__file__).parent.parent.parent / "python-predictor/src"


def imports(kind: str) -> None:
    import boto3
    import pandas  # noqa: F401

    for service in ("s3", "dynamodb", "sqs"):
        boto3.client(service)
    if kind in ("joblib", "skops"):
        import joblib  # noqa: F401
        import sklearn.ensemble
        import sklearn.pipeline
        import sklearn.preprocessing  # noqa: F401
    if kind == "skops":
        import skops.io  # noqa: F401
    if kind == "xgboost":
        import xgboost  # noqa: F401
    if kind == "lightgbm":
        import lightgbm  # noqa: F401
    if kind == "onnx":
        import onnxruntime  # noqa: F401


def by_hand(kind: str, folder: Path) -> None:
    imports(kind)
    import pandas as pd

    path = str(folder / kind / "1" / FORMATS[kind])
    frame = pd.read_csv(folder / "chunk.csv")
    if kind == "joblib":
        import joblib

        joblib.load(path).predict(frame)
    if kind == "skops":
        import skops.io

        skops.io.load(path, trusted=TRUSTED).predict(frame)
    if kind == "xgboost":
        import xgboost

        xgboost.Booster(model_file=path).inplace_predict(frame)
    if kind == "lightgbm":
        import lightgbm

        lightgbm.Booster(model_file=path).predict(frame)
    if kind == "onnx":
        import onnxruntime

        session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
        session.run(None, {"X": frame.to_numpy(dtype="float32")})


def predictor(kind: str, folder: Path) -> None:
    from models_folder import ModelsFolder

    from dropscore_predictor import handler
    from dropscore_predictor.csv_rows import csv_rows
    from dropscore_predictor.models import ModelRegistry
    from dropscore_predictor.patience import Patience
    from dropscore_predictor.scored_chunk import scored_chunk
    from dropscore_predictor.settings import read_settings

    settings = read_settings(os.environ)
    handler._dependencies()
    patience = Patience(lambda: 60_000)
    with tempfile.TemporaryDirectory() as models:
        registry = ModelRegistry(ModelsFolder(folder), settings.runtime, Path(models), settings.memory_mib << 20)
        manifest = (folder / kind / "1" / "manifest.json").read_bytes()
        pinned = {
            "name": kind,
            "version": 1,
            "manifestSha256": hashlib.sha256(manifest).hexdigest(),
            "runtime": "classic",
        }
        model = registry.load(pinned, patience)
        header, _, rows = (folder / "chunk.csv").read_bytes().partition(b"\n")
        message = _message(header + b"\n", rows, pinned)
        chunk = scored_chunk(message, csv_rows(message, header + b"\n", rows, model.manifest), model)
        if len(chunk.scores.rows) != ROWS:
            raise SystemExit(f"{kind}: {ROWS - len(chunk.scores.rows)} rows were not scored")


def _message(header: bytes, rows: bytes, pinned: dict) -> dict:
    source = {"bucket": "input", "key": "incoming/m/a.csv", "versionId": "v1"}
    end = len(header) + len(rows)
    counted = {"firstRow": 0, "firstLine": 2, "rowCount": ROWS}
    return {
        "jobId": "3f1c9a7e0b2d4c5e6f708192",
        "chunk": 0,
        "attempt": 1,
        "source": source,
        "format": "csv",
        "reference": {"object": source, "byteStart": len(header), "byteEnd": end, **counted},
        "header": {"object": source, "byteStart": 0, "byteEnd": len(header)},
        "dialect": {"delimiter": ",", "decimal": "."},
        "model": pinned,
        "output": "both",
        "sourceTime": "2026-11-20T19:00:00.000Z",
    }


def make_models(folder: Path) -> None:
    """A model of each format, fitted to the same data, with its manifest and golden rows; and a chunk."""
    import joblib
    import lightgbm
    import numpy as np
    import pandas as pd
    import skl2onnx
    import skops.io
    import xgboost
    from skl2onnx.common.data_types import FloatTensorType
    from sklearn.ensemble import RandomForestRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    random = np.random.default_rng(0)
    frame = pd.DataFrame(random.normal(size=(ROWS, len(FEATURES))).round(4), columns=FEATURES)
    target = frame.to_numpy() @ random.normal(size=len(FEATURES))
    frame.to_csv(folder / "chunk.csv", index=False)
    pipeline = make_pipeline(StandardScaler(), RandomForestRegressor(50, max_depth=8, random_state=0)).fit(
        frame, target
    )
    trees = xgboost.train({"nthread": 1, "max_depth": 6}, xgboost.DMatrix(frame, label=target), 100)
    leaves = lightgbm.train({"num_threads": 1, "verbose": -1}, lightgbm.Dataset(frame, label=target), 100)
    graph = skl2onnx.to_onnx(pipeline, initial_types=[("X", FloatTensorType([None, len(FEATURES)]))])
    save = {
        "joblib": lambda path: joblib.dump(pipeline, path),
        "skops": lambda path: skops.io.dump(pipeline, path),
        "xgboost": trees.save_model,
        "lightgbm": leaves.save_model,
        "onnx": lambda path: Path(path).write_bytes(graph.SerializeToString()),
    }
    predicted = {
        "xgboost": trees.inplace_predict(frame),
        "lightgbm": leaves.predict(frame),
    }
    for kind, name in FORMATS.items():
        version = folder / kind / "1"
        version.mkdir(parents=True)
        save[kind](str(version / name))
        body = (version / name).read_bytes()
        golden = predicted.get(kind, pipeline.predict(frame))[:5]
        manifest = {
            "name": kind,
            "version": 1,
            "runtime": "classic",
            "format": kind,
            "artifacts": [{"path": name, "sha256": hashlib.sha256(body).hexdigest(), "bytes": len(body)}],
            "libraries": {},
            **({"trusted": ["sklearn.tree._tree:Tree"]} if kind == "skops" else {}),
            "python": f"{sys.version_info.major}.{sys.version_info.minor}",
            "features": [{"name": feature, "type": "float"} for feature in FEATURES],
            "output": {"kind": "regression"},
            "golden": {
                "rows": frame.head(5).to_numpy().tolist(),
                "outputs": [{"prediction": float(value)} for value in golden],
                "tolerance": 1e-3,
            },
            "publishedAt": "2026-11-20T19:00:00.000Z",
        }
        (version / "manifest.json").write_text(json.dumps(manifest))


def milliseconds(kind: str, folder: Path, runs: int) -> dict[str, float]:
    """Of each mode the least time of several fresh processes, one mode after the other."""
    times: dict[str, list[float]] = {word: [] for word in MODES}
    for _ in range(runs):
        for word, mode in MODES.items():
            times[word].append(once(mode, kind, folder))
    return {word: min(of_mode) for word, of_mode in times.items()}


def once(mode: str, kind: str, folder: Path) -> float:
    command = [sys.executable, str(Path(__file__)), "--mode", mode, "--format", kind, "--folder", str(folder)]
    environment = ENVIRONMENT | {"PYTHONPATH": str(folder / "src")}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{mode} {kind}: {done.stderr}")
    return float(done.stdout)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--mode", choices=list(MODES.values()))
    parser.add_argument("--format", choices=list(FORMATS))
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    if given.mode:
        work = {"imports": lambda: imports(given.format), "by_hand": lambda: by_hand(given.format, given.folder)}
        work.get(given.mode, lambda: predictor(given.format, given.folder))()
        print((time.process_time() - STARTED) * 1000)
        return
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        # A copy has byte code of its own, and leaves none in the checkout.
        subprocess.run(["cp", "-r", str(SOURCES), str(folder / "src")], check=True)
        shutil.copy(SOURCES.parents[1] / "bench/models_folder.py", folder / "src")
        subprocess.run([sys.executable, "-m", "compileall", "-q", str(folder / "src")], check=True)
        make_models(folder)
        starts = [{"format": kind, **milliseconds(kind, folder, given.runs)} for kind in FORMATS]
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in LIBRARIES)
    print(json.dumps({"versions": f"Python {platform.python_version()}, {versions}", "starts": starts}))


if __name__ == "__main__":
    main()
