"""Pickles that do harm. Each would make the canary file, or hide a call that does, if it were loaded."""

import bz2
import gzip
import io
import lzma
import os
import pickle
import struct
import zlib
from pathlib import Path

import joblib
import numpy as np
import pandas as pd


class Attack:
    """Pickles to a call of anything."""

    def __init__(self, *reduced) -> None:
        self.reduced = reduced

    def __reduce__(self):
        return self.reduced


def text(value: str) -> bytes:
    return b"X" + struct.pack("<I", len(value)) + value.encode()


def name(module: str, attribute: str) -> bytes:
    return text(module) + text(attribute) + b"\x93"


def stream(*parts: bytes) -> bytes:
    return b"\x80\x04" + b"".join(parts) + b"."


def dtype(kind: str = "f8", size: int = -1, flags: int = 0) -> bytes:
    minus_one, state_size = b"J\xff\xff\xff\xff", b"J" + struct.pack("<i", size)
    state = b"(K\x03" + text("|") + b"NNN" + state_size + minus_one + b"K" + bytes([flags]) + b"t"
    return unbuilt_dtype(kind) + state + b"b"


def unbuilt_dtype(kind: str) -> bytes:
    return name("numpy", "dtype") + text(kind) + b"\x89\x88\x87R"


WRAPPER = name("joblib.numpy_pickle", "NumpyArrayWrapper")


def array(item: bytes, shape: bytes = b"K\x01\x85", more: bytes = b"") -> bytes:
    """An array as joblib writes it, up to its bytes."""
    return WRAPPER + b")\x81" + array_state(item, shape, more) + b"b"


def array_state(item: bytes, shape: bytes = b"K\x01\x85", more: bytes = b"") -> bytes:
    fields = [text("subclass"), name("numpy", "ndarray"), text("shape"), shape, text("order"), text("C")]
    return b"}(" + b"".join(fields) + text("dtype") + item + more + b"u"


def joblib_bytes(value) -> bytes:
    body = io.BytesIO()
    joblib.dump(value, body)
    return body.getvalue()


def attacks(canary: Path) -> dict[str, bytes]:
    """All of them, by what they do."""
    return {**_calls(canary), **_compressed(canary), **unjudged(canary)}


def unjudged(canary: Path) -> dict[str, bytes]:
    """Those that are refused whatever names are trusted."""
    return {**_odd_ones(canary), **_arrays(canary)}


def _system(canary: Path) -> Attack:
    return Attack(os.system, (f"touch {canary}",))


def _calls(canary: Path) -> dict[str, bytes]:
    command, posix = text(f"touch {canary}"), name("posix", "system")
    script = f"open({str(canary)!r}, 'w')"
    return {
        "reduce": pickle.dumps(_system(canary)),
        "reduce, protocol 0": pickle.dumps(_system(canary), protocol=0),
        "reduce, joblib": joblib_bytes({"model": _system(canary)}),
        "inst": b"(Vtouch " + str(canary).encode() + b"\niposix\nsystem\n.",
        "obj": stream(b"(", posix, command, b"o"),
        "stack global": stream(posix, command, b"\x85R"),
        "new object": stream(posix, command, b"\x85\x81"),
        "new object with keywords": stream(posix, command, b"\x85}\x92"),
        "eval": pickle.dumps(Attack(eval, (script,))),
        "open": pickle.dumps(Attack(open, (str(canary), "w"))),
        "getattr": stream(name("builtins", "getattr")),
        "a name of python 2": b"c__builtin__\neval\n(V" + script.encode() + b"\ntR.",
        "what a trusted module imports": stream(name("joblib.numpy_pickle", "os")),
        "in an object array": joblib_bytes(np.array([_system(canary), 1], dtype=object)),
        "in a frame": joblib_bytes(pd.DataFrame({"a": [_system(canary)]})),
    }


def _compressed(canary: Path) -> dict[str, bytes]:
    plain = pickle.dumps(_system(canary))
    return {
        "zlib": zlib.compress(plain),
        "gzip": gzip.compress(plain),
        "bz2": bz2.compress(plain),
        "xz": lzma.compress(plain),
        "lzma": lzma.compress(plain, lzma.FORMAT_ALONE),
        "lz4": b"\x04\x22\x4d\x18" + plain,
        "joblib 0.9": b"ZF0x19" + zlib.compress(plain),
    }


