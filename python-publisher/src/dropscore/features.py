"""Which columns are a model's features, and of which type."""

import re
from collections.abc import Sequence
from difflib import get_close_matches

from dropscore_predictor.classes import class_text
from dropscore_predictor.contracts.types import Feature
from dropscore_predictor.loading import feature_categories
from dropscore_predictor.loading.facts import booster_of

from .describe import Described
from .encoders import encoded_columns
from .missing_texts import refuse_missing_texts
from .refused import Refused, listed
from .request import Request
from .sample import Sample
from .staging import Staged

_CATEGORICAL = re.compile(r"^\[categorical_feature: ([0-9,]+)\]$", re.MULTILINE)


def features_of(described: Described, staged: Staged, sample: Sample, request: Request) -> list[Feature]:
    """The features in the model's order.

    Numbers are nullable floats, whatever the sample holds: a clean sample must not make next week's first blank an
    error.

    Raises:
        Refused: The sample lacks columns, or has more than the model takes.
    """
    _require(sorted(request.not_features), sample, "that the command names")
    if described.takes_one_text:
        return [{"name": _only_text(sample, request), "type": "string"}]
    names = described.names
    _require_types(request, sample)
    if names is None:
        names = [name for name in sample.columns if name not in request.not_features]
        if described.count is not None and len(names) != described.count:
            raise _wrong_count(described.count, names)
    if described.library == "lightgbm":
        names = [_with_blanks(name, sample) for name in names]
    _require(names, sample, "that the model was trained with")
    categories = _categories(described, names, sample)
    # Behind a transform the model's columns are others than a file's.
    is_transformed = staged.code is not None and staged.code["entry"] == "transform"
    encoded = [] if is_transformed else encoded_columns(described.model, names)
    boosters = {} if described.bundle is not None and described.bundle.categories else categories
    refuse_missing_texts(encoded, boosters)
    types = {each.column: "string" for each in encoded if each.is_text} | staged.types | dict(request.types)
    if clash := sorted(set(request.types) & set(categories)):
        message = f"The model knows the categories of {listed(clash)}."
        raise Refused("usage", message, "Leave it out of --types.")
    return [_feature(name, categories.get(name), types.get(name), sample) for name in names]


def _feature(name: str, categories: list[str] | None, signed: str | None, sample: Sample) -> Feature:
    if categories is not None:
        return {"name": name, "type": "category", "categories": categories}
    return {"name": name, "type": signed or sample.column_type(name)}  # type: ignore[typeddict-item]


def _with_blanks(name: str, sample: Sample) -> str:
    """LightGBM keeps names with underscores for blanks."""
    return next((column for column in sample.columns if column.replace(" ", "_") == name), name)


def _only_text(sample: Sample, request: Request) -> str:
    others = [name for name in sample.columns if name not in request.not_features]
    texts = [name for name in others if sample.column_type(name) == "string"]
    if len(texts) == 1:
        return texts[0]
    found = f"The model takes one text, and the sample has {len(texts)} columns of texts"
    remedy = "Leave the others out of the sample, or name them with --id-column and --passthrough."
    raise Refused("columns_unclear", f"{found}: {listed(texts)}." if texts else f"{found}.", remedy)


def _categories(described: Described, names: list[str], sample: Sample) -> dict[str, list[str]]:
    """The categories of the features that the model takes as such."""
    if described.bundle is not None and described.bundle.categories:
        return described.bundle.categories
    columns = _categorical_positions(described)
    taken = [names[position] for position in columns] if columns else [n for n in names if sample.is_categorical(n)]
    found = feature_categories(described.model, taken)
    return {name: [class_text(value) for value in values] for name, values in found.items()}


def _categorical_positions(described: Described) -> list[int]:
    """Which features LightGBM took for categories: the last parameters of its text say it. Empty where they do not."""
    if described.library != "lightgbm" or described.bundle is not None:
        return []
    booster = booster_of(described.model)
    found = _CATEGORICAL.search(booster.model_to_string(num_iteration=1)) if booster is not None else None
    positions = [int(number) for number in found[1].split(",")] if found else []
    return positions if booster is not None and len(positions) == len(booster.pandas_categorical or []) else []


def _require_types(request: Request, sample: Sample) -> None:
    unknown = [name for name in request.types if name not in sample.columns]
    if unknown:
        message = f"--types names {listed(unknown)}, which the sample does not have."
        raise Refused("usage", message, "Write COLUMN:TYPE, the column as in the header.")


def _require(names: list[str], sample: Sample, which: str) -> None:
    missing = [name for name in names if name not in sample.columns]
    if not missing:
        return
    hints = [f"'{name}'{_hint(name, sample.columns)}" for name in missing]
    remedy = "Give a sample with the columns of a file as it will be dropped, named as in training."
    raise Refused("columns_missing", f"The sample lacks columns {which}: {listed(hints)}.", remedy)


def _hint(name: str, columns: Sequence[str]) -> str:
    near = get_close_matches(name.lower().strip(), [column.lower().strip() for column in columns], n=1)
    found = next((column for column in columns if near and column.lower().strip() == near[0]), None)
    return f" (there is '{found}')" if found else ""


def _wrong_count(count: int, names: list[str]) -> Refused:
    found = f"the sample has {len(names)} columns that may be ones: {listed(names)}"
    remedy = (
        "Leave other columns out of the sample, or name them with --id-column and --passthrough; or train with a "
        "DataFrame, so that the model knows its features."
    )
    return Refused("columns_unclear", f"The model takes {count} features without names, and {found}.", remedy)
