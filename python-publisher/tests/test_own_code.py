"""A package that is shipped with a version: what it is for, and which of its files go."""

import json
import sys

import joblib
import pytest
from sklearn.linear_model import Ridge

from dropscore import Refused
from tables import texts

TABLE = texts()


@pytest.fixture
def package(tmp_path):
    folder = tmp_path / "caption_features"
    (folder / "__pycache__").mkdir(parents=True)
    (folder / "__pycache__" / "old.pyc").write_bytes(b"x")
    (folder / ".secret").write_text("x")
    (folder / "lengths.py").write_text(
        "import pandas as pd\n\n\ndef lengths(frame):\n"
        "    return pd.DataFrame({'length': frame['caption'].str.len().astype(float), 'readers': frame['readers']})\n"
    )
    return folder


def write(package, text):
    (package / "__init__.py").write_text(text)


def test_a_transform_makes_the_features_of_the_model_out_of_the_columns_of_a_drop(world, package):
    write(package, "from .lengths import lengths\n\n\ndef transform(frame):\n    return lengths(frame)\n")
    features = TABLE.assign(length=TABLE.caption.str.len().astype(float))[["length", "readers"]]
    model = Ridge().fit(features, range(len(TABLE)))
    published = world.publish(model, TABLE, code=package)
    manifest = json.loads(world.store.objects["m/1/manifest.json"])
    assert published.kind == "regression"
    assert manifest["code"] == {"package": "caption_features", "entry": "transform"}
    assert [feature["name"] for feature in manifest["features"]] == ["caption", "readers"]
    assert [artifact["path"] for artifact in manifest["artifacts"]] == [
        "model.joblib",
        "code/caption_features/__init__.py",
        "code/caption_features/lengths.py",
    ]
    assert "pandas" in manifest["libraries"]
    row = TABLE.index[TABLE.readers == manifest["golden"]["rows"][0][1]][0]
    expected = model.predict(features.loc[[row]])[0]
    assert manifest["golden"]["outputs"][0]["prediction"] == pytest.approx(expected)


def test_a_package_that_loads_is_the_model(world, package, tmp_path):
    write(
        package,
        "def load(folder):\n    global add\n    add = float((folder / 'numbers.txt').read_text())\n\n\n"
        "def predict(frame):\n    return frame['readers'].to_numpy() + add\n",
    )
    (tmp_path / "numbers.txt").write_text("0.5")
    world.publish(tmp_path / "numbers.txt", TABLE, code=package)
    manifest = json.loads(world.store.objects["m/1/manifest.json"])
    assert (manifest["format"], manifest["code"]["entry"]) == ("code", "model")
    assert manifest["artifacts"][0]["path"] == "numbers.txt"
    assert manifest["golden"]["outputs"][0]["prediction"] == manifest["golden"]["rows"][0][1] + 0.5


def test_a_package_of_classes_lets_the_pickle_be_loaded(world, package, monkeypatch):
    write(
        package,
        "class Doubling:\n    _estimator_type = 'regressor'\n\n    def predict(self, frame):\n"
        "        return frame['readers'].to_numpy() * 2\n",
    )
    monkeypatch.syspath_prepend(package.parent)
    import caption_features

    model = caption_features.Doubling()
    joblib.dump(model, package.parent / "model.joblib")
    with pytest.raises(Refused, match="caption_features:Doubling"):
        world.publish(package.parent / "model.joblib", TABLE)
    del sys.modules["caption_features"]
    world.publish(package.parent / "model.joblib", TABLE, code=package)
    manifest = json.loads(world.store.objects["m/1/manifest.json"])
    assert manifest["code"]["entry"] == "classes"
    assert "trusted" not in manifest


def test_a_package_that_only_predicts_is_the_model_whatever_the_file_is(world, package, tmp_path):
    write(package, "def predict(frame):\n    return frame['readers'].to_numpy() * 3.0\n")
    joblib.dump(Ridge().fit(TABLE[["readers"]], range(len(TABLE))), tmp_path / "other.joblib")
    (tmp_path / "notes.bin").write_bytes(b"anything")
    for file in ("other.joblib", "notes.bin"):
        world.publish(tmp_path / file, TABLE[["readers"]], name=file, code=package)
        manifest = json.loads(world.store.objects[f"{file}/1/manifest.json"])
        assert manifest["code"]["entry"] == "model"
        assert manifest["golden"]["outputs"][-1]["prediction"] == manifest["golden"]["rows"][-1][0] * 3


@pytest.mark.parametrize("other", ["load(folder)", "predict(frame)"])
def test_a_package_with_two_faces_is_refused_naming_both(world, package, other):
    write(package, f"def transform(frame):\n    return frame\n\n\ndef {other}:\n    return None\n")
    with pytest.raises(Refused, match=f"transform and {other.partition('(')[0]}"):
        world.publish(Ridge().fit(TABLE[["readers"]], range(len(TABLE))), TABLE, code=package)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("    import nowhere_to_be_found\n", "No module named 'nowhere_to_be_found'"),
        ("    return 0.5\n", "predict"),
    ],
)
def test_a_predict_that_cannot_serve_is_refused_in_words(world, package, tmp_path, body, said):
    write(package, f"def predict(frame):\n{body}")
    (tmp_path / "x.txt").write_text("x")
    with pytest.raises(Refused, match=said):
        world.publish(tmp_path / "x.txt", TABLE[["readers"]], code=package)


def test_a_file_of_the_package_that_is_no_python_is_named(world, package):
    write(package, "def transform(frame):\n    return frame\n")
    (package / "notes.py").write_text("a b c\n")
    with pytest.raises(Refused, match=r"notes\.py of the package is no Python, line 1"):
        world.publish(Ridge().fit(TABLE[["readers"]], range(len(TABLE))), TABLE, code=package)


@pytest.mark.parametrize(
    ("init", "said"),
    [
        (None, "no __init__.py"),
        ("import nowhere_to_be_found", "does not import"),
        ("raise SystemExit(3)", "does not import: SystemExit"),
    ],
)
def test_a_folder_that_is_no_working_package_is_refused(world, package, init, said):
    if init is not None:
        write(package, init)
    with pytest.raises(Refused, match=said):
        world.publish(Ridge().fit(TABLE[["readers"]], range(len(TABLE))), TABLE, code=package)
