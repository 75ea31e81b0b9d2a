"""How long an invocation may wait for a service that throttles."""

import random
import time
from collections.abc import Callable

from .errors import Throttled

RESERVE_MS = 10_000
"""What is left of the invocation when waiting ends: enough to send the message again."""

SHORTEST_WAIT_MS = 50
LONGEST_WAIT_MS = 5_000


class Patience:
    """Waits with full jitter, so that predictors that were throttled together do not come back together."""

    def __init__(
        self,
        remaining_ms: Callable[[], float],
        sleep: Callable[[float], None] = time.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._remaining_ms = remaining_ms
        self._sleep = sleep
        self._jitter = jitter

    def wait(self, attempt: int) -> None:
        """Waits before the next attempt.

        Args:
            attempt: How often it was tried, from 1: the wait doubles with each.

        Raises:
            Throttled: The invocation's time is nearly over.
        """
        wait_ms = self._jitter() * min(LONGEST_WAIT_MS, SHORTEST_WAIT_MS * 2.0 ** min(attempt, 10))
        if self._remaining_ms() - wait_ms < RESERVE_MS:
            raise Throttled("A service throttles, and the invocation's time is nearly over.")
        self._sleep(wait_ms / 1000)
