"""Model directories that MLflow itself wrote; see `mlflow/make.py`."""

import shutil
from pathlib import Path

import pandas as pd
from case import Case, Row, binary, numbers

_MLFLOW = Path(__file__).parent / "mlflow"


def cases() -> list[Case]:
    """A directory a flavor; expected by the libraries, when the directories were written."""
    table = pd.read_csv(_MLFLOW / "expected.csv").drop_duplicates(["visits", "spent"])
    rows = pd.concat([table] * 2, ignore_index=True)[["visits", "spent", "region"]]

    def saved(flavor: str, kind: str, columns: list[str], *publish: str, **more: object) -> Case:
        def expected(dropped: pd.DataFrame) -> list[Row]:
            values = dropped.merge(table, on=columns, how="left", validate="many_to_one")[flavor]
            return binary(1, values, 0) if kind == "binary" else numbers(values)

        def write(folder: Path) -> Path:
            return Path(shutil.copytree(_MLFLOW / flavor, folder / "model"))

        return Case(f"mlflow-{flavor}", rows[columns], write, expected, publish, kind=kind, tolerance=1e-6, **more)

    numeric = ["visits", "spent"]
    return [
        saved("sklearn", "binary", [*numeric, "region"]),
        saved("sklearn-skops", "binary", [*numeric, "region"]),
        saved("xgboost", "binary", numeric),
        saved("lightgbm", "regression", numeric),
        saved("onnx", "binary", numeric, runtime="onnx"),
    ]
