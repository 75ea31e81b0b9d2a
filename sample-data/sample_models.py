"""The sample models, trained on tables that scikit-learn ships, as versions of the registry."""

import hashlib
import json
import platform
from importlib import metadata
from pathlib import Path
from typing import Any

import joblib
import pandas as pd
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sample_tables import ID_COLUMN, breast_cancer, diabetes

PUBLISHED_AT = "2026-11-20T00:00:00.000Z"
"""A constant: the same libraries must write the same manifest, whose sha256 a job pins."""

LIBRARIES = ("joblib", "numpy", "pandas", "scikit-learn", "scipy")


def write_breast_cancer_model(models: Path) -> None:
    """A binary model: the score is the probability that a tumour is malignant."""
    table = breast_cancer()
    estimator = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
    output = {
        "kind": "binary",
        "classes": [0, 1],
        "labels": {"0": "malignant", "1": "benign"},
        "positiveClass": 0,
        "tiers": [
            {"name": "low", "from": 0.0},
            {"name": "medium", "from": 0.2},
            {"name": "high", "from": 0.8},
        ],
    }
    estimator.fit(table.data, table.target)
    _publish(models, "breast-cancer", estimator, table.data, {"idColumn": ID_COLUMN, "output": output})


def write_diabetes_model(models: Path) -> None:
    """A regression: the progression of the disease in a year. Without an id column: rows are told by file and row."""
    table = diabetes()
    estimator = make_pipeline(StandardScaler(), Ridge(alpha=1.0))
    estimator.fit(table.data, table.target)
    output = {"kind": "regression", "histogramEdges": [float(edge) for edge in range(0, 351, 25)]}
    _publish(models, "diabetes", estimator, table.data, {"output": output})


def _publish(models: Path, name: str, estimator: Any, features: pd.DataFrame, parts: dict[str, Any]) -> None:
    """Writes `<name>/1/` and points `<name>/current.json` at it."""
    folder = models / name / "1"
    folder.mkdir(parents=True, exist_ok=True)
    artifact = folder / "model.joblib"
    joblib.dump(estimator, artifact)
    body = artifact.read_bytes()
    manifest = {
        "name": name,
        "version": 1,
        "runtime": "classic",
        "format": "joblib",
        "artifacts": [{"path": artifact.name, "sha256": hashlib.sha256(body).hexdigest(), "bytes": len(body)}],
        "libraries": {library: metadata.version(library) for library in LIBRARIES},
        "python": platform.python_version(),
        "features": [{"name": column, "type": "float", "nullable": False} for column in features.columns],
        **parts,
        "publishedAt": PUBLISHED_AT,
    }
    _write_json(folder / "manifest.json", manifest)
    _write_json(models / name / "current.json", {"version": 1})


def _write_json(path: Path, data: object) -> None:
    path.write_text(json.dumps(data, indent=2) + "\n", encoding="utf-8")
