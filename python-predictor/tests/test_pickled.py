"""What a pickle may name, and what it may do, before it is loaded. A canary tells whether any of it ran."""

import gzip
import pickle
import re
import struct
import tracemalloc
import uuid
import warnings
import zlib
from functools import partial
from pathlib import Path, PurePosixPath

import joblib
import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import KMeans
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import (
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    IsolationForest,
    RandomForestClassifier,
    StackingClassifier,
)
from sklearn.experimental import enable_halving_search_cv, enable_iterative_imputer  # noqa: F401 - for imports
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.feature_selection import SelectKBest, f_classif
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, WhiteKernel
from sklearn.impute import IterativeImputer, SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression, SGDClassifier
from sklearn.model_selection import GridSearchCV, HalvingGridSearchCV
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, SplineTransformer, StandardScaler
from sklearn.svm import SVC
from sklearn.utils.validation import check_array

from dropscore_predictor.errors import JobFailed
from dropscore_predictor.inert.reader import CannotJudge, Malformed
from dropscore_predictor.pickled import refuse_untrusted, untrusted_globals
from factories import a_manifest
from pickle_attacks import Attack, attacks, joblib_bytes, unjudged

MANIFEST = a_manifest(["a"])
NUMBERS = np.random.default_rng(0).random((60, 3))
CLASSES = (NUMBERS[:, 0] > 0.5).astype(int)
FRAME = pd.DataFrame({"n": NUMBERS[:, 0], "c": ["x", "y", None] * 20, "t": ["some text", "more text", "words"] * 20})


def a_zoo() -> dict:
    columns = [
        ("numbers", make_pipeline(SimpleImputer(), SplineTransformer(), StandardScaler()), ["n"]),
        ("classes", OneHotEncoder(handle_unknown="ignore"), ["c"]),
        ("texts", TfidfVectorizer(), "t"),
        ("logs", FunctionTransformer(np.log1p), ["n"]),
    ]
    classifiers = [
        GradientBoostingClassifier(n_estimators=3),
        HistGradientBoostingClassifier(max_iter=3),
        RandomForestClassifier(3),
        KNeighborsClassifier(),
        SVC(probability=False),
        GaussianNB(),
        SGDClassifier(random_state=np.random.RandomState(0)),
        MLPClassifier(max_iter=2),
        make_pipeline(SelectKBest(f_classif, k=2), LogisticRegression()),
        StackingClassifier([("a", LogisticRegression()), ("b", RandomForestClassifier(2))]),
        GridSearchCV(LogisticRegression(), {"C": [0.1, 1.0]}, scoring="accuracy", cv=2),
    ]
    zoo = {type(model).__name__: model.fit(NUMBERS, CLASSES) for model in classifiers}
    zoo["frames"] = make_pipeline(ColumnTransformer(columns), LogisticRegression()).fit(FRAME, CLASSES)
    cities = FRAME[["n"]].assign(c=pd.Categorical(FRAME["c"]))
    boosted = HistGradientBoostingClassifier(max_iter=3, categorical_features=["c"])
    zoo["categories"] = boosted.fit(cities, CLASSES)
    zoo["imputed"] = make_pipeline(IterativeImputer(max_iter=2), LogisticRegression()).fit(NUMBERS, CLASSES)
    zoo["halving"] = HalvingGridSearchCV(LogisticRegression(), {"C": [0.1, 1.0]}, cv=2).fit(NUMBERS, CLASSES)
    zoo["neighbours"] = KNeighborsRegressor(metric="minkowski", p=3, algorithm="ball_tree").fit(NUMBERS, CLASSES)
    zoo["kmeans"] = KMeans(2, n_init=1).fit(NUMBERS)
    zoo["forest of outliers"] = IsolationForest(n_estimators=3).fit(NUMBERS)
    zoo["gaussian process"] = GaussianProcessRegressor(RBF() + WhiteKernel()).fit(NUMBERS[:9], CLASSES[:9])
    zoo["wrapped"] = {"sklearn_model": zoo["SVC"], "columns": ["a", "b"], "note": "x"}
    zoo["a long text"] = {"model": zoo["SVC"], "text": "x" * 100_000, "bytes": b"y" * 100_000}
    return zoo


@pytest.fixture(scope="module")
def zoo() -> dict:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return a_zoo()


def other_libraries() -> list:
    import hdbscan
    import lightgbm
    import xgboost

    return [
        xgboost.XGBClassifier(n_estimators=2).fit(NUMBERS, CLASSES),
        xgboost.XGBRegressor(n_estimators=2, callbacks=[xgboost.callback.EarlyStopping(rounds=1)]).fit(
            NUMBERS, CLASSES, eval_set=[(NUMBERS, CLASSES)], verbose=False
        ),
        lightgbm.LGBMClassifier(n_estimators=2, verbose=-1).fit(NUMBERS, CLASSES),
        hdbscan.HDBSCAN(5, prediction_data=True).fit(NUMBERS),
    ]


