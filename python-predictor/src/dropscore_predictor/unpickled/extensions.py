"""What pandas' own arrays are made of, where no part of them says anything else than the values do."""

from typing import Any, NamedTuple

import numpy as np

from ..inert.values import Call
from .arrays import Array, fields, numpy_type
from .made import arguments, entries, only_one, pandas_class, state
from .refusal import Refused

BACKED = frozenset({"DatetimeArray", "StringArray", "StringArrayNumpySemantics", "PandasArray", "NumpyExtensionArray"})
MASKED = {"IntegerArray": "iu", "FloatingArray": "f", "BooleanArray": "b"}
ARROW = frozenset({"ArrowStringArray", "ArrowStringArrayNumpySemantics", "ArrowExtensionArray"})
_KEPT = frozenset({"_ndarray", "_codes", "_data"})
_BESIDE = frozenset({"_freq", "_cache", "_readonly"})
_RESOLUTIONS = {"s": 7, "ms": 8, "us": 9, "ns": 10}


class ArrowParts(NamedTuple):
    """What pandas wraps around an array of Arrow."""

    array: Any
    alias: str | None
    """The type that it must have, as Arrow's own name; None for a type of texts."""
    numpy_dtype: np.dtype[Any] | None
    """What pandas makes of it where no value is null, if that was asked for."""


def odd(where: str) -> Refused:
    """The refusal of what pandas would have written otherwise."""
    return Refused(f"{where} is not as pandas writes it; save it again, as a DataFrame of numbers and texts.")


def unwrapped(value: Any, where: str) -> Any:
    """The array that an array of pandas is a thin layer around; anything else as it is."""
    name = pandas_class(value)
    if name not in BACKED:
        return value
    dtype, array = backed(value, where)
    if pandas_class(dtype) == "DatetimeTZDtype":
        raise Refused(f"{where} has a time zone; save it without one: .dt.tz_convert(None).")
    if name == "DatetimeArray" and (array.dtype.kind != "M" or numpy_type(dtype).newbyteorder("=") != array.dtype):
        raise odd(where)
    if name.startswith("StringArray") and (array.dtype.kind != "O" or pandas_class(dtype) != "StringDtype"):
        raise odd(where)
    return array


def backed(value: Call, where: str) -> tuple[Any, Array]:
    """The dtype and the array of what pandas 1.4 and later keep as a tuple, and earlier ones as a dict."""
    kept = state(value, odd(where))
    if type(kept) is tuple and len(kept) in (2, 3):
        beside = entries(kept[2], _BESIDE, odd(where)) if len(kept) == 3 else {}  # noqa: PLR2004
        parts = kept[:2]
    else:
        beside = entries(kept, {"_dtype"} | _KEPT | _BESIDE, odd(where))
        parts = (beside.get("_dtype"), only_one(beside, _KEPT, odd(where)))
    arrays = [part for part in parts if isinstance(part, np.ndarray)]
    dtypes = [part for part in parts if type(part) is Call]
    if len(arrays) != 1 or len(dtypes) != 1:
        raise odd(where)
    _check_cache(beside.get("_cache"), arrays[0], where)
    return dtypes[0], arrays[0]


def masked(value: Call, where: str) -> tuple[Array, Array]:
    """The numbers or truths, and where there are none."""
    parts = entries(state(value, odd(where)), {"_data", "_mask", "_dtype"} | _BESIDE, odd(where))
    data, mask = parts.get("_data"), parts.get("_mask")
    if not isinstance(data, np.ndarray) or not isinstance(mask, np.ndarray):
        raise odd(where)
    if data.ndim != 1 or data.shape != mask.shape or mask.dtype != np.bool_:
        raise odd(where)
    if data.dtype.kind not in MASKED.get(pandas_class(value) or "", ""):
        raise odd(where)
    if "_dtype" in parts:
        _check_dtype(parts["_dtype"], data, where)
    _check_cache(parts.get("_cache"), data, where)
    return data, mask


def categorical(value: Call, where: str) -> tuple[Any, Array]:
    """The index of the categories, and the code of each row."""
    dtype, codes = backed(value, where)
    if pandas_class(dtype) != "CategoricalDtype":
        raise odd(where)
    return entries(state(dtype, odd(where)), {"categories", "ordered"}, odd(where)).get("categories"), codes


def arrow(value: Call, where: str) -> ArrowParts:
    """The array of Arrow, and the type that pandas says it has."""
    parts = entries(state(value, odd(where)), {"_pa_array", "_data", "_dtype"} | _BESIDE, odd(where))
    array = only_one(parts, ("_pa_array", "_data"), odd(where))
    if (
        "_cache" in parts
        and entries(parts["_cache"], {"_can_hold_na"}, odd(where)).get("_can_hold_na", True) is not True
    ):
        raise odd(where)
    dtype = parts.get("_dtype")
    if pandas_class(dtype) == "StringDtype":
        return ArrowParts(array, None, None)
    if pandas_class(dtype) != "ArrowDtype":
        raise odd(where)
    inner = entries(state(dtype, odd(where)), {"pyarrow_dtype", "storage", "_storage", "_cache"}, odd(where))
    return ArrowParts(array, alias(inner.get("pyarrow_dtype"), odd(where)), _numpy_dtype(inner))


def alias(kind: Any, otherwise: Refused) -> str:
    """Arrow's own name of a type."""
    if type(kind) is not Call or kind.callee.text != "pyarrow.lib:type_for_alias":
        raise otherwise
    name = arguments(kind, 1, otherwise)[0]
    if type(name) is not str:
        raise otherwise
    return name


def _check_cache(cache: Any, array: Array, where: str) -> None:
    """What pandas computed from the values and kept beside them must be of these values: it is not computed again."""
    unit = np.datetime_data(array.dtype)[0] if array.dtype.kind == "M" else None
    resolution = _RESOLUTIONS.get(unit or "")
    expected = {"_can_hold_na": True, "ndim": array.ndim, "unit": unit, "_creso": resolution, "_reso": resolution}
    for key, value in (fields(cache) if cache is not None else {}).items():
        if key == "dtype":
            _check_dtype(value, array, where)
        elif key != "nbytes" and (type(value) not in (bool, int, str) or value != expected.get(key)):
            raise odd(where)


def _check_dtype(dtype: Any, array: Array, where: str) -> None:
    """Of a masked array: the class of its type, which says what its numbers are."""
    kind = {"i": "Int", "u": "UInt", "f": "Float", "b": "Boolean"}[array.dtype.kind]
    size = "" if kind == "Boolean" else str(8 * array.dtype.itemsize)
    if pandas_class(dtype) != f"{kind}{size}Dtype" or dtype.args:
        raise odd(where)
    kept = entries(dtype.state, {"_cache"}, odd(where)) if dtype.built else {}
    numpy_dtype = _numpy_dtype(kept)
    if numpy_dtype is not None and numpy_dtype != array.dtype:
        raise odd(where)


def _numpy_dtype(kept: dict[str, Any]) -> np.dtype[Any] | None:
    """What a type of pandas keeps as numpy's type for it."""
    cached = fields(kept["_cache"]) if "_cache" in kept else {}
    return numpy_type(cached["numpy_dtype"]).newbyteorder("=") if "numpy_dtype" in cached else None
