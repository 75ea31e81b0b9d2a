"""MLflow model directories: the file, the signature and the versions in them."""

import json
from importlib import metadata

import joblib
import pytest
import xgboost
from sklearn.linear_model import Ridge

from dropscore import Refused
from tables import FEATURES, LABELS, numbers

TABLE = numbers()
X = TABLE[FEATURES]

SIGNATURE = """
signature:
  inputs: '[{"type": "double", "name": "size of it", "required": true}, {"type": "long", "name": "age"}]'
  outputs: '[{"type": "tensor"}]'
"""


@pytest.fixture
def sklearn_directory(tmp_path):
    directory = tmp_path / "model"
    directory.mkdir()
    joblib.dump(Ridge().fit(X.to_numpy(), LABELS), directory / "model.pkl")
    (directory / "MLmodel").write_text(
        "flavors:\n  python_function:\n    loader_module: mlflow.sklearn\n    model_path: model.pkl\n"
        f"  sklearn:\n    pickled_model: model.pkl\n    serialization_format: cloudpickle\n{SIGNATURE}"
    )
    (directory / "requirements.txt").write_text(
        f"mlflow==2.9.2\nscikit-learn=={metadata.version('scikit-learn')}\nnumpy==1.0 ; python_version > '3'\n"
    )
    return directory


def test_the_signature_names_the_features_that_the_model_does_not(world, sklearn_directory):
    published = world.publish(sklearn_directory, TABLE)
    manifest = json.loads(world.store.objects["m/1/manifest.json"])
    assert (published.kind, manifest["format"]) == ("regression", "joblib")
    assert manifest["features"] == [{"name": name, "type": "float"} for name in FEATURES]
    assert "from an MLflow directory (sklearn)" in world.told[0]


def test_a_model_that_was_trained_with_another_version_is_refused_with_both(world, sklearn_directory):
    (sklearn_directory / "requirements.txt").write_text("scikit-learn==1.3.2\n")
    with pytest.raises(Refused) as refused:
        world.publish(sklearn_directory, TABLE)
    here = metadata.version("scikit-learn")
    assert refused.value.message == (
        f"The model was trained with scikit-learn 1.3.2 (requirements.txt); this Python has {here}."
    )
    assert "pip install 'scikit-learn==1.3.2'" in refused.value.remedy


def test_a_native_format_does_not_depend_on_the_version_that_trained_it(world, tmp_path):
    xgboost.XGBRegressor(n_estimators=2).fit(X, LABELS).save_model(tmp_path / "model.ubj")
    (tmp_path / "MLmodel").write_text("flavors:\n  xgboost:\n    data: model.ubj\n")
    (tmp_path / "requirements.txt").write_text("xgboost==1.7.0\n")
    world.publish(tmp_path, TABLE)
    assert json.loads(world.store.objects["m/1/manifest.json"])["format"] == "xgboost"


def test_a_flavor_that_is_no_file_is_refused(world, tmp_path):
    (tmp_path / "MLmodel").write_text("flavors:\n  python_function:\n    loader_module: mine\n")
    with pytest.raises(Refused, match="flavors python_function; none of them is known"):
        world.publish(tmp_path, TABLE)
