"""Prints the globals that the pickles of benign models carry, with the libraries that are installed here.

Every estimator of scikit-learn is fitted with its defaults, and once more for each choice of each of its parameters;
then come the other libraries' models, and the values that models keep. A line is `module:name`, a tab, and what it is:
`class`, `rebuilds` (a function that unpickling calls) or `named only` (a function or ufunc that a model refers to).
"""

import importlib
import inspect
import os
import pickle
import signal
import sys
import tempfile
import warnings
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pandas as pd
import scipy.interpolate
import scipy.sparse
import scipy.spatial
import scipy.special

sys.path.insert(0, str(Path(__file__).parent.parent / "src"))
from dropscore_predictor.inert.walk import Globals, globals_of

SECONDS_AN_ESTIMATOR = 10
ROWS = 40
RANDOM = np.random.default_rng(0)
NUMBERS = np.abs(RANDOM.normal(size=(ROWS, 4)))
CLASSES = np.arange(ROWS) % 2
TARGETS = [CLASSES, np.arange(ROWS) % 3, NUMBERS[:, 0], NUMBERS[:, :2], np.column_stack([CLASSES, 1 - CLASSES])]
INPUTS: list[Any] = [
    NUMBERS,
    pd.DataFrame(NUMBERS, columns=list("abcd")),
    pd.DataFrame({"a": ["x", "y"] * (ROWS // 2), "b": ["u", None] * (ROWS // 2)}, dtype=object),
    ["some text here", "and another text"] * (ROWS // 2),
    [{"a": 1.0, "b": "x"}, {"a": 2.0}] * (ROWS // 2),
    NUMBERS[:, 0],
    NUMBERS @ NUMBERS.T,
]


def note(found: Globals, value: Any) -> None:
    """Writes a value as models are written, and walks the files."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "value"
        for protocol in (2, 4, 5):
            with suppress(Exception):
                path.write_bytes(pickle.dumps(value, protocol=protocol))
                merge(found, globals_of(path))
        with suppress(Exception):
            joblib.dump(value, path)
            merge(found, globals_of(path))


def merge(found: Globals, more: Globals) -> None:
    found.named |= more.named
    found.called |= more.called


def fitted(estimator: Any) -> Iterator[Any]:
    """The estimator fitted to each kind of data that it takes."""
    for inputs in INPUTS:
        for target in TARGETS:
            done = False
            with suppress(Exception):
                estimator.fit(inputs, target)
                done = True
            if done:
                yield estimator
                if inputs is not NUMBERS:
                    break


def apart(found: Globals, collect: Callable[[Globals], None]) -> None:
    """In a process of its own: data that an estimator is not made for may crash it, or never end."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "found"
        if (child := os.fork()) == 0:
            signal.signal(signal.SIGALRM, signal.default_int_handler)
            signal.alarm(SECONDS_AN_ESTIMATOR)
            own = Globals()
            try:
                collect(own)
            finally:
                path.write_bytes(pickle.dumps((own.named, own.called)))
                os._exit(0)
        if os.waitpid(child, 0)[1]:
            print(f"  pid {child} died", file=sys.stderr)
        if path.exists():
            merge(found, Globals(*pickle.loads(path.read_bytes())))


def scikit_learn(found: Globals) -> None:
    from sklearn.experimental import enable_halving_search_cv, enable_iterative_imputer  # noqa: F401 - for all_estimators
    from sklearn.metrics import get_scorer, get_scorer_names
    from sklearn.utils import all_estimators

    for name, kind in all_estimators():
        print(name, file=sys.stderr)
        for estimator in variants(kind):
            found.named.add(f"{kind.__module__}:{kind.__qualname__}")
            apart(found, partial(each_fit, estimator))
    for module in ("sklearn.gaussian_process.kernels", "sklearn.model_selection"):
        for kind in vars(importlib.import_module(module)).values():
            if isinstance(kind, type) and kind.__module__.startswith("sklearn.") and kind.__module__.startswith(module):
                found.named.add(f"{kind.__module__}:{kind.__qualname__}")
    for scorer in get_scorer_names():
        note(found, get_scorer(scorer))
    selection = importlib.import_module("sklearn.feature_selection")
    note(found, [getattr(selection, name) for name in ("f_classif", "f_regression", "chi2", "r_regression")])
    note(found, [getattr(selection, name) for name in ("mutual_info_classif", "mutual_info_regression")])


def each_fit(estimator: Any, found: Globals) -> None:
    note(found, estimator)
    for model in fitted(estimator):
        note(found, model)


def variants(kind: type) -> Iterator[Any]:
    """With default parameters, and with each choice that the class declares for one of them."""
    from sklearn.utils._param_validation import Options

    given = needed_arguments(kind)
    yield from made(kind, given)
    for parameter, constraints in getattr(kind, "_parameter_constraints", {}).items():
        if not isinstance(constraints, list) or parameter == "scoring":
            continue
        for constraint in constraints:
            for choice in sorted(constraint.options, key=str) if isinstance(constraint, Options) else ():
                yield from made(kind, {**given, parameter: choice})
        if "random_state" in constraints:
            yield from made(kind, {**given, parameter: np.random.RandomState(0)})
        if parameter in ("warm_start", "oob_score", "early_stopping", "probability", "store_cv_values"):
            yield from made(kind, {**given, parameter: True})


def made(kind: type, arguments: dict[str, Any]) -> Iterator[Any]:
    with suppress(Exception):
        yield kind(**arguments)


def needed_arguments(kind: type) -> dict[str, Any]:
    from sklearn.linear_model import LogisticRegression, Ridge
    from sklearn.preprocessing import StandardScaler

    is_regressor = "Regress" in kind.__name__ or kind.__name__ == "TransformedTargetRegressor"
    learner = Ridge() if is_regressor else LogisticRegression()
    usual: dict[str, Any] = {
        "estimator": learner,
        "base_estimator": learner,
        "estimators": [("a", learner), ("b", learner)],
        "transformers": [("scale", StandardScaler(), [0, 1]), ("same", "passthrough", slice(2, 4))],
        "transformer_list": [("scale", StandardScaler())],
        "steps": [("scale", StandardScaler()), ("model", learner)],
        "param_grid": {},
        "param_distributions": {},
        "dictionary": NUMBERS,
        "threshold": 0.1,
    }
    parameters = inspect.signature(kind).parameters
    given = {name: usual[name] for name, p in parameters.items() if p.default is p.empty and name in usual}
    return given | ({"n_estimators": 3} if "n_estimators" in parameters else {})


def pipelines(found: Globals) -> None:
    """What only shows where estimators meet frames and each other."""
    from sklearn.compose import ColumnTransformer, TransformedTargetRegressor, make_column_selector
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression, Ridge
    from sklearn.pipeline import FeatureUnion, make_pipeline
    from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, OrdinalEncoder, StandardScaler

    texts = ["some text", "more text"] * (ROWS // 2)
    frame = pd.DataFrame({"n": NUMBERS[:, 0], "m": NUMBERS[:, 1], "c": ["x", None] * (ROWS // 2), "t": texts})
    for remainder in ("drop", "passthrough", StandardScaler()):
        for numbers in (["n"], [0], slice(0, 1), "n", make_column_selector("^n$")):
            with suppress(Exception):
                columns = [
                    ("numbers", FeatureUnion([("a", StandardScaler()), ("b", FunctionTransformer(np.log1p))]), numbers),
                    ("classes", OneHotEncoder(handle_unknown="infrequent_if_exist", max_categories=1), ["c"]),
                    ("codes", OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1), ["c"]),
                    ("texts", TfidfVectorizer(), "t"),
                ]
                columns = ColumnTransformer(columns, remainder=remainder)
                note(found, make_pipeline(columns, LogisticRegression()).fit(frame, CLASSES))
    columns_and_classes = frame[["n", "m"]].assign(c=pd.Categorical(["x", "y"] * (ROWS // 2)))
    with suppress(Exception):
        note(found, HistGradientBoostingClassifier(categorical_features=["c"]).fit(columns_and_classes, CLASSES))
    target = TransformedTargetRegressor(Ridge(), func=np.log1p, inverse_func=np.expm1)
    note(found, target.fit(NUMBERS, NUMBERS[:, 0]))
    with suppress(Exception):
        scaled = make_pipeline(StandardScaler(), Ridge()).set_output(transform="pandas")
        note(found, scaled.fit(frame[["n", "m"]], NUMBERS[:, 0]))


def other_models(found: Globals) -> None:
    with suppress(ImportError):
        import xgboost

        for kind in (xgboost.XGBClassifier, xgboost.XGBRegressor, xgboost.XGBRFClassifier, xgboost.XGBRFRegressor):
            for booster in ("gbtree", "gblinear", "dart"):
                model = kind(n_estimators=2, booster=booster)
                for one in fitted(model):
                    note(found, one)
                    note(found, one.get_booster())
        ranker = xgboost.XGBRanker(n_estimators=2)
        ranker.fit(NUMBERS, CLASSES, group=[ROWS])
        note(found, ranker)
        note(found, xgboost.XGBClassifier(n_estimators=2, callbacks=[xgboost.callback.EarlyStopping(rounds=2)]))
    with suppress(ImportError):
        import lightgbm

        for kind in (lightgbm.LGBMClassifier, lightgbm.LGBMRegressor):
            for one in fitted(kind(n_estimators=2, verbose=-1)):
                note(found, one)
                note(found, one.booster_)
        ranked = lightgbm.LGBMRanker(n_estimators=2, verbose=-1).fit(NUMBERS, CLASSES, group=[ROWS])
        note(found, ranked)
    with suppress(ImportError):
        import hdbscan

        for algorithm in ("best", "generic", "prims_kdtree", "prims_balltree", "boruvka_kdtree", "boruvka_balltree"):
            note(found, hdbscan.HDBSCAN(3, algorithm=algorithm, prediction_data=True).fit(NUMBERS))
        for metric in ("manhattan", "chebyshev", "canberra", "braycurtis", "minkowski", "hamming", "haversine"):
            with suppress(Exception):
                model = hdbscan.HDBSCAN(3, metric=metric, p=3, prediction_data=True)
                note(found, model.fit(NUMBERS[:, :2]))


def distances(found: Globals) -> None:
    """Of nearest neighbours, whatever the metric; not of a function, which a model would call."""
    from sklearn.metrics import DistanceMetric

    given: dict[str, dict[str, Any]] = {
        "minkowski": {"p": 3},
        "seuclidean": {"V": np.ones(2)},
        "mahalanobis": {"VI": np.eye(2)},
    }
    names = "euclidean manhattan chebyshev hamming canberra braycurtis haversine jaccard dice rogerstanimoto"
    for name in [*names.split(), "russellrao", "sokalmichener", "sokalsneath", "matching", "kulsinski", *given]:
        for kind in (np.float64, np.float32):
            with suppress(Exception):
                note(found, DistanceMetric.get_metric(name, dtype=kind, **given.get(name, {})))


def values(found: Globals) -> None:
    """What models keep beside numbers."""
    note(found, [np.ma.masked_array([1.0, 2.0], [True, False]), np.matrix([[1.0]])])
    note(found, [np.dtype(kind).type(1) for kind in "?bBhHiIlLqQefdgFDG"] + [np.str_("x"), np.bytes_(b"x")])
    note(
        found,
        [np.dtype(kind).type for kind in "?bBhHiIlLqQefdgFDGOSUV"] + [np.datetime64("2020", "s"), np.timedelta64(1)],
    )
    note(found, [np.integer, np.floating, np.number, np.inexact, np.generic, np.bool_, np.object_, np.float64])
    note(found, [np.random.RandomState(0), np.random.default_rng(0), np.random.SeedSequence(0), np.poly1d([1, 2])])
    for kind in ("MT19937", "PCG64", "PCG64DXSM", "Philox", "SFC64"):
        note(found, np.random.Generator(getattr(np.random, kind)(0)))
    for form in ("csr", "csc", "coo", "dok", "lil", "dia", "bsr"):
        note(found, scipy.sparse.eye(3, format=form))
        with suppress(Exception):
            note(found, scipy.sparse.eye_array(3, format=form))
    grid = np.arange(6.0)
    note(found, [scipy.spatial.KDTree(NUMBERS), scipy.spatial.cKDTree(NUMBERS)])
    note(found, [scipy.interpolate.BSpline(grid, grid[:4], 1), scipy.interpolate.interp1d(grid, grid)])
    note(found, [scipy.interpolate.CubicSpline(grid, grid), scipy.interpolate.PchipInterpolator(grid, grid)])
    note(
        found, [scipy.interpolate.PPoly([[1.0]], [0.0, 1.0]), scipy.interpolate.RegularGridInterpolator((grid,), grid)]
    )
    frame = pd.DataFrame({"a": [1.0, None], "b": ["x", None], "c": [True, False], "d": pd.Categorical(["u", "v"])})
    note(found, [frame, frame.dtypes, frame.index, frame.columns, frame.set_index(["b", "a"]), frame["d"].array])
    note(found, frame.convert_dtypes())
    note(found, [pd.NA, pd.NaT, pd.Timestamp("2020-01-01"), pd.Timedelta(1), pd.Series(["a"], dtype="string")])
    note(found, [pd.to_datetime(["2020-01-01"]), pd.Index([1, 2]), pd.Index(["a"]), pd.interval_range(0, 3)])
    note(found, [pd.CategoricalDtype(["a"]), pd.Int64Dtype(), pd.Float64Dtype(), pd.BooleanDtype(), pd.StringDtype()])
    note(found, [set(), frozenset([1]), slice(1, 2), range(3), complex(1, 2), bytearray(b"x"), b"bytes"])
    note(found, [OrderedDict(a=1), defaultdict(int), defaultdict(list), defaultdict(float), Counter("ab"), deque([1])])
    note(found, [int, float, str, bool, bytes, list, dict, tuple, set, object, complex])
    import datetime
    import decimal
    import fractions
    import re
    import types
    import uuid
    from pathlib import PurePosixPath

    note(found, [datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC), datetime.date(2020, 1, 1)])
    note(found, [Path("a"), PurePosixPath("a"), uuid.UUID(int=1), types.SimpleNamespace(a=1), re.compile("a")])
    note(found, [datetime.timedelta(1), datetime.time(1), decimal.Decimal(1), fractions.Fraction(1, 2)])
    for module in (np, scipy.special):
        for value in vars(module).values():
            if isinstance(value, np.ufunc):
                note(found, value)
    note(found, [np.nan_to_num, np.ravel, np.clip, np.round])


def kind_of(name: str, called: set[str]) -> str | None:
    module, attribute = name.split(":")
    try:
        value = getattr(importlib.import_module(module), attribute)
    except (ImportError, AttributeError):
        return None
    if isinstance(value, type):
        return "class"
    return "rebuilds" if name in called else "named only"


def main() -> None:
    warnings.simplefilter("ignore")
    np.seterr(all="ignore")
    found = Globals()
    values(found)
    other_models(found)
    pipelines(found)
    distances(found)
    scikit_learn(found)
    for name in sorted(found.named):
        if kind := kind_of(name, found.called):
            print(f"{name}\t{kind}")


if __name__ == "__main__":
    main()
