"""What a notebook may ask for, and what is refused before anything is read."""

import json

import pytest
from sklearn.linear_model import Ridge

from dropscore import Refused
from dropscore.given import ordered_tiers
from dropscore.never_trusted import is_never_trusted
from dropscore.request import requested
from dropscore_predictor.contracts import validate
from dropscore_predictor.pickled.trust import listed as trusted
from tables import FEATURES, numbers


def test_one_name_is_as_good_as_a_list_of_one():
    request = requested("m", passthrough="region", outputs="abc", trust="sklearn.svm:SVC", weights=1)
    assert (request.passthrough, request.outputs) == (("region",), ("abc",))
    assert (request.trust, request.weights) == (("sklearn.svm:SVC",), (1.0,))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"passthrough": [1]}, "passthrough must be names"),
        ({"outputs": 3}, "outputs must be names"),
        ({"weights": ["a"]}, "weights must be numbers"),
        ({"threshold": "0.5"}, "'0.5' is no number"),
        ({"threshold": float("nan")}, "is no number"),
        ({"tolerate": 5}, "no share of rows"),
        ({"tolerate": "0.05"}, "no share of rows"),
        ({"tolerate": float("nan")}, "no share of rows"),
        ({"labels": ["a", "b"]}, "labels must be a dict"),
        ({"tiers": 3}, "Tiers must be a dict"),
        ({"tiers": [("low",)]}, "a name and the number"),
        ({"tiers": {"low": "much"}}, "a name and the number"),
        ({"tiers": {"low": float("inf")}}, "a name and the number"),
    ],
)
def test_what_is_of_the_wrong_kind_is_usage(options, said):
    with pytest.raises(Refused, match=said) as refused:
        requested("m", **options)
    assert refused.value.code == "usage"
    assert refused.value.remedy


def test_a_name_that_is_no_text_is_usage():
    with pytest.raises(Refused, match="no name for a model"):
        requested(3)


@pytest.mark.parametrize("name", ["low:0;high", "low=0", "", " ", "a;b"])
def test_names_of_tiers_hold_nothing_that_parts_them(name):
    with pytest.raises(Refused, match="no name for a tier"):
        ordered_tiers({name: 0})


@pytest.mark.parametrize(
    "name",
    [
        "os:system",
        "posix:system",
        "builtins:eval",
        "builtins:getattr",
        "operator:attrgetter",
        "functools:partial",
        "importlib:import_module",
        "numpy:load",
        "joblib.externals.cloudpickle.cloudpickle:_make_function",
        "scipy.stats._distn_infrastructure:rv_continuous_frozen",
    ],
)
def test_nobody_can_vouch_for_what_evaluates_imports_opens_or_reaches_attributes(name):
    with pytest.raises(Refused, match=f"Nobody can vouch for {name}"):
        requested("m", trust=[name])


def test_no_list_of_the_predictor_holds_such_a_name():
    assert len(trusted()) > 1000
    assert [name for name in trusted() if is_never_trusted(name)] == []


@pytest.mark.parametrize("share", [None, 0, 0.05])
def test_what_is_tolerated_is_in_the_manifest(world, share):
    model = Ridge().fit(numbers()[FEATURES], range(len(numbers())))
    world.publish(model, numbers()[FEATURES], tolerate=share)
    manifest = json.loads(world.store.objects["m/1/manifest.json"])
    validate("model-manifest", manifest)
    assert manifest.get("toleratedErrors") == share
