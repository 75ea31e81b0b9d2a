"""Writes the feature files that `joblib.test.ts` drops, and what the model makes of what the library loads from them.

    python joblib_files.py FOLDER CANARY

In FOLDER then lie the files, `model.csv` with the same rows, `posts.csv` beside `posts.joblib`, and `expected.json`:
the probability of each row by `model.predict_proba`. The hostile files would touch CANARY if they were unpickled.
"""

import json
import os
import sys
import zlib
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pandas as pd

SAMPLES = Path(".dropscore/sample-data")


class Touch:
    """Unpickled, it touches the canary."""

    def __init__(self, canary: str) -> None:
        self.canary = canary

    def __reduce__(self) -> tuple[Any, ...]:
        return os.system, (f"touch {self.canary}",)


def main(folder: Path, canary: str) -> None:
    csv = pd.read_csv("sample-data/breast_cancer.csv")
    frame = csv.set_index("sample_id")
    array = np.ascontiguousarray(frame.to_numpy())
    files: dict[str, tuple[Any, Any]] = {
        "frame": (frame, 0),
        "compressed": (csv, ("xz", 1)),
        "array": (array, 0),
        "big-endian": (array.astype(">f8"), 0),
        "columns-first": (np.asfortranarray(array), 0),
        "short": (array[:, :29], 0),
        "renamed": (frame.rename(columns={"mean radius": "mean radus"}), 0),
        "spoiled": (spoiled(csv), 0),
        "none": (frame.iloc[:0], 0),
        "times": (frame.assign(**{"mean radius": pd.Timedelta(1)}), 0),
        "unread": (frame.assign(when=pd.Timedelta(1), what=[object] * len(frame)), 0),
        "hostile": (Touch(canary), 0),
        "hostile-compressed": (Touch(canary), ("gzip", 3)),
        "hostile-cells": (pd.DataFrame({"mean radius": [Touch(canary)]}), 0),
    }
    for name, (value, compress) in files.items():
        joblib.dump(value, folder / f"{name}.joblib", compress=compress)
    (folder / "bomb.joblib").write_bytes(zlib.compress(b"\x80\x04" + b"\x8c\x00" * (32 << 20), 6))
    posts = pd.read_csv(SAMPLES / "virality.csv")
    joblib.dump(posts, folder / "posts.joblib")
    (folder / "expected.json").write_text(json.dumps(expected(folder, csv.columns[1:])))


def spoiled(csv: pd.DataFrame) -> pd.DataFrame:
    """A text, a null and an infinity among the numbers, and a missing id."""
    frame = csv.head(6).astype({"mean radius": object})
    frame.loc[0, "mean radius"] = "n/k"
    frame.loc[1, "mean radius"] = None
    frame.loc[2, "mean texture"] = np.inf
    frame.loc[3, "sample_id"] = None
    return frame


def expected(folder: Path, names: Any) -> dict[str, list[float]]:
    manifest = json.loads((SAMPLES / "models/breast-cancer/1/manifest.json").read_text())
    model = joblib.load(SAMPLES / "models/breast-cancer/1/model.joblib")
    place = manifest["output"]["classes"].index(manifest["output"]["positiveClass"])
    scores = {}
    for name in ("frame", "array", "big-endian"):
        loaded = joblib.load(folder / f"{name}.joblib")
        rows = loaded if name == "frame" else pd.DataFrame(loaded, columns=names)
        scores[name] = model.predict_proba(rows)[:, place].tolist()
    return scores


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
