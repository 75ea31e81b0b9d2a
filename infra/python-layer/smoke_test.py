"""Imports every library of a layer, and predicts a little with each that serves models.

Run by ``smoke-test.ts`` as ``python -I -S smoke_test.py FOLDER``, so that no other library is in sight.
"""

import importlib
import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path


def main(folder: Path) -> None:
    sys.path.insert(0, str(folder))
    imported = [name for name in sorted(modules_in(folder)) if imports(name)]
    predicted = [name for name, predict in PREDICTIONS.items() if importlib.util.find_spec(name) and predict() is None]
    print(f"Smoke test: {len(imported)} packages imported, predicted with {', '.join(predicted) or 'none'}.")


def modules_in(folder: Path) -> set[str]:
    packages = {path.parent.name for path in folder.glob("*/__init__.py*")}
    return packages | {path.stem for path in folder.glob("*.py*") if path.is_file()}


def imports(name: str) -> bool:
    """Imports a package. What it misses of Lambda's own libraries is no fault of the layer."""
    try:
        importlib.import_module(name)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] in {"boto3", "botocore", "awslambdaric"}:
            return False
        raise
    return True


def scikit_learn() -> None:
    import joblib
    import pandas as pd
    from sklearn.compose import ColumnTransformer
    from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestRegressor
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    assert joblib.hash([1]) == joblib.hash([1])
    frame = pd.DataFrame({"a": [0.0, 1.0, 2.0, 3.0] * 5, "b": ["x", "y"] * 10})
    target = [0, 0, 1, 1] * 5
    columns = ColumnTransformer([("a", StandardScaler(), ["a"]), ("b", OneHotEncoder(), ["b"])])
    assert len(make_pipeline(columns, LogisticRegression()).fit(frame, target).predict_proba(frame)) == 20
    for model in (HistGradientBoostingClassifier(max_iter=2), RandomForestRegressor(2)):
        assert len(model.fit(frame[["a"]], target).predict(frame[["a"]])) == 20


def xgboost() -> None:
    import numpy as np
    import xgboost as xgb

    matrix = xgb.DMatrix(np.arange(20.0).reshape(-1, 1), label=np.arange(20) % 2)
    assert len(xgb.train({"nthread": 1}, matrix, 2).inplace_predict(np.ones((3, 1)))) == 3


def lightgbm() -> None:
    import lightgbm as lgb
    import numpy as np

    data = lgb.Dataset(np.arange(40.0).reshape(-1, 1), label=np.arange(40) % 2)
    booster = lgb.train({"num_threads": 1, "verbose": -1, "min_data_in_leaf": 1}, data, 2)
    assert len(lgb.Booster(model_str=booster.model_to_string()).predict(np.ones((3, 1)))) == 3


def hdbscan() -> None:
    import hdbscan as library
    import numpy as np

    points = np.random.default_rng(0).normal(size=(60, 2)) + np.repeat([[0.0], [9.0]], 30, axis=0)
    model = library.HDBSCAN(min_cluster_size=5, prediction_data=True, core_dist_n_jobs=1).fit(points)
    assert len(library.approximate_predict(model, points[:3])[0]) == 3


def skops() -> None:
    import skops.io
    from sklearn.linear_model import LinearRegression

    stored = skops.io.dumps(LinearRegression().fit([[0.0], [1.0]], [0.0, 1.0]))
    assert len(skops.io.loads(stored).predict([[2.0]])) == 1


def onnxruntime() -> None:
    import onnxruntime as runtime

    assert "CPUExecutionProvider" in runtime.get_available_providers()
    try:
        runtime.InferenceSession(b"no model")
    except runtime.capi.onnxruntime_pybind11_state.InvalidProtobuf:
        return
    raise AssertionError("a session was made of no model")


def tokenizers() -> None:
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel

    assert Tokenizer(WordLevel({"a": 0}, unk_token="a")).encode("a").ids == [0]


PREDICTIONS: dict[str, Callable[[], None]] = {
    "sklearn": scikit_learn,
    "xgboost": xgboost,
    "lightgbm": lightgbm,
    "hdbscan": hdbscan,
    "skops": skops,
    "onnxruntime": onnxruntime,
    "tokenizers": tokenizers,
}

if __name__ == "__main__":
    main(Path(sys.argv[1]))
