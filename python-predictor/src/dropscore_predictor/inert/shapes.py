"""With what arguments the libraries' own pickles call what they name.

A listed class can do more than models ask of it: `Booster` opens a file by its name, `numpy.dtype` gives back the dtype
that it is given. So calls are held against what pickles of fitted models have.
"""

import re
from collections.abc import Callable
from typing import Any

from .item_types import item_type, text_of_dtype
from .values import OPAQUE, Call, Elements, Name, Opaque, Pairs

Test = Callable[[Any], bool]

_BUILT_IN_BASES = frozenset(f"builtins:{name}" for name in ("object", "dict", "list", "set", "tuple", "float", "int"))
_PICKLE = "numpy.random._pickle:"
_GENERATORS = frozenset(
    [
        "numpy.random._mt19937:MT19937",
        "numpy.random._pcg64:PCG64",
        "numpy.random._pcg64:PCG64DXSM",
        "numpy.random._philox:Philox",
        "numpy.random._sfc64:SFC64",
    ]
)
_MOST_DIMENSIONS = 64
_FRACTION = re.compile(r"-?[0-9]{1,1000}(/[0-9]{1,1000})?")
_LIBRARIES = frozenset(
    [
        "_codecs",
        "_loss",
        "builtins",
        "collections",
        "copyreg",
        "datetime",
        "decimal",
        "fractions",
        "hdbscan",
        "joblib",
        "lightgbm",
        "numpy",
        "pandas",
        "pathlib",
        "re",
        "scipy",
        "sklearn",
        "types",
        "uuid",
        "xgboost",
    ]
)
_TAKE_NUMBERS = frozenset(["_loss", "datetime", "hdbscan", "pandas", "sklearn"])
"""Elsewhere a number may be a size, and the instance as large."""
CONTAINERS = frozenset(
    [
        *(f"builtins:{name}" for name in ("dict", "list", "set")),
        *(f"collections:{name}" for name in ("Counter", "OrderedDict", "defaultdict", "deque")),
        "sklearn.utils._bunch:Bunch",
    ]
)
"""The classes of libraries whose instances take entries one by one."""


def _of(*kinds: type) -> Test:
    return lambda value: type(value) in kinds


def _named(*texts: str) -> Test:
    return lambda value: type(value) is Name and value.text in texts


def _class(value: Any) -> bool:
    return type(value) is Name


def _made_by(*texts: str) -> Test:
    return lambda value: type(value) is Call and value.callee.text in texts


def _either(*tests: Test) -> Test:
    return lambda value: any(test(value) for test in tests)


def _is(*values: Any) -> Test:
    return lambda value: any(value is one or (type(value) is type(one) and value == one) for one in values)


def _lengths(value: Any) -> bool:
    return type(value) is tuple and len(value) <= _MOST_DIMENSIONS and all(type(length) is int for length in value)


def _plain_dtype(value: Any) -> bool:
    return type(value) is Call and value.callee.text == "numpy:dtype" and not item_type(value).has_objects


_number = _of(int, float, bool, type(None))
_bytes = _either(_of(bytes, Opaque), _made_by("_codecs:encode", "builtins:bytes"))
_entries = _of(list, tuple, Pairs, Elements)
_array = _either(
    _is(OPAQUE),
    _made_by(
        *(f"numpy.{c}.{f}" for c in ("_core", "core") for f in ("multiarray:_reconstruct", "numeric:_frombuffer"))
    ),
)
_text = _of(str, Opaque)
_bit_generator = _named(f"{_PICKLE}__bit_generator_ctor")
_random = _either(_of(str), _named(*_GENERATORS), _made_by(f"{_PICKLE}__bit_generator_ctor"))
_cython: list[tuple[Test, ...]] = [(_class, _of(int), _of(type(None), tuple))]
_index = _named(*(f"pandas:{name}" for name in ("Index", "RangeIndex", "DatetimeIndex")))

