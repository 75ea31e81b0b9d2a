"""scikit-learn as joblib, pickle and skops, alone and in a dict; HDBSCAN."""

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import hdbscan
import joblib
import numpy as np
import pandas as pd
import skops.io
from case import Case, Row, binary, multiclass, numbers
from sklearn.cluster import KMeans
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingRegressor, RandomForestClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from tables import BINARY, CITY, GAPS, LEVELS, NOTES, NUMBERS, VALUE, ZERO_ONE

_MIXED = NUMBERS.join(CITY).join(NOTES)


def cases() -> list[Case]:
    """All of them, fitted."""
    text = make_column_transformer(
        (TfidfVectorizer(), "note"), (OneHotEncoder(), ["city"]), (StandardScaler(), ["visits", "spent"])
    )
    columns = make_column_transformer((StandardScaler(), list(NUMBERS)), (OneHotEncoder(), ["city"]))
    churn = make_pipeline(text, LogisticRegression()).fit(_MIXED, BINARY)
    levels = RandomForestClassifier(n_estimators=5, max_depth=4, random_state=1).fit(NUMBERS, LEVELS)
    value = make_pipeline(HistGradientBoostingRegressor(max_iter=10, min_samples_leaf=5)).fit(GAPS, VALUE)
    both = LinearRegression().fit(NUMBERS, pd.DataFrame({"sales": VALUE, "returns": VALUE / 7}))
    groups = make_pipeline(StandardScaler(), KMeans(n_clusters=3, n_init=1, random_state=1)).fit(NUMBERS)
    safe = make_pipeline(columns, LogisticRegression()).fit(_MIXED.drop(columns="note"), BINARY)
    plain = make_pipeline(StandardScaler(), LogisticRegression()).fit(NUMBERS, ZERO_ONE)
    dense = hdbscan.HDBSCAN(min_cluster_size=5, prediction_data=True).fit(_BLOBS.to_numpy())

    def churn_rows(table: pd.DataFrame) -> list[Row]:
        rows = binary("leaves", churn.predict_proba(table)[:, 0], "stays")
        return [row | {"tier": "high" if row["score"] >= 0.5 else "low"} for row in rows]  # noqa: PLR2004

    return [
        Case(
            "sklearn-text-joblib",
            _MIXED,
            _joblib(churn),
            churn_rows,
            ["--positive", "leaves", "--tiers", "low:0,high:0.5"],
            kind="binary",
        ),
        Case(
            "sklearn-pkl",
            NUMBERS,
            _pickle(levels),
            lambda t: multiclass(_names(levels), levels.predict_proba(t)),
            kind="multiclass",
        ),
        Case("sklearn-regression", GAPS, _joblib(value, compress=3), lambda t: numbers(value.predict(t))),
        Case(
            "sklearn-outputs",
            NUMBERS,
            _joblib(both),
            lambda t: [{"outputs": {"sales": row[0], "returns": row[1]}} for row in both.predict(t).tolist()],
            ["--outputs", "sales,returns"],
            kind="multi",
        ),
        Case(
            "sklearn-kmeans",
            NUMBERS,
            _joblib(groups),
            lambda t: [{"prediction": int(c)} for c in groups.predict(t)],
            kind="cluster",
        ),
        Case(
            "sklearn-skops",
            _MIXED.drop(columns="note"),
            _skops(safe),
            lambda t: binary("stays", safe.predict_proba(t)[:, 1], "leaves"),
            kind="binary",
        ),
        Case(
            "sklearn-model-in-dict",
            NUMBERS,
            _joblib({"sklearn_model": plain, "trained_on": "2026-11-20", "note": "ours"}),
            lambda t: binary(1, plain.predict_proba(t)[:, 1], 0),
            kind="binary",
        ),
        Case(
            "named-key-in-dict",
            NUMBERS,
            _joblib({"december": plain, "scores": {"auc": 0.9}}),
            lambda t: binary(1, plain.predict_proba(t)[:, 1], 0),
            ["--key", "december"],
            kind="binary",
        ),
        Case("hdbscan", _BLOBS, _joblib(dense), lambda t: _clusters(dense, t), kind="cluster"),
    ]


_CHANCE = np.random.default_rng(3)
_BLOBS = pd.DataFrame(
    np.concatenate([_CHANCE.normal(place, 0.3, (34, 2)) for place in (0, 4, 8)])[_CHANCE.permutation(102)].round(4),
    columns=["x", "y"],
)


def _clusters(clusterer: Any, table: pd.DataFrame) -> list[Row]:
    labels, strengths = hdbscan.approximate_predict(clusterer, table.to_numpy())
    return [{"prediction": int(c), "score": float(s)} for c, s in zip(labels, strengths, strict=True)]


def _names(model: Any) -> list[str]:
    return [str(name) for name in model.classes_]


def _joblib(model: Any, compress: int = 0) -> Callable[[Path], Path]:
    return lambda folder: Path(joblib.dump(model, folder / "model.joblib", compress=compress)[0])


def _pickle(model: Any) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        (folder / "model.pkl").write_bytes(pickle.dumps(model))
        return folder / "model.pkl"

    return write


def _skops(model: Any) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        skops.io.dump(model, folder / "model.skops")
        return folder / "model.skops"

    return write
