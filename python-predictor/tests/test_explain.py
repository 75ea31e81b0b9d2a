"""A row of a job is explained by its chunk: the same bytes, the same errors, the same score."""

import pandas as pd
import pytest
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import LinearRegression

from dropscore_predictor.contracts import ContractViolation, validate
from dropscore_predictor.csv_rows import csv_rows
from dropscore_predictor.errors import JobFailed
from dropscore_predictor.explain import explain
from dropscore_predictor.loading.answers import Explained
from dropscore_predictor.loading.explainers import explainer_of
from dropscore_predictor.scored_chunk import scored_chunk
from dropscore_predictor.staged import write_rows
from factories import a_manifest, a_message, a_model, a_typed_message, no_patience
from unpickled_cases import decoded, dumped

HEADER = b"id,b,a\n"
DATA = b"x1,1,2\nx2,abc,2\n\nx3,,5\nx4,2,\n,3,3\nx6,0.5,1e400\n"
MANIFEST = a_manifest(["a", {"name": "b", "type": "float"}], idColumn="id")
FRAME = pd.DataFrame({"a": [1.0, 2.0, 4.0, 5.0], "b": [1.0, 0.0, 3.0, 2.0]})
FITTED = LinearRegression().fit(FRAME, [1.0, 2.0, 3.5, 4.0])
LINEAR = a_model(Explained(FITTED, explainer_of(FITTED)), MANIFEST)


def ask(message, row, data, model=LINEAR):
    request = {"explain": message, "row": row}
    validate("explain-request", request)

    def read(source, start, end, patience):
        return data[start:end]

    answer = explain(request, "classic", lambda *_: model, read, no_patience())
    validate("predict-answer", answer)
    return answer


def ask_csv(row, model=LINEAR, **fields):
    message = a_message(HEADER, DATA, **fields)
    return ask(message, row, HEADER + DATA, model)


def test_a_row_is_what_its_chunk_made_of_it():
    message = a_message(HEADER, DATA)
    chunk = scored_chunk(message, csv_rows(message, HEADER, DATA, MANIFEST), LINEAR)
    assert len(chunk) == 6
    for row in range(6):
        answer = ask_csv(row)
        (prediction,) = answer["predictions"]
        assert answer["ok"] is True
        assert prediction.get("error") == chunk.errors.get(row)
        assert prediction.get("recordId") == (chunk.ids[row] or None)
        if row in chunk.scores.rows:
            assert prediction["prediction"] == chunk.scores.predictions[chunk.scores.rows.tolist().index(row)]
            assert "explanation" in prediction
        else:
            assert "explanation" not in prediction


def test_its_features_are_shown_as_the_model_got_them():
    assert ask_csv(0)["inputs"] == {"a": 2.0, "b": 1.0}
    assert ask_csv(2)["inputs"] == {"a": 5.0, "b": None}
    refused = ask_csv(5)
    assert refused["predictions"][0]["error"]["code"] == "refused_by_model"
    assert refused["inputs"] == {"a": "Infinity", "b": 0.5}
    assert "inputs" not in ask_csv(1)


def test_contributions_add_up_to_the_prediction():
    (prediction,) = ask_csv(0)["predictions"]
    explanation = prediction["explanation"]
    terms = {entry["feature"]: (entry["value"], entry["contribution"]) for entry in explanation["contributions"]}
    assert terms == {"a": (2.0, FITTED.coef_[0] * 2), "b": (1.0, FITTED.coef_[1])}
    assert explanation["output"] == pytest.approx(prediction["prediction"])


def test_the_row_is_counted_in_the_job():
    answer = ask_csv(1003, reference={"firstRow": 1000})
    assert answer["predictions"][0]["recordId"] == "x4"
    for row in (999, 1006):
        with pytest.raises(ContractViolation):
            ask_csv(row, reference={"firstRow": 1000})


def test_an_id_that_is_too_long_is_left_to_the_file():
    data = b"x" * 3000 + b",1,2\n"
    (prediction,) = ask(a_message(HEADER, data), 0, HEADER + data)["predictions"]
    assert (prediction["error"]["code"], "recordId" in prediction) == ("id_too_long", False)


def test_a_staged_row_too():
    table = decoded(dumped(FRAME.assign(id=["p", "q", "r", "s"])))
    data = write_rows(table, 1, 3)
    answer = ask(a_typed_message("staged", data, 2, reference={"firstRow": 1}), 2, data)
    (prediction,) = answer["predictions"]
    assert (prediction["recordId"], answer["inputs"]) == ("r", {"a": 4.0, "b": 3.0})


def test_a_model_that_tells_none_shows_prediction_and_inputs_all_the_same():
    forest = a_model(RandomForestRegressor(n_estimators=2).fit(FRAME, [1, 2, 3, 4]), MANIFEST)
    answer = ask_csv(0, forest)
    assert (answer["ok"], answer["reason"]["code"]) == (False, "not_explainable")
    assert answer["inputs"] == {"a": 2.0, "b": 1.0}
    assert answer["predictions"][0].keys() == {"model", "version", "recordId", "prediction"}
    assert ask_csv(1, forest)["ok"] is True


def test_a_source_that_is_gone_is_a_reason():
    def gone(*_):
        raise JobFailed("source_missing", "it is gone")

    request = {"explain": a_message(HEADER, DATA), "row": 0}
    answer = explain(request, "classic", lambda *_: LINEAR, gone, no_patience())
    validate("predict-answer", answer)
    assert answer["reason"]["code"] == "source_missing"
