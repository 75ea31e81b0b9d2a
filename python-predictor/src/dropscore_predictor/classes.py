"""A classifier's classes as users read them."""

from dataclasses import dataclass

from .contracts.types import ModelManifest
from .loaders import Estimator, classes_of

Label = str | int | float | bool


@dataclass(frozen=True)
class Classes:
    """Aligned, in the order of the model's probabilities. Empty for a regression."""

    values: tuple[Label, ...]
    """As the model holds them."""
    labels: tuple[Label, ...]
    """What a prediction reads: the manifest's label, else the class itself."""
    names: tuple[str, ...]
    """The same as text: what a column of probabilities is named for."""


def readable_classes(manifest: ModelManifest, estimator: Estimator) -> Classes:
    """The classes of a loaded model."""
    output = manifest["output"]
    values = () if output["kind"] == "regression" else tuple(classes_of(estimator))
    given = output.get("labels", {})
    labels = tuple(given.get(class_text(value), value) for value in values)
    return Classes(values, labels, tuple(class_text(label) for label in labels))


def class_text(value: Label) -> str:
    """A class as text, the same in both languages: as JSON writes it, whole numbers without a fraction."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
