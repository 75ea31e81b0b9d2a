"""Models on the disk for the tests of loading: a manifest and a folder, as a predictor finds them."""

from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pandas as pd
import pytest

from dropscore_predictor.errors import JobFailed
from dropscore_predictor.loading import Estimator, load_estimator
from factories import a_manifest

RANDOM = np.random.default_rng(4)
NUMBERS = pd.DataFrame(RANDOM.normal(size=(80, 3)), columns=["a", "b", "c"])
TARGET = NUMBERS["a"] * 2 - NUMBERS["b"]
TWO = (TARGET > 0).astype(int)
THREE = np.digitize(TARGET, [-1.0, 1.0])
BINARY = {"kind": "binary"}
MULTICLASS = {"kind": "multiclass"}
CITY = {"name": "city", "type": "category", "categories": ["oslo", "rome", "york"]}
CITIES = pd.DataFrame(
    {
        "city": pd.Categorical(RANDOM.choice(["oslo", "rome", "york"], 80), categories=CITY["categories"]),
        "n": RANDOM.normal(size=80),
    }
)
BY_CITY = CITIES["city"].map({"oslo": 0.0, "rome": 5.0, "york": 9.0}).astype(float) + CITIES["n"]


def load(folder: Path, format_: str, features: list[Any], output: dict | None = None, **fields: Any) -> Estimator:
    """The model in the folder; its artifact is `model`, whatever wrote it."""
    name = fields.pop("artifact", "model")
    artifact = {"path": name, "sha256": "0" * 64, "bytes": 0}
    return load_estimator(a_manifest(features, output, format=format_, artifacts=[artifact], **fields), folder)


def load_pickle(folder: Path, model: Any, features: list[Any], output: dict | None = None, **fields: Any) -> Estimator:
    joblib.dump(model, folder / "model")
    return load(folder, "joblib", features, output, **fields)


def refusal(code: str, *parts: str):
    """Expects a refusal that says all of this, and a remedy in a sentence."""
    return _Refusal(code, parts)


class _Refusal:
    def __init__(self, code: str, parts: tuple[str, ...]) -> None:
        self._code, self._parts = code, parts
        self._raises = pytest.raises(JobFailed)

    def __enter__(self) -> None:
        self._failure = self._raises.__enter__()

    def __exit__(self, *exception: Any) -> bool:
        assert self._raises.__exit__(*exception)
        message = self._failure.value.reason["message"]
        assert self._failure.value.code == self._code, message
        assert len(message) < 600
        for part in self._parts:
            assert part in message
        return True


def package(folder: Path, name: str, **modules: str) -> None:
    """Writes a package below `code/`; `init` is its `__init__.py`."""
    place = folder / "code" / name
    place.mkdir(parents=True)
    for module, source in ({"init": ""} | modules).items():
        (place / ("__init__.py" if module == "init" else f"{module}.py")).write_text(source)
