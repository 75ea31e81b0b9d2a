"""Which column of the source each column is made of that a scikit-learn transformer makes."""

import copy
import re
from collections.abc import Sequence
from typing import Any

import numpy as np

_MARKED = re.compile("\ue000([0-9]+)\ue001")
"""A column's place between two characters of the private use area, which no name has."""


def origins(transformer: Any, columns: Sequence[str]) -> list[str] | None:
    """For each column that comes out, the one that it was made of alone, else a name of its own.

    Args:
        transformer: Fitted; a Pipeline of such, a ColumnTransformer, a FeatureUnion.
        columns: The origins of those that go in.

    Returns:
        None where the transformer does not tell.
    """
    if transformer is None or isinstance(transformer, str):
        return [] if transformer == "drop" else list(columns)
    if steps := getattr(transformer, "steps", None):
        return _of_steps([step for _, step in steps], columns)
    if hasattr(transformer, "output_indices_"):
        return _of_columns(transformer, columns)
    if parts := getattr(transformer, "transformer_list", None):
        return _of_parts([(name, part) for name, part in parts if part != "drop"], columns)
    if isinstance(getattr(transformer, "func", None), np.ufunc):
        return list(columns)
    return _of_one(transformer, columns)


def _of_steps(steps: Sequence[Any], columns: Sequence[str]) -> list[str] | None:
    made: list[str] | None = list(columns)
    for step in steps:
        made = None if made is None else origins(step, made)
    return made


def _of_parts(parts: Sequence[tuple[str, Any]], columns: Sequence[str]) -> list[str] | None:
    joined: list[str] = []
    for name, part in parts:
        made = origins(part, columns)
        if made is None:
            return None
        joined.extend(_apart(name, made, columns))
    return joined


def _of_columns(transformer: Any, columns: Sequence[str]) -> list[str]:
    spans = transformer.output_indices_
    joined = [""] * max(span.stop for span in spans.values())
    for name, part, chosen in transformer.transformers_:
        span = spans[name]
        if span.start == span.stop:
            continue
        taken = _taken(chosen, columns, getattr(transformer, "feature_names_in_", columns))
        made = origins(part, taken)
        if made is None or len(made) != span.stop - span.start:
            made = [f"x{place}" for place in range(span.stop - span.start)]
        joined[span] = _apart(name, made, taken)
    return joined


def _apart(part: str, made: Sequence[str], taken: Sequence[str]) -> list[str]:
    """As scikit-learn writes it: `words__price`."""
    return [name if name in taken else f"{part}__{name}" for name in made]


def _taken(chosen: Any, columns: Sequence[str], fitted: Sequence[str]) -> list[str]:
    """The columns that a ColumnTransformer hands to a part: by name, place, slice or mask."""
    if isinstance(chosen, slice):
        return list(columns[chosen])
    places = {name: place for place, name in enumerate(fitted)}
    listed = [chosen] if isinstance(chosen, str | int) else chosen
    indexes = [places[entry] if isinstance(entry, str) else entry for entry in listed]
    taken: list[str] = np.array(columns, dtype=object)[indexes].tolist()
    return taken


def _of_one(transformer: Any, columns: Sequence[str]) -> list[str] | None:
    """Asked with marks for names, the transformer shows in the names of what it makes where each comes from."""
    anew = copy.copy(transformer)
    # With names of its own it would insist on those.
    vars(anew).pop("feature_names_in_", None)
    marks = np.array([f"\ue000{place}\ue001" for place in range(len(columns))], dtype=object)
    try:
        made = [str(name) for name in anew.get_feature_names_out(marks)]
    except Exception:  # noqa: BLE001 - whatever keeps it from telling
        return None
    return [_origin(name, columns) for name in made]


def _origin(name: str, columns: Sequence[str]) -> str:
    places = set(_MARKED.findall(name))
    if len(places) == 1:
        return columns[int(places.pop())]
    return _MARKED.sub(lambda mark: columns[int(mark[1])], name)