def _odd_ones(canary: Path) -> dict[str, bytes]:
    command, svc = text(f"touch {canary}"), name("sklearn.svm._classes", "SVC")
    return {
        "a dotted name": stream(name("joblib.numpy_pickle", "os.system"), command, b"\x85R"),
        "a call of a call's result": stream(name("collections", "OrderedDict"), b")R", command, b"\x85R"),
        "a call of a text": stream(command, b")R"),
        "arguments that are made": stream(name("builtins", "set"), name("builtins", "list"), b")RR"),
        "a name that is made": stream(text("posix"), name("builtins", "str"), text("system"), b"\x85R\x93"),
        "build on a class": stream(svc, b"}", text("fit"), text("x"), b"sb"),
        "build on a dict": stream(b"}}b"),
        "build twice": stream(svc, b")\x81}b}b"),
        "items of a class": stream(name("builtins", "dict"), command, b"Ns"),
        "extension code": stream(b"\x82\x01"),
        "extension code, 2 bytes": stream(b"\x83\x01\x00"),
        "extension code, 4 bytes": stream(b"\x84\x01\x00\x00\x00"),
        "persistent id": stream(b"K\x01Q"),
        "persistent id, text": b"Px\n.",
        "a buffer from elsewhere": stream(b"\x97"),
    }


def _arrays(canary: Path) -> dict[str, bytes]:
    """Those at the end agree with a reader that counts an array's bytes in another way, and finds a call there."""
    hidden, numbers = pickle.dumps(_system(canary)), dtype()
    made = name("copyreg", "_reconstructor") + WRAPPER + name("builtins", "object") + b"N\x87R"
    method = text("read") + name("posix", "system")
    framed = array(numbers) + bytes(20)
    return {
        "old wrapper": stream(name("joblib.numpy_pickle_compat", "NDArrayWrapper"), b")\x81}b"),
        "old wrapper, from another module": stream(name("joblib.numpy_pickle", "NDArrayWrapper"), b")\x81}b"),
        "wrapper made by another": stream(made, b"}b"),
        "wrapper in a list": stream(b"]", WRAPPER, b"a"),
        "wrapper called": stream(WRAPPER, b"(NNNNtR", array_state(numbers), b"b", bytes(8)),
        "wrapper with a method": stream(array(numbers, more=method), bytes(8)),
        "wrapper inside an object array": stream(array(dtype("O8", flags=63)), stream(array(numbers), bytes(8))),
        "a record of another size": stream(array(dtype("V8", size=4000)), hidden),
        "objects that claim to be numbers": stream(array(dtype(flags=1)), hidden),
        "numbers that claim to be objects": stream(array(dtype("O8")), bytes(8)),
        "a type that is built later": stream(array(unbuilt_dtype("f8")), bytes(8)),
        "a type of no library": stream(array(dtype("f3")), bytes(3)),
        "a negative shape": stream(array(numbers, shape=b"J\xff\xff\xff\xff\x85"), hidden),
        "a shape that overflows": stream(array(numbers, shape=b"(" + b"M\xff\xff" * 4 + b"t"), hidden),
        "an array inside a frame": b"\x80\x04\x95" + struct.pack("<Q", len(framed)) + framed + hidden,
    }


def crafted() -> dict[str, bytes]:
    """Listed names, used for what no model uses them for."""
    return {**_twice_meant(), **_hidden_methods(), **_odd_calls()}


def endless() -> dict[str, bytes]:
    """Small files that ask for much."""
    fields = b"".join(text(f"f{number}") + dtype() + b"K\x00\x86" for number in range(300))
    names = b"(" + b"".join(text(f"f{number}") for number in range(300)) + b"t"
    record = unbuilt_dtype("V8") + b"(K\x03" + text("|") + b"N" + names + b"}(" + fields + b"uK\x08K\x01K\x10tb"
    return {
        "dimensions": stream(array(dtype(), shape=b"(" + b"K\x01" * 65 + b"t"), bytes(8)),
        "fields": stream(array(record), bytes(8)),
        "marks": stream(b"(" * 20_000),
        "values": stream(b"N" * 4_000_001),
        "containers": stream(b"]" * 4_000_001),
        "texts": stream((b"X\x00\x10\x00\x00" + bytes(4096)) * 33_000),
        "a name": b"c" + b"x" * 5000 + b"\ny\n.",
        "a key of keys": stream(b"}N" + b"\x85" * 2000 + b"Ns"),
        "an element of elements": stream(b"\x8f(N" + b"\x85" * 2000 + b"\x90"),
    }


def _made(module: str, attribute: str, *args: bytes) -> bytes:
    return name(module, attribute) + b"(" + b"".join(args) + b"tR"


def _instance(module: str, attribute: str, **state: bytes) -> bytes:
    entries = b"".join(text(key) + value for key, value in state.items())
    return name(module, attribute) + b")\x81}(" + entries + b"ub"


def _stacking(*more: bytes, **state: bytes) -> bytes:
    return _instance("sklearn.ensemble._stacking", "StackingRegressor", **state) + b"".join(more)


