"""The sample data: reproducible, and the planted errors are exactly those that the predictor finds."""

import hashlib
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import make as sample_data
from dropscore_predictor.contracts import validate
from dropscore_predictor.models import ModelRegistry
from factories import FolderStore, no_patience, score_text

CHECKED_IN = Path(sample_data.__file__).parent


@pytest.fixture(scope="module")
def load(samples, tmp_path_factory):
    registry = ModelRegistry(FolderStore(samples / "models"), "classic", tmp_path_factory.mktemp("cache"), 1 << 30)

    def load_model(name):
        sha256 = hashlib.sha256((samples / "models" / name / "1" / "manifest.json").read_bytes()).hexdigest()
        pin = {"name": name, "version": 1, "manifestSha256": sha256, "runtime": "classic"}
        return registry.load(pin, no_patience())

    return load_model


def test_the_same_libraries_write_the_same_files(samples, tmp_path):
    sample_data.make(tmp_path)
    written = {path.relative_to(samples): path.read_bytes() for path in samples.rglob("*") if path.is_file()}
    assert {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == written
    assert len(written) == 18


@pytest.mark.parametrize("name", ["breast_cancer.csv", "diabetes.csv", "virality.csv", "forgetting_curve.csv"])
def test_the_tables_in_the_repository_are_those(samples, name):
    assert (CHECKED_IN / name).read_bytes() == (samples / name).read_bytes()


@pytest.mark.parametrize("name", ["breast-cancer", "diabetes"])
def test_the_registry_holds_to_its_contracts(samples, name):
    validate("current-pointer", json.loads((samples / "models" / name / "current.json").read_text()))
    validate("model-manifest", json.loads((samples / "models" / name / "1" / "manifest.json").read_text()))


def test_569_real_rows_score_as_in_a_plain_script(samples, load):
    model = load("breast-cancer")
    chunk = score_text((samples / "breast_cancer.csv").read_bytes(), model)
    plain = pd.read_csv(samples / "breast_cancer.csv").drop(columns="sample_id")
    assert np.array_equal(chunk.scores.probabilities, model.estimator.predict_proba(plain))
    assert chunk.scores.predictions == [["malignant", "benign"][k] for k in model.estimator.predict(plain)]
    assert len(chunk.errors) == 0


def test_442_real_rows_score_as_in_a_plain_script(samples, load):
    model = load("diabetes")
    chunk = score_text((samples / "diabetes.csv").read_bytes(), model)
    plain = model.estimator.predict(pd.read_csv(samples / "diabetes.csv"))
    assert np.array_equal(chunk.scores.headline, plain)


def test_every_planted_error_is_found_and_no_other(samples, load):
    expected = json.loads((samples / "breast_cancer_50k_spoiled.expected.json").read_text())
    chunk = score_text((samples / "breast_cancer_50k_spoiled.csv").read_bytes(), load("breast-cancer"))
    found = [
        {"row": index, **{name: error[name] for name in ("line", "code", "column") if name in error}}
        for index in chunk.errors
        if (error := chunk.errors.get(index))
    ]
    assert found == expected["errors"]
    assert len(chunk) == expected["rows"]
    assert len(chunk.scores.rows) == expected["scored"]
    assert sum(expected["counts"].values()) == len(found) == 205
