"""The conversion's two ends: a plain refusal where its extra is missing, and networks that it wrote.

TensorFlow is no part of this environment; test/pipeline/models/keras/make.py runs the conversion itself.
"""

import sys
from pathlib import Path

import numpy as np
import onnxruntime
import pandas as pd
import pytest

from dropscore.keras_to_onnx import EXTRA, convert
from dropscore.refused import Refused

FEATURES = ["length", "width", "height", "weight"]
FOLDER = Path(__file__).parents[2] / "test/pipeline/models/keras"
EXPECTED = pd.read_csv(FOLDER / "expected.csv")


@pytest.mark.parametrize("missing", ["keras", "tensorflow", "tf2onnx"])
def test_without_the_extra_the_refusal_says_what_to_install(missing, monkeypatch, tmp_path):
    for name in ("keras", "tensorflow", "tf2onnx"):
        monkeypatch.setitem(sys.modules, name, None if name == missing else object())
    with pytest.raises(Refused, match=missing) as refusal:
        convert(FOLDER / "regression.keras", tmp_path / "model.onnx")
    assert refusal.value.remedy == f"pip install {EXTRA}"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("file", ["regression.keras", "binary.h5", "multiclass.keras"])
def test_a_converted_network_computes_what_keras_did(file):
    session = onnxruntime.InferenceSession(FOLDER / f"{file}.onnx")
    (measures,) = session.get_inputs()
    (outputs,) = session.run(None, {measures.name: EXPECTED[FEATURES].to_numpy(np.float32)})
    assert np.allclose(outputs, EXPECTED.filter(like=f"{file}:"), rtol=1e-5, atol=1e-6)
