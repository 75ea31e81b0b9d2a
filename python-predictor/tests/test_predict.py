"""Records that are answered at once: what the same rows get in a file."""

import hashlib
import json

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LinearRegression

from dropscore_predictor.contracts import validate
from dropscore_predictor.errors import JobFailed, Throttled
from dropscore_predictor.items import ScoreItems
from dropscore_predictor.loading.answers import Explained
from dropscore_predictor.loading.explainers import explainer_of
from dropscore_predictor.models import ModelRegistry
from dropscore_predictor.predict import predict
from factories import FolderStore, Linear, a_manifest, a_model, no_patience, read_json, score_table
from unpickled_cases import decoded, dumped

PINNED = {"name": "m", "version": 1, "manifestSha256": "0" * 64, "runtime": "classic"}
TYPED = [
    {"name": "f", "type": "float"},
    {"name": "i", "type": "integer", "nullable": False},
    {"name": "b", "type": "boolean"},
    {"name": "s", "type": "string"},
    {"name": "c", "type": "category", "categories": ["1", "x"]},
]
CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-9, 9) | st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False) | st.integers(-99, 99).map(lambda number: number / 4),
    st.sampled_from(["1", " 2", "5.5", "abc", "", "NA", "true", "x", "1e400", "a\0b", "é"]),
)


class Codes:
    """A regression of features of every type."""

    def predict(self, frame):
        texts = frame["s"].astype(str).str.len() + frame["c"].astype(str).str.len() / 8
        return (frame["f"].fillna(0.5) + frame["i"] * 2.0 + frame["b"].fillna(0).astype(float) + texts).to_numpy()


def answer(model, records, pinned=PINNED, **fields):
    request = {"predict": pinned, "records": records, **fields}
    validate("predict-request", request)
    given = predict(request, "classic", lambda *_: model, no_patience())
    validate("predict-answer", given)
    assert given["runtime"] == "classic"
    return given


def told(answered):
    """Each prediction without what is the same of all."""
    return [{k: v for k, v in entry.items() if k not in ("model", "version")} for entry in answered["predictions"]]


def of_chunk(table, model):
    """What the rows of a joblib chunk get, as their items have it."""
    wanted = ("prediction", "score", "tier", "probabilities", "error")
    items = sorted(ScoreItems(score_table(table, model)), key=lambda item: int(item["row"]["N"]))
    return [{name: value for name, value in read_json(item).items() if name in wanted} for item in items]


@settings(max_examples=150)
@given(st.lists(st.fixed_dictionaries({feature["name"]: CELLS for feature in TYPED}), min_size=1, max_size=4))
@example([{"f": 1e300, "i": 2**53, "b": 1, "s": True, "c": 1}])
@example([{"f": "5", "i": 2.0, "b": "FALSE", "s": 3.5, "c": "x"}, {"f": 1, "i": 2.5, "b": 2, "s": "", "c": "y"}])
def test_a_record_gets_what_its_row_gets_in_a_file(records):
    model = a_model(Codes(), a_manifest(TYPED))
    table = decoded(dumped(pd.DataFrame(records, dtype=object)))
    assert told(answer(model, records)) == of_chunk(table, model)


@pytest.fixture(scope="module")
def sample(samples, tmp_path_factory):
    registry = ModelRegistry(FolderStore(samples / "models"), "classic", tmp_path_factory.mktemp("cache"), 1 << 30)

    def load(name):
        sha256 = hashlib.sha256((samples / "models" / name / "1" / "manifest.json").read_bytes()).hexdigest()
        pinned = PINNED | {"name": name, "manifestSha256": sha256}
        return registry.load(pinned, no_patience()), pinned

    return load


@pytest.mark.parametrize(("name", "file"), [("breast-cancer", "breast_cancer.csv"), ("diabetes", "diabetes.csv")])
def test_the_samples_rows_get_what_they_get_in_a_file(samples, sample, name, file):
    model, pinned = sample(name)
    rows = pd.read_csv(samples / file).head(30)
    records = json.loads(rows.to_json(orient="records", double_precision=15))
    feature = model.manifest["features"][0]["name"]
    records[3][feature], records[5][feature], records[7][feature] = "abc", None, str(records[7][feature])
    answered = answer(model, records, pinned, explain=True)
    predictions = [{k: v for k, v in entry.items() if k not in ("recordId", "explanation")} for entry in told(answered)]
    frame = pd.DataFrame({column: [record[column] for record in records] for column in rows}, dtype=object)
    assert predictions == of_chunk(decoded(dumped(frame)), model)
    assert [entry["error"]["code"] for entry in predictions if "error" in entry] == ["not_a_number", "missing_value"]
    explained = ["explanation" in entry for entry in answered["predictions"]]
    assert explained == ["error" not in entry for entry in predictions]


