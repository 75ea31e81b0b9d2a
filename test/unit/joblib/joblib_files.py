"""Prints joblib files, one JSON a line: {name, bytes (base64)}: the corpus of older libraries, then what is made here.

The names of the corpus begin with their set's; a cell of those called `counted` holds its place, row by row.
"""

import base64
import io
import json
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pandas as pd

SETS = sorted((Path(__file__).parents[3] / "python-predictor/corpus").glob("*.zip"))
COUNTED = np.arange(35.0).reshape(7, 5)


class Pipe(io.BytesIO):
    """Has no position: joblib does not align what it writes to it."""

    def tell(self) -> int:
        raise io.UnsupportedOperation


def corpus() -> Iterator[tuple[str, bytes]]:
    for path in SETS:
        with zipfile.ZipFile(path) as packed:
            for name in json.loads(packed.read("expected.json"))["files"]:
                yield f"{path.stem}: {name}", packed.read(name)


def dumped(value: Any, target: io.BytesIO | None = None, **options: Any) -> bytes:
    file = target or io.BytesIO()
    joblib.dump(value, file, **options)
    return file.getvalue()


def made() -> Iterator[tuple[str, bytes]]:
    for protocol in range(6):
        yield f"counted, protocol {protocol}", dumped(COUNTED, protocol=protocol)
    for kind in ("f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8"):
        for order in "<>":
            yield f"counted, {order}{kind}", dumped(COUNTED.astype(f"{order}{kind}"))
    yield "counted, to a pipe", dumped(COUNTED, Pipe())
    yield "counted, a matrix", dumped(np.matrix(COUNTED))
    with tempfile.NamedTemporaryFile() as file:
        mapped = np.memmap(file.name, np.float64, "w+", shape=COUNTED.shape)
        mapped[:] = COUNTED
        yield "counted, mapped", dumped(mapped)
    yield "truths", dumped(COUNTED > 9)  # noqa: PLR2004
    for shape in ((0, 0), (0, 5), (1, 1), (300, 1), (70_000, 1), (1, 300), (2**31, 0), (2**45, 0), (0, 2**33)):
        yield f"of shape {shape}", dumped(np.zeros(shape, "i1"))
    yield "more behind it", dumped((COUNTED,))
    for name, value in elsewhere().items():
        yield f"elsewhere: {name}", dumped(value)


def elsewhere() -> dict[str, Any]:
    return {
        "too long": np.zeros((2**46, 0)),
        "fortran": np.asfortranarray(COUNTED),
        "three dimensions": np.zeros((2, 2, 2)),
        "complex": COUNTED.astype(complex),
        "wide": COUNTED.astype(np.longdouble),
        "times": np.zeros((2, 2), "M8[ns]"),
        "objects": COUNTED.astype(object),
        "a record": np.zeros((2, 2), [("a", "f8")]),
        "in a dict": {"x": COUNTED},
        "twice": [COUNTED, COUNTED],
        "after a text": ["text", COUNTED],
        "a frame": pd.DataFrame(COUNTED),
        "masked": np.ma.masked_array(COUNTED),
    }


if __name__ == "__main__":
    for files in (corpus(), made()):
        for name, data in files:
            print(json.dumps({"name": name, "bytes": base64.b64encode(data).decode()}))
