"""Writes the first rows of a CSV as joblib files, one a kind and a number of rows.

python joblib_files.py FOLDER CSV MISSING_EVERY ROWS...

In frames, every so many rows lack their second feature.
"""

import sys
from pathlib import Path

import joblib
import numpy as np
import pandas as pd

folder, csv, missing_every, *sizes = sys.argv[1:]
whole = pd.read_csv(csv)
spoiled = whole.copy()
spoiled.iloc[:: int(missing_every), 2] = None
for rows in map(int, sizes):
    array = np.ascontiguousarray(whole.iloc[:rows, 1:].to_numpy())
    files = {
        "array": (array, 0),
        "columns-first": (np.asfortranarray(array), 0),
        "frame": (spoiled.iloc[:rows], 0),
        "compressed": (spoiled.iloc[:rows], ("zlib", 1)),
    }
    for kind, (value, compress) in files.items():
        joblib.dump(value, Path(folder) / f"{kind}-{rows}.joblib", compress=compress)
