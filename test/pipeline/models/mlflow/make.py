"""Writes this folder's model directories with MLflow itself, and the models' own outputs (`expected.csv`).

`sklearn` is pickled, as by MLflow until 3; `sklearn-skops` is what MLflow writes by default today.

MLflow is no part of the project's environment, so what it writes is checked in. To make it anew:

    python -m venv VENV && VENV/bin/pip install -r python-predictor/requirements/classic.txt mlflow-skinny==3.17.2 \
        onnx==1.23.2 onnxruntime==1.31.1 skl2onnx==1.20.0
    VENV/bin/python test/pipeline/models/mlflow/make.py
"""

import shutil
from pathlib import Path
from typing import Any

import lightgbm
import mlflow
import numpy as np
import pandas as pd
import xgboost
from mlflow.models import infer_signature
from skl2onnx import to_onnx
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

HERE = Path(__file__).parent
ROWS = 60


def main() -> None:
    frame, target, value = _table()
    numbers = frame[["visits", "spent"]]
    columns = make_column_transformer((StandardScaler(), list(numbers)), (OneHotEncoder(), ["region"]))
    pipeline = make_pipeline(columns, LogisticRegression()).fit(frame, target)
    trees = {"n_estimators": 4, "max_depth": 2, "random_state": 1}
    forest = xgboost.XGBClassifier(**trees).fit(numbers, target)
    booster = lightgbm.LGBMRegressor(**trees, min_child_samples=5, verbose=-1).fit(numbers, value).booster_
    linear = LogisticRegression().fit(numbers.to_numpy(np.float32), target)
    network = to_onnx(linear, numbers.to_numpy(np.float32)[:1], options={"zipmap": False})

    frame_and_outputs = frame.assign(
        **{
            "sklearn": pipeline.predict_proba(frame)[:, 1],
            "sklearn-skops": pipeline.predict_proba(frame)[:, 1],
            "xgboost": forest.predict_proba(numbers)[:, 1],
            "lightgbm": booster.predict(numbers),
            "onnx": linear.predict_proba(numbers.to_numpy(np.float32))[:, 1],
        }
    )
    frame_and_outputs.to_csv(HERE / "expected.csv", index=False, lineterminator="\n")
    _save("sklearn", mlflow.sklearn, pipeline, frame, target, serialization_format="cloudpickle")
    _save("sklearn-skops", mlflow.sklearn, pipeline, frame, target)
    _save("xgboost", mlflow.xgboost, forest, numbers, target)
    _save("lightgbm", mlflow.lightgbm, booster, numbers, value)
    _save("onnx", mlflow.onnx, network, numbers, target)


def _table() -> tuple[pd.DataFrame, pd.Series, pd.Series]:
    chance = np.random.default_rng(7)
    frame = pd.DataFrame(
        {
            "visits": chance.integers(0, 30, ROWS),
            "spent": chance.gamma(2, 40, ROWS).round(2),
            "region": chance.choice(["north", "south", "west"], ROWS),
        }
    )
    value = frame["visits"] * 3 + frame["spent"] / 2 + chance.normal(0, 5, ROWS)
    return frame, (value > value.median()).astype(int), value


def _save(name: str, module: Any, model: Any, frame: pd.DataFrame, outputs: pd.Series, **more: Any) -> None:
    """The examples of input go away again: MLflow took the signature from them."""
    folder = HERE / name
    shutil.rmtree(folder, ignore_errors=True)
    module.save_model(
        model, str(folder), signature=infer_signature(frame, outputs), input_example=frame.head(2), **more
    )
    for example in folder.glob("*_example.json"):
        example.unlink()


if __name__ == "__main__":
    main()
