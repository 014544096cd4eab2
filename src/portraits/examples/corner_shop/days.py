"""Days: the two years of the shop, and how busy each day is for each kind of customer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt

from portraits.examples.corner_shop.chance import Floats, Ints
from portraits.examples.corner_shop.world import DAYS, FESTIVE_MONTHS, MONTHS, Segment, World

Moments = npt.NDArray[np.datetime64]
SECONDS = 86_400
_GRID = np.arange(DAYS + 1.0)


@dataclass(frozen=True)
class Days:
    """The days from `start` up to, and without, `as_of`; a time is a number of days since start."""

    as_of: datetime
    busy: Floats  # one row a segment, one column a day; mean 1
    clock: Floats  # the same, summed up: process time at the start of each day

    @property
    def start(self) -> datetime:
        """Midnight of the first day."""
        return self.as_of - timedelta(days=DAYS)

    def moments(self, times: Floats) -> Moments:
        """Times as moments, to the second."""
        return np.datetime64(self.start, "s") + np.floor(times * SECONDS).astype("timedelta64[s]")

    def months(self, times: Floats) -> Ints:
        """The month, 0 to 11, of each time."""
        return self.moments(times).astype("datetime64[M]").astype(np.int64) % 12

    def process_time(self, segment: Ints, times: Floats) -> Floats:
        """Process time at a calendar time."""
        result = np.empty_like(times)
        for row, clock in enumerate(self.clock):
            mine = segment == row
            result[mine] = np.interp(times[mine], _GRID, clock)
        return result

    def calendar_time(self, segment: Ints, process: Floats) -> Floats:
        """Calendar time at a process time."""
        result = np.empty_like(process)
        for row, clock in enumerate(self.clock):
            mine = segment == row
            result[mine] = np.interp(process[mine], clock, _GRID)
        return result


def within(times: Floats, opens: float, closes: float) -> Floats:
    """The times moved between two hours of their day, in the same order."""
    day = np.floor(times)
    return np.asarray(day + (opens + (closes - opens) * (times - day)) / 24, dtype=np.float64)


def days(world: World, as_of: datetime) -> Days:
    """The two years that end at `as_of`, a midnight."""
    first = np.datetime64(as_of - timedelta(days=DAYS), "D")
    dates = first + np.arange(DAYS)
    busy = np.stack([_busy(segment, dates) for segment in world.segments])
    clock = np.concatenate([np.zeros((len(busy), 1)), np.cumsum(busy, axis=1)], axis=1)
    return Days(as_of, busy, clock)


def _busy(segment: Segment, dates: Moments) -> Floats:
    month = dates.astype("datetime64[M]").astype(np.int64) % 12
    weekday = (dates.astype(np.int64) + 3) % 7  # 1970-01-01 was a Thursday
    festive = np.where(np.isin(month + 1, FESTIVE_MONTHS), segment.festive, 1.0)
    busy = np.array(MONTHS)[month] * np.array(segment.weekdays)[weekday] * festive
    return np.asarray(busy / busy.mean(), dtype=np.float64)
