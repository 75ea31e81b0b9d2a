"""Which key of a dict is what: recognised by usual names, never by guessing among several."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from dropscore_predictor.contracts.types import Parts

from .part_encoders import encoder_categories, target_labels
from .refused import Refused, listed
from .request import Request

_MODELS = (
    "sklearn_model", "model", "models", "xgb_model", "xgb_models", "lgb_model", "lgb_models", "estimator", "estimators",
    "pipeline", "clf", "classifier", "regressor", "booster", "boosters",
)  # fmt: skip
_SCALERS = ("scaler", "standard_scaler", "feature_scaler")
_ENCODERS = ("label_encoders", "encoders", "ordinal_encoders", "category_encoders")
_STACKERS = ("meta_model", "stacker", "meta_learner", "meta", "final_estimator")
_WEIGHTS = ("weights", "model_weights", "ensemble_weights")
_NAMES = ("feature_names", "features", "feature_columns", "feature_cols", "columns", "feature_names_in_")
_SCALED = ("scaled", "scaled_features", "scaled_columns", "numeric_features", "numeric_columns", "numerical_features")
_TARGET_ENCODERS = ("label_encoder", "target_encoder", "le")


@dataclass(frozen=True)
class Bundle:
    """A dict, taken apart."""

    parts: Parts
    models: list[Any]
    names: list[str] | None
    """Of the features, where the dict lists them."""
    categories: dict[str, list[str]] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    """Of the classes, where the dict holds the encoder of the target."""
    stacker: Any = None
    scaler: Any = None
    left_out: list[str] = field(default_factory=list)
    """Keys of what computes, and is not used: the publisher named another."""


def take_apart(bundle: Mapping[str, Any], request: Request) -> Bundle:
    """Recognises the parts of a dict.

    Raises:
        Refused: It is open which key holds the model, or one holds something that computes and is not recognised.
    """
    if not all(isinstance(key, str) for key in bundle):
        message = f"The dict has keys that are no texts: {listed([repr(k) for k in bundle if not isinstance(k, str)])}."
        raise Refused("parts_unclear", message, "Name each part by a text.")
    keys = _model_keys(bundle, request)
    models = [model for key in keys for model in _models_under(bundle, key)]
    parts: Parts = {"models": keys}
    weights = list(request.weights) or _weights(bundle, keys)
    if weights:
        if len(weights) != len(models):
            message = f"There are {len(weights)} weights for {len(models)} models."
            raise Refused("parts_unclear", message, "Give one weight a model.")
        parts["weights"] = weights
    scaler, encoders, stacker = (_first(bundle, names) for names in (_SCALERS, _ENCODERS, _STACKERS))
    if stacker in keys or (request.key is not None and len(models) == 1):
        stacker = None
    if stacker:
        parts["stacker"] = stacker
    if scaler:
        parts["scaler"] = scaler
        scaled = _texts(bundle, _SCALED) or _fitted_names(bundle[scaler])
        if scaled:
            parts["scaled"] = scaled
    if encoders:
        parts["encoders"] = encoders
    target = _first(bundle, _TARGET_ENCODERS)
    left = _unrecognised(bundle, {*keys, scaler, encoders, stacker, target}, request)
    if left and request.key is None:
        raise _open(bundle, left)
    return Bundle(
        parts=parts,
        models=models,
        names=_texts(bundle, _NAMES),
        categories=encoder_categories(bundle[encoders]) if encoders else {},
        labels=target_labels(bundle[target]) if target else {},
        stacker=bundle[stacker] if stacker else None,
        scaler=bundle[scaler] if scaler else None,
        left_out=left,
    )


def _model_keys(bundle: Mapping[str, Any], request: Request) -> list[str]:
    if request.key is not None:
        keys = [request.key] if request.key in bundle else [key.strip() for key in request.key.split(",")]
        if unknown := [key for key in keys if key not in bundle]:
            raise _unclear(bundle, f"The dict has no key {listed(unknown)}.")
        return keys
    known = [key for key in _MODELS if key in bundle]
    if len(known) > 1 and not _first(bundle, _STACKERS) and not _first(bundle, _WEIGHTS):
        raise _unclear(bundle, f"The dict holds several models: {listed(known)}.")
    if known:
        return known
    able = [str(key) for key, value in bundle.items() if hasattr(value, "predict")]
    if len(able) != 1:
        raise _unclear(bundle, "It is open which key of the dict holds the model.")
    return able


def _unclear(bundle: Mapping[str, Any], what: str) -> Refused:
    keys = ", ".join(f"{key} ({type(value).__name__})" for key, value in bundle.items())
    remedy = "Name it with --key; several to be averaged with --key a,b."
    if nested := [key for key, value in bundle.items() if isinstance(value, Mapping) and _computes(value)]:
        remedy += (
            f"\n{listed(nested)} is itself a dict: save the models of it in a list, or directly in the outer dict."
        )
    return Refused("parts_unclear", f"{what} Its keys: {keys}.", remedy)


def _models_under(bundle: Mapping[str, Any], key: str) -> list[Any]:
    value = bundle[key]
    models = list(value) if isinstance(value, list | tuple) else [value]
    if not models or not all(hasattr(model, "predict") for model in models):
        raise _unclear(bundle, f"What the dict holds under {key} does not predict, nor is it a list of what does.")
    return models


def _weights(bundle: Mapping[str, Any], keys: list[str]) -> list[float]:
    key = _first(bundle, _WEIGHTS)
    value = bundle[key] if key else []
    if isinstance(value, Mapping):
        value = [value[name] for name in keys if name in value]
    return [float(weight) for weight in value]


def _unrecognised(bundle: Mapping[str, Any], recognised: set[str | None], request: Request) -> list[str]:
    return [
        key
        for key, value in bundle.items()
        if key not in recognised and _computes(value) and not (request.labels and _is_label_encoder(value))
    ]


def _open(bundle: Mapping[str, Any], left: list[str]) -> Refused:
    refused = _unclear(bundle, f"It is open what {listed(left)} is for.")
    if any(_is_label_encoder(bundle[key]) for key in left):
        remedy = "If it encodes the target, rename it to label_encoder, or give --labels."
        return Refused(refused.code, refused.message, f"{remedy}\n{refused.remedy}")
    return refused


def _is_label_encoder(value: Any) -> bool:
    return type(value).__name__ == "LabelEncoder"


def _computes(value: Any) -> bool:
    """A table has a transform of its own, and is data all the same."""
    if isinstance(value, pd.DataFrame | pd.Series):
        return False
    values = value.values() if isinstance(value, Mapping) else value if isinstance(value, list | tuple) else [value]
    return any(hasattr(each, "predict") or hasattr(each, "transform") for each in values)


def _first(bundle: Mapping[str, Any], names: tuple[str, ...]) -> str | None:
    return next((name for name in names if bundle.get(name) is not None), None)


def _texts(bundle: Mapping[str, Any], names: tuple[str, ...]) -> list[str] | None:
    key = _first(bundle, names)
    if key is None or isinstance(bundle[key], str) or not hasattr(bundle[key], "__iter__"):
        return None
    values = list(bundle[key])
    return [str(value) for value in values] or None


def _fitted_names(fitted: Any) -> list[str] | None:
    names = getattr(fitted, "feature_names_in_", None)
    return None if names is None else [str(name) for name in names]
