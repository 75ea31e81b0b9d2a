"""ONNX graphs: one matrix of features, or an input a feature; probabilities, labels, numbers or vectors."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..contracts.types import Feature, Output
from .estimator import Estimator
from .onnx_inputs import feeding
from .onnx_outputs import answering


def read(path: Path) -> Any:
    """An InferenceSession on the CPU."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    # One chunk at a time on one or two shared cores: threads that wait for work in a loop would take from their own.
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    # The library logs what it then raises, and may quote a row.
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def estimator(session: Any, output: Output, features: Sequence[Feature] | None) -> Estimator:
    """A graph as an estimator.

    Raises:
        JobFailed: Its inputs are not the manifest's features, or no output of it is of the manifest's kind.
    """
    return answering(session, output, feeding(session.get_inputs(), features))


def feature_names(session: Any) -> list[str] | None:
    """The names of the inputs, where each is a feature; None where one input takes them all."""
    inputs = session.get_inputs()
    return [entry.name for entry in inputs] if len(inputs) > 1 else None


def kinds(session: Any) -> tuple[str, ...]:
    """The kinds of output that the graph can be served as, by the types and shapes of what it gives."""
    outputs = session.get_outputs()
    if any(entry.type.startswith("seq(map") for entry in outputs) or (
        len(outputs) > 1 and any(entry.type in ("tensor(int64)", "tensor(string)") for entry in outputs)
    ):
        return ("binary", "multiclass", "cluster")
    if len(outputs) > 1:
        return ("multi",)
    shape = outputs[0].shape
    if outputs[0].type == "tensor(int64)":
        return ("cluster", "regression")
    if len(shape) == 1 or shape[-1] == 1:
        return ("regression", "binary")
    return ("multiclass", "binary", "embedding", "multi")
