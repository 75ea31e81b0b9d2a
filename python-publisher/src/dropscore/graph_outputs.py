"""What an ONNX graph tells of its classes and outputs only when it is run, or by the names of its outputs."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dropscore_predictor.contracts.types import Feature, Output
from dropscore_predictor.loading.onnx_inputs import feeding

from .refused import Refused
from .request import Kind

_LABELS = ("tensor(int64)", "tensor(int32)", "tensor(string)", "tensor(bool)")


def graph_output(kind: Kind, session: Any, features: Sequence[Feature], frame: pd.DataFrame) -> Output:
    """The output as far as the graph must be told it to load as this kind.

    Args:
        kind: The kind to try.
        session: The graph.
        features: The manifest's.
        frame: Rows to run it with.

    Raises:
        Refused: It names its classes only by labels of which the sample does not show all.
    """
    outputs = session.get_outputs()
    if kind == "multi" and len(outputs) > 1:
        return {"kind": kind, "names": [entry.name for entry in outputs]}
    if kind not in ("binary", "multiclass") or frame.empty:
        return {"kind": kind}
    given = feeding(session.get_inputs(), features)(frame)
    for entry in outputs:
        if entry.type.startswith("seq(map("):
            return {"kind": kind, "classes": list(session.run([entry.name], given)[0][0])}
    labels = [entry.name for entry in outputs if entry.type in _LABELS]
    shares = [entry.name for entry in outputs if entry.type in ("tensor(float)", "tensor(double)")]
    if len(labels) != 1 or len(shares) != 1:
        return {"kind": kind}
    named, probabilities = session.run([labels[0], shares[0]], given)
    classes = _classes_shown(named.reshape(-1), probabilities)
    return {"kind": kind} if classes is None else {"kind": kind, "classes": classes}


def _classes_shown(labels: NDArray[Any], probabilities: NDArray[Any]) -> list[Any] | None:
    """The class of each column, by the rows in which it is the likeliest; None for the numbers from 0."""
    if probabilities.ndim == 1 or set(labels.tolist()) <= set(range(probabilities.shape[1])):
        return None
    shown = dict(zip(np.argmax(probabilities, axis=1).tolist(), labels.tolist(), strict=True))
    if len(shown) == probabilities.shape[1]:
        return [shown[position] for position in range(len(shown))]
    message = f"The graph has {probabilities.shape[1]} classes, and the sample shows {len(shown)} of them."
    raise Refused("classes_unclear", message, "Give a sample in which each class is predicted once.")
