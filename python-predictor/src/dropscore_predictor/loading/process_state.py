"""What own code changes for the whole process without meaning to: environment, folder, and settings of libraries.

Each version keeps its own and meets it again at every call; the rest of the process never sees it.
"""

import os
import sys
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np


class ProcessState:
    """What one version made of it, put in place while the version runs."""

    def __init__(self) -> None:
        self._environment: dict[str, str | None] = {}
        self._folder: str | None = None
        self._numpy: dict[str, Any] | None = None
        self._scikit_learn: dict[str, Any] | None = None

    @contextmanager
    def active(self) -> Iterator[None]:
        """While it lasts, this version's state holds; what held before comes back after it."""
        environment, folder = dict(os.environ), _folder()
        numpy, scikit_learn = np.geterr(), _scikit_learn()
        with warnings.catch_warnings():
            self._put()
            try:
                yield
            finally:
                self._keep(environment)
                _set_environment({name: environment.get(name) for name in self._environment})
                _change_to(folder)
                np.seterr(**numpy)
                _set_scikit_learn(scikit_learn or _untouched_scikit_learn())

    def _put(self) -> None:
        _set_environment(self._environment)
        _change_to(self._folder)
        np.seterr(**(self._numpy or {}))
        _set_scikit_learn(self._scikit_learn)

    def _keep(self, outer: dict[str, str]) -> None:
        """Of the environment only what differs: the platform goes on setting its own, such as a trace's number."""
        inner = dict(os.environ)
        self._environment = {name: inner.get(name) for name in outer | inner if inner.get(name) != outer.get(name)}
        self._folder = _folder()
        self._numpy = dict(np.geterr())
        self._scikit_learn = _scikit_learn()


def _set_environment(changes: dict[str, str | None]) -> None:
    for name, value in changes.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


def _folder() -> str | None:
    """None where it was removed."""
    with suppress(FileNotFoundError):
        return str(Path.cwd())
    return None


def _change_to(folder: str | None) -> None:
    if folder is not None and folder != _folder():
        with suppress(FileNotFoundError):
            os.chdir(folder)


def _scikit_learn() -> dict[str, Any] | None:
    """scikit-learn's settings; None before it is imported: it takes a second, and the `onnx` runtime has none."""
    library: Any = sys.modules.get("sklearn")
    settings: dict[str, Any] | None = library.get_config() if hasattr(library, "get_config") else None
    return settings


def _set_scikit_learn(settings: dict[str, Any] | None) -> None:
    if settings is not None and settings != _scikit_learn():
        sys.modules["sklearn"].set_config(**settings)


def _untouched_scikit_learn() -> dict[str, Any] | None:
    """Where own code was the first to import it: settings are a thread's, so a new thread has those it starts with."""
    if _scikit_learn() is None:
        return None
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(_scikit_learn).result()
