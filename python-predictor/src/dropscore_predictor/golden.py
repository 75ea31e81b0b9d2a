"""Golden rows: a few rows, and what the model made of them when it was published.

They go through the same code as the rows of a drop, typed as those are. A row that has an error differs.
"""

from typing import Any

import numpy as np
import pandas as pd

from .contracts.types import Feature, GoldenOutput, ModelManifest
from .csv_reader import text_type
from .errors import JobFailed, printable
from .features import csv_cells, csv_type, typed_features
from .loaded_model import LoadedModel
from .row_errors import RowErrors
from .score import score_rows
from .scores import Scores

_NUMERIC = ("regression", "multi")
_SHOWN_LIMIT = 60

Cell = float | str | bool | None


def golden_frame(manifest: ModelManifest, errors: RowErrors | None = None) -> pd.DataFrame:
    """The golden rows as the frame that the model gets; those with a cell that does not fit are left out.

    Args:
        manifest: With golden rows.
        errors: Where the cells that do not fit are added.
    """
    rows = manifest["golden"]["rows"] if "golden" in manifest else []
    return _typed(manifest, rows, RowErrors() if errors is None else errors)[0]


def golden_outputs(scores: Scores) -> list[GoldenOutput]:
    """What a manifest keeps of scores, an entry a scored row."""
    columns: dict[str, Any] = {
        "prediction": scores.predictions,
        "score": None if scores.score is None else scores.score.tolist(),
        "probabilities": None if scores.probabilities is None else scores.probabilities.tolist(),
        "outputs": None if scores.outputs is None else list(map(list, zip(*scores.outputs.values(), strict=True))),
        "vector": None if scores.vectors is None else scores.vectors.tolist(),
    }
    kept = {name: column for name, column in columns.items() if column is not None}
    outputs: list[Any] = [{name: column[index] for name, column in kept.items()} for index in range(len(scores))]
    return outputs


def refuse_difference(model: LoadedModel) -> None:
    """Lets a model pass that makes of its golden rows what it did when it was published; or has none.

    Raises:
        JobFailed: `golden_rows_differ`, with the first difference; also where a row's output depends on the others.
    """
    golden = model.manifest.get("golden")
    if golden is None:
        return
    if len(golden["rows"]) != len(golden["outputs"]):
        raise JobFailed("model_invalid", "The manifest has not as many outputs as golden rows. Publish the model anew.")
    errors = RowErrors()
    frame, rows = _typed(model.manifest, golden["rows"], errors)
    scores = score_rows(model, frame, rows, errors)
    found = dict(zip(scores.rows.tolist(), golden_outputs(scores), strict=True))
    differences = {}
    for row, expected in enumerate(golden["outputs"]):
        if row not in found:
            error = errors.get(row)
            differences[row] = f"has an error: {error['message'] if error else 'it was not scored'}"
        elif difference := _difference(expected, found[row], golden["tolerance"], model.manifest["output"]["kind"]):
            differences[row] = difference
    if differences:
        raise JobFailed("golden_rows_differ", _message(differences, len(golden["outputs"])))
    _refuse_dependence(model, frame, found, golden["tolerance"])


def _refuse_dependence(
    model: LoadedModel, frame: pd.DataFrame, found: dict[int, GoldenOutput], tolerance: float
) -> None:
    """Scores the rows once more, the last first: each must get what it got. None of them has an error."""
    scores = score_rows(model, frame.iloc[::-1].reset_index(drop=True), np.arange(len(frame)), RowErrors())
    again = dict(zip((len(frame) - 1 - scores.rows).tolist(), golden_outputs(scores), strict=True))
    for row, output in found.items():
        other = again.get(row)
        difference = (
            "has an error" if other is None else _difference(output, other, tolerance, model.manifest["output"]["kind"])
        )
        if difference:
            raise JobFailed(
                "golden_rows_differ",
                f"The model's answer for a row depends on the rows beside it or on their order: with the golden rows "
                f"in reverse, row {row} {printable(difference, 200)}. A drop is scored in parts, so publish a model "
                "that answers for each row by itself, in the order of the rows.",
            )


def _typed(
    manifest: ModelManifest, rows: list[list[Cell]], errors: RowErrors
) -> tuple[pd.DataFrame, np.ndarray[Any, np.dtype[np.int64]]]:
    """Cells become columns as the parser gives them, and then features in the very way that a drop's do."""
    features = manifest["features"]
    if any(len(row) != len(features) for row in rows):
        raise JobFailed("model_invalid", "A golden row has not as many cells as there are features. Publish it anew.")
    columns = [(feature, _column(feature, [row[place] for row in rows])) for place, feature in enumerate(features)]
    cells = [(feature, csv_cells(feature, column)) for feature, column in columns]
    return typed_features(cells, np.arange(len(rows)), errors)


def _column(feature: Feature, cells: list[Cell]) -> "pd.Series[Any]":
    column: pd.Series[Any]
    if csv_type(feature) == "float64":
        if any(isinstance(cell, str) for cell in cells):
            message = f"A golden row holds a text for the number '{printable(feature['name'], 80)}'. Publish it anew."
            raise JobFailed("model_invalid", message)
        column = pd.Series([np.nan if cell is None else float(cell) for cell in cells], dtype="float64")
    else:
        column = pd.Series([_text(feature, cell) for cell in cells], dtype=text_type())
    return column


def _text(feature: Feature, cell: Cell) -> Any:
    if cell is None:
        return np.nan
    if feature["type"] == "boolean" and not isinstance(cell, str):
        return "true" if cell else "false"
    return str(cell)


def _difference(expected: GoldenOutput, found: GoldenOutput, tolerance: float, kind: str) -> str | None:
    """The first output that differs, with both values; None where all agree."""
    for name, wanted in expected.items():
        here = found.get(name)
        pairs = list(zip(wanted, here, strict=False)) if isinstance(wanted, list) and isinstance(here, list) else []
        if isinstance(wanted, list) and (not isinstance(here, list) or len(wanted) != len(here)):
            return f"has {len(here) if isinstance(here, list) else 'no'} {name} where it had {len(wanted)}"
        for position, (one, other) in enumerate(pairs or [(wanted, here)]):
            if not _agree(one, other, tolerance, name != "prediction" or kind in _NUMERIC):
                place = f"{name}[{position}]" if pairs else name
                return f"has the {place} {_shown(other)} where it had {_shown(one)}"
    return None


def _agree(one: Any, other: Any, tolerance: float, is_number: bool) -> bool:
    if isinstance(one, bool) or isinstance(other, bool) or isinstance(one, str) or isinstance(other, str):
        return type(one) is type(other) and bool(one == other)
    if other is None or not is_number:
        return bool(one == other)
    return bool(abs(one - other) <= tolerance * max(1.0, abs(one)))


def _shown(value: Any) -> str:
    return printable(f"'{value}'" if isinstance(value, str) else str(value), _SHOWN_LIMIT)


def _message(differences: dict[int, str], total: int) -> str:
    row, first = next(iter(differences.items()))
    return (
        f"The model does not make of its golden rows what it did when it was published: {len(differences)} of {total} "
        f"differ. Golden row {row} {printable(first, 300)}. Publish it anew with the libraries of this runtime, or "
        "for a runtime that has those it was made with."
    )
