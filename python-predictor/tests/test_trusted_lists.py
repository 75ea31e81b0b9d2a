"""The lists of trusted globals: what is on them is what it says, and what must never be is not."""

import importlib
import re
from importlib import resources

import numpy as np
import pytest

from dropscore_predictor.pickled.trust import listed


def _each(module: str, names: str) -> list[str]:
    return [f"{module}:{name}" for name in names.split()]


NEVER = [
    *_each("builtins", "getattr setattr eval exec compile open __import__ type map print input vars"),
    *_each("operator", "attrgetter methodcaller itemgetter"),
    *_each("functools", "partial reduce cached_property"),
    *_each("types", "FunctionType CodeType MethodType ModuleType"),
    *_each("numpy", "load fromfile memmap DataSource loadtxt genfromtxt frompyfunc vectorize"),
    "numpy.core:_ufunc_reconstruct",
    "numpy._core:_ufunc_reconstruct",
    "posix:system",
    "os:system",
    "subprocess:Popen",
    "importlib:import_module",
    "pickle:loads",
    "_pickle:loads",
    "joblib:load",
    "joblib.numpy_pickle:load",
    "joblib.numpy_pickle_compat:NDArrayWrapper",
    "joblib.memory:MemorizedFunc",
    "cloudpickle.cloudpickle:_make_function",
    "joblib.externals.cloudpickle.cloudpickle:_make_function",
    "pandas:read_pickle",
    "pandas:eval",
    "pandas.core.computation.eval:eval",
    "pandas.io.pickle:read_pickle",
    "sklearn.utils._testing:ignore_warnings",
    "sklearn.datasets._base:load_files",
]

NEVER_THERE = re.compile(
    r"(os|posix|sys|subprocess|importlib|functools|operator|types|pickle|_pickle|cloudpickle|dill|shutil|io|code|runpy"
    r"|socket|ctypes|marshal|tempfile|scipy\.stats|numpy\.testing|numpy\.f2py|pandas\.io|sklearn\.datasets"
    r"|sklearn\.utils\._testing|joblib\.externals|xgboost\.dask|lightgbm\.dask|__main__)(\..*)?:.*"
)
ALONE = {"pathlib:PosixPath", "pathlib:PurePosixPath", "pathlib._local:PosixPath", "pathlib._local:PurePosixPath"}
SHAPE = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*:[A-Za-z_][A-Za-z0-9_]*")


def test_lists_hold_exact_names_a_library_each():
    files = {file.name for file in resources.files("dropscore_predictor.pickled").joinpath("trusted").iterdir()}
    libraries = ["scikit-learn", "numpy", "scipy", "pandas", "joblib", "xgboost", "lightgbm", "hdbscan", "python"]
    assert files == {f"{library}.txt" for library in libraries}
    assert len(listed()) > 1000
    assert [name for name in listed() if not SHAPE.fullmatch(name)] == []


def test_what_evaluates_imports_opens_or_reaches_attributes_is_on_no_list():
    assert [name for name in NEVER if name in listed()] == []
    assert [name for name in listed() if NEVER_THERE.fullmatch(name)] == []
    assert {name for name in listed() if name.partition(":")[0].partition(".")[0] in ("pathlib", "types")} == ALONE
    assert [name for name in listed() if "PyFuncDistance" in name] == []


@pytest.mark.filterwarnings("ignore")
def test_every_name_is_a_class_or_noted_as_a_function():
    resolved = 0
    for name, note in listed().items():
        module, attribute = name.split(":")
        try:
            value = getattr(importlib.import_module(module), attribute)
        except (ImportError, AttributeError):
            continue  # of another version of its library
        resolved += 1
        if note == "":
            assert isinstance(value, type), name
        elif isinstance(value, np.ufunc):
            assert note == "named only", name
        else:
            assert note in ("named only", "rebuilds"), name
            assert callable(value) or note == "named only", name
            assert not isinstance(value, type), name
    assert resolved > 900
