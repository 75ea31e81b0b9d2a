"""How many rows a chunk of a slow model may have: a predictor has about two minutes for one."""

_USUAL_ROWS = 20_000
_SECONDS = 40.0
"""Of this machine's: a function has one or two processors, and may be three times as slow."""
_LEAST_MEASURED = 0.5
"""Below it, the time is that of starting, not of rows."""


def chunk_rows(rows: int, seconds: float) -> int | None:
    """A bound for the manifest, by how long the sample took; None for a model that is fast enough.

    Args:
        rows: Of the sample.
        seconds: That it took to parse and score them.
    """
    if seconds < _LEAST_MEASURED or seconds / rows * _USUAL_ROWS <= _SECONDS:
        return None
    return max(1, int(rows / seconds * _SECONDS))
