"""Which runtime serves a model, by the predictor's own rules."""

import pytest

from dropscore import Refused
from dropscore.runtimes import choose_runtime, parse_runtimes

RUNTIMES = {
    "classic": {"function": "f", "python": "3.13", "libraries": {"scikit-learn": "1.9.1", "numpy": "2.4.6"}},
    "onnx": {"function": "g", "python": "3.13", "libraries": {"onnxruntime": "1.31.1", "numpy": "2.4.6"}},
    "old": {"function": "h", "python": "3.11", "libraries": {"scikit-learn": "1.3.2", "numpy": "1.26.4"}},
}


def draft(libraries, model_format="joblib", **more):
    return {"format": model_format, "libraries": libraries, "python": "3.11.7", **more}


@pytest.mark.parametrize(
    ("made", "runtime"),
    [
        (draft({"scikit-learn": "1.9.1", "numpy": "2.4.0"}), "classic"),
        (draft({"scikit-learn": "1.3.2", "numpy": "1.26.0"}), "old"),
        (draft({"onnxruntime": "1.20.0"}, "onnx"), "onnx"),
    ],
)
def test_the_first_that_has_the_libraries(made, runtime):
    assert choose_runtime(made, RUNTIMES, None) == runtime


def test_none_fits_and_every_side_is_told():
    with pytest.raises(Refused) as refused:
        choose_runtime(draft({"scikit-learn": "1.5.2"}), RUNTIMES, None)
    assert refused.value.message == (
        "No runtime has the versions that this model was made with (scikit-learn 1.5.2, Python 3.11.7): "
        "classic has scikit-learn 1.9.1; onnx has no scikit-learn; old has scikit-learn 1.3.2."
    )
    assert "pip install -r python-predictor/requirements/classic.txt" in refused.value.remedy


def test_the_one_that_was_asked_for_does_not_fit_and_another_does():
    with pytest.raises(Refused) as refused:
        choose_runtime(draft({"scikit-learn": "1.9.1"}), RUNTIMES, "old")
    assert refused.value.remedy == "Use --runtime classic."


def test_own_code_needs_a_python_that_is_not_older():
    made = draft({"numpy": "1.26.4"}, code={"package": "p", "entry": "transform"})
    with pytest.raises(Refused, match=r"Python 3\.12\.1\): old has Python 3\.11"):
        choose_runtime({**made, "python": "3.12.1"}, RUNTIMES, "old")


def test_a_stack_that_does_not_say_its_runtimes_is_outdated():
    with pytest.raises(Refused, match="older version"):
        parse_runtimes(None)
