"""The settings of the Lambda functions, read from the environment at start."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from .versions import Runtime

MEMORY_WITHOUT_LAMBDA_MIB = 2048


class InvalidSetting(Exception):
    """A setting is missing or malformed. Names it, never its value."""


@dataclass(frozen=True)
class Settings:
    """Where a predictor works, and how."""

    jobs_table: str
    scores_table: str
    models_bucket: str
    results_bucket: str
    chunk_queue_url: str
    runtime: str
    write_threads: int
    memory_mib: int = MEMORY_WITHOUT_LAMBDA_MIB
    """Of the function, as Lambda tells it."""
    runtimes: Mapping[str, Runtime] = field(default_factory=dict)
    """All that are deployed, by their names."""


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Reads those of a predictor.

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
        memory_mib=_memory(environment),
        runtimes=_runtimes(environment, "RUNTIMES"),
    )


@dataclass(frozen=True)
class UnpackSettings:
    """Where the unpack function works, and with how much memory."""

    jobs_table: str
    work_bucket: str
    unpack_queue_url: str
    intake_queue_url: str
    memory_mib: int = MEMORY_WITHOUT_LAMBDA_MIB


def read_unpack_settings(environment: Mapping[str, str]) -> UnpackSettings:
    """Reads those of the unpack function.

    Raises:
        InvalidSetting: One is missing or malformed.
    """
    return UnpackSettings(
        jobs_table=_text(environment, "JOBS_TABLE"),
        work_bucket=_text(environment, "WORK_BUCKET"),
        unpack_queue_url=_text(environment, "UNPACK_QUEUE_URL"),
        intake_queue_url=_text(environment, "INTAKE_QUEUE_URL"),
        memory_mib=_memory(environment),
    )


def _memory(environment: Mapping[str, str]) -> int:
    return _count(environment, "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", MEMORY_WITHOUT_LAMBDA_MIB)


def _text(environment: Mapping[str, str], name: str) -> str:
    value = environment.get(name, "")
    if not value:
        raise InvalidSetting(f"The setting {name} is missing.")
    return value


def _count(environment: Mapping[str, str], name: str, absent: int | None = None) -> int:
    if absent is not None and name not in environment:
        return absent
    value = _text(environment, name)
    if not value.isdecimal() or int(value) == 0:
        raise InvalidSetting(f"The setting {name} must be a whole number from 1.")
    return int(value)


def _runtimes(environment: Mapping[str, str], name: str) -> dict[str, Runtime]:
    try:
        runtimes = json.loads(environment.get(name) or "{}")
    except ValueError:
        raise InvalidSetting(f"The setting {name} must be JSON.") from None
    if not isinstance(runtimes, dict) or not all(map(_is_runtime, runtimes.values())):
        raise InvalidSetting(f"The setting {name} must tell the python and the libraries of each runtime.")
    return {key: {"python": value["python"], "libraries": value["libraries"]} for key, value in runtimes.items()}


def _is_runtime(value: object) -> bool:
    if not isinstance(value, dict) or not isinstance(value.get("python"), str):
        return False
    libraries = value.get("libraries")
    return isinstance(libraries, dict) and all(isinstance(version, str) for version in libraries.values())