def test_a_field_that_no_record_has_is_a_missing_value_or_an_error_of_each():
    optional = a_model(Linear(), a_manifest(["a", "b"]))
    optional.estimator.predict = lambda frame: frame["a"].to_numpy() + frame["b"].fillna(7).to_numpy()
    assert told(answer(optional, [{"a": 1}, {"a": 2}])) == [{"prediction": 8.0}, {"prediction": 9.0}]
    needed = a_model(Linear(), a_manifest(["a", {"name": "b", "type": "float", "nullable": False}]))
    first, second = told(answer(needed, [{"a": 1}, {"a": 2, "b": 3}]))
    assert (first["error"]["code"], first["error"]["column"]) == ("missing_value", "b")
    assert second == {"prediction": 5.0}


def test_unknown_fields_are_told_in_order_and_bounded():
    model = a_model(Linear(), a_manifest(["a"], idColumn="id", passthrough=["note"]))
    answered = answer(model, [{"aa": 1, "a": 1}, {"a": 2, "note": "x", "id": "7", "z\n": 0, "aa": 2}])
    assert answered["unknownFields"] == ["aa", "z\\n"]
    many = answer(model, [{"a": 1, **{f"x{number}": 1 for number in range(60)}}])
    assert many["unknownFields"] == [f"x{number}" for number in range(50)]
    assert "unknownFields" not in answer(model, [{"a": 1}])


def test_ids_are_told_and_none_is_needed():
    model = a_model(Linear(), a_manifest(["a"], idColumn="id"))
    records = [{"a": 1, "id": "007"}, {"a": 1, "id": 8}, {"a": 1}, {"a": 1, "id": ""}, {"a": "x", "id": "9"}]
    first, second, third, fourth, fifth = told(answer(model, records))
    assert [first["recordId"], second["recordId"], fifth["recordId"]] == ["007", "8", "9"]
    assert third == fourth == {"prediction": 1.0}
    assert told(answer(model, [{"a": 1}])) == [{"prediction": 1.0}]
    (long,) = told(answer(model, [{"a": 1, "id": "x" * 3000}]))
    assert long.keys() == {"error"}
    assert long["error"]["code"] == "id_too_long"


@pytest.mark.parametrize(("number", "code"), [(10**400, None), (-(2**70), None), (2**53 + 1, "not_an_integer")])
def test_integers_have_no_end_in_json(number, code):
    kind = "integer" if code else "float"
    model = a_model(Linear(lambda frame: None), a_manifest([{"name": "a", "type": kind}]))
    (prediction,) = told(answer(model, [{"a": number}]))
    if code is None:
        expected = "non_finite_output" if abs(number) > 2**1000 else None
        assert prediction.get("error", {}).get("code") == expected
        assert expected or prediction["prediction"] == float(number)
    else:
        assert prediction["error"]["code"] == code


def test_half_a_surrogate_pair_is_an_error_of_its_record():
    model = a_model(Codes(), a_manifest(TYPED))
    records = [{"f": 1, "i": 1, "b": 1, "s": text, "c": "x"} for text in ("\ud800", "x")]
    first, second = told(answer(model, records))
    assert (first["error"]["code"], second.keys()) == ("invalid_utf8", {"prediction"})


def test_a_model_that_does_not_load_or_tell_is_a_reason():
    def missing(*_):
        raise JobFailed("model_missing", "it is gone")

    request = {"predict": PINNED, "records": [{"a": 1}]}
    given = predict(request, "classic", missing, no_patience())
    validate("predict-answer", given)
    assert given["reason"] == {"code": "model_missing", "message": "it is gone"}

    refused = answer(a_model(Linear(), a_manifest(["a"])), [{"a": 1}], explain=True)
    assert (refused["ok"], refused["reason"]["code"]) == (False, "not_explainable")
    assert "A Linear tells no contributions." in refused["reason"]["message"]


def test_a_record_that_the_model_refuses_shifts_no_explanation():
    frame = pd.DataFrame({"a": [1.0, 2.0, 4.0], "b": [1.0, 0.0, 3.0]})
    fitted = LinearRegression().fit(frame, [1.0, 2.0, 3.5])
    model = a_model(Explained(fitted, explainer_of(fitted)), a_manifest(["a", "b"]))
    refused, other = told(answer(model, [{"a": 1}, {"a": 2, "b": 5}], explain=True))
    assert (refused["error"]["code"], "explanation" in refused) == ("refused_by_model", False)
    values = {entry["feature"]: entry["value"] for entry in other["explanation"]["contributions"]}
    assert values == {"a": 2.0, "b": 5.0}


def test_what_a_retry_may_mend_is_no_answer():
    def throttled(*_):
        raise Throttled("later")

    with pytest.raises(Throttled):
        predict({"predict": PINNED, "records": [{"a": 1}]}, "classic", throttled, no_patience())


def test_the_request_is_left_as_it_was():
    model = a_model(Linear(), a_manifest(["a"]))
    records = [{"a": "5", "b": 10**30}]
    answer(model, records)
    assert records == [{"a": "5", "b": 10**30}]