def _twice_meant() -> dict[str, bytes]:
    """One object, of which the walk and the unpickler would hold different things."""
    kept, again = b"\x94", b"h\x00"
    second = name("numpy", "dtype") + again + b"\x85R"
    state = b"(K\x03" + text("|") + b"NNNK\x02K\x01K\x00tb"
    wrapper = WRAPPER + b")\x81" + kept
    return {
        "a dtype of a dtype": stream(dtype("V8", 8), kept, b"0", second, state),
        "a dtype that is no copy": stream(name("numpy", "dtype"), text("f8"), b"\x89\x89\x87R"),
        "a dtype of objects that says it has none": stream(dtype("O8", flags=0)),
        "a dtype of numbers that says it has objects": stream(dtype("f8", flags=8)),
        "a time without its unit": stream(dtype("M8")),
        "a reader in an argument": stream(wrapper, b"0", name("copyreg", "_reconstructor"), again, b"\x85R"),
        "a reader in a list": stream(b"]", wrapper, b"a"),
        "a reader in a state": stream(name("sklearn.svm._classes", "SVC"), b")\x81", wrapper, b"b"),
    }


def _hidden_methods() -> dict[str, bytes]:
    clip, scorer = name("numpy", "clip"), _instance("sklearn.metrics._scorer", "_PassthroughScorer", _estimator=b"N")
    svc = ("sklearn.svm._classes", "SVC")
    reach = text("__class__") + name("sklearn.svm._classes", "SVR")
    methods = b"]\x94"
    return {
        "an entry for an instance that has its state": stream(_instance(*svc, note=clip), text("x"), b"a"),
        "an entry for what is no container": stream(name(*svc), b")\x81", text("x"), b"a"),
        "a function as a method": stream(_instance(*svc, append=clip)),
        "a function anywhere": stream(_instance(*svc, C=clip)),
        "a scorer as a method": stream(_instance(*svc, predict=scorer)),
        "another class": stream(name(*svc), b")\x81}", reach, b"sb"),
        "another class, by slots": stream(name(*svc), b")\x81N}", reach, b"s\x86b"),
        "a key that is made": stream(name(*svc), b")\x81}", _made("builtins", "str"), b"Nsb"),
        "a key of python 2": stream(name(*svc), b")\x81}U\x09__class__Nsb"),
        "a method by its name": stream(_stacking(stack_method_=b"]" + text("eval") + b"a")),
        "a method by its name, one": stream(_stacking(stack_method=text("eval"))),
        "a method by its name, later": stream(
            methods, b"0", _stacking(b"0h\x00", text("eval"), b"a", stack_method_=b"h\x00")
        ),
        "a state that changes later": stream(b"}\x940", name(*svc), b")\x81h\x00b0h\x00", text("__class__"), b"Ns"),
        "a way to importances": stream(_instance(*svc, importance_getter=text("__class__.__base__"))),
        "joblib's folder": stream(_instance("joblib.memory", "Memory", location=text("folder"))),
    }


def _odd_calls() -> dict[str, bytes]:
    log1p, path = name("numpy", "log1p"), text("file")
    matrix = _made("scipy.sparse._csr", "csr_matrix")
    return {
        "a generator of a function": stream(_made("numpy.random._pickle", "__generator_ctor", text("x"), log1p)),
        "a base that makes": stream(
            _made("copyreg", "_reconstructor", name("numpy", "dtype"), name("numpy", "dtype"), b"N")
        ),
        "an array of another class": stream(
            _made("numpy._core.multiarray", "_reconstruct", name("numpy", "matrix"), b")", text("b"))
        ),
        "a scalar of objects": stream(_made("numpy._core.multiarray", "scalar", dtype("O8", flags=63), b"N")),
        "a text that is decoded otherwise": stream(_made("_codecs", "encode", text("x"), text("hex"))),
        "a fraction without end": stream(_made("fractions", "Fraction", text("1e400000000"))),
        "a queue of a range": stream(
            _made("collections", "deque", _made("builtins", "range", b"K\x00M\xff\xffK\x01"), b"K\x00")
        ),
        "a list of an argument": stream(_made("builtins", "list", b"]")),
        "bytes of a length": stream(_made("builtins", "bytes", b"J\xff\xff\xff\x7f")),
        "a matrix of a matrix": stream(_made("scipy.sparse._csc", "csc_matrix", matrix)),
        "a booster of a file": stream(_made("lightgbm.basic", "Booster", b"N", b"N", path)),
        "another booster of a file": stream(_made("xgboost.core", "Booster", b"N", b")", path)),
        "a booster of keywords": stream(name("lightgbm.basic", "Booster"), b")}", text("model_file"), path, b"s\x92"),
        "a folder": stream(_made("joblib.memory", "Memory", text("folder"))),
        "an index by a function": stream(_made("pandas.core.indexes.base", "_new_Index", log1p, b"}")),
    }
