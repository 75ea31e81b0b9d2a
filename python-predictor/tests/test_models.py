"""The registry: nothing is loaded that is not exactly what was pinned."""

import hashlib
import pickle
from importlib import metadata

import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression, LogisticRegression

from dropscore_predictor.errors import JobFailed
from dropscore_predictor.models import ModelRegistry
from factories import FolderStore, a_manifest, dumped, no_patience, with_artifact

REGRESSION = dumped(LinearRegression().fit([[0.0], [1.0]], [0.0, 2.0]))
CLASSIFIER = dumped(LogisticRegression().fit([[0.0], [1.0]], [0, 1]))
MANIFEST = a_manifest(["a"], libraries={"scikit-learn": metadata.version("scikit-learn")})


@pytest.fixture
def store(tmp_path):
    return FolderStore(tmp_path / "bucket")


@pytest.fixture
def load(store, tmp_path):
    registry = ModelRegistry(store, "classic", tmp_path / "cache")
    return lambda pin: registry.load(pin, no_patience())


def refusal(load, pin) -> JobFailed:
    with pytest.raises(JobFailed) as failure:
        load(pin)
    assert failure.value.reason["message"]
    return failure.value


def test_loads_a_version_once_a_process_and_its_files_once_a_machine(store, load, tmp_path):
    pin = store.publish(with_artifact(MANIFEST, REGRESSION), REGRESSION)
    assert load(pin) is load(pin)
    assert load(pin).estimator.predict([[3.0]]) == pytest.approx([6.0])
    assert store.asked == ["m/1/manifest.json", "m/1/model.joblib"]
    ModelRegistry(store, "classic", tmp_path / "cache").load(pin, no_patience())
    assert store.asked[2:] == ["m/1/manifest.json"]


def test_a_damaged_file_in_the_cache_is_fetched_again(store, load, tmp_path):
    pin = store.publish(with_artifact(MANIFEST, REGRESSION), REGRESSION)
    cached = tmp_path / "cache" / pin["manifestSha256"] / "model.joblib"
    cached.parent.mkdir(parents=True)
    cached.write_bytes(bytes(len(REGRESSION)))
    assert load(pin).estimator.predict([[1.0]]) == pytest.approx([2.0])
    assert cached.read_bytes() == REGRESSION


class Canary:
    """Says so when it is unpickled."""

    loaded = False

    def __reduce__(self):
        return (_sing, ())


def _sing():
    Canary.loaded = True


@pytest.mark.parametrize("body", [pickle.dumps(Canary()), REGRESSION[:-1], b""])
def test_an_artifact_that_is_not_the_manifests_is_refused_before_it_is_loaded(store, load, tmp_path, body):
    pin = store.publish(with_artifact(MANIFEST, REGRESSION), body)
    assert refusal(load, pin).code == "artifact_corrupt"
    assert not Canary.loaded
    assert not [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]


def test_what_is_missing_or_changed(store, load, tmp_path):
    pin = store.publish(with_artifact(MANIFEST, REGRESSION), REGRESSION)
    assert refusal(load, {**pin, "version": 2}).code == "model_missing"
    assert refusal(load, {**pin, "manifestSha256": "0" * 64}).code == "model_changed"
    assert refusal(load, {**pin, "runtime": "onnx"}).code == "unknown_runtime"
    (tmp_path / "bucket/m/1/model.joblib").unlink()
    assert refusal(load, pin).code == "model_missing"


@pytest.mark.parametrize(
    ("changes", "body", "code"),
    [
        ({"name": "other"}, REGRESSION, "model_invalid"),
        ({"features": []}, REGRESSION, "model_invalid"),
        ({"output": {"kind": "binary"}}, REGRESSION, "model_invalid"),
        ({"output": {"kind": "binary", "classes": [1, 0]}}, CLASSIFIER, "model_invalid"),
        ({"output": {"kind": "binary", "positiveClass": 7}}, CLASSIFIER, "model_invalid"),
        ({"output": {"kind": "binary", "labels": {"0": "same", "1": "same"}}}, CLASSIFIER, "model_invalid"),
        ({"libraries": {"scikit-learn": "0.1"}}, REGRESSION, "model_refused_to_load"),
        ({"libraries": {"no-such-library": "1"}}, REGRESSION, "model_refused_to_load"),
        ({}, b"no pickle", "model_refused_to_load"),
        ({}, REGRESSION[:-9], "model_refused_to_load"),
        ({}, dumped(42), "model_invalid"),
    ],
)
def test_what_does_not_fit_is_refused(store, load, changes, body, code):
    pin = store.publish(with_artifact({**MANIFEST, **changes}, body), body)
    assert refusal(load, pin).code == code


def test_features_that_the_model_was_not_fitted_with(store, load):
    body = dumped(LinearRegression().fit(pd.DataFrame({"b": [0.0, 1.0]}), [0.0, 2.0]))
    pin = store.publish(with_artifact(MANIFEST, body), body)
    assert refusal(load, pin).code == "model_invalid"


def test_a_manifest_that_is_not_json(store, load, tmp_path):
    pin = store.publish(with_artifact(MANIFEST, REGRESSION), REGRESSION)
    (tmp_path / "bucket/m/1/manifest.json").write_bytes(b"{")
    assert refusal(load, {**pin, "manifestSha256": hashlib.sha256(b"{").hexdigest()}).code == "model_invalid"


def test_a_disk_that_is_full_is_no_fact_about_the_model(store, load, monkeypatch):
    pin = store.publish(with_artifact(MANIFEST, REGRESSION), REGRESSION)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store, "download", full)
    with pytest.raises(OSError, match="No space"):
        load(pin)
    monkeypatch.undo()
    assert load(pin).manifest["name"] == "m"
