"""From an artifact on the disk to a model that predicts: one loader a format."""

import warnings
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import Any, Protocol

import joblib

from .contracts.types import ModelManifest
from .errors import JobFailed, printable

_CAUSE_LIMIT = 200


class Estimator(Protocol):
    """What scikit-learn's estimators and pipelines have in common."""

    def predict(self, features: Any) -> Any:
        """One output a row."""

    def predict_proba(self, features: Any) -> Any:
        """A probability a row and class; a regression has none of it."""


def load_estimator(manifest: ModelManifest, artifacts: Sequence[Path]) -> Estimator:
    """Loads a verified artifact: this runs the code in it.

    Raises:
        JobFailed: The artifact does not load, or is not what its manifest says.
    """
    _check_libraries(manifest)
    path = next((path for path in artifacts if path.suffix == ".joblib"), artifacts[0])
    try:
        with warnings.catch_warnings():
            # A version that differs from the manifest's is refused above; what scikit-learn would add is noise.
            warnings.simplefilter("ignore")
            estimator: Estimator = joblib.load(path)
    except (MemoryError, OSError):
        raise
    except Exception as error:
        cause = printable(f"{type(error).__name__}: {error}", _CAUSE_LIMIT)
        raise JobFailed("model_refused_to_load", f"{path.name} does not load: {cause}") from error
    _check_kind(estimator, manifest)
    _check_features(estimator, manifest)
    return estimator


def _check_libraries(manifest: ModelManifest) -> None:
    for library, wanted in manifest["libraries"].items():
        try:
            installed = metadata.version(library)
        except metadata.PackageNotFoundError:
            installed = None
        if installed != wanted:
            here = f"has {installed}" if installed else "lacks it"
            message = f"The model was made with {library} {wanted}; this runtime {here}. Publish it anew."
            raise JobFailed("model_refused_to_load", message)


def _check_kind(estimator: Estimator, manifest: ModelManifest) -> None:
    output = manifest["output"]
    if not hasattr(estimator, "predict"):
        raise JobFailed("model_invalid", "The artifact holds nothing that predicts.")
    if output["kind"] == "regression":
        return
    if not hasattr(estimator, "predict_proba"):
        raise JobFailed("model_invalid", f"The manifest says {output['kind']}, and the model has no predict_proba.")
    classes = classes_of(estimator)
    if "classes" in output and output["classes"] != classes:
        message = f"The manifest lists the classes {output['classes']}, the model holds {classes}."
        raise JobFailed("model_invalid", printable(message, 500))
    if output["kind"] == "binary" and len(classes) != 2:  # noqa: PLR2004 - that is what binary means
        raise JobFailed("model_invalid", f"The manifest says binary, and the model has {len(classes)} classes.")
    if output.get("positiveClass", classes[-1]) not in classes:
        raise JobFailed("model_invalid", "The manifest's positiveClass is none of the model's classes.")


def _check_features(estimator: Estimator, manifest: ModelManifest) -> None:
    fitted = getattr(estimator, "feature_names_in_", None)
    named = [feature["name"] for feature in manifest["features"]]
    if fitted is not None and list(fitted) != named:
        message = "The manifest's features are not those that the model was fitted with, in that order."
        raise JobFailed("model_invalid", message)


def classes_of(estimator: Estimator) -> list[Any]:
    """The classes as plain Python values."""
    classes: Any = estimator.classes_  # type: ignore[attr-defined]
    return [value.item() if hasattr(value, "item") else value for value in classes]