@pytest.mark.filterwarnings("ignore")
def test_models_of_every_kind_pass(zoo, tmp_path):
    path = tmp_path / "model.joblib"
    for title, model in [*zoo.items(), *((type(model).__name__, model) for model in other_libraries())]:
        for protocol in range(6):
            path.write_bytes(pickle.dumps(model, protocol=protocol))
            assert untrusted_globals(path) == [], (title, protocol)
        for protocol in range(2, 6):
            joblib.dump(model, path, protocol=protocol)
            assert untrusted_globals(path) == [], (title, protocol)


@pytest.mark.parametrize("compress", [1, ("zlib", 9), ("gzip", 3), ("bz2", 3), ("lzma", 3), ("xz", 3)])
def test_compressed_models_pass_and_what_is_hidden_in_one_does_not(zoo, tmp_path, compress):
    path = tmp_path / "model.joblib"
    joblib.dump(zoo, path, compress=compress)
    refuse_untrusted(path, MANIFEST)
    joblib.dump([zoo, pathlike_print], path, compress=compress)
    assert untrusted_globals(path) == ["test_pickled:pathlike_print"]


def pathlike_print():
    """A function of nobody's list."""


def test_a_publisher_vouches_for_a_name_or_ships_the_package(tmp_path):
    path = tmp_path / "model.joblib"
    joblib.dump({"model": Own()}, path)
    with pytest.raises(JobFailed) as failure:
        refuse_untrusted(path, MANIFEST)
    assert failure.value.code == "untrusted_global"
    assert "test_pickled:Own" in str(failure.value)
    assert "--trust module:name" in str(failure.value)
    refuse_untrusted(path, {**MANIFEST, "trusted": ["test_pickled:Own"]})
    refuse_untrusted(path, {**MANIFEST, "code": {"package": "test_pickled", "entry": "classes"}})
    assert untrusted_globals(path, package="test_pick") == ["test_pickled:Own"]


PARTIALS = {
    "of another function": partial(np.log1p),
    "of a class": partial(dict, a=1),
    "of a partial": partial(partial(np.log1p)),
    "with attributes": None,
    "as a value": [partial(check_array), partial],
    "as an argument": Attack(list, ([partial],)),
    "beside one that is fine": [partial(check_array), partial(pathlike_print)],
    "made of one, set to another": Attack(partial, (check_array,), (np.log1p, (), {}, None)),
    "made of another, set to one": Attack(partial, (np.log1p,), (check_array, (), {}, None)),
    "with a state that is none": Attack(partial, (check_array,), {"a": 1}),
    "as an attribute that is no function of a library's": Attack(
        LinearRegression, (), {"intercept_": partial(check_array)}
    ),
    "called with arguments": Attack(partial, (check_array, 1)),
    "called as a function": Attack(check_array, ([[1.0]],)),
}
PARTIALS["with attributes"] = partial(check_array)
PARTIALS["with attributes"].note = print


@pytest.mark.parametrize("use", PARTIALS)
def test_a_partial_passes_where_a_histogram_booster_has_one_and_nowhere_else(use, tmp_path):
    path = tmp_path / "model.joblib"
    for protocol in range(2, 6):
        path.write_bytes(pickle.dumps([partial(check_array, dtype=[np.float64])], protocol=protocol))
        assert untrusted_globals(path) == []
        path.write_bytes(pickle.dumps(PARTIALS[use], protocol=protocol))
        assert untrusted_globals(path) != []


@pytest.mark.parametrize(
    "value",
    [Path("a"), PurePosixPath("a"), uuid.uuid4(), re.compile("a+")],
    ids=lambda value: type(value).__name__,
)
def test_what_models_carry_beside_numbers(value, tmp_path):
    path = tmp_path / "model.joblib"
    joblib.dump({"note": value}, path)
    assert untrusted_globals(path) == []


class Own:
    """A class of nobody's list."""


@pytest.mark.parametrize("attack", attacks(Path("canary")))
def test_case_23_attacks_are_refused_and_nothing_of_them_runs(attack, tmp_path):
    canary, path = tmp_path / "canary", tmp_path / "model.joblib"
    path.write_bytes(attacks(canary)[attack])
    with pytest.raises(JobFailed) as failure:
        refuse_untrusted(path, MANIFEST)
    assert failure.value.code == "untrusted_global"
    assert len(failure.value.reason["message"]) <= 600
    assert not canary.exists()


