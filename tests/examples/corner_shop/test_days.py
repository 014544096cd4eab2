"""The calendar: busy days, and a clock that runs faster on them."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portraits.examples.corner_shop.days import days, within
from portraits.examples.corner_shop.shop import Shop
from portraits.examples.corner_shop.world import AS_OF, DAYS, SEGMENTS, World

CALENDAR = days(World(), AS_OF)
FAMILY = next(at for at, segment in enumerate(SEGMENTS) if segment.name == "family")
GIFTING = next(at for at, segment in enumerate(SEGMENTS) if segment.name == "gifting")


def test_the_two_years_end_at_as_of() -> None:
    assert CALENDAR.start == datetime(2024, 6, 30)
    assert CALENDAR.moments(np.array([0.0, DAYS])).tolist() == [datetime(2024, 6, 30), datetime(2026, 6, 30)]


def test_an_average_day_is_as_busy_as_any_for_every_segment() -> None:
    assert CALENDAR.busy.mean(axis=1) == pytest.approx(np.ones(len(SEGMENTS)))
    assert (CALENDAR.busy > 0).all()


def test_families_come_at_weekends() -> None:
    dates = np.datetime64(CALENDAR.start, "D") + np.arange(DAYS)
    weekend = np.array([date.weekday() >= 5 for date in dates.tolist()])
    assert CALENDAR.busy[FAMILY][weekend].mean() > 2 * CALENDAR.busy[FAMILY][~weekend].mean()


def test_gift_givers_come_before_festivals() -> None:
    months = CALENDAR.months(np.arange(DAYS, dtype=np.float64))
    september, august = months == 8, months == 7
    assert CALENDAR.busy[GIFTING][september].mean() > 2 * CALENDAR.busy[GIFTING][august].mean()


def test_months_are_those_of_the_calendar() -> None:
    assert CALENDAR.months(np.array([0.0, 1.0, 184.0, 200.5])).tolist() == [5, 6, 11, 0]


@given(st.floats(0, DAYS), st.integers(0, len(SEGMENTS) - 1))
def test_process_time_and_calendar_time_undo_each_other(time: float, segment: int) -> None:
    rows, times = np.array([segment]), np.array([time])
    process = CALENDAR.process_time(rows, times)
    assert CALENDAR.calendar_time(rows, process)[0] == pytest.approx(time, abs=1e-6)


@given(st.lists(st.floats(0, DAYS - 0.001), min_size=2, max_size=20))
def test_opening_hours_keep_the_day_and_the_order(times: list[float]) -> None:
    before = np.sort(np.array(times))
    after = within(before, 9, 18)
    assert (np.floor(after) == np.floor(before)).all()
    assert (np.diff(after) >= 0).all()
    hours = (after % 1) * 24
    assert ((hours >= 8.999) & (hours <= 18.001)).all()


def test_a_flight_lies_wholly_in_the_two_years_and_none_overlaps_another(shop: Shop) -> None:
    assert len(shop.flights) == 13
    assert all(30 <= flight.first < flight.after <= DAYS for flight in shop.flights)
    ends = [(flight.first, flight.after) for flight in shop.flights]
    assert all(one[1] <= other[0] for one, other in pairwise(ends))
    assert len(set(shop.flight_ids)) == len(shop.flights)
