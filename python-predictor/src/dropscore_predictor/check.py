"""Whether this predictor would score with a version: loads it as a job does, golden rows included.

Consumes a check request; produces its answer. Asked again, it finds the model loaded and answers the same.
"""

import time
from collections.abc import Callable

from .contracts.types import CheckAnswer, CheckRequest, PinnedModel
from .errors import JobFailed
from .loaded_model import LoadedModel
from .patience import Patience


def check_model(
    request: CheckRequest,
    runtime: str,
    load_model: Callable[[PinnedModel, Patience], LoadedModel],
    patience: Patience,
) -> CheckAnswer:
    """What would become of a job with the pinned version.

    Args:
        request: Holds to its contract.
        runtime: This runtime's name.
        load_model: As for a chunk.
        patience: How long throttling may be waited for.

    Raises:
        Exception: It cannot be told now: a service does not answer, or memory is short.
    """
    started = time.monotonic()
    try:
        model = load_model(request["check"], patience)
    except JobFailed as failure:
        return {"ok": False, "runtime": runtime, "reason": failure.reason, "ms": _since(started)}
    rows = len(model.manifest["golden"]["rows"]) if "golden" in model.manifest else 0
    return {"ok": True, "runtime": runtime, "goldenRows": rows, "ms": _since(started)}


def _since(started: float) -> int:
    return int((time.monotonic() - started) * 1000)
