"""Golden rows: typed as a drop's, scored as a drop's, and compared."""

import copy

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression, LogisticRegression

from dropscore_predictor.errors import JobFailed
from dropscore_predictor.golden import golden_frame, golden_outputs, refuse_difference
from dropscore_predictor.loaded_model import LoadedModel
from dropscore_predictor.row_errors import RowErrors
from dropscore_predictor.score import score_rows
from dropscore_predictor.scores import Scores
from factories import Linear, a_manifest, a_model, score_text

FEATURES = [
    {"name": "f", "type": "float"},
    {"name": "i", "type": "integer", "nullable": False},
    {"name": "n", "type": "integer"},
    {"name": "b", "type": "boolean"},
    {"name": "d", "type": "boolean", "nullable": False},
    {"name": "s", "type": "string"},
    {"name": "c", "type": "category"},
    {"name": "k", "type": "category", "categories": ["u", "v"]},
]
ROWS = [[1.5, 1, 2, True, True, "x", "y", "u"], [None, 3, None, None, False, None, None, None]]


def with_golden(model: LoadedModel, rows: list, tolerance: float = 1e-9) -> LoadedModel:
    manifest = {**model.manifest, "golden": {"rows": rows, "outputs": [], "tolerance": tolerance}}
    frame = golden_frame(manifest)
    outputs = golden_outputs(score_rows(model, frame, np.arange(len(rows)), RowErrors()))
    manifest["golden"]["outputs"] = outputs
    return LoadedModel(manifest, model.estimator, model.classes)


def spoiled(model: LoadedModel, *path, value) -> LoadedModel:
    manifest = copy.deepcopy(model.manifest)
    place = manifest["golden"]
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return LoadedModel(manifest, model.estimator, model.classes)


def refusal(model: LoadedModel) -> JobFailed:
    with pytest.raises(JobFailed) as failure:
        refuse_difference(model)
    assert len(failure.value.reason["message"]) <= 600
    return failure.value


CLASSIFIER = LogisticRegression().fit(pd.DataFrame({"a": [0.0, 1.0, 2.0, 3.0]}), [0, 0, 1, 1])
BINARY = a_model(CLASSIFIER, a_manifest(["a"], {"kind": "binary", "positiveClass": 1}))
REGRESSION = a_model(LinearRegression().fit(pd.DataFrame({"a": [0.0, 1.0]}), [0.0, 2000.0]), a_manifest(["a"]))


def test_rows_become_the_frame_that_a_drop_of_them_becomes():
    seen = []

    class Spy(Linear):
        def predict(self, features):
            seen.append(features)
            return np.zeros(len(features))

    manifest = a_manifest(FEATURES, golden={"rows": ROWS, "outputs": [{}, {}], "tolerance": 0})
    score_text("f,i,n,b,d,s,c,k\n1.5,1,2,true,1,x,y,u\n,3,,,0,,,\n", a_model(Spy(), manifest))
    pd.testing.assert_frame_equal(golden_frame(manifest), seen[0])


def test_rows_that_do_not_fit_are_told_to_who_asks():
    manifest = a_manifest(["a", {"name": "b", "type": "boolean"}], golden={"rows": [[1.0, "x"], [2.0, True]]})
    errors = RowErrors()
    assert golden_frame(manifest, errors)["a"].tolist() == [2.0]
    assert list(errors) == [0]


@pytest.mark.parametrize("model", [BINARY, REGRESSION], ids=["binary", "regression"])
def test_a_model_agrees_with_what_it_did(model):
    refuse_difference(model)
    refuse_difference(with_golden(model, [[1.0], [2.5], [-3.0]]))


def test_a_regression_keeps_its_predictions_and_a_classifier_labels_scores_and_probabilities():
    (output,) = with_golden(REGRESSION, [[2.0]]).manifest["golden"]["outputs"]
    assert output == {"prediction": pytest.approx(4000.0)}
    (output,) = with_golden(BINARY, [[2.0]]).manifest["golden"]["outputs"]
    assert set(output) == {"prediction", "score", "probabilities"}
    assert (output["prediction"], output["score"]) == (1, output["probabilities"][1])


