"""A classifier's classes as users read them."""

from dataclasses import dataclass
from functools import lru_cache

from .contracts.types import ModelManifest, Output
from .errors import JobFailed, printable
from .loading.estimator import Estimator, classes_of

Label = str | int | float | bool

CLASSIFIES = ("binary", "multiclass")
"""The kinds of output that have classes and a probability of each."""


@dataclass(frozen=True)
class Classes:
    """Aligned, in the order of the model's probabilities. Empty where the model does not classify."""

    values: tuple[Label, ...]
    """As the model holds them."""
    labels: tuple[Label, ...]
    """What a prediction reads: the manifest's label, else the class itself."""
    names: tuple[str, ...]
    """The same as text: what a column of probabilities is named for."""


def readable_classes(manifest: ModelManifest, estimator: Estimator) -> Classes:
    """The classes of a loaded model.

    Raises:
        JobFailed: Two classes read the same: one's probability would take the place of the other's.
    """
    output = manifest["output"]
    values = tuple(classes_of(estimator)) if output["kind"] in CLASSIFIES else ()
    given = output.get("labels", {})
    labels = tuple(given.get(class_text(value), value) for value in values)
    names = tuple(class_text(label) for label in labels)
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        message = f"Two classes of the model are both called '{printable(twice, 80)}': give each a label of its own."
        raise JobFailed("model_invalid", message)
    return Classes(values, labels, names)


def positive_class(output: Output, classes: Classes) -> int:
    """Place of the class whose probability is a binary model's score: the manifest's, else the last."""
    return classes.values.index(output["positiveClass"]) if "positiveClass" in output else len(classes.values) - 1


@lru_cache(typed=True)
def class_text(value: Label) -> str:
    """A class as text, the same in both languages: as JSON writes it, whole numbers without a fraction.

    Kept, since a few classes are those of all rows.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
