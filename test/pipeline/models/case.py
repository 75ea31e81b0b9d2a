"""One model of the matrix: its file, rows to publish and to drop, and what its own library makes of them."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

ID = "id"
SAMPLED = 60
"""Rows that the model is published with; the others are dropped."""

Row = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """A model, and what is asked of dropscore with it."""

    name: str
    table: pd.DataFrame
    """The columns of a drop, without the id."""
    write: Callable[[Path], Path]
    """Writes the model into a folder; answers the path to publish."""
    expected: Callable[[pd.DataFrame], list[Row]]
    """What the library itself makes of dropped rows, as it reads them with `pandas.read_csv`: fields of a score."""
    publish: Sequence[str] = ()
    """Further arguments of `dropscore model publish`."""
    code: str | None = None
    """A package beside this file, shipped with `--code`."""
    kind: str = "regression"
    runtime: str = "classic"
    tolerance: float = 1e-9
    """Of a number, absolute below 1 and relative above."""
    statistics: Mapping[str, Any] = field(default_factory=dict)
    """Further fields of the job's statistics."""


def write(case: Case, out: Path) -> Row:
    """Writes `<out>/<case>/` with the model, `sample.csv`, `drop.csv` and `expected.json`; answers its index entry."""
    folder = out / case.name
    folder.mkdir(parents=True)
    table = case.table.reset_index(drop=True)
    table.insert(0, ID, [f"{case.name}-{number:03d}" for number in range(len(table))])
    table.head(SAMPLED).to_csv(folder / "sample.csv", index=False)
    table.tail(len(table) - SAMPLED).to_csv(folder / "drop.csv", index=False)
    artifact = case.write(folder)
    dropped = pd.read_csv(folder / "drop.csv")
    rows = [
        {"recordId": id_, **row} for id_, row in zip(dropped[ID], case.expected(dropped.drop(columns=ID)), strict=True)
    ]
    (folder / "expected.json").write_text(json.dumps(rows), encoding="utf-8")
    code = ["--code", str((Path(__file__).parent / case.code).resolve())] if case.code else []
    return {
        "name": case.name,
        "artifact": str(artifact),
        "publish": [*case.publish, *code],
        "kind": case.kind,
        "runtime": case.runtime,
        "tolerance": case.tolerance,
        "statistics": dict(case.statistics),
    }


def numbers(values: Any) -> list[Row]:
    """A regression's scores."""
    return [{"prediction": float(value)} for value in np.asarray(values).reshape(-1)]


def binary(positive: Any, probabilities: Any, other: Any) -> list[Row]:
    """Of the probability of the positive class: the likelier class is predicted."""
    return [
        {"prediction": positive if value > 0.5 else other, "score": float(value)}  # noqa: PLR2004 - the likelier of two
        for value in np.asarray(probabilities).reshape(-1)
    ]


def multiclass(classes: Sequence[Any], probabilities: Any) -> list[Row]:
    """The likeliest class, its probability, and all of them."""
    return [
        {
            "prediction": classes[int(np.argmax(row))],
            "score": float(np.max(row)),
            "probabilities": {str(name): float(value) for name, value in zip(classes, row, strict=True)},
        }
        for row in np.asarray(probabilities)
    ]
