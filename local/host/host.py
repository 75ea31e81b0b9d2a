"""Starts the embedded AWS host: MiniStack at one pinned version, with the repairs that the pipeline needs.

Run by ``local/host-process.ts``, which passes the settings in the environment (all of it reaches the Lambda workers, so it
holds nothing of the user's). The first argument identifies the instance in the list of processes.
"""

from __future__ import annotations

import atexit
import gc
import importlib.metadata
import os
import sys
from urllib.parse import urlsplit

PINNED_VERSION = "1.5.33"

GARBAGE_THRESHOLDS = (50_000, 20, 100)
"""A table of a million items is tens of millions of objects that stay. With Python's own thresholds going over them again and
again took a sixth of the time of a job that fills it; with these only young ones are gone over."""


def main() -> None:
    installed = importlib.metadata.version("ministack")
    if installed != PINNED_VERSION:
        sys.exit(
            f"The embedded host is written against MiniStack {PINNED_VERSION}, and {installed} is installed: "
            "run npm run setup."
        )
    import repairs
    import turns
    from ministack import app
    from ministack.core import lambda_runtime
    from ministack.services import sqs

    gc.set_threshold(*GARBAGE_THRESHOLDS)
    repairs.apply()
    turns.apply()
    # Functions inherit it. They take the address of a queue from its URL.
    if worker_endpoint := os.environ.get("AWS_ENDPOINT_URL"):
        sqs.DEFAULT_PORT = str(urlsplit(worker_endpoint).port)
    # Otherwise workers that are busy when the host stops would outlive it.
    atexit.register(lambda_runtime.reset)
    sys.argv = sys.argv[:1]
    app.main()


if __name__ == "__main__":
    main()
