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
