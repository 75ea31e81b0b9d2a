"""Writes joblib files that are full of one word, for `logs.test.ts`: a frame, and what cannot be decoded.

python canary_files.py FOLDER CANARY
"""

import sys
from pathlib import Path

import joblib
import pandas as pd


class Refused:
    """Nothing that the decoder knows; unpickling it would raise with the word."""

    def __init__(self, canary: str) -> None:
        self.canary = canary

    def __reduce__(self) -> tuple[type, tuple[str]]:
        return float, (f"{self.canary} is no number",)


def main(folder: Path, canary: str) -> None:
    columns = pd.read_csv("sample-data/breast_cancer.csv", nrows=0).columns
    cells = pd.DataFrame({name: [f"{canary}-{name}"] * 3 for name in columns} | {canary: [canary] * 3})
    joblib.dump(cells, folder / "cells.joblib", compress=3)
    joblib.dump({canary: Refused(canary)}, folder / "refused.joblib")
    whole = (folder / "cells.joblib").read_bytes()
    (folder / "broken.joblib").write_bytes(whole[: len(whole) // 2])


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
