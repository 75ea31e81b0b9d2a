"""The sample tables: real ones that scikit-learn ships, and a large one with errors planted in known places."""

import csv
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
from sklearn.datasets import load_breast_cancer, load_diabetes

ID_COLUMN = "sample_id"
NOTE_COLUMN = "note"
"""A column that no model uses: fan-out says so, and scoring ignores it."""

SPOILED_ROWS = 50_000
SEED = 20261120


def breast_cancer() -> Any:
    """569 tumours with 30 measurements each; target 0 is malignant, 1 benign."""
    return load_breast_cancer(as_frame=True)


def breast_cancer_ids() -> list[str]:
    """Ours: the original table has none."""
    return [f"BC-{number:04d}" for number in range(1, len(breast_cancer().data) + 1)]


def diabetes() -> Any:
    """442 patients with ten measurements each, unscaled; the target is the disease's progression."""
    return load_diabetes(as_frame=True, scaled=False)


def write_breast_cancer(path: Path) -> None:
    """The 569 real rows, with ids."""
    data: pd.DataFrame = breast_cancer().data
    data.insert(0, ID_COLUMN, breast_cancer_ids())
    data.to_csv(path, index=False, lineterminator="\n")


def write_diabetes(path: Path) -> None:
    """The 442 real rows."""
    diabetes().data.to_csv(path, index=False, lineterminator="\n")


Row = list[str]
Spoil = Callable[[Row, int], Row]
"""Spoils a row; the number is the position of the cell to spoil."""


def _with(text: str) -> Spoil:
    return lambda row, cell: [*row[:cell], text, *row[cell + 1 :]]


SPOILS: tuple[tuple[str, int, Spoil], ...] = (
    ("not_a_number", 40, _with("n/k")),
    ("not_a_number", 25, _with("12,5")),
    ("not_a_number", 15, _with("1.2.3")),
    ("missing_value", 30, _with("")),
    ("missing_value", 10, _with("NA")),
    ("refused_by_model", 20, _with("inf")),
    ("refused_by_model", 5, _with("-Infinity")),
    ("too_few_fields", 25, lambda row, cell: [*row[:cell], *row[cell + 1 :]]),
    ("too_many_fields", 25, lambda row, cell: [*row[:cell], "0", *row[cell:]]),
    ("missing_id", 10, lambda row, _: ["", *row[1:]]),
)
"""What is planted: the code that it must end with, in how many rows, and how a row is spoiled."""

NOTES = ("seen twice,\nonce at night", 'the "second" sample', "", "recounted\r\n\r\nby hand")
"""Texts that are fine, though lines and fields seem to end in them."""

NOTED_ROWS = 40
_RAGGED = ("too_few_fields", "too_many_fields")


def write_spoiled(path: Path) -> None:
    """Real rows drawn again and again, with errors planted, and `<name>.expected.json` beside it.

    That file holds `rows`, `scored`, `counts` by code, and `errors` with row, line, code and, where it has one, column.
    """
    chance = random.Random(SEED)  # noqa: S311 - data, no secret
    header, rows = _resampled(chance)
    planted = _plant(chance, header, rows)
    lines = _write(path, header, rows)
    errors = [{"row": row, "line": lines[row], **planted[row]} for row in sorted(planted)]
    counts: dict[str, int] = {}
    for error in errors:
        counts[error["code"]] = counts.get(error["code"], 0) + 1
    expected = {"rows": len(rows), "scored": len(rows) - len(errors), "counts": counts, "errors": errors}
    path.with_suffix(".expected.json").write_text(json.dumps(expected, indent=1) + "\n", encoding="utf-8")


def _resampled(chance: random.Random) -> tuple[Row, list[Row]]:
    data: pd.DataFrame = breast_cancer().data
    cells = [[repr(value) for value in row] for row in data.to_numpy().tolist()]
    rows = [[f"S-{number:06d}", *chance.choice(cells), ""] for number in range(SPOILED_ROWS)]
    for row in chance.sample(rows, NOTED_ROWS):
        row[-1] = chance.choice(NOTES)
    return [ID_COLUMN, *data.columns, NOTE_COLUMN], rows


def _plant(chance: random.Random, header: Row, rows: list[Row]) -> dict[int, dict[str, Any]]:
    """Spoils rows in place: the first and the last among them, as borders are where counting goes wrong."""
    total = sum(count for _, count, _ in SPOILS)
    inner = chance.sample(range(1, len(rows) - 1), total - 2)
    places = [0, *inner, len(rows) - 1]
    chance.shuffle(places)
    planted: dict[int, dict[str, Any]] = {}
    for code, count, spoil in SPOILS:
        for row in [places.pop() for _ in range(count)]:
            cell = chance.randrange(1, len(header) - 1)
            rows[row] = spoil(rows[row], cell)
            column = None if code in _RAGGED else ID_COLUMN if code == "missing_id" else header[cell]
            planted[row] = {"code": code} if column is None else {"code": code, "column": column}
    return planted


def _write(path: Path, header: Row, rows: list[Row]) -> list[int]:
    """Writes the table; tells the line on which each row begins, where CR, LF and CRLF end one, quoted or not."""
    lines: list[int] = []
    line = 2
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        for row in rows:
            writer.writerow(row)
            lines.append(line)
            line += 1 + sum(cell.replace("\r\n", "\n").count("\n") for cell in row)
    return lines
