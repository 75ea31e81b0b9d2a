"""From what an ONNX graph gives to classes, probabilities, numbers or vectors."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..contracts.types import Output
from .answers import Probabilities, Values, two_classes
from .checks import invalid, named, numbered_classes
from .estimator import Estimator
from .onnx_inputs import Feeding

Both = Callable[[pd.DataFrame], tuple[Any, Any]]
"""Labels and probabilities of a frame's rows."""

_LABELS = ("tensor(int64)", "tensor(int32)", "tensor(string)", "tensor(bool)")
_NUMBERS = ("tensor(float)", "tensor(double)", "tensor(float16)")


class OnnxClassifier(Probabilities):
    """A classifier whose graph names the class itself; its label stands, not the likeliest class."""

    def __init__(self, both: Both, classes: Sequence[Any]) -> None:
        super().__init__(lambda frame: both(frame)[1], classes)
        self._both = both

    def predict(self, frame: pd.DataFrame) -> NDArray[Any]:
        """The graph's labels, of shape (n,)."""
        return self.predict_with_probabilities(frame)[0]

    def predict_with_probabilities(self, frame: pd.DataFrame) -> tuple[NDArray[Any], NDArray[Any]]:
        """The graph's labels, of shape (n,), and its probabilities, of one run."""
        labels, probabilities = self._both(frame)
        return np.asarray(labels).reshape(-1), probabilities


def answering(session: Any, output: Output, feed: Feeding) -> Estimator:
    """An estimator of the manifest's kind on top of a session.

    Raises:
        JobFailed: No output of the graph is of that kind; later, it gives other classes than it said.
    """
    outputs = session.get_outputs()

    def run(entry: Any) -> Callable[[pd.DataFrame], Any]:
        return lambda frame: session.run([entry.name], feed(frame))[0]

    kind = output["kind"]
    if kind in ("binary", "multiclass"):
        return _classifier(session, outputs, output, feed)
    if kind == "multi":
        return _several(session, outputs, output, feed)
    if kind == "cluster":
        entry = _only([entry for entry in outputs if entry.type in _LABELS[:2]], "cluster labels", outputs)
        return Values(lambda frame: run(entry)(frame).reshape(-1))
    if kind == "embedding":
        return Values(run(_only([entry for entry in outputs if _is_vectors(entry)], "vectors", outputs)))
    entry = _only([entry for entry in outputs if entry.type in (*_NUMBERS, *_LABELS[:2])], "numbers", outputs)
    if len(entry.shape) > 1 and isinstance(entry.shape[1], int) and entry.shape[1] != 1:
        raise invalid(
            f"The manifest says regression; the graph gives {entry.shape[1]} numbers a row. Publish it as multi."
        )
    return Values(lambda frame: _one_a_row(run(entry)(frame)))


def _is_vectors(entry: Any) -> bool:
    return entry.type in _NUMBERS and len(entry.shape) == 2  # noqa: PLR2004


def _one_a_row(values: NDArray[Any]) -> NDArray[Any]:
    return values[:, 0] if values.ndim == 2 and values.shape[1] == 1 else values  # noqa: PLR2004


def _only(candidates: Sequence[Any], what: str, outputs: Sequence[Any], word: str = "") -> Any:
    """The one output that may be meant: the only one, or the only one with the word in its name."""
    chosen = [entry for entry in candidates if word and word in entry.name.lower()] or candidates
    if len(chosen) == 1:
        return chosen[0]
    listed = ", ".join(f"{entry.name} ({entry.type})" for entry in outputs[:8])
    many = "several outputs" if chosen else "no output"
    raise invalid(f"The graph has {many} for {what}: {listed}. Export it with one of them.")


def _classifier(session: Any, outputs: Sequence[Any], output: Output, feed: Feeding) -> Estimator:
    shares = [entry for entry in outputs if entry.type.startswith("seq(map(") or entry.type in _NUMBERS]
    chosen = _only(shares, "probabilities", outputs, "prob")
    classes = _classes(chosen, output)
    arranged = _unzipped if chosen.type.startswith("seq(map(") else _of_classes
    labels = [entry for entry in outputs if entry.type in _LABELS]
    if len(labels) != 1:
        return Probabilities(lambda frame: arranged(session.run([chosen.name], feed(frame))[0], classes), classes)

    def both(frame: pd.DataFrame) -> tuple[Any, Any]:
        named, given = session.run([labels[0].name, chosen.name], feed(frame))
        return named, arranged(given, classes)

    return OnnxClassifier(both, classes)


def _classes(entry: Any, output: Output) -> list[Any]:
    if not entry.type.startswith("seq(map("):
        return numbered_classes(output, _class_count(entry, output))
    if "classes" in output:
        return list(output["classes"])
    raise invalid("The graph gives a map of probabilities, so the manifest must list the classes. Publish it again.")


def _class_count(entry: Any, output: Output) -> int:
    width = entry.shape[1] if len(entry.shape) > 1 else 1
    if width == 1 or output["kind"] == "binary":
        return 2
    if isinstance(width, int):
        return width
    if "classes" in output:
        return len(output["classes"])
    raise invalid("The graph does not tell how many classes it has. Publish it with the classes listed.")


def _of_classes(given: Any, classes: Sequence[Any]) -> NDArray[Any]:
    values = np.asarray(given)
    if values.ndim == 1 or values.shape[1] == 1:
        values = two_classes(values)
    if values.shape[1] != len(classes):
        raise invalid(f"The graph gives {values.shape[1]} probabilities a row; the model has {len(classes)} classes.")
    return values


def _unzipped(maps: Any, classes: Sequence[Any]) -> NDArray[np.float32]:
    """A row a map. Every map has the same keys, so the first tells whether they are the classes."""
    if maps and set(maps[0]) != set(classes):
        own = next(iter(set(maps[0]) ^ set(classes)))
        raise invalid(
            f"The class {named(own)} is only one side's: the graph's {len(maps[0])}, or the manifest's {len(classes)}."
        )
    return np.array([[row[value] for value in classes] for row in maps], dtype=np.float32).reshape(len(maps), -1)


def _several(session: Any, outputs: Sequence[Any], output: Output, feed: Feeding) -> Estimator:
    """One output with a column a name; or an output a name, by their names where these agree, else in order."""
    if len(outputs) == 1:
        entry = outputs[0].name
        return Values(lambda frame: session.run([entry], feed(frame))[0])
    own, listed = [entry.name for entry in outputs], output.get("names", [])
    if len(listed) != len(own):
        raise invalid(f"The graph has {len(own)} outputs, {', '.join(own[:8])}; the manifest names {len(listed)}.")
    order = list(listed) if set(listed) == set(own) else own

    def predict(frame: pd.DataFrame) -> NDArray[Any]:
        columns = [_one_a_row(values) for values in session.run(order, feed(frame))]
        alike = len({column.dtype for column in columns}) == 1
        return np.column_stack(columns if alike else [column.astype(object) for column in columns])

    return Values(predict)
