"""A Keras network becomes an ONNX one when it is published: what serves it needs neither Keras nor TensorFlow.

Keras 3 reads both `.keras` and the older `.h5`, and exports through tf2onnx. Its safe mode runs no code of the file: a
`Lambda` layer, which would be code, is refused, and so is a class that Keras itself does not have.
"""

import logging
import os
import warnings
from pathlib import Path
from typing import Any

import numpy as np

from .refused import Refused

EXTRA = "keras==3.15.1 tensorflow-cpu==2.21.0 tf2onnx==1.17.0"
"""What the conversion was measured with. On macOS the package is called tensorflow."""

_TOLERANCE = 1e-4
"""Both compute in float32, and may add in another order. Absolute below 1, relative above."""

_REMEDY = "Build it from layers that tf2onnx knows, or bring an ONNX file made by other means."
_PROBES = 16
_CAUSE_LIMIT = 300


def convert(path: Path, target: Path) -> None:
    """Writes the network of a `.keras` or `.h5` file as ONNX, and holds the two to compute the same.

    The inputs keep their names, and float32; the number of rows stays open.

    Args:
        path: The file that Keras saved.
        target: The ONNX file to write.

    Raises:
        Refused: The extra is not installed, Keras refuses the file, an operation has no equivalent in ONNX, or
            the results differ.
    """
    with warnings.catch_warnings(action="ignore"):
        keras = _keras()
        network = _load(keras, path)
        _export(keras, network, path, target)
        _compare(network, target, path.name)


def _keras() -> Any:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    os.environ["KERAS_BACKEND"] = "tensorflow"
    try:
        import keras
        import tensorflow  # noqa: F401 - what Keras computes with, and what tf2onnx reads
        import tf2onnx  # noqa: F401
    except ImportError as error:
        message = (
            f"A Keras network is published as ONNX, and {error.name}, which the conversion needs, is not installed."
        )
        raise Refused("not_converted", message, f"pip install {EXTRA}") from error
    return keras


def _load(keras: Any, path: Path) -> Any:
    try:
        return keras.models.load_model(path, compile=False, safe_mode=True)
    except Exception as error:
        message = f"Keras {keras.__version__} does not load {path.name} in its safe mode: {_cause(error)}"
        remedy = (
            "Lambda layers and classes of your own are code: build the network from Keras's own layers. "
            "A .keras file that Keras 2 wrote has to be saved as .h5."
        )
        raise Refused("not_converted", message, remedy) from error


def _export(keras: Any, network: Any, path: Path, target: Path) -> None:
    logging.getLogger("tf2onnx").setLevel(logging.CRITICAL)
    _hold_constants(keras, network)
    inputs = [
        keras.InputSpec(shape=(None, *each.shape[1:]), dtype=each.dtype, name=each.name) for each in network.inputs
    ]
    signature = inputs if len(inputs) == 1 else [inputs]
    try:
        network.export(str(target), format="onnx", input_signature=signature, verbose=False)
    except Exception as error:
        message = f"{path.name} cannot be written as ONNX: {_cause(error)}"
        raise Refused("not_converted", message, _REMEDY) from error


def _hold_constants(keras: Any, network: Any) -> None:
    """Keeps the means of a Normalization layer as plain arrays: tf2onnx takes their tensors for further inputs."""
    for layer in network.layers:
        if isinstance(layer, keras.layers.Normalization):
            layer.mean, layer.variance = np.asarray(layer.mean), np.asarray(layer.variance)
        elif hasattr(layer, "layers"):
            _hold_constants(keras, layer)


def _compare(network: Any, target: Path, name: str) -> None:
    import onnxruntime

    try:
        session = onnxruntime.InferenceSession(target, providers=["CPUExecutionProvider"])
    except Exception as error:
        message = f"{name} became an ONNX file that does not load: {_cause(error)}"
        raise Refused("not_converted", message, _REMEDY) from error
    named, needed = [each.name for each in network.inputs], [each.name for each in session.get_inputs()]
    if named != needed:
        message = f"{name} has the inputs {named}, and as ONNX {needed}."
        raise Refused("not_converted", message, _REMEDY)
    probes = [_probe(each) for each in network.inputs]
    theirs = network.predict_on_batch(probes if len(probes) > 1 else probes[0])
    ours = session.run(None, dict(zip(needed, probes, strict=True)))
    for before, after in zip(theirs if isinstance(theirs, list) else [theirs], ours, strict=True):
        difference = np.max(np.abs(after - before) / np.maximum(1.0, np.abs(before)))
        if not difference <= _TOLERANCE:
            message = f"{name} computes something else as ONNX: results differ by {difference:.2g}, over {_TOLERANCE}."
            raise Refused("not_converted", message, _REMEDY)


def _probe(tensor: Any) -> np.ndarray[Any, Any]:
    """Rows to compare on. Whole numbers are looked up in tables whose length is not known here, so they are 0."""
    shape = (_PROBES, *(1 if size is None else size for size in tensor.shape[1:]))
    if not np.issubdtype(np.dtype(tensor.dtype), np.floating):
        return np.zeros(shape, dtype=tensor.dtype)
    return np.random.default_rng(0).normal(size=shape).astype(tensor.dtype)


def _cause(error: Exception) -> str:
    text = " ".join(f"{type(error).__name__}: {error}".split())
    return text if len(text) <= _CAUSE_LIMIT else f"{text[:_CAUSE_LIMIT]}…"
