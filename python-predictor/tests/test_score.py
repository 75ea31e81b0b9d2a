"""Scores against plain scikit-learn, and outputs of every kind and type."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from dropscore_predictor.classes import class_text
from dropscore_predictor.errors import JobFailed
from factories import Linear, a_manifest, a_model, errors_of, score_text


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    """A table with numbers, gaps and texts, as a file."""
    chance = np.random.default_rng(1)
    table = pd.DataFrame(chance.normal(size=(300, 4)), columns=list("abcd"))
    table["city"] = chance.choice(["Oslo", "Rome", "NA "], size=300)
    table["target"] = chance.choice(["lo", "mid", "hi"], size=300)
    path = tmp_path_factory.mktemp("table") / "table.csv"
    table.to_csv(path, index=False)
    return path


@pytest.mark.parametrize(
    "estimator",
    [
        make_pipeline(
            make_column_transformer((StandardScaler(), list("abcd")), (OneHotEncoder(), ["city"])), LogisticRegression()
        ),
        make_pipeline(
            make_column_transformer((OneHotEncoder(), ["city"]), remainder="passthrough"),
            RandomForestClassifier(n_estimators=20, random_state=0),
        ),
    ],
)
def test_a_pipeline_scores_bit_for_bit_as_in_a_plain_script(estimator, table):
    plain = pd.read_csv(table)
    columns = ["a", "b", "c", "d", "city"]
    estimator.fit(plain[columns], plain["target"])
    manifest = a_manifest([*"abcd", {"name": "city", "type": "category"}], {"kind": "multiclass"})
    chunk = score_text(table.read_bytes(), a_model(estimator, manifest))
    expected = estimator.predict_proba(plain[columns])
    assert chunk.scores.probabilities.tobytes() == expected.tobytes()
    assert chunk.scores.predictions == estimator.predict(plain[columns]).tolist()
    assert np.array_equal(chunk.scores.headline, expected.max(axis=1))


def test_a_model_that_would_end_the_process_refuses_the_row():
    def end(features):
        if (features["a"] == 2).any():
            raise SystemExit("secret")

    chunk = score_text("a\n1\n2\n3\n", a_model(Linear(end), a_manifest(["a"])))
    assert errors_of(chunk) == {1: ("refused_by_model", None)}


def test_a_model_that_takes_gaps_gets_them_as_gaps():
    table = pd.DataFrame({"a": [1.0, 2.0, np.nan, 4.0] * 20, "y": [0, 0, 1, 1] * 20})
    estimator = HistGradientBoostingClassifier(max_iter=5).fit(table[["a"]], table["y"])
    chunk = score_text(table.to_csv(index=False), a_model(estimator, a_manifest(["a"], {"kind": "binary"})))
    assert np.array_equal(chunk.scores.headline, estimator.predict_proba(table[["a"]])[:, 1])


def test_a_model_that_was_fitted_without_names_takes_columns_by_position():
    estimator = LogisticRegression().fit(np.array([[0.0, 1], [1, 0], [2, 5], [3, 1]]), [0, 0, 1, 1])
    chunk = score_text("b,a\n1,0\n5,2\n", a_model(estimator, a_manifest(["a", "b"], {"kind": "binary"})))
    assert np.array_equal(chunk.scores.probabilities, estimator.predict_proba([[0.0, 1], [2, 5]]))


class Outputs:
    """Answers a fixed output, row by row, by the number in the first column."""

    def __init__(self, outputs, classes=None, probabilities=None):
        self.outputs, self.probabilities = np.asarray(outputs), probabilities
        if classes is not None:
            self.classes_ = np.asarray(classes)

    def predict(self, features):
        return self.outputs[features["i"].astype(int)]

    def predict_proba(self, features):
        return np.asarray(self.probabilities)[features["i"].astype(int)]


def scored(output, *arguments, rows=2):
    text = "i\n" + "".join(f"{i}\n" for i in range(rows))
    return score_text(text, a_model(Outputs(*arguments), a_manifest(["i"], output)))


@pytest.mark.parametrize(
    ("outputs", "expected"),
    [
        (np.array([0.1, 2.5], dtype=np.float32), [float(np.float32(0.1)), 2.5]),
        (np.array([2**60 + 1, -3], dtype=np.int64), [2**60 + 1, -3]),
        (np.array([5, 6], dtype=np.uint8), [5, 6]),
        (np.array([-0.0, 1e-320]), [0.0, 1e-320]),
    ],
)
def test_case_20_numbers_of_a_regression_are_exact(outputs, expected):
    predictions = scored({"kind": "regression"}, outputs).scores.predictions
    assert [repr(value) for value in predictions] == [repr(value) for value in expected]


HALF = [[0.5, 0.5], [0.2, 0.8]]


@pytest.mark.parametrize(
    ("classes", "predictions"),
    [
        (np.array([0, 1]), [0, 1]),
        (np.array([False, True]), [False, True]),
        (np.array(["a", "b"]), ["a", "b"]),
        (np.array([1.0, 2.5]), [1.0, 2.5]),
        (np.array(["a", 3], dtype=object), ["a", 3]),
    ],
)
def test_classes_of_every_type_are_plain_values(classes, predictions):
    scores = scored({"kind": "binary"}, classes, classes, HALF).scores
    assert scores.predictions == predictions
    assert [type(value) for value in scores.predictions] == [type(value) for value in predictions]
    assert scores.headline.tolist() == [0.5, 0.8]


def test_the_positive_class_labels_threshold_and_tiers_of_the_manifest():
    output = {
        "kind": "binary",
        "positiveClass": 0,
        "labels": {"0": "bad", "1": "good"},
        "threshold": 0.5,
        "tiers": [{"name": "high", "from": 0.5}, {"name": "low", "from": 0.3}],
    }
    chunk = scored(output, [1, 1, 1], [0, 1], [[0.5, 0.5], [0.2, 0.8], [0.4, 0.6]], rows=3)
    assert chunk.scores.predictions == ["bad", "good", "good"]
    assert chunk.scores.headline.tolist() == [0.5, 0.2, 0.4]
    assert chunk.scores.tiers == ["high", None, "low"]
    assert chunk.model.classes.names == ("bad", "good")


def test_without_a_threshold_the_model_decides():
    assert scored({"kind": "binary"}, [1, 0], [0, 1], HALF).scores.predictions == [1, 0]


def test_the_score_of_a_multiclass_is_that_of_the_predicted_class():
    shares = [[0.2, 0.3, 0.5], [0.6, 0.3, 0.1]]
    scores = scored({"kind": "multiclass"}, ["z", "x"], ["x", "y", "z"], shares).scores
    assert (scores.predictions, scores.headline.tolist()) == (["z", "x"], [0.5, 0.6])


def test_case_20_a_non_finite_output_is_an_error_of_its_row():
    chunk = scored({"kind": "regression"}, [1.0, np.nan, np.inf, 2.0], rows=4)
    assert errors_of(chunk) == {1: ("non_finite_output", None), 2: ("non_finite_output", None)}
    assert (chunk.scores.rows.tolist(), chunk.scores.predictions) == ([0, 3], [1.0, 2.0])
    chunk = scored({"kind": "binary"}, [0, 1], [0, 1], [[np.nan, 0.5], [0.5, 0.5]])
    assert errors_of(chunk) == {0: ("non_finite_output", None)}


@pytest.mark.parametrize(
    ("output", "arguments"),
    [
        ({"kind": "regression"}, (["a", "b"],)),
        ({"kind": "regression"}, ([[1.0, 2.0]] * 2,)),
        ({"kind": "binary"}, ([0, 1], [0, 1], [[1.0]] * 2)),
        ({"kind": "binary"}, ([0, 7], [0, 1], HALF)),
    ],
)
def test_an_output_that_is_not_of_the_manifests_kind_fails_the_job(output, arguments):
    with pytest.raises(JobFailed) as failure:
        scored(output, *arguments)
    assert failure.value.code == "model_invalid"


def test_case_16_a_row_that_the_model_refuses_is_told_with_column_and_cause(samples):
    text = "a,b\n1,2\n3,inf\n5,6\n"
    estimator = make_pipeline(StandardScaler(), LogisticRegression())
    estimator.fit(pd.DataFrame({"a": [1.0, 2, 3], "b": [1.0, 5, 2]}), [0, 1, 0])
    chunk = score_text(text, a_model(estimator, a_manifest(["a", "b"], {"kind": "binary"})))
    assert errors_of(chunk) == {1: ("refused_by_model", "b")}
    assert chunk.errors.get(1)["message"].startswith("column 'b': the model refuses the row: Input X contains infinity")


@given(st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text())
def test_a_class_is_written_as_text_without_a_needless_fraction(value):
    text = class_text(value)
    if isinstance(value, bool):
        assert text == str(value).lower()
    elif isinstance(value, str):
        assert text == value
    else:
        assert type(value)(float(text) if isinstance(value, float) else int(text)) == value
