"""A check of a version, without a queue."""

import pytest

from dropscore_predictor.check import check_model
from dropscore_predictor.contracts import validate
from dropscore_predictor.errors import JobFailed, Throttled
from factories import Linear, a_manifest, a_model, no_patience

PINNED = {"name": "m", "version": 1, "manifestSha256": "0" * 64, "runtime": "classic"}


def check(load):
    answer = check_model({"check": PINNED}, "classic", load, no_patience())
    validate("check-answer", answer)
    return answer


@pytest.mark.parametrize(("golden", "rows"), [({}, 0), ({"golden": {"rows": [[1.0]] * 3}}, 3)])
def test_a_version_that_loads_is_told_with_its_golden_rows(golden, rows):
    asked = []

    def load(pinned, patience):
        asked.append(pinned)
        return a_model(Linear(), a_manifest(["a"], **golden))

    answer = check(load)
    assert (answer["ok"], answer["goldenRows"], answer["runtime"]) == (True, rows, "classic")
    assert asked == [PINNED]


def test_a_version_that_does_not_is_told_with_the_reason():
    def load(pinned, patience):
        raise JobFailed("golden_rows_differ", "one differs")

    answer = check(load)
    assert (answer["ok"], answer["reason"]) == (False, {"code": "golden_rows_differ", "message": "one differs"})


def test_what_a_retry_may_mend_is_no_answer():
    def load(pinned, patience):
        raise Throttled("later")

    with pytest.raises(Throttled):
        check(load)
