"""Writes features as people save them, with the libraries that are installed here, and what these load back.

Runs in each environment of `build.py`, so it is Python 3.7: `python write.py FOLDER`.
"""

import io
import json
import sys
import warnings
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
import scipy.sparse as sp

warnings.simplefilter("ignore")
ROWS = 6
RANDOM = np.random.RandomState(0)
NUMBERS = RANDOM.rand(ROWS, 3)
TEXTS = ["u", "größe", None] * (ROWS // 3)
FRAME = pd.DataFrame(NUMBERS, columns=["a", "b", "c"])
WHEN = pd.date_range("2020-01-01", periods=ROWS, freq="D")
DEFAULT_NAMES = [None] * 3


def arrays():
    values = {
        "floats": NUMBERS,
        "floats with nan": np.array([[1.0, np.nan], [np.inf, -0.0]]),
        "float32": NUMBERS.astype("f4"),
        "float16": NUMBERS.astype("f2"),
        "fortran": np.asfortranarray(NUMBERS),
        "a slice": RANDOM.rand(ROWS, 8)[:, ::2],
        "one dimension": NUMBERS[:, 0],
        "truths": NUMBERS > 0.5,
        "big-endian": NUMBERS.astype(">f8"),
        "no rows": np.empty((0, 5)),
        "texts": np.array(["a", "bb", "größe"]),
        "days": np.arange("2020-01-01", "2020-01-07", dtype="M8[D]"),
        "half hours": np.array([1, 2], dtype="M8[30m]"),
        "not a time": np.array(["2020-01-01", "NaT"], dtype="M8[us]"),
        "objects": np.array([["a", 1.0, 1], ["b", None, True], ["", float("nan"), 2**63]], dtype=object),
        "objects, fortran": np.asfortranarray(np.array([["a", 1], ["b", 2], ["c", 3]], dtype=object)),
        "objects of numpy": np.array([np.float64(1.5), np.int8(3), np.bool_(True), None], dtype=object),
        "a matrix": np.matrix([[1.0, 2.0]]),
    }
    for kind in ("i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8"):
        values[kind] = np.array([[0, 1], [np.iinfo(kind).min, np.iinfo(kind).max]], dtype=kind)
    return values


def frames():
    values = {
        "frame": FRAME,
        "frame of many types": FRAME.assign(i=np.arange(ROWS), t=NUMBERS[:, 0] > 0.5, f=np.float32(1), z="x"),
        "frame of default names": pd.DataFrame(NUMBERS),
        "frame of numbered names": pd.DataFrame(NUMBERS, columns=[3, 1, 7]),
        "frame of no rows": FRAME.iloc[:0],
        "frame of no columns": FRAME[[]],
        "texts of a frame": pd.DataFrame({"x": NUMBERS[:, 0], "s": TEXTS}),
        "objects of a frame": pd.DataFrame({"s": pd.Series(TEXTS, dtype=object), "n": [1, 2.5, True] * 2}),
        "objects with nan": pd.DataFrame({"s": pd.Series(["a", float("nan")] * 3, dtype=object)}),
        "string": pd.DataFrame({"s": pd.array(TEXTS, dtype="string")}),
        "categories": pd.DataFrame({"c": pd.Categorical(TEXTS), "d": pd.Categorical(["p", "q", "p"] * 2)}),
        "ordered categories": pd.DataFrame({"c": pd.Categorical(list("uvuvuv"), ["v", "u"], ordered=True)}),
        "categories of numbers": pd.DataFrame({"c": pd.Categorical([1, 2, None] * 2)}),
        "times": pd.DataFrame({"t": WHEN, "u": WHEN.where(WHEN.day != 2)}),
        "nullable": pd.DataFrame(
            {"i": pd.array([1, None, 3] * 2, dtype="Int64"), "b": pd.array([True, None, False] * 2, dtype="boolean")}
        ),
        "nullable, nothing null": pd.DataFrame({"i": pd.array(range(ROWS), dtype="UInt8")}),
        "index of texts": FRAME.set_index(pd.Index(["id%d" % n for n in range(ROWS)], name="id")),
        "index of integers": FRAME.set_index(pd.Index(np.arange(ROWS) * 3 + 1, name="id")),
        "index of floats": FRAME.set_index(pd.Index(np.arange(ROWS) * 0.5)),
        "index of times": FRAME.set_index(WHEN),
        "index of categories": FRAME.set_index(pd.CategoricalIndex(list("uvuvuv"))),
        "index of a range": FRAME.set_index(pd.RangeIndex(10, 10 + 2 * ROWS, 2)),
        "filtered": FRAME[FRAME.a > 0.5],
        "named range": FRAME.rename_axis("n"),
        "from csv": pd.read_csv(io.StringIO(FRAME.assign(k=["q", "w"] * 3).to_csv(index=False))),
        "columns in many blocks": pd.concat([FRAME, FRAME.rename(columns=str.upper)], axis=1),
        "a column inserted": inserted(),
        "series": FRAME.a,
        "series of texts": pd.Series(["a", "b"]),
        "series without name": pd.Series([1, 2, 3]),
        "series of times": pd.Series(WHEN, name="t"),
    }
    if hasattr(pd, "Float64Dtype"):
        values["nullable floats"] = pd.DataFrame({"f": pd.array([1.5, None, 2.0] * 2, dtype="Float64")})
    for kind in ("string[pyarrow]", "int64[pyarrow]", "double[pyarrow]", "bool[pyarrow]"):
        try:
            cells = {"s": TEXTS, "i": [1, None, 3] * 2, "d": [1.0, None, 2.5] * 2, "b": [True, None, False] * 2}
            values[kind] = pd.DataFrame({"x": pd.array(cells[kind[0]], dtype=kind)})
            values[kind + ", cut"] = values[kind].iloc[1:5]
            values[kind + ", in chunks"] = pd.concat([values[kind], values[kind].iloc[2:]], ignore_index=True)
        except (ImportError, TypeError):
            pass
    return values


def inserted():
    frame = FRAME.copy()
    frame.insert(1, "i", np.arange(ROWS))
    frame["z"] = 1.5
    return frame


def others():
    csr = sp.random(ROWS, 4, 0.4, format="csr", random_state=0)
    values = {
        "csr": csr,
        "csc": csr.tocsc(),
        "coo": csr.tocoo(),
        "coo with repeats": sp.coo_matrix(([1, 2, 4], ([0, 0, 1], [1, 1, 0])), shape=(3, 2)),
        "list of rows": [[1.5, "a", 1], [2.5, "b", 2]],
        "list of tuples": [(1, 2.0, True), (3, 4.0, False)],
        "list of arrays": [NUMBERS[0], NUMBERS[1]],
        "list of dicts": [{"a": 1.5, "b": "x"}, {"a": 2.5, "b": None}],
        "list of numbers": [1.5, 2.5],
        "dict of arrays": {"x": NUMBERS[:, 0], "i": np.arange(ROWS)},
        "dict of lists": {"x": [1.5, 2.5], "s": ["a", "b"]},
        "dict of series": {"x": FRAME.a, "y": FRAME.b},
    }
    if hasattr(sp, "csr_array"):
        values["csr array"] = sp.csr_array(csr)
        values["csc array"] = sp.csc_array(csr)
        values["coo array"] = sp.coo_array(csr)
    return values


def refused():
    """What no model takes, by a part of the refusal."""
    several = pd.MultiIndex.from_product([range(3), ["a", "b"]])
    return {
        "a record": (np.zeros(5, dtype=[("a", "f8"), ("b", "i4")]), "records"),
        "complex": (np.array([1j]), "complex"),
        "bytes": (np.array([b"a"]), "bytes"),
        "wide floats": (np.array([1], dtype=np.longdouble), "64 bits"),
        "three dimensions": (np.zeros((2, 2, 2)), "dimensions"),
        "time differences": (pd.DataFrame({"x": 1.0, "took": pd.to_timedelta([1, 2], unit="s")}), "Column 2 'took'"),
        "a time zone": (pd.DataFrame({"t": WHEN.tz_localize("UTC")}), "Column 1 't' has a time zone"),
        "a named time zone": (pd.DataFrame({"t": WHEN.tz_localize("Europe/Paris")}), ""),
        "datetime objects": (pd.DataFrame({"t": pd.Series(list(WHEN), dtype=object)}), "holds datetime objects"),
        "periods": (pd.DataFrame({"p": pd.period_range("2020", periods=3, freq="D")}), "Column 1 'p'"),
        "intervals": (pd.DataFrame({"p": pd.interval_range(0, 3)}), "Column 1 'p'"),
        "several levels": (FRAME.set_index(several), "reset_index"),
        "several levels of columns": (FRAME.T.set_index(several[:3]).T, "levels"),
        "mixed names": (pd.DataFrame({"a": [1], 2: [2]}), "rename"),
        "masked": (np.ma.masked_invalid([1.0, np.nan]), "numpy.ma"),
        "lists in cells": (pd.DataFrame({"x": [[1], [2]]}), "Column 1 'x' holds lists"),
        "large integers": (pd.DataFrame({"x": [2**70]}, dtype=object), "64 bits"),
        "a number": (1.5, "float"),
        "a table in a dict": ({"X": FRAME, "y": FRAME.a}, "Entry 'X'"),
        "a sparse diagonal": (sp.eye(3), "tocsr"),
    }


def described(value):
    """As `described` of the tests has a table: names, types and values."""
    index = None
    if isinstance(value, pd.Series):
        index, value = value.index, pd.DataFrame({value.name: value} if value.name is not None else value)
    if isinstance(value, pd.DataFrame):
        index = value.index
        columns = [
            column(name if isinstance(name, str) else None, value.iloc[:, place])
            for place, name in enumerate(value.columns)
        ]
        is_default = isinstance(index, pd.RangeIndex) and index.name is None and (index.start, index.step) == (0, 1)
        return {"rows": len(value), "columns": columns, "index": None if is_default else column(index.name, index)}
    if sp.issparse(value):
        value = value.toarray()
    if isinstance(value, list):
        value = listed(value)
        return value if isinstance(value, dict) else plain(value)
    if isinstance(value, dict):
        return named({name: pd.Series(cells) for name, cells in value.items()})
    return plain(np.asarray(value))


def listed(rows):
    if isinstance(rows[0], dict):
        return named({name: pd.Series([row[name] for row in rows]) for name in rows[0]})
    if isinstance(rows[0], (list, tuple)):
        columns = [column(None, pd.Series([row[place] for row in rows])) for place in range(len(rows[0]))]
        return {"rows": len(rows), "columns": columns, "index": None}
    return np.array(rows)


def named(columns):
    lengths = [len(cells) for cells in columns.values()]
    return {
        "rows": lengths[0],
        "columns": [column(name, cells) for name, cells in columns.items()],
        "index": None,
    }


def plain(array):
    by_row = array.reshape(-1, 1) if array.ndim == 1 else array
    columns = [column(None, np.asarray(by_row[:, place]).ravel()) for place in range(by_row.shape[1])]
    return {"rows": len(array), "columns": columns, "index": None}


def column(name, values):
    dtype = values.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        kind = kind_of(dtype.categories.dtype)
        cells = [None if pd.isna(cell) else cell for cell in values]
    elif isinstance(dtype, np.dtype) and dtype.kind == "M":
        kind, cells = kind_of(dtype), np.asarray(values).view("i8")
    else:
        kind, cells = kind_of(dtype), list(values)
        if kind == "O" or not isinstance(dtype, np.dtype):
            cells = [None if pd.isna(cell) else cell for cell in cells]
    return {"name": name, "type": kind, "values": [python(cell) for cell in cells]}


def kind_of(dtype):
    if not isinstance(dtype, np.dtype):
        dtype = getattr(dtype, "numpy_dtype", np.dtype(object))
    if dtype.kind == "M":
        return dtype.str[1:]
    return "O" if dtype.kind in "OU" else dtype.str[1:]


def python(cell):
    return cell.item() if isinstance(cell, np.generic) else cell


def main(folder):
    libraries = {"numpy": np, "pandas": pd, "joblib": joblib}
    expected = {"libraries": {name: module.__version__ for name, module in libraries.items()}, "files": {}}
    accepted = dict(arrays(), **frames())
    accepted.update(others())
    writes = [(name, value, {}) for name, value in accepted.items()]
    for kind in ("zlib", "gzip", "bz2", "lzma", "xz"):
        for name in ("floats", "texts of a frame"):
            writes.append(("%s, %s" % (name, kind), accepted[name], {"compress": (kind, 3)}))
    for protocol in (2, 3, 4):
        for name in ("floats", "frame of many types", "objects"):
            writes.append(("%s, protocol %d" % (name, protocol), accepted[name], {"protocol": protocol}))
    for name, value, options in writes:
        path = folder / (name + ".joblib")
        joblib.dump(value, path, **options)
        expected["files"][path.name] = described(joblib.load(path))
    for name, (value, part) in refused().items():
        path = folder / (name + ".joblib")
        joblib.dump(value, path)
        expected["files"][path.name] = {"refused": part}
    (folder / "expected.json").write_text(json.dumps(expected, ensure_ascii=False, indent=0), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