_SHAPES: dict[str, list[tuple[Test, ...]]] = {
    "_codecs:encode": [(_text, _is("latin1"))],
    "builtins:bytes": [()],
    "builtins:bytearray": [(), (_bytes,), (_text, _is("latin-1"))],
    "builtins:complex": [(_number, _number)],
    "builtins:frozenset": [(), (_entries,)],
    "builtins:range": [(_of(int), _of(int), _of(int))],
    "builtins:set": [(), (_entries,)],
    "builtins:slice": [(lambda _: True,) * 3],
    "collections:Counter": [(), (_entries,)],
    "collections:OrderedDict": [(), (_entries,)],
    "collections:defaultdict": [(), (_either(_class, _is(None)),)],
    "collections:deque": [(), (_entries,), (_entries, _of(int))],
    "copyreg:_reconstructor": [(_class, _named(*_BUILT_IN_BASES), lambda _: True)],
    "datetime:timezone": [(_made_by("datetime:timedelta"),), (_made_by("datetime:timedelta"), _of(str))],
    "datetime:date": [(_bytes,)],
    "datetime:time": [(_bytes,), (_bytes, _made_by("datetime:timezone"))],
    "datetime:datetime": [(_bytes,), (_bytes, _made_by("datetime:timezone"))],
    "decimal:Decimal": [(_of(str),)],
    "fractions:Fraction": [
        (_of(int), _of(int)),
        (lambda value: type(value) is str and _FRACTION.fullmatch(value) is not None,),
    ],
    "numpy:dtype": [(text_of_dtype, _is(False), _is(True))],
    "numpy.ma.core:_mareconstruct": [
        (_named("numpy.ma:MaskedArray", "numpy.ma.core:MaskedArray"), _named("numpy:ndarray"), _lengths, _of(str))
    ],
    f"{_PICKLE}__bit_generator_ctor": [(), (_either(_of(str), _named(*_GENERATORS)),)],
    f"{_PICKLE}__generator_ctor": [(_random,), (_random, _bit_generator)],
    f"{_PICKLE}__randomstate_ctor": [(_random,), (_random, _bit_generator)],
    "pandas.core.indexes.base:_new_Index": [(_index, _of(Pairs))],
    "pandas.core.indexes.datetimes:_new_DatetimeIndex": [(_index, _of(Pairs))],
    "pandas._libs.tslibs.timestamps:_unpickle_timestamp": [(_number, _number, _number, _number)],
    "pandas:StringDtype": [(_of(str), _either(_number, _named("pandas:NA", "pandas._libs.missing:NA")))],
    "re:_compile": [(_of(str, bytes), _of(int))],
    "sklearn.impute._iterative:_ImputerTriplet": [(lambda _: True,) * 3],
    "sklearn.tree._tree:Tree": [(_of(int), _array, _of(int))],
}
for _core in ("numpy._core", "numpy.core"):
    _SHAPES[f"{_core}.multiarray:_reconstruct"] = [(_named("numpy:ndarray", "numpy:matrix"), _lengths, _bytes)]
    _SHAPES[f"{_core}.multiarray:scalar"] = [(_plain_dtype,), (_plain_dtype, _bytes)]
    _SHAPES[f"{_core}.numeric:_frombuffer"] = [(_bytes, _plain_dtype, _lengths, _of(str))]


def is_of_library(text: str) -> bool:
    """Whether a name is one of the libraries whose pickles are known."""
    return text.partition(":")[0].partition(".")[0] in _LIBRARIES


def class_filled(made: Call) -> str:
    """The class of an instance that takes entries."""
    is_given = made.callee.text == "copyreg:_reconstructor" and made.args and type(made.args[0]) is Name
    return made.args[0].text if is_given else made.callee.text


def is_usual_call(callee: Name, args: tuple[Any, ...]) -> bool:
    """Whether the libraries' own pickles make such calls. Of what is of no library, nothing is known: it is."""
    if not is_of_library(callee.text):
        return True
    shapes = _SHAPES.get(callee.text)
    if shapes is None and callee.name == "newObj":
        shapes = [(_class,)]
    if shapes is None and callee.name.startswith("__pyx_unpickle_"):
        shapes = _cython
    if shapes is None and callee.module.partition(".")[0] == "pathlib":
        return all(type(arg) is str for arg in args)
    if shapes is None:
        return not args or (callee.module.partition(".")[0] in _TAKE_NUMBERS and all(_number(arg) for arg in args))
    return any(
        len(shape) == len(args) and all(test(arg) for test, arg in zip(shape, args, strict=True)) for shape in shapes
    )
