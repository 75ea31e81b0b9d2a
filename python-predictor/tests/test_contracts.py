"""The examples that both languages loop over."""

import json
import re
from pathlib import Path

import pytest

from dropscore_predictor import keys
from dropscore_predictor.contracts import ContractViolation, validate
from dropscore_predictor.tolerance import Progress

CONTRACTS = Path(__file__).parents[2] / "contracts"
EXAMPLES = [
    (path.stem, example)
    for path in sorted((CONTRACTS / "examples").glob("*.json"))
    if path.stem not in {"keys", "sketches", "tolerance"}
    for example in json.loads(path.read_text(encoding="utf-8"))
]
RELEASED = [
    (path.stem, name, written)
    for path in sorted((CONTRACTS / "released").glob("*.json"))
    for name, written in json.loads(path.read_text(encoding="utf-8")).items()
]
NOT_OURS = {"incomingKey", "jobId", "monthPartition", "openShard", "setAsideKey", "stagedChunkKey"}
NOT_OURS |= {"resultsPrefix", "stagedHeaderKey", "successKey", "uploadKey", "modelOfKey", "shadowKey"}


@pytest.mark.parametrize(("name", "example"), EXAMPLES, ids=[f"{name}: {ex['description']}" for name, ex in EXAMPLES])
def test_examples(name, example):
    if example["valid"]:
        validate(name, example["data"])
    else:
        with pytest.raises(ContractViolation, match=name):
            validate(name, example["data"])


@pytest.mark.parametrize(("release", "name", "written"), RELEASED, ids=[f"{of} {name}" for of, name, _ in RELEASED])
def test_case_32_what_an_older_release_wrote_is_valid_also_with_fields_of_a_later_one(release, name, written):
    for data in written:
        validate(name, data)
        validate(name, {**data, "addedLater": {"by": "a release to come"}})


def test_a_violation_names_the_place_and_not_the_value():
    with pytest.raises(ContractViolation) as violation:
        validate("chunk", {"jobId": "secret", "chunk": 0, "status": "open", "attempt": 1, "reference": {}})
    assert "/jobId" in str(violation.value)
    assert "secret" not in str(violation.value)


def test_key_formats():
    examples = json.loads((CONTRACTS / "examples" / "keys.json").read_text(encoding="utf-8"))
    ours = [example for example in examples if example["key"] not in NOT_OURS]
    for example in ours:
        function = re.sub(r"([A-Z])", lambda match: f"_{match[1].lower()}", example["key"])
        assert getattr(keys, function)(*example["arguments"]) == example["value"]
    assert {example["key"] for example in ours} >= {"jobPartition", "chunkSort", "scorePartition", "recordOrder"}


def test_more_than_tolerated():
    examples = json.loads((CONTRACTS / "examples" / "tolerance.json").read_text(encoding="utf-8"))
    for example in examples:
        progress = Progress(example["rowsFailed"], example["rowsTotal"], example["share"])
        assert progress.has_too_many_errors == example["exceeded"], example


def test_the_packaged_schemas_are_those_of_the_repository():
    packaged = Path(keys.__file__).parent / "contracts" / "schemas"
    assert {path.name: path.read_text(encoding="utf-8") for path in packaged.iterdir()} == {
        path.name: path.read_text(encoding="utf-8") for path in CONTRACTS.glob("*.schema.json")
    }
