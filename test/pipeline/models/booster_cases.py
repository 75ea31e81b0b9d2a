"""XGBoost and LightGBM in their own formats, and bundles of XGBoost models with what prepares their features."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import joblib
import lightgbm
import numpy as np
import pandas as pd
import xgboost
from case import Case, Row, binary, multiclass, numbers
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import LabelEncoder, StandardScaler
from tables import CITIES, CITY, GAPS, LEVEL, NUMBERS, VALUE, ZERO_ONE

_SMALL = {"n_estimators": 6, "max_depth": 3, "random_state": 1, "n_jobs": 1}
_LEAVES = {**_SMALL, "min_child_samples": 5, "verbose": -1, "deterministic": True}
_FLOAT32 = 1e-6
_WITH_CITY = GAPS.join(CITY)
_BLANKS = GAPS.rename(columns={"visits": "visits a month", "spent": "spent, in €"})


def cases() -> list[Case]:
    """All of them, fitted."""
    two = xgboost.XGBClassifier(**_SMALL).fit(GAPS, ZERO_ONE)
    three = xgboost.XGBClassifier(**_SMALL).fit(GAPS, LEVEL)
    by_city = xgboost.XGBRegressor(**_SMALL, enable_categorical=True, tree_method="hist").fit(
        _cities(_WITH_CITY), VALUE
    )
    plain = GAPS.to_numpy()
    light_two = lightgbm.LGBMClassifier(**_LEAVES).fit(_BLANKS.rename(columns=_without_commas), ZERO_ONE)
    light_three = lightgbm.LGBMClassifier(**_LEAVES).fit(plain, LEVEL)
    return [
        Case(
            "xgboost-json",
            GAPS,
            _saved(two, "model.json"),
            lambda t: binary(1, two.predict_proba(t)[:, 1], 0),
            kind="binary",
            tolerance=_FLOAT32,
        ),
        Case(
            "xgboost-ubj",
            GAPS,
            _saved(three, "model.ubj"),
            lambda t: multiclass([0, 1, 2], three.predict_proba(t)),
            kind="multiclass",
            tolerance=_FLOAT32,
        ),
        Case(
            "xgboost-categories",
            _WITH_CITY,
            _saved(by_city, "model.ubj"),
            lambda t: numbers(by_city.predict(_cities(t))),
            tolerance=_FLOAT32,
        ),
        Case(
            "lightgbm-blanks",
            _BLANKS.rename(columns=_without_commas),
            _saved(light_two.booster_, "model.txt"),
            lambda t: binary(1, light_two.predict_proba(t)[:, 1], 0),
            kind="binary",
        ),
        Case(
            "lightgbm-multiclass",
            GAPS,
            _saved(light_three.booster_, "model.txt"),
            lambda t: multiclass([0, 1, 2], light_three.predict_proba(t.to_numpy())),
            kind="multiclass",
        ),
        _averaged(),
        _stacked(),
    ]


def _without_commas(name: str) -> str:
    """LightGBM refuses names that would not survive in JSON."""
    return name.replace(",", "")


def _cities(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(city=pd.Categorical(table["city"], categories=CITIES))


def _averaged() -> Case:
    table = NUMBERS.join(CITY)
    encoder, scaler = LabelEncoder().fit(CITY), StandardScaler().fit(table[["spent", "age"]])

    def prepared(rows: pd.DataFrame) -> pd.DataFrame:
        made = rows.assign(city=encoder.transform(rows["city"]))
        made[["spent", "age"]] = scaler.transform(rows[["spent", "age"]])
        return made

    models = [xgboost.XGBRegressor(**{**_SMALL, "max_depth": depth}).fit(prepared(table), VALUE) for depth in (2, 4)]
    bundle = {"scaler": scaler, "scaled": ["spent", "age"], "label_encoders": {"city": encoder}, "models": models}
    weights = [0.75, 0.25]
    return Case(
        "bundle-averaged",
        table,
        _dumped({**bundle, "weights": weights}),
        lambda t: numbers(np.average([model.predict(prepared(t)) for model in models], axis=0, weights=weights)),
        tolerance=_FLOAT32,
    )


def _stacked() -> Case:
    models = [xgboost.XGBClassifier(**{**_SMALL, "max_depth": depth}).fit(GAPS, ZERO_ONE) for depth in (1, 3)]

    def opinions(rows: pd.DataFrame) -> Any:
        return np.column_stack([model.predict_proba(rows)[:, 1] for model in models])

    judge = LogisticRegression().fit(opinions(GAPS), ZERO_ONE)

    def expected(rows: pd.DataFrame) -> list[Row]:
        return binary(1, judge.predict_proba(opinions(rows))[:, 1], 0)

    return Case(
        "bundle-stacked",
        GAPS,
        _dumped({"models": models, "meta_model": judge}),
        expected,
        kind="binary",
        tolerance=_FLOAT32,
    )


def _saved(model: Any, name: str) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        model.save_model(str(folder / name))
        return folder / name

    return write


def _dumped(bundle: dict[str, Any]) -> Callable[[Path], Path]:
    return lambda folder: Path(joblib.dump(bundle, folder / "bundle.joblib")[0])
