"""Pickles: what joblib or pickle wrote, compressed or not. The trust in one is judged before, in `load`."""

from pathlib import Path
from typing import Any


def read(path: Path) -> Any:
    """What the pickle holds. This runs what it says."""
    import joblib

    return joblib.load(path)
