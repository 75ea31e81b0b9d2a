"""What a loaded model must have in common with its manifest, whatever its format."""

from collections.abc import Sequence
from typing import Any

from ..contracts.types import Feature, Output
from ..errors import JobFailed, printable
from .estimator import Estimator, classes_of

_PUBLISH_AGAIN = "Publish the model again, so that the manifest says what the model is."
AS_MULTI = "Publish it with --kind multi --outputs and a name for each: a,b."
_NAME_LIMIT = 60


def invalid(message: str) -> JobFailed:
    """The refusal of a model that is not what its manifest says."""
    return JobFailed("model_invalid", printable(message, 580))


def named(value: object) -> str:
    """A feature, class or category in a message: quoted where it is a text, and bounded."""
    return printable(repr(value), _NAME_LIMIT)


def check_features(fitted: Sequence[str] | None, count: int | None, listed: Sequence[str]) -> None:
    """Holds the features that a model was fitted with to the manifest's: names and order, or at least their number.

    Raises:
        JobFailed: They differ; names the first difference.
    """
    count = count if fitted is None else len(fitted)
    if fitted is not None:
        _check_names(fitted, listed)
        for number, (own, other) in enumerate(zip(fitted, listed, strict=False), start=1):
            if own != other:
                message = f"Feature {number} of the model is {named(own)}; the manifest has {named(other)} there."
                raise invalid(f"{message} {_PUBLISH_AGAIN}")
    if count is not None and count != len(listed):
        raise invalid(f"The model takes {count} features; the manifest lists {len(listed)}. {_PUBLISH_AGAIN}")


def _check_names(fitted: Sequence[str], listed: Sequence[str]) -> None:
    missing = next((name for name in fitted if name not in listed), None)
    extra = next((name for name in listed if name not in fitted), None)
    sides = [f"takes {named(missing)}, which the manifest lacks"] if missing is not None else []
    sides += [f"does not take {named(extra)}, which the manifest lists"] if extra is not None else []
    if sides:
        counts = f"The model takes {len(fitted)} features; the manifest lists {len(listed)}."
        raise invalid(f"The model {', and '.join(sides)}. {counts} {_PUBLISH_AGAIN}")


def check_kind(estimator: Estimator, output: Output) -> None:
    """Holds what an estimator can do, and its classes, to the manifest's output.

    Raises:
        JobFailed: They differ.
    """
    kind = output["kind"]
    if kind not in ("binary", "multiclass"):
        return
    if not hasattr(estimator, "predict_proba"):
        raise invalid(
            f"The manifest says {kind}, and the model has no predict_proba. {_without_probabilities(estimator)}"
        )
    if count := label_count(estimator):
        raise invalid(f"The manifest says {kind}, and the model gives {count} outputs a row. {AS_MULTI}")
    classes = classes_of(estimator)
    _check_classes(classes, output)
    if kind == "binary" and len(classes) != 2:  # noqa: PLR2004 - that is what binary means
        remedy = "Publish it as multiclass." if len(classes) > 2 else "Train it with rows of both classes."  # noqa: PLR2004
        raise invalid(f"The manifest says binary, and the model has {len(classes)} classes. {remedy}")
    if output.get("positiveClass", classes[-1]) not in classes:
        positive = named(output["positiveClass"])
        message = f"The manifest's positiveClass {positive} is none of the model's classes {_some(classes)}."
        raise invalid(f"{message} Publish it with one of these.")


def label_count(model: Any) -> int | None:
    """How many labels a classifier gives each row; None where it is one."""
    classes = getattr(model, "classes_", ())
    if any(getattr(value, "ndim", 0) for value in classes) or getattr(model, "multilabel_", False):
        return len(classes)
    # An MLPClassifier of two classes has one output, and of two labels that may both hold, two.
    outputs = getattr(model, "n_outputs_", 1)
    return int(outputs) if len(classes) == 2 and outputs > 1 else None  # noqa: PLR2004


def _without_probabilities(model: Any) -> str:
    """What to do about it, by what the model is."""
    steps = getattr(model, "steps", None)
    last = steps[-1][1] if steps else model
    if getattr(last, "voting", None) == "hard":
        return 'Fit it with voting="soft" and publish that.'
    if hasattr(last, "offset_") and hasattr(last, "decision_function"):
        return (
            "It finds outliers: publish it with --kind cluster, and it answers -1 for an outlier and 1 for the others."
        )
    return "Wrap it in scikit-learn's CalibratedClassifierCV, fit and publish that."


def _check_classes(classes: list[Any], output: Output) -> None:
    listed = output.get("classes", classes)
    if listed == classes:
        return
    for number, (own, other) in enumerate(zip(classes, listed, strict=False), start=1):
        if own != other:
            message = f"Class {number} of the model is {named(own)}; the manifest has {named(other)} there."
            raise invalid(f"{message} {_PUBLISH_AGAIN}")
    raise invalid(f"The model has {len(classes)} classes; the manifest lists {len(listed)}. {_PUBLISH_AGAIN}")


def _some(classes: list[Any]) -> str:
    shown = ", ".join(named(value) for value in classes[:5])
    return f"{shown}, …" if len(classes) > 5 else shown  # noqa: PLR2004


def numbered_classes(output: Output, count: int) -> list[Any]:
    """The classes of a format that keeps only their number: the manifest's, else 0, 1 and so on.

    Raises:
        JobFailed: The manifest lists another number of classes.
    """
    classes: list[Any] = list(output.get("classes", range(count)))
    if len(classes) != count:
        raise invalid(f"The model has {count} classes; the manifest lists {len(classes)}. {_PUBLISH_AGAIN}")
    return classes


def check_objective(objective: str, served: Sequence[str], output: Output) -> None:
    """Holds a booster's objective to the manifest's kind.

    Raises:
        JobFailed: A model of this objective does not give such an output.
    """
    if output["kind"] in served:
        return
    remedy = f"Publish it as {served[0]}." if served else "Train it with one that gives probabilities."
    raise invalid(f"The manifest says {output['kind']}; the model's objective is {objective}. {remedy}")


def names_of(features: Sequence[Feature]) -> list[str]:
    """The features' names, in order."""
    return [feature["name"] for feature in features]
