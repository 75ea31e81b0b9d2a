"""Why a file is refused, in words for whoever dropped it."""

import re
from typing import Any

import numpy as np

from ..inert.values import Call, Elements, Name, Opaque, Pairs

_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.]{0,99}")
_LONGEST_QUOTED = 60
_MAKERS = frozenset({"pandas._libs.arrays:__pyx_unpickle_NDArrayBacked", "copyreg:_reconstructor"})
"""What makes an object of the class that it is given first."""
_KINDS: dict[type, str] = {
    bytes: "bytes",
    tuple: "tuples",
    list: "lists",
    Pairs: "dicts",
    Elements: "sets",
    np.ndarray: "arrays",
    Opaque: "values of Python 2",
}


class Refused(Exception):
    """The file cannot be decoded: the message says what stands where, and the remedy. No retry helps."""


def quoted(text: str) -> str:
    """A text of the file, short and on one line."""
    return repr(text if len(text) <= _LONGEST_QUOTED else text[:_LONGEST_QUOTED] + "…")


def objects(value: Any) -> str:
    """What a value is an example of, without a look at what it holds: a tree of a stranger may have no end."""
    named = value.callee if type(value) is Call else value
    if type(value) is Call and value.callee.text in _MAKERS and value.args and type(value.args[0]) is Name:
        named = value.args[0]
    if type(named) is not Name:
        return _KINDS.get(type(value), f"{type(value).__name__} values")
    if not _PLAIN_NAME.fullmatch(named.module) or not _PLAIN_NAME.fullmatch(named.name):
        return "objects without a proper name"
    return f"objects of {named.module}.{named.name}"
