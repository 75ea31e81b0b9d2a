"""The registry: nothing is loaded that is not exactly what was pinned."""

import errno
import fcntl
import hashlib
import io
import pickle
import weakref
from importlib import metadata
from types import SimpleNamespace

import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression, LogisticRegression

from dropscore_predictor import models as module
from dropscore_predictor.aws.s3_objects import S3Models
from dropscore_predictor.errors import JobFailed
from dropscore_predictor.models import ModelRegistry
from factories import FolderStore, a_manifest, dumped, no_patience, with_artifact

REGRESSOR = LinearRegression().fit([[0.0], [1.0]], [0.0, 2.0])
REGRESSION = dumped(REGRESSOR)
CLASSIFIER = dumped(LogisticRegression().fit([[0.0], [1.0]], [0, 1]))
MANIFEST = a_manifest(["a"], libraries={"scikit-learn": metadata.version("scikit-learn")})


@pytest.fixture
def store(tmp_path):
    return FolderStore(tmp_path / "bucket")


@pytest.fixture
def load(store, tmp_path):
    registry = a_registry(store, tmp_path)
    return lambda pin: registry.load(pin, no_patience())


def a_registry(store, tmp_path, memory_bytes: int = 1 << 30, **fields) -> ModelRegistry:
    return ModelRegistry(store, "classic", tmp_path / "cache", memory_bytes, **fields)


def golden(rows: list, prediction: float) -> dict:
    return {"rows": rows, "outputs": [{"prediction": prediction}], "tolerance": 1e-9}


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
    a_registry(store, tmp_path).load(pin, no_patience())
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
def test_case_22_an_artifact_that_is_not_the_manifests_is_refused_before_it_is_loaded(store, load, tmp_path, body):
    pin = store.publish(with_artifact(MANIFEST, REGRESSION), body)
    assert refusal(load, pin).code == "artifact_corrupt"
    assert not Canary.loaded
    assert files_in(tmp_path / "cache") == []


def files_in(cache) -> list[str]:
    return sorted(
        str(path.relative_to(cache)) for path in cache.rglob("*") if path.is_file() and path.suffix != ".lock"
    )


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
        ({"libraries": {"scikit-learn": "0.1"}}, REGRESSION, "versions_differ"),
        ({"libraries": {"no-such-library": "1"}}, REGRESSION, "versions_differ"),
        ({"python": "2.7"}, REGRESSION, "versions_differ"),
        ({"golden": golden([[1.0]], 2.5)}, REGRESSION, "golden_rows_differ"),
        ({"golden": golden([["text"]], 2.0)}, REGRESSION, "model_invalid"),
        ({}, pickle.dumps(print), "untrusted_global"),
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


def test_case_21_a_manifest_that_is_not_json(store, load, tmp_path):
    pin = store.publish(with_artifact(MANIFEST, REGRESSION), REGRESSION)
    (tmp_path / "bucket/m/1/manifest.json").write_bytes(b"{")
    assert refusal(load, {**pin, "manifestSha256": hashlib.sha256(b"{").hexdigest()}).code == "model_invalid"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"a":' * 50_000 + b"1" + b"}" * 50_000, "nested too deep"),
        (b"[" * 200_000, "nested too deep"),
        (b'"' + b"x" * (9 << 20) + b'"', "larger than 8 MiB"),
    ],
)
def test_a_manifest_that_nobody_publishes(store, load, tmp_path, body, said):
    pin = store.publish(with_artifact(MANIFEST, REGRESSION), REGRESSION)
    (tmp_path / "bucket/m/1/manifest.json").write_bytes(body)
    failure = refusal(load, {**pin, "manifestSha256": hashlib.sha256(body).hexdigest()})
    assert failure.code == "model_invalid"
    assert said in str(failure)


@pytest.mark.parametrize("paths", [["model.joblib", "model.joblib/x"], ["a/b/c", "a/b"], ["a", "a"]])
def test_artifacts_whose_paths_collide(store, load, paths):
    artifacts = [{**with_artifact(MANIFEST, REGRESSION)["artifacts"][0], "path": path} for path in paths]
    failure = refusal(load, store.publish({**MANIFEST, "artifacts": artifacts}, REGRESSION))
    assert failure.code == "model_invalid"
    assert f"two artifacts at {min(paths, key=len)}" in str(failure)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"x" * 9, f"it has 9 bytes, and the manifest says {len(REGRESSION)}"),
        (REGRESSION * 3, f"it has over {len(REGRESSION)} bytes"),
        (bytes(len(REGRESSION)), f"begins with {hashlib.sha256(bytes(len(REGRESSION))).hexdigest()[:12]}, and"),
    ],
)
def test_both_sides_of_an_artifact_that_is_another(store, load, body, said):
    failure = refusal(load, store.publish(with_artifact(MANIFEST, REGRESSION), body))
    assert failure.code == "artifact_corrupt"
    assert said in str(failure)


