"""The generated sample models, as `npm run setup` trained them; expected by their own libraries, part by part."""

import sys
from collections.abc import Callable
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
from case import Case, Row, binary

sys.path.insert(0, str(Path(__file__).parents[3] / "sample-data"))

from virality_features import transform

_TRAINED = Path(__file__).parents[3] / ".dropscore/sample-data"
_TIERS = {"low": 0.0, "medium": 0.4, "high": 0.6, "viral": 0.8}


def cases() -> list[Case]:
    """Both."""
    return [_virality(), _forgetting_curve()]


def _virality() -> Case:
    file = _TRAINED / "virality/bundle.joblib"
    bundle = joblib.load(file)

    def expected(posts: pd.DataFrame) -> list[Row]:
        features = transform(posts)
        for name, encoder in bundle["label_encoders"].items():
            features[name] = encoder.transform(features[name])
        scaled = bundle["scaled_features"]
        features[scaled] = bundle["scaler"].transform(features[scaled])
        scores = np.mean([model.predict(features) for model in bundle["models"]], axis=0)
        return [{"prediction": float(score), "tier": _tier(score)} for score in scores]

    return Case(
        "virality",
        pd.read_csv(_TRAINED / "virality.csv").drop(columns="post_id"),
        _as_it_is(file),
        expected,
        ["--tiers", ",".join(f"{name}:{start}" for name, start in _TIERS.items())],
        code="../../../sample-data/virality_features",
        tolerance=1e-6,
    )


def _forgetting_curve() -> Case:
    file = _TRAINED / "forgetting-curve/model.joblib"
    estimator = joblib.load(file)["sklearn_model"]
    return Case(
        "forgetting-curve",
        pd.read_csv(_TRAINED / "forgetting_curve.csv").drop(columns="review_id"),
        _as_it_is(file),
        lambda reviews: binary(1, estimator.predict_proba(reviews)[:, 1], 0),
        kind="binary",
    )


def _tier(score: float) -> str:
    return [name for name, start in _TIERS.items() if score >= start][-1]


def _as_it_is(file: Path) -> Callable[[Path], Path]:
    return lambda _: file
