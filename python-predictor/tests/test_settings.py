import json

import pytest

from dropscore_predictor.settings import InvalidSetting, read_settings

WHOLE = {
    "JOBS_TABLE": "jobs",
    "SCORES_TABLE": "scores",
    "MODELS_BUCKET": "models",
    "RESULTS_BUCKET": "results",
    "CHUNK_QUEUE_URL": "queue",
    "RUNTIME": "classic",
    "WRITE_THREADS": "8",
}


def test_settings_are_read_from_the_environment():
    assert read_settings(WHOLE | {"OTHER": "x"}).write_threads == 8


@pytest.mark.parametrize("name", WHOLE)
def test_a_missing_setting_is_named(name):
    with pytest.raises(InvalidSetting, match=name):
        read_settings({**WHOLE, name: ""})


@pytest.mark.parametrize("value", ["0", "-1", "many", "1.5"])
def test_a_malformed_setting_is_named_without_its_value(value):
    with pytest.raises(InvalidSetting, match="WRITE_THREADS") as error:
        read_settings({**WHOLE, "WRITE_THREADS": value})
    assert value not in str(error.value).replace("from 1", "")


def test_what_is_not_set_outside_lambda_has_a_default():
    settings = read_settings(WHOLE)
    assert (settings.memory_mib, settings.runtimes) == (2048, {})
    assert read_settings({**WHOLE, "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1769"}).memory_mib == 1769


def test_runtimes_are_read_and_what_else_is_told_of_them_is_ignored():
    runtimes = {"old": {"python": "3.11", "libraries": {"numpy": "1.26.4"}, "memoryMiB": 2}}
    found = read_settings({**WHOLE, "RUNTIMES": json.dumps(runtimes)}).runtimes
    assert found == {"old": {"python": "3.11", "libraries": {"numpy": "1.26.4"}}}


@pytest.mark.parametrize("value", ["{", "[]", '{"a": 1}', '{"a": {"python": "3.11"}}', '{"a": {"libraries": {}}}'])
def test_malformed_runtimes_are_named_without_their_value(value):
    with pytest.raises(InvalidSetting, match="RUNTIMES") as error:
        read_settings({**WHOLE, "RUNTIMES": value})
    assert value not in str(error.value)
