"""Which states the libraries' own pickles set.

An attribute hides the method of its name: a function that stands under `append` is called by the unpickler, and a text
under `stack_method_` names the method that a prediction calls.
"""

import re
from typing import Any

from .reader import CannotJudge
from .values import Call, Name, Opaque, Pairs

_MAY_HOLD_FUNCTIONS = frozenset(
    [
        "activation",
        "analyzer",
        "asarray",
        "curve_scorer",
        "eval_metric",
        "feature_name_combiner",
        "fobj",
        "func",
        "fun",
        "importance_getter",
        "inverse_func",
        "kernel",
        "kmeans_single",
        "loss",
        "metric",
        "metric_func",
        "objective",
        "owner",
        "pooling_func",
        "preprocessor",
        "score_func",
        "scorer",
        "scorers",
        "scoring",
        "tokenizer",
        "weights",
        "wrapped",
    ]
)
HARMLESS = frozenset(["pandas:NA", "pandas._libs.missing:NA"])
"""Values that are on the lists as functions are, since they are no classes."""
_CALLABLES = ("sklearn.metrics._scorer:", "functools:partial")
_METHODS = frozenset(
    [
        "append",
        "extend",
        "add",
        "update",
        "get",
        "pop",
        "items",
        "keys",
        "values",
        "join",
        "format",
        "eval",
        "query",
        "fit",
        "fit_transform",
        "fit_predict",
        "predict",
        "predict_proba",
        "predict_log_proba",
        "decision_function",
        "transform",
        "inverse_transform",
        "score",
        "score_samples",
        "get_params",
        "set_params",
        "from_arrays",
    ]
)
_HOLD_METHODS = frozenset(
    ["stack_method", "stack_method_", "response_method", "_response_method", "chain_method", "chain_method_"]
)
_KNOWN_METHODS = frozenset(
    [
        "auto",
        "predict",
        "predict_proba",
        "predict_log_proba",
        "decision_function",
        "transform",
        "score_samples",
        "passthrough",
    ]
)
_ATTRIBUTE = re.compile(r"(?!.*__)[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)*")


def functions_of_state(callee: Name, state: Any) -> tuple[set[str], list[Any]]:
    """Names that stand where the libraries hold no function, and the containers that must not change any more.

    Raises:
        CannotJudge: It sets what no library's state has.
    """
    names: set[str] = {state.text} if type(state) is Name else set()
    closed: list[Any] = []
    for part in state if type(state) is tuple else (state,):
        if type(part) is Pairs:
            closed.append(part)
            for key, value in zip(part[::2], part[1::2], strict=True):
                names |= _function_under(key, value)
                closed += _checked_entry(callee, key, value)
    return names, closed


def _function_under(key: Any, value: Any) -> set[str]:
    """The name of a function, or of a scorer's class, under a key that is none of a function's."""
    if type(value) is Call and value.callee.text.startswith(_CALLABLES):
        name = value.callee.text
    elif type(value) is Name and value.text not in HARMLESS:
        name = value.text
    else:
        return set()
    is_method = type(key) is str and key in _METHODS
    holds = type(key) is str and key.rpartition("__")[2].strip("_") in _MAY_HOLD_FUNCTIONS
    return set() if holds and not is_method else {name}


def _checked_entry(callee: Name, key: Any, value: Any) -> list[Any]:
    if type(key) in (Call, Name, Opaque):
        raise CannotJudge("it sets an attribute whose name is no text")
    if type(key) is not str:
        return []
    if key.startswith("__") and key.endswith("__"):
        raise CannotJudge(f"it sets {key} of an instance")
    if key in _METHODS and type(value) is Name:
        raise CannotJudge(f"it sets the method {key} of an instance")
    if callee.text == "joblib.memory:Memory" and key in ("location", "store_backend") and value is not None:
        raise CannotJudge("it holds a folder that joblib keeps results in")
    if key == "importance_getter" and type(value) is not Name:
        if type(value) is str and _ATTRIBUTE.fullmatch(value):
            return []
        raise CannotJudge("its importance_getter is none of scikit-learn's")
    if key not in _HOLD_METHODS:
        return []
    several = type(value) in (list, tuple)
    if not all(one is None or (type(one) is str and one in _KNOWN_METHODS) for one in (value if several else [value])):
        raise CannotJudge(f"its {key} names what is no method of models")
    return [value] if type(value) is list else []
