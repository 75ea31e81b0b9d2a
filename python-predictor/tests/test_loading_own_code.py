"""A version's own package: as a model, before a model, inside a pickle; and never another version's."""

import importlib
import json
import os
import subprocess
import sys
import warnings
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
import pytest
import sklearn
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from loading_cases import BINARY, NUMBERS, TARGET, load, load_pickle, package, refusal

NAMES = list(NUMBERS.columns)
FRAME = pd.DataFrame({"text": ["ab", "#abc", "a #b #c"]})
TEXT = [{"name": "text", "type": "string"}]


def code(name: str, entry: str) -> dict:
    return {"code": {"package": name, "entry": entry}}


def load_code(folder, name, features=NAMES, output=None):
    return load(folder, "code", features, output, artifact=f"code/{name}/__init__.py", **code(name, "model"))


def test_a_model_that_load_makes_of_the_artifacts(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    (tmp_path / "weights.json").write_text("[1, 2, 3]")
    init = "import json\nfrom .model import Model\n"
    init += "def load(folder): return Model(json.loads((folder / 'weights.json').read_text()))"
    model = "class Model:\n    def __init__(self, weights): self.weights = weights\n"
    model += "    def predict(self, frame): return frame.to_numpy() @ self.weights"
    package(tmp_path, "own", init=init, model=model)
    assert np.array_equal(load_code(tmp_path, "own").predict(NUMBERS), NUMBERS.to_numpy() @ [1, 2, 3])
    assert not list(tmp_path.rglob("*.pyc"))
    assert not sys.dont_write_bytecode


@pytest.mark.parametrize("init", ["", "def load(folder):\n    global scale\n    scale = 2\n"])
def test_a_package_that_is_the_model(tmp_path, init):
    package(tmp_path, "own", init=f"scale = 2\n{init}\ndef predict(frame): return frame['a'] * scale")
    assert np.array_equal(load_code(tmp_path, "own").predict(NUMBERS), NUMBERS["a"] * 2)


def test_a_classifier_takes_its_classes_from_itself_or_the_manifest(tmp_path):
    source = "import numpy as np\ndef predict(f): return np.array(['x'] * len(f))\n"
    source += "def predict_proba(f): return np.full((len(f), 2), 0.5)\n"
    package(tmp_path / "1", "own", init=source + "classes_ = ['x', 'y']")
    package(tmp_path / "2", "own", init=source)
    assert list(load_code(tmp_path / "1", "own", output=BINARY).classes_) == ["x", "y"]
    assert load_code(tmp_path / "2", "own", output={**BINARY, "classes": ["p", "q"]}).classes_ == ["p", "q"]
    with refusal("model_invalid", "0 classes"):
        load_code(tmp_path / "2", "own", output=BINARY)


def test_features_that_own_code_makes(tmp_path):
    package(tmp_path, "made", init="def transform(f): return f.assign(length=f.pop('text').str.len().astype(float))")
    model = LinearRegression().fit(pd.DataFrame({"length": [1.0, 2.0, 3.0]}), [1, 2, 3])
    served = load_pickle(tmp_path, model, TEXT, **code("made", "transform"))
    assert served.predict(FRAME) == pytest.approx([2.0, 4.0, 7.0])
    assert list(FRAME.columns) == ["text"]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("def transform(f): return f.head(1).assign(length=1.0)[['length']]", ["made 1 rows of 3"]),
        (
            "def transform(f): return f.assign(size=1.0)[['size']]",
            ["makes the column 'size'", "makes no column 'length'"],
        ),
        ("def transform(f): return f.assign(length=1.0)", ["transform() of made makes the column 'text', which"]),
        ("def transform(f): f['length'] = 1.0", ["transform() of made answers None; it must answer a DataFrame"]),
        (
            "def transform(f): return f.assign(length=[3.0, 1.0, 2.0])[['length']].sort_values('length')",
            ["transform() of made answers rows with another index", "Keep the order of rows"],
        ),
    ],
)
def test_features_that_are_not_the_models(tmp_path, source, said):
    package(tmp_path, "made", init=source)
    model = LinearRegression().fit(pd.DataFrame({"length": [1.0, 2.0, 3.0]}), [1, 2, 3])
    served = load_pickle(tmp_path, model, TEXT, **code("made", "transform"))
    with refusal("model_invalid", *said):
        served.predict(FRAME)


