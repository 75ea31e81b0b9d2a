"""What difference between training and serving is accepted: the table in `versions.py`, line by line."""

import pytest

from dropscore_predictor.errors import JobFailed
from dropscore_predictor.versions import mismatches, refuse_skew
from factories import a_manifest

CODE = {"package": "own", "entry": "transform"}


def differs(model_format: str, library: str, wanted: str, here: str | None, **fields) -> bool:
    manifest = a_manifest(["a"], format=model_format, libraries={library: wanted}, python="3.11.7", **fields)
    return bool(mismatches(manifest, {library: here}.get, "3.13.0"))


@pytest.mark.parametrize("model_format", ["joblib", "skops"])
@pytest.mark.parametrize(
    ("library", "wanted", "here", "refused"),
    [
        ("scikit-learn", "1.9.1", "1.9.1", False),
        ("scikit-learn", "1.9.1", "1.9.0", True),
        ("scikit-learn", "1.9.1", "1.9.2", True),
        ("xgboost", "3.2.0", "3.2.1", True),
        ("lightgbm", "4.7.0", "4.7.0", False),
        ("lightgbm", "4.7.0", "4.6.0", True),
        ("hdbscan", "0.8.44", "0.8.43", True),
        ("numpy", "2.4.6", "2.4.1", False),
        ("numpy", "2.4.6", "2.5.0", True),
        ("scipy", "1.17.1", "1.7.1", True),
        ("pandas", "3.1.1", "3.1.0", False),
        ("joblib", "1.6.0", "1.5.3", True),
        ("category-encoders", "2.6.1", "2.6.4", False),
        ("numpy", "2.4.6", None, True),
    ],
)
def test_case_24_a_pickle_wants_its_own_libraries(model_format, library, wanted, here, refused):
    assert differs(model_format, library, wanted, here) is refused


@pytest.mark.parametrize(
    ("model_format", "library", "wanted", "here", "refused"),
    [
        ("xgboost", "xgboost-cpu", "3.2.0", "3.4.1", False),
        ("xgboost", "xgboost-cpu", "3.2.0", "3.1.9", True),
        ("xgboost", "xgboost-cpu", "2.1.4", "3.2.0", True),
        ("xgboost", "xgboost-cpu", "3.10.0", "3.9.0", True),
        ("lightgbm", "lightgbm", "4.6.0", "4.7.0", False),
        ("onnx", "onnxruntime", "1.30.0", "1.31.0", False),
        ("onnx", "onnxruntime", "1.31.0", "1.30.0", True),
        ("onnx", "tokenizers", "0.22.0", None, True),
        ("onnx", "keras", "3.1.0", None, False),
        ("xgboost", "pandas", "2.2.0", "3.1.1", False),
        ("code", "numpy", "2.4.6", "2.4.0", False),
        ("code", "numpy", "2.4.6", "2.5.0", True),
    ],
)
def test_a_native_format_wants_a_reader_that_is_not_older(model_format, library, wanted, here, refused):
    assert differs(model_format, library, wanted, here) is refused


def test_own_code_beside_a_native_format_wants_its_libraries():
    assert differs("xgboost", "pandas", "2.2.0", "3.1.1", code=CODE)
    assert not differs("xgboost", "pandas", "3.1.0", "3.1.1", code=CODE)


@pytest.mark.parametrize(("installed", "listed"), [("xgboost", "xgboost-cpu"), ("xgboost-cpu", "xgboost")])
def test_xgboost_and_xgboost_cpu_are_one_library(installed, listed):
    manifest = a_manifest(["a"], libraries={listed: "3.2.0"}, python="3.13")
    assert mismatches(manifest, {installed: "3.2.0+cu12"}.get, "3.13.0") == []
    assert mismatches(manifest, {installed: "3.2.1"}.get, "3.13.0") != []


@pytest.mark.parametrize(
    ("wanted", "here", "code", "refused"),
    [
        ("3.11", "3.13.0", False, False),
        ("3.13.1", "3.11.7", False, False),
        ("2.7.18", "3.11.7", False, True),
        ("3.11", "3.13.0", True, False),
        ("3.13", "3.11.7", True, True),
        ("3.11.9", "3.11.7", True, False),
    ],
)
def test_own_code_wants_a_python_that_is_not_older(wanted, here, code, refused):
    manifest = a_manifest(["a"], python=wanted, **({"code": CODE} if code else {}))
    assert bool(mismatches(manifest, {}.get, here)) is refused


OLD = a_manifest(["a"], libraries={"scikit-learn": "1.3.2", "numpy": "1.26.4", "lightgbm": "4.1.0"}, python="3.11")
HERE = {"scikit-learn": "1.9.1", "numpy": "2.4.6"}


def refusal(runtimes: dict) -> str:
    with pytest.raises(JobFailed) as failure:
        refuse_skew(OLD, "classic", runtimes, HERE.get, "3.13.0")
    assert failure.value.code == "versions_differ"
    assert len(failure.value.reason["message"]) < 600
    return failure.value.reason["message"]


def test_a_refusal_names_both_sides_and_the_runtime_that_fits():
    fits = {"python": "3.11", "libraries": dict(OLD["libraries"])}
    nearly = {"python": "3.11", "libraries": {**OLD["libraries"], "scikit-learn": "1.3.1"}}
    lacks = {"python": "3.11", "libraries": {"scikit-learn": "1.3.2"}}
    assert refusal({"nearly": nearly, "lacks": lacks, "sklearn-1-3": fits}) == (
        "The model was made with scikit-learn 1.3.2 (here 1.9.1), numpy 1.26.4 (here 2.4.6), lightgbm 4.1.0 (not "
        "here); this is runtime classic. Publish it with --runtime sklearn-1-3."
    )


def test_this_runtime_is_no_remedy_though_its_pins_would_fit():
    assert "--runtime" not in refusal({"classic": {"python": "3.11", "libraries": dict(OLD["libraries"])}})


def test_a_refusal_tells_how_to_declare_a_runtime_where_none_fits():
    assert refusal({"classic": {"python": "3.13", "libraries": HERE}}).endswith(
        "Train it with scikit-learn 1.9.1 and numpy 2.4.6, or declare a runtime that has scikit-learn 1.3.2, "
        "numpy 1.26.4, lightgbm 4.1.0 (docs/runtimes.md)."
    )


def test_the_versions_of_this_process_are_compared_where_none_are_given():
    import numpy

    refuse_skew(a_manifest(["a"], libraries={"numpy": numpy.__version__}), "classic", {})
    with pytest.raises(JobFailed, match=r"no-such-library 1 \(not here\)"):
        refuse_skew(a_manifest(["a"], libraries={"no-such-library": "1"}), "classic", {})
