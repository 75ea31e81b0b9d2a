"""What somebody would write instead: the whole file at once, and one prediction."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
from made import FEATURES, FILES, ID, NUMBERS, SOURCE, as_categories

Predict = Callable[[pd.DataFrame], Any]


def plain_script(folder: Path, name: str) -> tuple[Callable[[], Any], Callable[[], Any]]:
    """A function that reads and predicts, and one that writes the scores to a file as well."""
    probability = _probability(str(folder / name / "1" / FILES[name]), name)

    def read_and_predict() -> tuple[pd.DataFrame, Any]:
        frame = pd.read_csv(folder / SOURCE)
        return frame, probability(frame)

    def and_write() -> None:
        frame, second = read_and_predict()
        scores = {ID: frame[ID], "prediction": (second > 0.5).astype(int), "proba_0": 1 - second, "proba_1": second}
        pd.DataFrame(scores).to_csv(folder / "scores.csv.gz", index=False)

    return read_and_predict, and_write


def _probability(path: str, name: str) -> Predict:
    """Of the second class."""
    if name == "xgboost":
        import xgboost

        booster = xgboost.Booster(model_file=path)
        return lambda frame: booster.inplace_predict(as_categories(frame[FEATURES]))
    if name == "lightgbm":
        import lightgbm

        leaves = lightgbm.Booster(model_file=path)
        return lambda frame: leaves.predict(as_categories(frame[FEATURES]))
    if name == "onnx":
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        return lambda frame: session.run(None, {"X": frame[NUMBERS].to_numpy(dtype="float32")})[1][:, 1]
    import joblib

    model = joblib.load(path)
    return lambda frame: model.predict_proba(frame[FEATURES])[:, 1]
