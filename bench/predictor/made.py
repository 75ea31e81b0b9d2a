"""What the predictor's bench scores: a CSV file, and a model of each library that was fitted to such rows.

    OMP_NUM_THREADS=1 .venv/bin/python bench/predictor/made.py FOLDER ROWS

A record has an id, 20 numbers and 3 texts, 218 bytes in all. Every model is a binary classifier, the kind whose results
have the most columns; scikit-learn's are pipelines that take the record as it is, the graph takes the numbers alone.
"""

import hashlib
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

NUMBERS = [f"number_{i:02}" for i in range(20)]
CATEGORIES = {
    "region": ["north", "east", "south", "west"],
    "plan": ["basic", "family", "student", "business"],
    "device": [f"device{i:02}" for i in range(20)],
}
ID = "customer"
FEATURES = [*NUMBERS, *CATEGORIES]
TRAINED = 5_000
THREADS = 1

FILES = {
    "logistic": "model.joblib",
    "forest": "model.joblib",
    "hgb": "model.joblib",
    "xgboost": "model.ubj",
    "lightgbm": "model.txt",
    "onnx": "model.onnx",
}
SOURCE = "source.csv"


def a_frame(rows: int) -> pd.DataFrame:
    random = np.random.default_rng(0)
    frame = pd.DataFrame(random.normal(size=(rows, len(NUMBERS))).round(6), columns=NUMBERS)
    for name, categories in CATEGORIES.items():
        frame[name] = random.choice(categories, rows)
    frame.insert(0, ID, [f"C{number:09}" for number in random.permutation(rows)])
    return frame


def as_categories(frame: pd.DataFrame) -> pd.DataFrame:
    """What the boosters take: texts as pandas categories, in a fixed order."""
    return frame.astype({name: pd.CategoricalDtype(categories) for name, categories in CATEGORIES.items()})


def make(folder: Path, rows: int) -> None:
    frame = a_frame(max(rows, TRAINED))
    frame.head(rows).to_csv(folder / SOURCE, index=False, lineterminator="\n")
    sample = frame.head(TRAINED)[FEATURES]
    weights = np.random.default_rng(1).normal(size=len(NUMBERS))
    target = (sample[NUMBERS].to_numpy() @ weights + (sample["region"] == "north") > 0).to_numpy(dtype=int)
    for name, save in _models(sample, target).items():
        version = folder / name / "1"
        version.mkdir(parents=True)
        save(version / FILES[name])
        _write_manifest(version, name)


def _models(sample: pd.DataFrame, target: np.ndarray) -> dict[str, Callable[[Path], Any]]:
    import joblib
    import lightgbm
    import skl2onnx
    import xgboost
    from skl2onnx.common.data_types import FloatTensorType
    from sklearn.compose import make_column_transformer
    from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler

    scaled, texts = (StandardScaler(), NUMBERS), list(CATEGORIES)
    one_hot = make_column_transformer(scaled, (OneHotEncoder(sparse_output=False), texts))
    ordinal = make_column_transformer(("passthrough", NUMBERS), (OrdinalEncoder(), texts))
    logistic = make_pipeline(one_hot, LogisticRegression(max_iter=1000)).fit(sample, target)
    forest = make_pipeline(ordinal, RandomForestClassifier(100, max_depth=12, random_state=0)).fit(sample, target)
    boosted = make_pipeline(ordinal, HistGradientBoostingClassifier(max_iter=100)).fit(sample, target)
    categories = as_categories(sample)
    trees = xgboost.train(
        {"objective": "binary:logistic", "nthread": THREADS, "max_depth": 6},
        xgboost.DMatrix(categories, label=target, enable_categorical=True),
        100,
    )
    leaves = lightgbm.train(
        {"objective": "binary", "num_threads": THREADS, "verbose": -1}, lightgbm.Dataset(categories, label=target), 100
    )
    numeric = RandomForestClassifier(100, max_depth=8, random_state=0).fit(sample[NUMBERS].to_numpy(), target)
    graph = skl2onnx.to_onnx(
        numeric, initial_types=[("X", FloatTensorType([None, len(NUMBERS)]))], options={"zipmap": False}
    )
    return {
        "logistic": lambda path: joblib.dump(logistic, path),
        "forest": lambda path: joblib.dump(forest, path),
        "hgb": lambda path: joblib.dump(boosted, path),
        "xgboost": trees.save_model,
        "lightgbm": leaves.save_model,
        "onnx": lambda path: path.write_bytes(graph.SerializeToString()),
    }


def _write_manifest(version: Path, name: str) -> None:
    body = (version / FILES[name]).read_bytes()
    artifact = {"path": FILES[name], "sha256": hashlib.sha256(body).hexdigest(), "bytes": len(body)}
    numbers = [{"name": number, "type": "float"} for number in NUMBERS]
    kind = {"type": "category"} if name in ("xgboost", "lightgbm") else {"type": "string"}
    texts = [
        {"name": text, **kind, **({"categories": own} if kind["type"] == "category" else {})}
        for text, own in CATEGORIES.items()
    ]
    manifest = {
        "name": name,
        "version": 1,
        "runtime": "classic",
        "format": {"forest": "joblib", "hgb": "joblib", "logistic": "joblib"}.get(name, name),
        "artifacts": [artifact],
        "libraries": {},
        "python": f"{sys.version_info.major}.{sys.version_info.minor}",
        "features": numbers if name == "onnx" else numbers + texts,
        "idColumn": ID,
        "output": {"kind": "binary"},
        "publishedAt": "2026-11-20T19:00:00.000Z",
    }
    (version / "manifest.json").write_text(json.dumps(manifest))


if __name__ == "__main__":
    make(Path(sys.argv[1]), int(sys.argv[2]))
    print(json.dumps({"models": sorted(FILES)}))
