"""Which models tell contributions, and what is said of the others."""

from .classes import CLASSIFIES
from .contracts.types import ModelManifest
from .errors import JobFailed
from .loaded_model import LoadedModel
from .loading import EXPLAINED, Explain, explain_of, innermost
from .loading.answers import Probabilities, Values

_KINDS = ("regression", *CLASSIFIES)


def explainer(model: LoadedModel) -> Explain:
    """How a model tells its contributions.

    Raises:
        JobFailed: `not_explainable`: it does not.
    """
    explain = explain_of(model.estimator)
    if explain is None or model.manifest["output"]["kind"] not in _KINDS or _is_stacked(model.manifest):
        raise not_explainable(f"{_described(model)} tells no contributions. {EXPLAINED}")
    return explain


def not_explainable(message: str) -> JobFailed:
    """The refusal to tell what is not known."""
    return JobFailed("not_explainable", message)


def _described(model: LoadedModel) -> str:
    manifest = model.manifest
    if manifest["output"]["kind"] not in _KINDS:
        return f"A model of the kind {manifest['output']['kind']}"
    if manifest["format"] in ("onnx", "code"):
        return "An ONNX graph" if manifest["format"] == "onnx" else "A model that is own code"
    inner = innermost(model.estimator)
    if "parts" in manifest and (_is_stacked(manifest) or isinstance(inner, Values | Probabilities)):
        return "A bundle that averages or stacks models"
    return f"A {type(inner).__name__}"


def _is_stacked(manifest: ModelManifest) -> bool:
    """What a stacker tells is of models, and of no column of a file."""
    return "stacker" in manifest.get("parts", {})
