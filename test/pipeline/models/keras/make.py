"""Writes this folder's networks: Keras's files, the ONNX that the publisher makes of them, Keras's own outputs.

Those are in `expected.csv`, in a column `<file>:<unit>` for each unit of the last layer.

TensorFlow is too large for the project's environment, so these are checked in. To make them anew:

    python -m venv VENV && VENV/bin/pip install -r python-predictor/requirements/onnx.txt keras==3.15.1 \
        tensorflow-cpu==2.21.0 tf2onnx==1.17.0
    PYTHONPATH=python-publisher/src VENV/bin/python test/pipeline/models/keras/make.py

It also holds the conversion to refuse a Lambda layer, in both kinds of file, without running it.
"""

import tempfile
from pathlib import Path

import keras
import numpy as np
import pandas as pd
from dropscore.keras_to_onnx import convert
from dropscore.refused import Refused

HERE = Path(__file__).parent
FEATURES = ["length", "width", "height", "weight"]
NETWORKS = {"regression.keras": (1, None), "binary.h5": (1, "sigmoid"), "multiclass.keras": (3, "softmax")}
"""By file: units and activation of the last layer. The weights are drawn, not trained."""

ROWS = 40


def main() -> None:
    keras.utils.set_random_seed(4)
    rows = np.random.default_rng(4).normal(10, 3, size=(ROWS, len(FEATURES))).round(3)
    expected = pd.DataFrame(rows, columns=FEATURES)
    for file, (units, activation) in NETWORKS.items():
        network = _network(rows, units, activation)
        network.save(HERE / file)
        convert(HERE / file, HERE / f"{file}.onnx")
        for unit, values in enumerate(network.predict(rows.astype("float32"), verbose=0).T):
            expected[f"{file}:{unit}"] = values.astype("float64")
    expected.to_csv(HERE / "expected.csv", index=False, lineterminator="\n")
    _expect_refused_lambda()


def _network(rows: np.ndarray, units: int, activation: str | None) -> keras.Model:
    measures = keras.Input((len(FEATURES),), name="measures")
    scaled = keras.layers.Normalization()
    scaled.adapt(rows)
    hidden = keras.layers.Dense(8, activation="relu")(scaled(measures))
    return keras.Model(measures, keras.layers.Dense(units, activation=activation)(hidden))


def _expect_refused_lambda() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        canary = Path(scratch, "canary")
        path = str(canary)
        given = keras.Input((4,))
        layer = keras.layers.Lambda(lambda x: (open(path, "w").close(), x)[1])  # noqa: PTH123 - what an attacker writes
        network = keras.Model(given, layer(given))
        for file in ("lambda.keras", "lambda.h5"):
            network.save(Path(scratch, file))
            canary.unlink(missing_ok=True)
            try:
                convert(Path(scratch, file), Path(scratch, "lambda.onnx"))
            except Refused as refusal:
                print(refusal)
            else:
                raise AssertionError(f"{file} was converted.")
            if canary.exists():
                raise AssertionError(f"{file} ran its code.")


if __name__ == "__main__":
    main()
