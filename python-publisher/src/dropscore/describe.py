"""What a model itself says: its features, the kinds of output it can serve, its parts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dropscore_predictor.contracts.types import ModelManifest
from dropscore_predictor.errors import JobFailed
from dropscore_predictor.loading import feature_count, feature_names, kinds_of, own_code, read_model, takes_texts
from dropscore_predictor.loading.facts import library_of

from .libraries import versions_of
from .parts import Bundle, take_apart
from .refused import Refused
from .request import Request
from .staging import Staged
from .trust import refuse_untrusted


@dataclass(frozen=True)
class Described:
    """A model, read but not yet asked for anything."""

    model: Any
    """The one whose features these are; of several models the first."""
    words: str
    names: list[str] | None
    """Of the features; None where the model has none."""
    count: int | None
    kinds: tuple[str, ...]
    """The likeliest first; empty where the model does not tell."""
    takes_one_text: bool = False
    bundle: Bundle | None = None
    labels: dict[str, str] = field(default_factory=dict)

    @property
    def library(self) -> str:
        """The import name of the library that the model is of."""
        return library_of(self.model)


def describe(staged: Staged, request: Request, draft: ModelManifest) -> Described:
    """Loads a staged model by the predictor's own loader, once it is trusted.

    Raises:
        Refused: It is not trusted, does not load, or its parts are not recognised.
    """
    refuse_untrusted(staged, request)
    try:
        model = read_model(draft, staged.folder, own_code(draft, staged.folder))
    except JobFailed as error:
        raise refusal(error, staged) from error
    if not isinstance(model, Mapping) and (request.key is not None or request.weights):
        message = "The file holds a model, and no dict of models."
        raise Refused("usage", message, "Leave out --key and --weights.")
    if staged.format == "code":
        able = ("binary", "multiclass") if hasattr(model, "predict_proba") else ("regression",)
        return Described(model, "own code", None, None, able)
    if isinstance(model, Mapping):
        return _described_bundle(take_apart(model, request), staged)
    return _described_model(model, staged)


def refusal(error: JobFailed, staged: Staged) -> Refused:
    """The predictor's refusal as the publisher's: the sentence holds the remedy already."""
    remedy = ""
    if error.code == "versions_differ" and staged.format in ("joblib", "skops"):
        remedy = "Publish with the Python that the model was trained in: --python, or the notebook itself."
    # Where the publisher laid the files out tells nobody anything.
    message = str(error).replace(f"{staged.folder}/", "")
    return Refused(error.code, message, remedy)


def _described_model(model: Any, staged: Staged) -> Described:
    signed = list(staged.types) or None
    if _is_transformed(staged):
        return Described(model, _words(model), signed, None, kinds_of(model))
    if staged.encoder is not None or takes_texts(model):
        kinds = ("embedding",) if staged.encoder else kinds_of(model)
        return Described(model, _words(model), None, None, kinds, takes_one_text=True)
    return Described(model, _words(model), feature_names(model) or signed, _count(model), kinds_of(model))


def _described_bundle(bundle: Bundle, staged: Staged) -> Described:
    first = bundle.models[0]
    names, count = bundle.names or feature_names(first), feature_count(first)
    if names is None and bundle.scaler is not None and "scaled" not in bundle.parts:
        names = feature_names(bundle.scaler)
    if _is_transformed(staged):
        names, count = None, None
    words = f"dict of {len(bundle.models)} models" if len(bundle.models) > 1 else "dict of a model"
    parts = [word for word in ("encoders", "scaler", "stacker") if word in bundle.parts]
    extra = f" with {', '.join(parts)}" if parts else ""
    return Described(
        model=first,
        words=f"{words}{extra}, {_words(first)}",
        names=names or list(staged.types) or None,
        count=count,
        kinds=kinds_of(first if bundle.stacker is None else bundle.stacker),
        bundle=bundle,
        labels=bundle.labels,
    )


def _is_transformed(staged: Staged) -> bool:
    """Own code makes the model's features out of the columns of a drop."""
    return staged.code is not None and staged.code["entry"] == "transform"


def _count(model: Any) -> int | None:
    """HDBSCAN tells it by the rows that it was fitted with."""
    rows = getattr(model, "_raw_data", None) if library_of(model) == "hdbscan" else None
    return feature_count(model) if rows is None else int(rows.shape[1])


def _words(model: Any) -> str:
    library = library_of(model)
    version = " ".join(next(iter(versions_of([library]).items()), (library,)))
    if library == "onnxruntime":
        return f"ONNX graph, {version}"
    steps = getattr(model, "steps", None)
    made_of = f" of {', '.join(type(step).__name__ for _, step in steps)}" if steps else ""
    return f"{version} {type(model).__name__}{made_of}"
