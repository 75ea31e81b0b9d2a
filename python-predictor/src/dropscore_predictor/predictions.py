"""Scores as an answer tells them: an entry a row, a score or an error."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from .contracts.types import Explanation, PinnedModel, PredictAnswer, Prediction
from .errors import JobFailed
from .loaded_model import LoadedModel
from .row_errors import RowErrors
from .scores import Scores


@dataclass(frozen=True)
class Outcome:
    """What came of some rows, told by their index."""

    scores: Scores
    errors: RowErrors
    """Of those that have no score."""
    ids: Sequence[str | None] | None
    """Of every row; None for one that is no key, and for the whole where there are none."""
    explained: Mapping[int, Explanation]
    """By row, as far as it was asked for."""


def answered(runtime: str, answer: Callable[[], PredictAnswer]) -> PredictAnswer:
    """An answer with the time that it took; or the reason for which a job would fail."""
    started = time.monotonic()
    try:
        told = answer()
    except JobFailed as failure:
        told = {"ok": False, "runtime": runtime, "reason": failure.reason}
    told["ms"] = int((time.monotonic() - started) * 1000)
    return told


def predictions(model: LoadedModel, pinned: PinnedModel, rows: Sequence[int], outcome: Outcome) -> list[Prediction]:
    """A prediction or an error for each of these rows, in their order."""
    scores, ids = outcome.scores, outcome.ids
    places = {row: place for place, row in enumerate(scores.rows.tolist())}
    told: list[Prediction] = []
    for row in rows:
        prediction: Prediction = {"model": pinned["name"], "version": pinned["version"]}
        if ids is not None and (record_id := ids[row]):
            prediction["recordId"] = record_id
        if row in places:
            _add_score(prediction, scores, places[row], model.classes.names)
        elif error := outcome.errors.get(row):
            prediction["error"] = error
        if row in outcome.explained:
            prediction["explanation"] = outcome.explained[row]
        told.append(prediction)
    return told


def _add_score(prediction: Prediction, scores: Scores, place: int, classes: Sequence[str]) -> None:
    if scores.predictions is not None:
        prediction["prediction"] = scores.predictions[place]
    if scores.score is not None:
        prediction["score"] = float(scores.score[place])
    if scores.tiers is not None and (tier := scores.tiers[place]) is not None:
        prediction["tier"] = tier
    if scores.probabilities is not None:
        prediction["probabilities"] = dict(zip(classes, scores.probabilities[place].tolist(), strict=True))
    if scores.outputs is not None:
        prediction["outputs"] = {name: column[place] for name, column in scores.outputs.items()}
    if scores.vectors is not None:
        prediction["vector"] = scores.vectors[place].tolist()
