"""The predictor's settings, read from the environment at start."""

from collections.abc import Mapping
from dataclasses import dataclass


class InvalidSetting(Exception):
    """A setting is missing or malformed. Names it, never its value."""


@dataclass(frozen=True)
class Settings:
    """Where the predictor works, and how."""

    jobs_table: str
    scores_table: str
    models_bucket: str
    results_bucket: str
    chunk_queue_url: str
    runtime: str
    write_threads: int


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Reads all settings.

    Raises:
        InvalidSetting: One is missing or malformed.
    """
    return Settings(
        jobs_table=_text(environment, "JOBS_TABLE"),
        scores_table=_text(environment, "SCORES_TABLE"),
        models_bucket=_text(environment, "MODELS_BUCKET"),
        results_bucket=_text(environment, "RESULTS_BUCKET"),
        chunk_queue_url=_text(environment, "CHUNK_QUEUE_URL"),
        runtime=_text(environment, "RUNTIME"),
        write_threads=_count(environment, "WRITE_THREADS"),
    )


def _text(environment: Mapping[str, str], name: str) -> str:
    value = environment.get(name, "")
    if not value:
        raise InvalidSetting(f"The setting {name} is missing.")
    return value


def _count(environment: Mapping[str, str], name: str) -> int:
    value = _text(environment, name)
    if not value.isdecimal() or int(value) == 0:
        raise InvalidSetting(f"The setting {name} must be a whole number from 1.")
    return int(value)
