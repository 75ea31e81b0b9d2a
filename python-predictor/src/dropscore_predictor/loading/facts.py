"""What a model itself says of its features and outputs. Serving checks it; a publisher fills a manifest with it.

A model is what `read_model` answers, or what a notebook holds: an estimator or Pipeline, a Booster or its wrapper, an
InferenceSession. Libraries are told by the name of the model's module, so that none is imported for the asking.
"""

from collections.abc import Sequence
from typing import Any

from . import lightgbm_booster, onnx_graph, xgboost_booster
from .checks import label_count


def library_of(model: Any) -> str:
    """The import name of the library that the model's class is defined in."""
    return type(model).__module__.partition(".")[0]


def booster_of(model: Any) -> Any | None:
    """The Booster that a model is, or that a scikit-learn wrapper of XGBoost or LightGBM holds; None for all others."""
    library = library_of(model)
    if library not in ("xgboost", "lightgbm"):
        return None
    if type(model).__name__ == "Booster":
        return model
    return model.get_booster() if library == "xgboost" else model.booster_


def feature_names(model: Any) -> list[str] | None:
    """The names that a model was fitted with, in its order; None where it was fitted without.

    LightGBM turns blanks into underscores: compare with `same_names`.
    """
    booster = booster_of(model)
    if booster is not None:
        return booster.feature_names if library_of(booster) == "xgboost" else lightgbm_booster.feature_names(booster)
    if library_of(model) == "onnxruntime":
        return onnx_graph.feature_names(model)
    fitted = getattr(model, "feature_names_in_", None)
    return None if fitted is None else [str(name) for name in fitted]


def feature_count(model: Any) -> int | None:
    """How many features a model takes; None where it does not tell."""
    booster = booster_of(model)
    if booster is not None:
        return int(booster.num_features() if library_of(booster) == "xgboost" else booster.num_feature())
    count = getattr(model, "n_features_in_", None)
    return None if count is None else int(count)


def feature_categories(model: Any, names: Sequence[str]) -> dict[str, list[Any]]:
    """The categories that a booster was trained with, by feature, in its order; {} for any other model.

    Args:
        model: A Booster or a scikit-learn wrapper of one.
        names: LightGBM keeps no names for them: the columns of the training frame that were pandas categoricals.
    """
    booster = booster_of(model)
    if booster is None:
        return {}
    if library_of(booster) == "xgboost":
        return xgboost_booster.categories(booster)
    return dict(zip(names, booster.pandas_categorical or [], strict=False))


def kinds_of(model: Any) -> tuple[str, ...]:
    """The kinds of output that a model can be served as, the likeliest first; () where it tells nothing.

    A regression that predicts several numbers a row is "multi": that is seen from a prediction only.
    """
    booster = booster_of(model)
    if booster is model and booster is not None:
        return xgboost_booster.kinds(booster) if library_of(booster) == "xgboost" else lightgbm_booster.kinds(booster)
    if library_of(model) == "onnxruntime":
        return onnx_graph.kinds(model)
    kind = _scikit_kind(model)
    if kind == "classifier":
        return _classifier_kinds(model)
    if kind == "clusterer" or library_of(model) == "hdbscan":
        return ("cluster",)
    if kind == "regressor":
        return ("regression", "multi")
    return () if hasattr(model, "predict") or not hasattr(model, "transform") else ("embedding",)


def _classifier_kinds(model: Any) -> tuple[str, ...]:
    classes = getattr(model, "classes_", [])
    if isinstance(classes, list) or getattr(classes, "ndim", 1) > 1 or label_count(model):
        return ("multi",)
    return ("binary", "multiclass") if len(classes) == 2 else ("multiclass",)  # noqa: PLR2004


def _scikit_kind(model: Any) -> str | None:
    """As scikit-learn tells it, by tags since 1.6 and by an attribute before."""
    steps = getattr(model, "steps", None)
    if steps:
        return _scikit_kind(steps[-1][1])
    kind: str | None = getattr(model, "_estimator_type", None)
    if kind is None and hasattr(model, "__sklearn_tags__"):
        kind = model.__sklearn_tags__().estimator_type
    return kind


def same_names(model: Any, fitted: Sequence[str] | None, listed: Sequence[str]) -> Sequence[str] | None:
    """The fitted names as the manifest writes them, where the library alone made the difference."""
    if fitted is None or library_of(model) != "lightgbm":
        return fitted
    return [
        other if own == other.replace(" ", "_") else own for own, other in zip(fitted, listed, strict=False)
    ] + list(fitted[len(listed) :])
