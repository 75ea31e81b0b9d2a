"""How scores came about: the contributions that a model tells, in the words of the explanation contract.

They are held to the scores: what a library tells of a model that it does not fully know is not handed on.
"""

import math
import warnings
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from .classes import CLASSIFIES, positive_class
from .contracts.types import Contribution, Explanation
from .errors import printable
from .explainable import explainer, not_explainable
from .isolate import TRANSIENT
from .loaded_model import LoadedModel
from .loading import Contributions, Explain
from .scores import Doubles, Scores

ROWS_AT_ONCE = 10
"""A text model may have 100,000 columns, for each of many classes."""

MOST_COLUMNS = 10_000
THE_REST = "all others"

TOLERANCE = 1e-4
"""Relative: boosters compute in float32."""


class _Explained(NamedTuple):
    """Which of a model's sums explains a row's score."""

    of: str
    place: int
    sign: int
    expected: float


def explanations(model: LoadedModel, features: pd.DataFrame, scores: Scores) -> list[Explanation]:
    """An explanation of each score.

    Args:
        model: What scored.
        features: The scored rows, as the model got them.
        scores: As many.

    Raises:
        JobFailed: `not_explainable`.
    """
    explain = explainer(model)
    return [
        explanation
        for start in range(0, len(features), ROWS_AT_ONCE)
        for explanation in _of_some(model, explain, features.iloc[start : start + ROWS_AT_ONCE], scores, start)
    ]


def plain(value: Any) -> float | str | bool | None:
    """A cell of a frame as JSON has it; an infinity, which it has not, as a text."""
    if pd.isna(value):
        return None
    made = value.item() if hasattr(value, "item") else value
    if isinstance(made, float) and math.isinf(made):
        return "Infinity" if made > 0 else "-Infinity"
    return made if isinstance(made, bool | int | float) else str(made)


def _of_some(
    model: LoadedModel, explain: Explain, features: pd.DataFrame, scores: Scores, start: int
) -> list[Explanation]:
    found = _asked(explain, features)
    sums = found.sums
    if not np.isfinite(sums).all():
        raise not_explainable("The contributions that the model's library tells are not all finite.")
    predicted = None if found.link.predicted is None else found.link.predicted(sums)
    explained = []
    for index in range(len(features)):
        aim = _aim(model, scores, start + index, sums.shape[1])
        if predicted is not None:
            share = float(predicted[index, aim.place])
            _hold_to_score(1.0 - share if aim.sign < 0 else share, aim.expected, found, index)
        explained.append(_explanation(found, features, index, aim))
    return explained


def _asked(explain: Explain, features: pd.DataFrame) -> Contributions:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return explain(features, list(features.columns))
    except TRANSIENT:
        raise
    except Exception as error:
        cause = printable(f"{type(error).__name__}: {error}", 300)
        raise not_explainable(f"The model's library tells no contributions of it: {cause}") from error


def _aim(model: LoadedModel, scores: Scores, index: int, sums: int) -> _Explained:
    output, classes = model.manifest["output"], model.classes
    if output["kind"] not in CLASSIFIES or scores.probabilities is None or scores.predictions is None:
        return _Explained("prediction", 0, 1, float((scores.predictions or [0.0])[index]))
    shown = (
        positive_class(output, classes)
        if output["kind"] == "binary"
        else classes.labels.index(scores.predictions[index])
    )
    place, sign = (shown, 1) if sums > 1 else (0, 1 if shown == 1 else -1)
    return _Explained(classes.names[shown], place, sign, float(scores.probabilities[index, shown]))


def _hold_to_score(made: float, expected: float, found: Contributions, index: int) -> None:
    size = max(abs(made), abs(expected))
    if found.link.unit == "prediction":
        size = max(size, float(np.abs(found.terms[index]).max(initial=0.0)), float(np.abs(found.base[index]).max()))
    if abs(made - expected) > TOLERANCE * size:
        raise not_explainable(
            f"The contributions that the model's library tells add up to {made:.6g} where the score is {expected:.6g}."
        )


def _explanation(found: Contributions, features: pd.DataFrame, index: int, aim: _Explained) -> Explanation:
    terms, base = found.terms[index, aim.place] * aim.sign, float(found.base[index, aim.place]) * aim.sign
    return {
        "of": aim.of,
        "unit": found.link.unit,
        "base": base + 0.0,
        "output": base + float(terms.sum()),
        "contributions": _bounded(list(_entries(found, features, index, terms))),
    }


def _entries(found: Contributions, features: pd.DataFrame, index: int, terms: Doubles) -> Iterator[Contribution]:
    """The features, and of other columns those that add something; the greatest first."""
    own = {name: place for place, name in enumerate(features.columns)}
    shown = np.flatnonzero([term != 0 or name in own for name, term in zip(found.columns, terms, strict=True)])
    for place in shown[np.argsort(-np.abs(terms[shown]), kind="stable")].tolist():
        name = found.columns[place]
        entry: Contribution = {"feature": name, "contribution": float(terms[place]) + 0.0}
        if name in own:
            entry["value"] = plain(features.iat[index, own[name]])
        elif (value := found.values[index, place]) is not None:
            entry["value"] = plain(value)
        yield entry


def _bounded(entries: list[Contribution]) -> list[Contribution]:
    if len(entries) <= MOST_COLUMNS:
        return entries
    rest = sum(entry["contribution"] for entry in entries[MOST_COLUMNS - 1 :])
    return [*entries[: MOST_COLUMNS - 1], {"feature": THE_REST, "contribution": rest}]