def test_the_canary_sings_where_nobody_looks_first(tmp_path):
    path = tmp_path / "model.joblib"
    for attack in ("reduce", "inst", "obj", "stack global", "in an object array", "gzip", "a dotted name"):
        canary = tmp_path / attack.replace(" ", "-")
        path.write_bytes(attacks(canary)[attack])
        joblib.load(path)
        assert canary.exists(), attack


class Anything:
    """Holds every name."""

    def __contains__(self, name: object) -> bool:
        return True


@pytest.mark.parametrize("attack", unjudged(Path("canary")))
def test_vouching_for_names_does_not_let_pass_what_cannot_be_judged(attack, tmp_path):
    path = tmp_path / "model.joblib"
    path.write_bytes(unjudged(tmp_path / "canary")[attack])
    with pytest.raises(CannotJudge):
        untrusted_globals(path, Anything())


def test_names_of_python_2_are_judged_by_what_they_are_found_as(tmp_path):
    path = tmp_path / "model.joblib"
    path.write_bytes(pickle.dumps([range(3), set(), map], protocol=2))
    assert b"xrange" in path.read_bytes()
    assert untrusted_globals(path) == ["builtins:map"]


def test_a_function_that_models_refer_to_must_not_be_called(tmp_path):
    path = tmp_path / "model.joblib"
    path.write_bytes(pickle.dumps(np.log1p))
    assert untrusted_globals(path) == []
    path.write_bytes(pickle.dumps(Attack(np.log1p, (1.0,))))
    assert untrusted_globals(path) == ["numpy:log1p"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no pickle",
        b"\x80\x04",
        b"\x80\x04N",
        b"\x80\x04.",
        b"\x80\x04NN.",
        b"\x80\x04(N.",
        b"\x80\x06N.",
        b"N\x80\x04.",
        b"\x80\x04N.N",
        b"\x80\x04h\x07.",
        b"\x80\x04t.",
        b"\x80\x04N\x87.",
        b"\x80\x04}(Nu.",
        b"\x80\x04\x8c\x02\xff\xfe.",
        b"\x80\x04\x95\x02" + bytes(7) + b"\x8c\x02ab.",
        b"\x80\x04\x95\x05" + bytes(7) + b"N.",
        b"Ix\n.N",
        b"gx\n.",
        zlib.compress(b"\x80\x04N.")[:-3],
        zlib.compress(b"\x80\x04N.") + b"x",
        gzip.compress(b"\x80\x04N.") * 2,
        b"\x78\x9cxxxx",
        b"BZh9xxxx",
        b"\xfd7zXZxxxx",
    ],
)
def test_what_is_no_whole_pickle_is_told_so(body, tmp_path):
    path = tmp_path / "model.joblib"
    path.write_bytes(body)
    with pytest.raises(JobFailed) as failure:
        refuse_untrusted(path, MANIFEST)
    assert failure.value.code == "model_refused_to_load"


def test_every_cut_and_many_flips_of_a_model_end_in_a_refusal_or_a_list(tmp_path):
    path = tmp_path / "model.joblib"
    whole = joblib_bytes(make_pipeline(StandardScaler(), LinearRegression()).fit(NUMBERS, CLASSES))
    for end in range(len(whole)):
        path.write_bytes(whole[:end])
        with pytest.raises((Malformed, CannotJudge)):
            untrusted_globals(path)
    random = np.random.default_rng(0)
    refused = 0
    for _ in range(3000):
        flipped = bytearray(whole)
        flipped[random.integers(len(whole))] ^= 1 << random.integers(8)
        path.write_bytes(flipped)
        try:
            refused += bool(untrusted_globals(path))
        except (Malformed, CannotJudge):
            refused += 1
    assert 1000 < refused < 3000


def test_lists_that_hold_themselves_a_million_times_over_are_walked_once(tmp_path):
    path = tmp_path / "model.joblib"
    path.write_bytes(b"\x80\x04]\x94" + b"]\x94(h\x00h\x00e\x94" * 40 + b"0" * 40 + b".")
    assert untrusted_globals(path) == []


def test_a_bomb_is_walked_without_holding_it(tmp_path):
    path = tmp_path / "model.joblib"
    zeros = zlib.compressobj(9)
    body = zeros.compress(b"\x80\x04\x8e" + struct.pack("<Q", 400 << 20))
    body += b"".join(zeros.compress(bytes(1 << 20)) for _ in range(400)) + zeros.compress(b".") + zeros.flush()
    path.write_bytes(body)
    tracemalloc.start()
    assert untrusted_globals(path) == []
    assert tracemalloc.get_traced_memory()[1] < 8 << 20
    tracemalloc.stop()
