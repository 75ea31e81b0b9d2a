"""Names for which nobody can vouch: with one of them a pickle does whatever it likes.

They evaluate, import, open or reach attributes. The predictor's own lists never hold one of them either: its
test of the lists says so.
"""

import re


def _each(module: str, names: str) -> list[str]:
    return [f"{module}:{name}" for name in names.split()]


_MODULES = re.compile(
    r"(os|posix|nt|sys|subprocess|importlib|operator|_operator|functools|_functools|pickle|_pickle|cloudpickle"
    r"|dill|shutil|io|_io|code|codeop|runpy|socket|_socket|ctypes|_ctypes|marshal|tempfile|webbrowser|multiprocessing"
    r"|joblib\.externals|numpy\.testing|numpy\.f2py|pandas\.io|pandas\.core\.computation|sklearn\.datasets"
    r"|sklearn\.utils\._testing|scipy\.stats)(\..*)?"
)
_NAMES = frozenset(
    [
        *_each("builtins", "getattr setattr delattr eval exec compile open __import__ type map print input vars"),
        *_each("builtins", "globals locals breakpoint"),
        *_each("types", "FunctionType LambdaType CodeType MethodType ModuleType DynamicClassAttribute new_class"),
        *_each("numpy", "load fromfile memmap DataSource loadtxt genfromtxt frompyfunc vectorize"),
        "sklearn.metrics._dist_metrics:PyFuncDistance",
        "sklearn.metrics._dist_metrics:PyFuncDistance64",
        "sklearn.metrics._dist_metrics:PyFuncDistance32",
        "numpy.core:_ufunc_reconstruct",
        "numpy._core:_ufunc_reconstruct",
        "joblib:load",
        "joblib.numpy_pickle:load",
        "joblib.numpy_pickle_compat:NDArrayWrapper",
        "joblib.memory:MemorizedFunc",
        "pandas:read_pickle",
        "pandas:eval",
    ]
)


def is_never_trusted(name: str) -> bool:
    """Whether `module:name` is one that nobody can vouch for."""
    return name in _NAMES or _MODULES.fullmatch(name.partition(":")[0]) is not None


def is_distribution(name: str) -> bool:
    """Whether it is of scipy's distributions, which rebuild themselves by `exec`."""
    return name.startswith(("scipy.stats:", "scipy.stats."))