def test_a_transform_may_reset_the_index_and_write_into_its_frame(tmp_path):
    source = "def transform(f):\n    f['length'] = f.pop('text').str.len().astype(float)\n"
    package(tmp_path, "made", init=f"{source}    return f.reset_index(drop=True)")
    model = LinearRegression().fit(pd.DataFrame({"length": [1.0, 2.0, 3.0]}), [1, 2, 3])
    served = load_pickle(tmp_path, model, TEXT, **code("made", "transform"))
    assert served.predict(FRAME.iloc[[2, 0]]) == pytest.approx([7.0, 2.0])
    assert list(FRAME.columns) == ["text"]


WRITES = """
import numpy as np

classes_ = ["x", "y"]

def predict(frame):
    frame["a"] += 1
    values = frame["b"].to_numpy()
    values.setflags(write=True)
    values[:] = 0
    return np.array(["x"] * len(frame))

def predict_proba(frame):
    predict(frame)
    return np.column_stack([frame["a"], frame["b"]])

def predict_with_probabilities(frame):
    return predict(frame), predict_proba(frame)
"""


def test_own_code_never_writes_into_the_rows_that_are_asked_for_again(tmp_path):
    package(tmp_path, "own", init=WRITES)
    served = load_code(tmp_path, "own", output=BINARY)
    frame = NUMBERS.copy()
    for method in (served.predict, served.predict_proba, served.predict_with_probabilities):
        method(frame)
        pd.testing.assert_frame_equal(frame, NUMBERS)
    assert np.array_equal(served.predict_proba(frame)[:, 0], NUMBERS["a"] + 1)


class Vouched:
    """A class on no list, for which a publisher gave his word."""

    def predict(self, frame):
        frame["a"] += 1
        return frame["a"].to_numpy()


def test_what_a_publisher_vouched_for_gets_rows_of_its_own_too(tmp_path):
    served = load_pickle(tmp_path, Vouched(), NAMES, trusted=[f"{Vouched.__module__}:Vouched"])
    frame = NUMBERS.copy()
    assert np.array_equal(served.predict(frame), served.predict(frame))
    pd.testing.assert_frame_equal(frame, NUMBERS)


SETS = """
import os, warnings
import numpy as np
import sklearn

FOLDER = os.path.dirname(__file__)
sklearn.set_config(assume_finite=True, transform_output="pandas")
np.seterr(divide="raise")
os.environ["OWN_CODE_SETS"] = "own"
os.environ.pop("OWN_CODE_REMOVES", None)
os.chdir(FOLDER)
warnings.simplefilter("error")

def predict(frame):
    assert sklearn.get_config()["assume_finite"]
    assert np.geterr()["divide"] == "raise"
    assert os.environ["OWN_CODE_SETS"] == "own"
    assert "OWN_CODE_REMOVES" not in os.environ
    assert os.getcwd() == FOLDER
    return frame["a"] + float(os.environ["OUTER"])
"""


def test_what_own_code_sets_for_the_process_holds_for_itself_alone(tmp_path, monkeypatch):
    def state() -> list:
        return [sklearn.get_config(), np.geterr(), dict(os.environ), Path.cwd(), list(warnings.filters)]

    monkeypatch.setenv("OWN_CODE_REMOVES", "here")
    monkeypatch.setenv("OUTER", "1")
    before = state()
    package(tmp_path, "own", init=SETS)
    served = load_code(tmp_path, "own")
    assert state() == before
    assert np.array_equal(served.predict(NUMBERS), NUMBERS["a"] + 1)
    assert state() == before
    monkeypatch.setenv("OUTER", "2")
    assert np.array_equal(served.predict(NUMBERS), NUMBERS["a"] + 2)


def test_own_code_that_is_the_first_to_import_scikit_learn_leaves_its_settings_untouched(tmp_path):
    package(tmp_path, "own", init="import sklearn\nsklearn.set_config(assume_finite=True)\nseen = sklearn.get_config")
    program = (
        "import sys, pathlib\n"
        "from dropscore_predictor.loading.own_code import OwnCode\n"
        "own = OwnCode(pathlib.Path(sys.argv[1]), 'own')\n"
        "assert 'sklearn' not in sys.modules\n"
        "with own.active(): seen = own.module().seen\n"
        "outside = seen()['assume_finite']\n"
        "with own.active(): print(outside, seen()['assume_finite'])\n"
    )
    paths = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", program, str(tmp_path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=paths)
    assert done.stdout.split() == ["False", "True"]


