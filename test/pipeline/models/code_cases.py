"""Own code: as the model itself, and as what makes the features of another one."""

import json
import sys
from pathlib import Path

import joblib
import pandas as pd
from case import Case, numbers
from sklearn.linear_model import Ridge
from tables import NOTES, NUMBERS, VALUE

sys.path.insert(0, str(Path(__file__).parent / "code"))

from word_counts import transform

_POINTS = {"visits": 3, "age": -0.5}


def cases() -> list[Case]:
    """Both."""
    table = NUMBERS.join(NOTES.where(NUMBERS["age"] > 35))  # noqa: PLR2004 - some notes are missing
    ridge = Ridge().fit(transform(table), VALUE)
    return [
        Case(
            "code-model", NUMBERS, _points, lambda t: numbers(3 * t["visits"] - 0.5 * t["age"]), code="code/scorecard"
        ),
        Case(
            "code-transform",
            table,
            lambda folder: Path(joblib.dump(ridge, folder / "model.joblib")[0]),
            lambda t: numbers(ridge.predict(transform(pd.DataFrame(t)))),
            code="code/word_counts",
        ),
    ]


def _points(folder: Path) -> Path:
    (folder / "points.json").write_text(json.dumps(_POINTS), encoding="utf-8")
    return folder / "points.json"
