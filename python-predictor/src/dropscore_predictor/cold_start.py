"""A cold start goes without the garbage collector, which would walk the modules over and over while they are imported.

Importing this begins it; only the Lambda handler does. It is a tenth of the time until the first chunk is scored.
"""

import gc

gc.disable()


def over() -> None:
    """What was built until now stays: the collector need not walk it again for every twenty thousand items."""
    gc.freeze()
    gc.enable()
