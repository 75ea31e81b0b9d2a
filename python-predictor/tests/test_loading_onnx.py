"""ONNX graphs: the same numbers as the model that they were made of, or as the operators by hand."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import pandas as pd
import pytest
from onnx import TensorProto, helper, numpy_helper
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType, Int64TensorType, StringTensorType
from sklearn.cluster import KMeans
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from dropscore_predictor.loading.onnx_outputs import OnnxClassifier
from loading_cases import BINARY, BY_CITY, CITIES, MULTICLASS, NUMBERS, TARGET, THREE, TWO, load, refusal

NAMES = list(NUMBERS.columns)
SAMPLE = NUMBERS.to_numpy(dtype=np.float32)[:1]
MULTI = {"kind": "multi", "names": ["p", "q"]}
CLOSE = 1e-5
IR, OPSET = 10, 17


def loaded(folder, model, output=None, features=NAMES):
    (folder / "model").write_bytes(model.SerializeToString())
    return load(folder, "onnx", features, output)


def graph(nodes, inputs, outputs, constants=()) -> onnx.ModelProto:
    """Inputs and outputs are (name, type, shape)."""
    made = helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info(*entry) for entry in inputs],
        [helper.make_tensor_value_info(*entry) for entry in outputs],
        [numpy_helper.from_array(value, name) for name, value in constants],
    )
    return helper.make_model(made, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR)


def network(weights, activation="Identity", out_shape=None, type_=TensorProto.FLOAT) -> onnx.ModelProto:
    """One dense layer from [N, 3]."""
    nodes = [helper.make_node("MatMul", ["x", "w"], ["h"]), helper.make_node(activation, ["h"], ["y"])]
    shape = out_shape or ["n", weights.shape[1]]
    return graph(nodes, [("x", type_, ["n", 3])], [("y", type_, shape)], [("w", weights)])


@pytest.mark.parametrize("zipmap", [True, False])
@pytest.mark.parametrize(("output", "target"), [(BINARY, TWO), (MULTICLASS, THREE), (MULTICLASS, THREE.astype(str))])
def test_a_classifier_of_scikit_learn(tmp_path, zipmap, output, target):
    model = LogisticRegression().fit(NUMBERS.to_numpy(), target)
    options = {id(model): {"zipmap": zipmap}}
    classes = model.classes_.tolist()
    served = loaded(tmp_path, to_onnx(model, SAMPLE, options=options), {**output, "classes": classes})
    assert served.predict_proba(NUMBERS) == pytest.approx(model.predict_proba(NUMBERS.to_numpy()), abs=CLOSE)
    assert served.predict(NUMBERS).tolist() == model.predict(NUMBERS.to_numpy()).tolist()
    labels, probabilities = served.predict_with_probabilities(NUMBERS)
    assert np.array_equal(labels, served.predict(NUMBERS))
    assert np.array_equal(probabilities, served.predict_proba(NUMBERS))
    assert served.classes_ == classes


def test_a_graph_that_names_the_class_is_taken_at_its_word():
    shares = np.array([[0.2, 0.8], [0.3, 0.7]])
    served = OnnxClassifier(lambda _: (np.array([[0], [1]]), shares), [0, 1])
    assert served.predict(NUMBERS.head(2)).tolist() == [0, 1]


def test_a_classifier_that_only_names_the_class_elsewise(tmp_path):
    model = LogisticRegression().fit(NUMBERS.to_numpy(), THREE)
    zipped = to_onnx(model, SAMPLE)
    with refusal("model_invalid", "map of probabilities", "list the classes"):
        loaded(tmp_path, zipped, MULTICLASS)
    served = loaded(tmp_path, zipped, {**MULTICLASS, "classes": ["0", "1", "2"]})
    with refusal("model_invalid", "only one side's"):
        served.predict_proba(NUMBERS)


@pytest.mark.parametrize("type_", [np.float32, np.float64])
def test_a_regression_of_scikit_learn(tmp_path, type_):
    model = LinearRegression().fit(NUMBERS.to_numpy(), TARGET)
    served = loaded(tmp_path, to_onnx(model, SAMPLE.astype(type_)))
    assert served.predict(NUMBERS).shape == (80,)
    assert served.predict(NUMBERS) == pytest.approx(model.predict(NUMBERS.to_numpy()), abs=CLOSE)


def test_clusters_of_scikit_learn(tmp_path):
    model = KMeans(3, random_state=0, n_init=1).fit(NUMBERS.to_numpy())
    served = loaded(tmp_path, to_onnx(model, SAMPLE), {"kind": "cluster"})
    assert served.predict(NUMBERS).tolist() == model.predict(NUMBERS.to_numpy()).tolist()


def test_an_input_a_feature_in_any_order(tmp_path):
    columns = ColumnTransformer([("city", OneHotEncoder(), ["city"])], remainder="passthrough")
    texts = CITIES.assign(city=CITIES["city"].astype(str), k=np.arange(80))
    model = make_pipeline(columns, LinearRegression()).fit(texts, BY_CITY)
    types = [
        ("city", StringTensorType([None, 1])),
        ("n", FloatTensorType([None, 1])),
        ("k", Int64TensorType([None, 1])),
    ]
    made = to_onnx(model, initial_types=types)
    city = {"name": "city", "type": "string"}
    served = loaded(tmp_path, made, features=["k", city, "n"])
    frame = texts[["k", "city", "n"]].astype({"k": float, "city": "str"})
    assert served.predict(frame) == pytest.approx(model.predict(texts), abs=CLOSE)
    for broken, said in [({"k": np.nan}, "whole numbers"), ({"k": 0.5}, "whole numbers"), ({"city": None}, "missing")]:
        with pytest.raises(ValueError, match=said):
            served.predict(frame.head(1).assign(**broken))
    with refusal("model_invalid", "input 'k'"):
        loaded(tmp_path, made, features=[city, "n"])
    with refusal("model_invalid", "'other'"):
        loaded(tmp_path, made, features=[city, "n", "k", "other"])


@pytest.mark.parametrize("flat", [False, True])
def test_a_network_with_a_sigmoid(tmp_path, flat):
    weights = np.array([[1.0], [-1.0], [0.5]], dtype=np.float32)
    model = network(weights, "Sigmoid")
    if flat:
        model.graph.node.append(helper.make_node("Squeeze", ["y", "one"], ["z"]))
        model.graph.initializer.append(numpy_helper.from_array(np.array([1]), "one"))
        model.graph.output[0].CopyFrom(helper.make_tensor_value_info("z", TensorProto.FLOAT, ["n"]))
    served = loaded(tmp_path, model, {**BINARY, "classes": ["stays", "churns"]})
    positive = 1 / (1 + np.exp(-(NUMBERS.to_numpy() @ weights)[:, 0]))
    assert served.predict_proba(NUMBERS) == pytest.approx(np.column_stack([1 - positive, positive]), abs=CLOSE)
    assert served.predict(NUMBERS).tolist() == ["churns" if p > 0.5 else "stays" for p in positive]


def test_a_network_with_a_softmax(tmp_path):
    weights = np.eye(3, dtype=np.float32)
    served = loaded(tmp_path, network(weights, "Softmax"), MULTICLASS)
    powers = np.exp(NUMBERS.to_numpy())
    assert served.predict_proba(NUMBERS) == pytest.approx(powers / powers.sum(axis=1, keepdims=True), abs=CLOSE)
    assert served.predict(NUMBERS).tolist() == NUMBERS.to_numpy().argmax(axis=1).tolist()
    with refusal("model_invalid", "has 3 classes", "lists 2"):
        loaded(tmp_path, network(weights, "Softmax"), {**MULTICLASS, "classes": ["a", "b"]})


def test_a_graph_that_does_not_tell_its_number_of_classes(tmp_path):
    node = helper.make_node("Compress", ["x", "all"], ["y"], axis=1)
    shares = ("y", TensorProto.FLOAT, ["n", "c"])
    made = graph([node], [("x", TensorProto.FLOAT, ["n", 3])], [shares], [("all", np.array([True] * 3))])
    with refusal("model_invalid", "how many classes"):
        loaded(tmp_path, made, MULTICLASS)
    served = loaded(tmp_path, made, {**MULTICLASS, "classes": ["a", "b", "c"]})
    assert served.predict_proba(NUMBERS) == pytest.approx(NUMBERS.to_numpy(), abs=CLOSE)
    with refusal("model_invalid", "gives 3 probabilities", "2 classes"):
        loaded(tmp_path, made, {**MULTICLASS, "classes": ["a", "b"]}).predict_proba(NUMBERS)


def test_vectors_and_several_outputs(tmp_path):
    weights = np.arange(6, dtype=np.float32).reshape(3, 2)
    expected = NUMBERS.to_numpy(dtype=np.float32) @ weights
    for output in ({"kind": "embedding"}, MULTI):
        assert loaded(tmp_path, network(weights), output).predict(NUMBERS) == pytest.approx(expected, abs=CLOSE)
    with refusal("model_invalid", "2 numbers a row", "multi"):
        loaded(tmp_path, network(weights))


def test_an_output_a_name(tmp_path):
    nodes = [helper.make_node("Relu", ["x"], ["q"]), helper.make_node("Cast", ["x"], ["p"], to=TensorProto.INT64)]
    inputs = [("x", TensorProto.FLOAT, ["n", 1])]
    outputs = [("q", TensorProto.FLOAT, ["n", 1]), ("p", TensorProto.INT64, ["n", 1])]
    served = loaded(tmp_path, graph(nodes, inputs, outputs), MULTI, ["a"])
    frame = pd.DataFrame({"a": [-2.5, 3.5]})
    assert served.predict(frame).tolist() == [[-2, 0.0], [3, 3.5]]
    with refusal("model_invalid", "2 outputs, q, p", "names 3"):
        loaded(tmp_path, graph(nodes, inputs, outputs), {**MULTI, "names": ["p", "q", "r"]}, ["a"])


def test_missing_values_reach_the_graph(tmp_path):
    node = helper.make_node("IsNaN", ["x"], ["m"])
    cast = helper.make_node("Cast", ["m"], ["y"], to=TensorProto.FLOAT)
    made = graph([node, cast], [("x", TensorProto.FLOAT, ["n", 1])], [("y", TensorProto.FLOAT, ["n", 1])])
    assert loaded(tmp_path, made, features=["a"]).predict(pd.DataFrame({"a": [1.0, np.nan]})).tolist() == [0.0, 1.0]


@pytest.mark.parametrize(
    ("output", "features", "said"),
    [
        (None, ["a", "b"], ["takes 3 features", "lists 2"]),
        (None, ["a", "b", {"name": "c", "type": "string"}], ["numbers only", "'c' is a string"]),
        ({"kind": "cluster"}, NAMES, ["no output", "cluster labels", "y (tensor(float))"]),
    ],
)
def test_what_is_not_as_the_manifest_says(tmp_path, output, features, said):
    with refusal("model_invalid", *said):
        loaded(tmp_path, network(np.ones((3, 1), dtype=np.float32)), output, features)


def test_a_file_that_is_no_graph(tmp_path):
    (tmp_path / "model").write_bytes(b"no graph")
    with refusal("model_refused_to_load", "model does not load"):
        load(tmp_path, "onnx", NAMES)


SCORES_ALONE = """
import sys
BLOCKED = {"sklearn", "joblib", "xgboost", "lightgbm", "hdbscan", "skops"}

class Blocked:
    def find_spec(self, name, *_):
        if name.partition(".")[0] in BLOCKED:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Blocked())
import dropscore_predictor.handler
import dropscore_predictor.models
import pandas as pd
from pathlib import Path
from dropscore_predictor.loading import load_estimator

manifest = {"format": "onnx", "artifacts": [{"path": "model"}], "output": {"kind": "regression"},
            "features": [{"name": name, "type": "float"} for name in "abc"]}
print(load_estimator(manifest, Path(sys.argv[1])).predict(pd.DataFrame([[1.0, 2.0, 3.0]], columns=list("abc"))))
assert not BLOCKED & {name.partition(".")[0] for name in sys.modules}
"""


def test_the_predictor_scores_a_graph_where_nothing_else_is_installed(tmp_path):
    (tmp_path / "model").write_bytes(network(np.ones((3, 1), dtype=np.float32)).SerializeToString())
    source = Path(__file__).parents[1] / "src"
    command = [sys.executable, "-c", SCORES_ALONE, str(tmp_path)]
    run = subprocess.run(command, capture_output=True, text=True, check=False, env={"PYTHONPATH": str(source)})
    assert (run.stdout, run.stderr) == ("[6.]\n", "")