def test_no_more_of_an_object_arrives_than_one_byte_over_what_was_said(tmp_path):
    def a_client(body: io.BytesIO) -> SimpleNamespace:
        return SimpleNamespace(get_object=lambda **_: {"Body": body})

    large, exact, artifact = io.BytesIO(bytes(5 << 20)), io.BytesIO(b"abc"), tmp_path / "artifact"
    assert S3Models(a_client(large), "models").download("key", artifact, 3 << 20, no_patience())
    assert artifact.stat().st_size == large.tell() == (3 << 20) + 1
    assert S3Models(a_client(exact), "models").read("key", 3, no_patience()) == b"abc"
    exact.seek(0)
    assert S3Models(a_client(exact), "models").read("key", 1, no_patience()) == b"ab"


def test_golden_rows_that_agree_and_are_scored_once_a_process(store, load, monkeypatch):
    proved = []
    monkeypatch.setattr(module, "refuse_difference", proved.append)
    pin = store.publish(with_artifact({**MANIFEST, "golden": golden([[1.0]], 2.0)}, REGRESSION), REGRESSION)
    assert load(pin) is load(pin)
    assert proved == [load(pin)]
    monkeypatch.undo()


def test_a_refusal_names_the_runtime_that_fits(store, tmp_path):
    fits = {"python": "3.11", "libraries": {"scikit-learn": "1.3.2"}}
    registry = a_registry(store, tmp_path, runtimes={"sklearn-1-3": fits})
    manifest = {**MANIFEST, "libraries": {"scikit-learn": "1.3.2"}}
    pin = store.publish(with_artifact(manifest, REGRESSION), REGRESSION)
    with pytest.raises(JobFailed, match="Publish it with --runtime sklearn-1-3"):
        registry.load(pin, no_patience())
    assert store.asked == ["m/1/manifest.json"]


# Room, in memory and on the disk.


def published(store, name: str, size: int = 0) -> dict:
    """A version of another model, whose artifact is as large as is wished."""
    body = dumped({"sklearn_model": REGRESSOR, "ballast": b"x" * size})
    manifest = {**MANIFEST, "name": name, "parts": {"models": ["sklearn_model"]}}
    return store.publish(with_artifact(manifest, body), body, name)


def test_two_models_for_which_there_is_no_room_take_turns(store, tmp_path, monkeypatch):
    registry = a_registry(store, tmp_path, memory_bytes=600_000)
    first, second = published(store, "first", 100_000), published(store, "second", 100_000)
    loaded = registry.load(first, no_patience())
    gone = weakref.ref(loaded)
    del loaded
    seen_while_loading = []
    load_estimator = module.load_estimator
    monkeypatch.setattr(
        module, "load_estimator", lambda *given: seen_while_loading.append(gone()) or load_estimator(*given)
    )
    for pin in (second, first, second):
        assert registry.load(pin, no_patience()).manifest["name"] == pin["name"]
    assert seen_while_loading == [None, None, None]
    assert sum(key.endswith("model.joblib") for key in store.asked) == 2


def test_small_models_share_a_process_and_the_longest_unused_goes_first(store, tmp_path):
    registry = a_registry(store, tmp_path, memory_bytes=1_000_000)
    pins = [published(store, name, 100_000) for name in "abc"]
    a, b = (registry.load(pin, no_patience()) for pin in pins[:2])
    assert registry.load(pins[0], no_patience()) is a
    registry.load(pins[2], no_patience())
    assert registry.load(pins[0], no_patience()) is a
    assert registry.load(pins[1], no_patience()) is not b


def test_a_model_that_is_larger_than_the_share_is_loaded_alone(store, tmp_path):
    registry = a_registry(store, tmp_path, memory_bytes=1000)
    pin = published(store, "large", 100_000)
    assert registry.load(pin, no_patience()) is registry.load(pin, no_patience())


