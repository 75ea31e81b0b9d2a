"""What listed names must not be used for, and how much of anything a pickle may have."""

import pickle
import zlib
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import RandomForestClassifier, StackingRegressor
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.feature_selection import SelectFromModel
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import get_scorer
from sklearn.model_selection import GridSearchCV
from sklearn.preprocessing import FunctionTransformer

from dropscore_predictor.inert.reader import CannotJudge
from dropscore_predictor.inert.walk import globals_of
from dropscore_predictor.pickled import untrusted_globals
from pickle_attacks import crafted, endless

VALUES = np.arange(20.0).reshape(10, 2)
CLASSES = np.arange(10) % 2


def is_refused(path: Path) -> bool:
    try:
        return untrusted_globals(path) != []
    except CannotJudge:
        return True


@pytest.mark.parametrize("title", crafted())
def test_listed_names_in_shapes_that_no_model_has(title, tmp_path):
    path = tmp_path / "model.joblib"
    path.write_bytes(crafted()[title])
    assert is_refused(path)


@pytest.mark.parametrize("title", endless())
def test_what_has_no_end_is_refused_before_it_is_held(title, tmp_path):
    path = tmp_path / "model.joblib"
    path.write_bytes(zlib.compress(endless()[title]))
    with pytest.raises(CannotJudge):
        globals_of(path)


@pytest.mark.parametrize(
    "model",
    [
        GridSearchCV(LogisticRegression(), {"C": [0.1, 1.0]}, cv=2).fit(VALUES, CLASSES),
        GridSearchCV(FunctionTransformer(), {"func": [np.log1p, np.sqrt]}),
        FunctionTransformer(np.log1p, np.expm1),
        StackingRegressor([("a", LinearRegression())]).fit(VALUES, CLASSES),
        CalibratedClassifierCV(LogisticRegression(), cv=2).fit(VALUES, CLASSES),
        SelectFromModel(LinearRegression(), importance_getter="named_steps.a.coef_"),
        get_scorer("roc_auc"),
        {"model": LinearRegression(), "inverse": np.expm1},
        np.array([("a", 1.0)], dtype=[("name", "U4"), ("value", "f8")]),
        np.array(["2020-01-01"], dtype="datetime64[ns]"),
        [pd.CategoricalDtype(["a"]), pd.NA, pd.Timestamp("2020-01-01"), pd.Index(["a"])],
    ],
    ids=lambda model: type(model).__name__,
)
def test_what_the_rules_leave_alone(model, tmp_path):
    path = tmp_path / "model.joblib"
    for protocol in range(2, 6):
        joblib.dump(model, path, protocol=protocol)
        assert untrusted_globals(path) == [], protocol
        path.write_bytes(pickle.dumps(model, protocol=protocol))
        assert untrusted_globals(path) == [], protocol


def test_a_table_needs_the_publishers_word(tmp_path):
    path = tmp_path / "model.joblib"
    joblib.dump({"model": LinearRegression(), "table": pd.DataFrame({"a": [1.0]})}, path)
    asked = untrusted_globals(path)
    assert "pandas:DataFrame" in asked or "pandas.core.frame:DataFrame" in asked
    assert untrusted_globals(path, asked) == []


def test_a_large_vocabulary_and_forest_pass(tmp_path):
    path = tmp_path / "model.joblib"
    texts = CountVectorizer(vocabulary={f"word{number}": number for number in range(1_000_000)})
    forest = RandomForestClassifier(1000, max_depth=2).fit(VALUES, CLASSES)
    joblib.dump([texts, forest], path)
    assert untrusted_globals(path) == []