def test_several_outputs_and_vectors_are_kept_row_by_row():
    rows = np.arange(2)
    assert golden_outputs(Scores(rows, outputs={"a": [1.0, 2.0], "b": ["x", "y"]})) == [
        {"outputs": [1.0, "x"]},
        {"outputs": [2.0, "y"]},
    ]
    vectors = np.array([[1.0, 0.5], [2.0, 0.25]], dtype=np.float32)
    assert golden_outputs(Scores(rows, vectors=vectors)) == [{"vector": [1.0, 0.5]}, {"vector": [2.0, 0.25]}]


def test_case_24_a_difference_is_told_with_its_row_and_both_numbers():
    model = with_golden(BINARY, [[1.0], [2.5], [-3.0]])
    was = model.manifest["golden"]["outputs"][1]["probabilities"][0]
    failure = refusal(spoiled(model, "outputs", 1, "probabilities", 0, value=was + 0.001))
    assert failure.code == "golden_rows_differ"
    assert "1 of 3 differ. Golden row 1 has the probabilities[0] " in str(failure)
    assert f"{was}" in str(failure)
    assert f"where it had {was + 0.001}" in str(failure)
    assert "Publish it anew" in str(failure)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("outputs", 0, "prediction"), 1),
        (("outputs", 0, "prediction"), "0"),
        (("outputs", 0, "prediction"), False),
        (("outputs", 0, "score"), 0.9),
        (("outputs", 0, "probabilities"), [1.0]),
        (("outputs", 0, "vector"), [1.0]),
        (("outputs", 0, "outputs"), [1.0]),
        (("rows", 0), [7.0]),
        (("rows", 0), [None]),
    ],
)
def test_whatever_was_changed_differs(path, value):
    assert refusal(spoiled(with_golden(BINARY, [[1.0], [2.5]], 1e-3), *path, value=value)).code == "golden_rows_differ"


def test_the_tolerance_is_absolute_below_one_and_relative_above():
    model = with_golden(REGRESSION, [[2.0], [0.0]], 1e-6)
    refuse_difference(spoiled(model, "outputs", 0, "prediction", value=4000.003))
    refusal(spoiled(model, "outputs", 0, "prediction", value=4000.005))
    refuse_difference(spoiled(model, "outputs", 1, "prediction", value=0.9e-6))
    refusal(spoiled(model, "outputs", 1, "prediction", value=1.1e-6))


def test_a_label_has_no_tolerance():
    refusal(spoiled(with_golden(BINARY, [[1.0], [2.5]], 5.0), "outputs", 0, "prediction", value=1))


def test_a_golden_row_that_the_model_refuses_differs():
    def refuse(features):
        if (features["a"] > 2).any():
            raise ValueError("too large")

    model = with_golden(a_model(Linear(), a_manifest(["a"])), [[1.0], [3.0]])
    failure = refusal(LoadedModel(model.manifest, Linear(refuse), model.classes))
    assert "1 of 2 differ. Golden row 1 has an error: the model refuses the row: too large" in str(failure)


@pytest.mark.parametrize(
    "predict",
    [
        lambda frame: frame["a"].sort_values().to_numpy(),
        lambda frame: (frame["a"] - frame["a"].iloc[0]).to_numpy(),
        lambda frame: frame["a"].rank(method="first").to_numpy(),
    ],
    ids=["sorts its rows", "compares with the first", "numbers its rows"],
)
def test_a_model_whose_answer_depends_on_the_other_rows(predict):
    class Dependent:
        def predict(self, frame):
            return predict(frame)

    model = with_golden(a_model(Dependent(), a_manifest(["a"])), [[3.0], [3.0], [7.0]])
    failure = refusal(model)
    assert failure.code == "golden_rows_differ"
    assert "depends on the rows beside it or on their order" in str(failure)


@pytest.mark.parametrize(("path", "value"), [(("outputs",), [{}]), (("rows", 0), [1.0, 2.0]), (("rows", 0), [])])
def test_golden_rows_that_cannot_be_compared_are_the_manifests_fault(path, value):
    assert refusal(spoiled(with_golden(BINARY, [[1.0], [2.5]]), *path, value=value)).code == "model_invalid"


def test_a_cell_that_is_no_category_differs():
    model = with_golden(a_model(Linear(), a_manifest(["a"])), [[1.0]])
    manifest = {**model.manifest, "features": [{"name": "a", "type": "category", "categories": ["x"]}]}
    manifest["golden"] = {**manifest["golden"], "rows": [["y"]]}
    assert "is not a category" in str(refusal(LoadedModel(manifest, model.estimator, model.classes)))
