"""A rate limit: so many requests a minute for each caller, with room for a burst."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

_CALLERS = 10_000


class RateLimit:
    """A token bucket for each caller, in the memory of one process.

    With several worker processes each counts for itself, so a caller gets at most their number times the limit.

    Args:
        a_minute: requests that a caller may make in a minute, steadily; 0 sets no limit.
        burst: requests that may come at once; by default a fifth of a minute's, and at least 10.
    """

    def __init__(self, a_minute: int, *, burst: int | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = a_minute / 60
        self._burst = float(burst if burst is not None else max(10, a_minute // 5))
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, caller: str) -> float:
        """Count a request; returns 0 where it may go on, otherwise the seconds after which one may."""
        if not self._rate:
            return 0.0
        now = self._clock()
        left, since = self._buckets.pop(caller, (self._burst, now))
        left = min(self._burst, left + (now - since) * self._rate)
        allowed = left >= 1
        self._buckets[caller] = (left - 1 if allowed else left, now)
        if len(self._buckets) > _CALLERS:
            self._buckets.popitem(last=False)
        return 0.0 if allowed else (1 - left) / self._rate
