"""Sparse matrices of scipy, made dense: models of this service take rows of numbers."""

from typing import Any

import numpy as np

from ..inert.values import Call
from .arrays import Array
from .bounds import Account
from .made import entries, state
from .refusal import Refused

_FORMATS = {f"{form}_{kind}": form for form in ("csr", "csc", "coo") for kind in ("matrix", "array")}
_BESIDE = frozenset(
    {"_shape", "data", "maxprint", "has_canonical_format", "_has_canonical_format", "_has_sorted_indices"}
)
_COO = frozenset({"coords", "row", "col"})
_COMPRESSED = frozenset({"indptr", "indices"})
_NUMBER_COST = 48
"""Its row, its column and what it lies behind, as numpy takes them for places."""
_START_COST = 24


def sparse_format(value: Any) -> str | None:
    """`csr`, `csc` or `coo`; None for what is no sparse matrix."""
    if type(value) is not Call or not value.callee.module.startswith("scipy.sparse"):
        return None
    return _FORMATS.get(value.callee.name, "other")


def dense(value: Call, account: Account) -> Array:
    """All numbers, zeros included; those that stand at one place are added, as scipy does.

    Raises:
        Refused: There is no memory for all zeros, or the parts do not fit together.
    """
    form = sparse_format(value)
    if form == "other":
        raise Refused("The file holds a sparse matrix that is neither csr, csc nor coo; call tocsr() first.")
    parts = entries(state(value, _odd()), _BESIDE | (_COO if form == "coo" else _COMPRESSED), _odd())
    shape, data = parts.get("_shape"), _vector(parts.get("data"))
    if type(shape) is not tuple or len(shape) != 2 or not all(type(n) is int and 0 <= n < 1 << 40 for n in shape):  # noqa: PLR2004
        raise _odd()
    if data.dtype.kind not in "biuf":
        raise Refused("The sparse matrix holds no numbers; convert it first.")
    account.columns(shape[1])
    account.take(shape[0] * shape[1] * data.itemsize + len(data) * _NUMBER_COST)
    rows, columns = _places(form, parts, shape, account)
    for places, length in ((rows, shape[0]), (columns, shape[1])):
        if len(places) != len(data) or (len(places) and not 0 <= int(places.min()) <= int(places.max()) < length):
            raise _odd()
    full = np.zeros(shape, data.dtype, order="F")
    np.add.at(full, (rows, columns), data)
    return full


def _places(form: str | None, parts: dict[str, Any], shape: tuple[int, ...], account: Account) -> tuple[Array, Array]:
    """The row and the column of each number."""
    if form == "coo":
        if "coords" in parts and ("row" in parts or "col" in parts):
            raise _odd()
        coordinates = parts.get("coords", (parts.get("row"), parts.get("col")))
        if type(coordinates) is not tuple or len(coordinates) != 2:  # noqa: PLR2004
            raise _odd()
        return _integers(coordinates[0]), _integers(coordinates[1])
    starts, inner = _integers(parts.get("indptr")), _integers(parts.get("indices"))
    account.take(len(starts) * _START_COST)
    lengths = np.diff(starts)
    outer = shape[0] if form == "csr" else shape[1]
    if len(starts) != outer + 1 or starts[0] != 0 or (lengths < 0).any() or starts[-1] != len(inner):
        raise _odd()
    outers = np.repeat(np.arange(outer), lengths)
    return (outers, inner) if form == "csr" else (inner, outers)


def _integers(value: Any) -> Array:
    array = _vector(value)
    if array.dtype.kind != "i":
        raise _odd()
    return array


def _vector(value: Any) -> Array:
    if not isinstance(value, np.ndarray) or value.ndim != 1:
        raise _odd()
    return value


def _odd() -> Refused:
    return Refused("The sparse matrix is not as scipy writes it; save it again.")
