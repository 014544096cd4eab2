"""The turnstile: lets so many through in a time, each address for itself."""

from __future__ import annotations

import threading
from collections import OrderedDict, deque

_ADDRESSES = 10_000  # that are remembered


class Turnstile:
    """Counts who came through lately.

    Args:
        most: how many may come through.
        seconds: in how long a time.
    """

    def __init__(self, most: int, seconds: float) -> None:
        self._most, self._seconds = most, seconds
        self._came: OrderedDict[str, deque[float]] = OrderedDict()
        self._guard = threading.Lock()

    def passes(self, who: str, now: float) -> bool:
        """Whether somebody may come through now; one who may not is not counted."""
        with self._guard:
            came = self._came.setdefault(who, deque())
            self._came.move_to_end(who)
            while len(self._came) > _ADDRESSES:
                self._came.popitem(last=False)
            while came and came[0] <= now - self._seconds:
                came.popleft()
            if len(came) >= self._most:
                return False
            came.append(now)
            return True
