"""Which rows of the sample become a version's golden rows, and how closely they must agree."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from dropscore_predictor.contracts.types import Feature, Golden, ModelManifest
from dropscore_predictor.golden import golden_outputs, refuse_difference
from dropscore_predictor.loaded_model import LoadedModel

from .trial import Trial

_SPREAD = 8
_LABELS = 12
_VECTORS = 3
"""A vector is hundreds of numbers."""
_LONGEST_TEXT = 1_000

_DOUBLE, _SINGLE = 1e-9, 1e-5
_SINGLE_PRECISION = {"xgboost", "xgboost-cpu", "onnxruntime"}


def golden_rows(trial: Trial) -> Golden | None:
    """A few distinct rows, spread over the range of scores, with one of each label: features only.

    None where no row is fit to be one: then only versions are compared.
    """
    scores = trial.chunk.scores
    entry_of = {row: entry for entry, row in enumerate(scores.rows.tolist())}
    candidates = _distinct(trial, entry_of)
    if not candidates:
        return None
    entries = np.array([entry_of[trial.rows[position]] for position in candidates])
    picked = sorted(_picked(trial, entries))
    kept = np.zeros(len(scores), dtype=np.bool_)
    kept[[int(entries[index]) for index in picked]] = True
    columns = _columns(trial)
    return {
        "rows": [_cells(columns, candidates[index]) for index in picked],
        "outputs": golden_outputs(scores.select(kept)),
        "tolerance": tolerance_of(trial.manifest),
    }


def refuse_unsteady(trial: Trial, golden: Golden) -> None:
    """Scores the golden rows by themselves: a model whose answer depends on a row's neighbours cannot be served.

    Raises:
        JobFailed: They differ from what they were in the sample.
    """
    model = trial.chunk.model
    refuse_difference(LoadedModel({**trial.manifest, "golden": golden}, model.estimator, model.classes))


def tolerance_of(manifest: ModelManifest) -> float:
    """How far an output may be off.

    What computes in double precision agrees to about 1e-15 wherever it runs, and sums of many terms to 1e-12. XGBoost
    and ONNX Runtime compute in single precision, and add in an order that depends on processor and threads: 1e-7 a
    term, more after a few layers.
    """
    return _SINGLE if _SINGLE_PRECISION & set(manifest["libraries"]) else _DOUBLE


def _distinct(trial: Trial, entry_of: dict[int, int]) -> list[int]:
    """Positions among the parsed rows that have a score, are storable, and equal no earlier one."""
    columns = _columns(trial)
    seen: set[tuple[Any, ...]] = set()
    found = []
    for position, row in enumerate(trial.rows):
        if row not in entry_of:
            continue
        cells = tuple(_cells(columns, position))
        if cells not in seen and _is_storable(cells):
            seen.add(cells)
            found.append(position)
    # Positions ascend, and so do the entries of the scores: the order that golden_outputs keeps.
    return found


def _is_storable(cells: Iterable[Any]) -> bool:
    """JSON has no infinity; a long text is somebody's words, and no test needs all of them."""
    return not any(
        (isinstance(cell, float) and np.isinf(cell)) or (isinstance(cell, str) and len(cell) > _LONGEST_TEXT)
        for cell in cells
    )


def _picked(trial: Trial, entries: np.ndarray[Any, np.dtype[np.int64]]) -> set[int]:
    """Indexes into the candidates."""
    scores = trial.chunk.scores
    order = np.arange(len(entries)) if scores.headline is None else np.argsort(scores.headline[entries], kind="stable")
    spread = _VECTORS if scores.vectors is not None else _SPREAD
    places = np.unique(np.linspace(0, len(order) - 1, spread).round().astype(int))
    picked = {int(order[place]) for place in places}
    if trial.manifest["output"]["kind"] in ("binary", "multiclass", "cluster") and scores.predictions is not None:
        labels = {scores.predictions[int(entries[index])] for index in picked}
        for index, entry in enumerate(entries.tolist()):
            if len(picked) >= _LABELS:
                break
            if scores.predictions[entry] not in labels:
                labels.add(scores.predictions[entry])
                picked.add(index)
    return picked


def _columns(trial: Trial) -> list[tuple[Feature, list[Any]]]:
    """As lists: a cell of one is at hand a hundred times sooner than that of a frame."""
    return [(feature, trial.features[feature["name"]].tolist()) for feature in trial.manifest["features"]]


def _cells(columns: list[tuple[Feature, list[Any]]], position: int) -> list[Any]:
    return [_cell(values[position], feature) for feature, values in columns]


def _cell(value: Any, feature: Feature) -> Any:
    if pd.isna(value):
        return None
    if feature["type"] == "boolean":
        return bool(value)
    return float(value) if feature["type"] in ("float", "integer") else str(value)