class Disk:
    """A disk of so many bytes, as `disk_usage` tells it and as `download` meets it."""

    def __init__(self, folder, store, total: int) -> None:
        self._folder, self._store, self.total, self.hidden = folder, store, total, 0
        self._download = store.download

    @property
    def used(self) -> int:
        return sum(path.stat().st_size for path in self._folder.rglob("*") if path.is_file())

    def usage(self, _) -> SimpleNamespace:
        return SimpleNamespace(total=self.total, free=self.total - self.used)

    def download(self, key, target, most_bytes, patience) -> bool:
        done = self._download(key, target, most_bytes, patience)
        if self.used + self.hidden > self.total:
            target.write_bytes(b"half of it")
            raise OSError(errno.ENOSPC, "No space left on device")
        return done


@pytest.fixture
def disk(store, tmp_path, monkeypatch):
    disk = Disk(tmp_path / "cache", store, 250_000)
    monkeypatch.setattr(store, "download", disk.download)
    monkeypatch.setattr("dropscore_predictor.model_files.shutil.disk_usage", disk.usage)
    monkeypatch.setattr("dropscore_predictor.model_files.SPARE_BYTES", 0)
    return disk


def test_room_is_made_on_the_disk_before_a_download(store, tmp_path, disk):
    pins = [published(store, name, 100_000) for name in "abc"]
    for pin in pins:
        a_registry(store, tmp_path).load(pin, no_patience())
    kept = {path.split("/")[0] for path in files_in(tmp_path / "cache")}
    assert kept == {pin["manifestSha256"] for pin in pins[1:]}


def test_loaded_models_keep_their_files_until_there_is_no_other_room(store, tmp_path, disk):
    a, b, c = (published(store, name, 100_000) for name in "abc")
    registry, other = a_registry(store, tmp_path), a_registry(store, tmp_path)
    held = registry.load(a, no_patience())
    other.load(b, no_patience())
    del other
    a_registry(store, tmp_path).load(c, no_patience())
    assert {path.split("/")[0] for path in files_in(tmp_path / "cache")} == {a["manifestSha256"], c["manifestSha256"]}
    large = published(store, "large", 180_000)
    assert registry.load(large, no_patience()).manifest["name"] == "large"
    assert files_in(tmp_path / "cache") == [f"{large['manifestSha256']}/model.joblib"]
    assert held.manifest["name"] == "a"


@pytest.mark.parametrize("is_told", [True, False])
def test_a_model_that_fits_no_disk_is_refused_with_both_sizes(store, tmp_path, disk, monkeypatch, is_told):
    """Whether the disk tells before, or only when it is full."""
    disk.total = 3 << 20
    if not is_told:
        monkeypatch.setattr(
            "dropscore_predictor.model_files.shutil.disk_usage", lambda _: SimpleNamespace(total=3 << 20, free=3 << 30)
        )
    small, large = published(store, "small"), published(store, "large", 5 << 20)
    registry = a_registry(store, tmp_path)
    registry.load(small, no_patience())
    failure = refusal(lambda pin: registry.load(pin, no_patience()), large)
    assert failure.code == "no_room_for_model"
    assert "large version 1 needs 6 MiB more on the temporary disk" in str(failure)
    assert "of its 3 MiB" in str(failure)
    assert "ephemeralStorageMiB" in str(failure)
    assert [path for path in files_in(tmp_path / "cache") if large["manifestSha256"] in path or ".part" in path] == []
    assert registry.load(small, no_patience()).manifest["name"] == "small"


def test_case_25_a_disk_that_fills_up_in_mid_download_is_tried_again_with_room(store, tmp_path, disk):
    first, second = published(store, "first", 100_000), published(store, "second", 100_000)
    a_registry(store, tmp_path).load(first, no_patience())
    disk.hidden = 100_000  # somebody else's, since room was made
    assert a_registry(store, tmp_path).load(second, no_patience()).manifest["name"] == "second"
    assert files_in(tmp_path / "cache") == [f"{second['manifestSha256']}/model.joblib"]


def test_what_a_killed_process_left_is_removed_and_what_another_downloads_is_not(store, load, tmp_path):
    cache = tmp_path / "cache"
    cache.mkdir()
    (cache / "left.part").write_bytes(b"x")
    with (cache / "being-written.part").open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        load(store.publish(with_artifact(MANIFEST, REGRESSION), REGRESSION))
    assert [path for path in files_in(cache) if ".part" in path] == ["being-written.part"]


def test_a_disk_that_fails_is_no_fact_about_the_model(store, load, monkeypatch):
    pin = store.publish(with_artifact(MANIFEST, REGRESSION), REGRESSION)

    def broken(*_):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(store, "download", broken)
    with pytest.raises(OSError, match="Input/output"):
        load(pin)
    monkeypatch.undo()
    assert load(pin).manifest["name"] == "m"