def version(folder, factor: int):
    """A pickle of own classes, whose package imports a module of its own when it predicts."""
    package(
        folder,
        "shared",
        init="",
        steps="class Step:\n    def fit(self, X, y=None): return self\n"
        "    def transform(self, X):\n        from shared import late\n        return X * late.FACTOR\n",
        late=f"FACTOR = {factor}",
    )
    sys.path.insert(0, str(folder / "code"))
    try:
        importlib.invalidate_caches()
        steps = importlib.import_module("shared.steps")
        model = make_pipeline(steps.Step(), LinearRegression()).fit(NUMBERS, TARGET)
        expected = model.predict(NUMBERS * 1.5)
        joblib.dump(model, folder / "model")
    finally:
        sys.path.remove(str(folder / "code"))
        for name in [name for name in sys.modules if name.partition(".")[0] == "shared"]:
            del sys.modules[name]
    return expected


def test_two_versions_with_a_package_of_one_name_take_turns(tmp_path):
    expected = [version(tmp_path / str(factor), factor) for factor in (1, 100)]
    served = [load(tmp_path / str(factor), "joblib", NAMES, **code("shared", "classes")) for factor in (1, 100)]
    weights = [model.named_steps["linearregression"].coef_[0] for model in served]
    assert weights[0] == pytest.approx(100 * weights[1])
    for _ in range(2):
        for model, own in zip(served, expected, strict=True):
            assert np.array_equal(model.predict(NUMBERS * 1.5), own)
            assert "shared" not in sys.modules
            assert not any(type(finder).__name__ == "OwnCode" for finder in sys.meta_path)


def test_what_the_process_had_imported_by_that_name_stays(tmp_path, monkeypatch):
    package(tmp_path, "own", init="def predict(frame): return frame['a']")
    mine = type(sys)("own")
    monkeypatch.setitem(sys.modules, "own", mine)
    assert np.array_equal(load_code(tmp_path, "own").predict(NUMBERS), NUMBERS["a"])
    assert sys.modules["own"] is mine


@pytest.mark.parametrize("name", ["json", "numpy", "sklearn", "dropscore_predictor", "dropscore"])
def test_a_package_must_not_hide_an_installed_one(tmp_path, name):
    package(tmp_path, name, init="def predict(frame): return frame['a']")
    with refusal("model_invalid", f"'{name}'", "Rename it"):
        load_code(tmp_path, name)
    assert json.loads("1") == 1


@pytest.mark.parametrize(
    ("init", "code_", "said"),
    [
        (
            "raise ValueError('no \\x00 luck')",
            "model_refused_to_load",
            ["The package own does not import: ValueError: no \\x00 luck"],
        ),
        (
            "def load(folder): return {}['weights']",
            "model_refused_to_load",
            ["load() of own raised KeyError: 'weights'"],
        ),
        ("import sys\nsys.exit(3)", "model_refused_to_load", ["SystemExit: 3"]),
        ("def load(folder): return (folder / 'gone').read_text()", "model_refused_to_load", ["FileNotFoundError"]),
        ("import no_such_library", "model_refused_to_load", ["no_such_library"]),
        ("def load(folder): return 42", "model_invalid", ["answers int", "no predict(frame)"]),
        ("", "model_invalid", ["own, which has no predict(frame)"]),
    ],
)
def test_own_code_that_does_not_load(tmp_path, init, code_, said):
    package(tmp_path, "own", init=init)
    with refusal(code_, *said):
        load_code(tmp_path, "own")
    assert "own" not in sys.modules


def test_code_and_format_go_together(tmp_path):
    package(tmp_path, "own")
    with refusal("model_invalid", "joblib", "model"):
        load_pickle(tmp_path, FunctionTransformer(), NAMES, **code("own", "model"))
    with refusal("model_invalid", "code/gone/__init__.py"):
        load_code(tmp_path, "gone")
    with refusal("model_invalid", "--code"):
        load(tmp_path, "code", NAMES)
    with refusal("model_invalid", "no transform(frame)"):
        load_pickle(tmp_path, LinearRegression().fit(NUMBERS, TARGET), NAMES, **code("own", "transform"))


def test_a_transform_that_does_not_import(tmp_path):
    package(tmp_path, "made", init="import no_such_library")
    with refusal("model_refused_to_load", "no_such_library"):
        load_pickle(tmp_path, LinearRegression().fit(NUMBERS, TARGET), NAMES, **code("made", "transform"))
