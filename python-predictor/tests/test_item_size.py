"""That DynamoDB takes every item, whatever a source and a manifest hold: it refuses the 24 beside one too large."""

import base64
import gzip
import io

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dropscore_predictor.contracts import validate
from dropscore_predictor.errors import JobFailed
from dropscore_predictor.items import ScoreItems
from dropscore_predictor.result_file import result_file
from factories import Linear, a_manifest, a_model, errors_of, read_json, score_text

LIMIT = 400 * 1024
WIDEST = "\U0001f600"


def size(attribute: dict) -> int:
    """Bytes of a value by DynamoDB's rules; the most that a number can take."""
    ((kind, value),) = attribute.items()
    if kind == "S":
        return len(value.encode())
    if kind == "M":
        return 3 + sum(1 + len(name.encode()) + size(entry) for name, entry in value.items())
    return len(base64.b64decode(value)) if kind == "B" else {"N": 21, "BOOL": 1}[kind]


def check(chunk):
    """Every item fits, holds to its contract, and has a key that the index takes."""
    for item in ScoreItems(chunk):
        assert size({"M": item}) <= LIMIT
        assert len(item.get("record", {"S": ""})["S"].encode()) <= 2048
        validate("score", read_json(item))


class _Shares:
    """A classifier with some classes that finds all equally likely."""

    def __init__(self, classes):
        self.classes_ = np.array(classes)

    def predict(self, features):
        return np.full(len(features), self.classes_[-1])

    def predict_proba(self, features):
        return np.full((len(features), len(self.classes_)), 1 / 3 / len(self.classes_))


NEAR_THE_LIMITS = st.sampled_from([0, 1, 100, 511, 512, 2040, 2049, 90_000, 340_000, 399_000, 409_600, 500_000])


@settings(max_examples=60)
@given(
    id_bytes=NEAR_THE_LIMITS,
    note_bytes=NEAR_THE_LIMITS,
    char=st.sampled_from(["x", "\u00e9", WIDEST]),
    name=st.sampled_from(["n", WIDEST * 1024]),
    classes=st.sampled_from([0, 2, 300, 3000]),
    label=st.sampled_from(["l", "label" * 8, WIDEST * 20]),
    cell=st.sampled_from(["1", "abc"]),
    twice=st.booleans(),
)
def test_every_item_fits(*, id_bytes, note_bytes, char, name, classes, label, cell, twice):
    feature, record_id, note = name[:-1] + "f", name[:-1] + "i", name[:-1] + "p"
    passthrough = [note, record_id] if twice else [note]
    kept = {"idColumn": record_id, "passthrough": passthrough}
    if classes:
        labels = {str(value): f"{label}{value}" for value in range(classes)}
        output = {"kind": "multiclass", "labels": labels, "tiers": [{"name": (label * 9)[:256], "from": 0}]}
        model = a_model(_Shares(range(classes)), a_manifest([feature], output, **kept))
    else:
        model = a_model(Linear(), a_manifest([feature], **kept))
    row = f"{char * (id_bytes // len(char.encode()))},{cell},{char * (note_bytes // len(char.encode()))}\n"
    chunk = score_text(f"{record_id},{feature},{note}\n" + row + "r,1,n\n", model)
    check(chunk)


def test_case_39_an_id_that_no_item_holds_is_in_the_file_alone():
    long = "i" * 450_000
    for cell in ("1", "abc"):
        chunk = score_text(f"id,a\n{long},{cell}\nr2,2\n", a_model(Linear(), a_manifest(["a"], idColumn="id")))
        first, second = map(read_json, ScoreItems(chunk))
        assert "recordId" not in first
        assert "record" not in first
        assert second["recordId"] == "r2"
        assert pd.read_csv(io.BytesIO(gzip.decompress(result_file(chunk))))["id"].tolist() == [long, "r2"]
        check(chunk)


def test_a_model_whose_probabilities_fill_an_item_fails_the_job_unless_it_writes_files_alone():
    model = a_model(_Shares(range(20_000)), a_manifest(["a"], {"kind": "multiclass"}))
    with pytest.raises(JobFailed, match=r"may take 6\d\d,\d\d\d bytes.*409,600.*files alone") as failure:
        score_text("a\n1\n", model)
    assert failure.value.code == "model_invalid"
    assert len(score_text("a\n1\n", model, output="files").scores) == 1


class _Wide:
    """Answers the same row of outputs or vector for each row."""

    def __init__(self, answer):
        self.answer = np.asarray(answer)

    def predict(self, features):
        return np.tile(self.answer, (len(features), 1))


@pytest.mark.parametrize("dimension", [384, 4096, 65_536])
def test_a_vector_takes_its_room_from_the_texts_beside_it(dimension):
    kept = {"idColumn": "id", "passthrough": ["note"]}
    output = {"kind": "embedding", "dimension": dimension}
    model = a_model(_Wide(np.full(dimension, 0.1)), a_manifest(["a"], output, **kept))
    sizes = range(100_000, 412_000, 1000)
    chunk = score_text("id,a,note\n" + "".join(f"{size},1,{'n' * size}\n" for size in sizes), model)
    assert 0 < len(chunk.oversized) < len(sizes)
    first = sizes[min(chunk.oversized)]
    assert LIMIT - 4 * dimension - 17_000 < first < LIMIT - 4 * dimension
    check(chunk)


@pytest.mark.parametrize("text", ["l", "l" * 1024, WIDEST * 256])
def test_outputs_of_any_text_fit(text):
    names = [f"{WIDEST * 40}{index}" for index in range(100)]
    output = {"kind": "multi", "names": names}
    model = a_model(_Wide([text] * 100), a_manifest(["a"], output, passthrough=["note"]))
    sizes = range(100_000, 412_000, 2000)
    chunk = score_text("a,note\n" + "".join(f"1,{'n' * size}\n" for size in sizes), model)
    assert 0 < len(chunk.scores) < len(sizes)
    check(chunk)


def test_an_output_that_is_a_longer_text_is_an_error_of_its_row():
    model = a_model(_Wide(["short", "\u00e9" * 513]), a_manifest(["a"], {"kind": "multi", "names": ["x", "y"]}))
    chunk = score_text("a\n1\n", model)
    assert errors_of(chunk) == {0: ("item_too_large", None)}
    assert chunk.errors.get(0)["message"] == "the model's output 'y' is a text over 1,024 bytes"
    check(chunk)


@pytest.mark.parametrize("text", ["n" * 500_000, "n" * 360_000])
def test_a_file_takes_what_no_item_does(text):
    model = a_model(Linear(), a_manifest(["a"], passthrough=["note"]))
    assert errors_of(score_text(f"a,note\n1,{text}\n", model, output="files")) == {}


@pytest.mark.parametrize("cell", ["1", "abc"])
@pytest.mark.parametrize("count", [1, 20])
def test_what_is_nearly_too_much_fits_as_well(cell, count):
    """Names as long as a manifest takes, an id as long as a key takes, and texts around what is left beside them."""
    feature, *names = [f"{WIDEST * 1022}{index:02d}" for index in range(count + 1)]
    manifest = a_manifest([feature], idColumn="id", passthrough=names)
    sizes = range(300_000 // count, 412_000 // count, 1000)
    rows = "".join(f"{'i' * 2000}{size},{cell},{','.join(['n' * size] * count)}\n" for size in sizes)
    chunk = score_text(f"id,{feature},{','.join(names)}\n" + rows, a_model(Linear(), manifest))
    assert 0 < len(chunk.oversized) < len(sizes)
    check(chunk)
