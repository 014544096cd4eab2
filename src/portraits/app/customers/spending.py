"""Spending: what a customer spent over time, beside what buying customers spend on average."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Literal

from portraits.app.reading import Reading
from portraits.app.said import Quantity, Said
from portraits.engine.settings import Day

Step = Literal["week", "month"]

WEEKS_AT_MOST = 60  # longer histories are told by month
MONTHS_AT_MOST = 36
COMPARED = {"week": 13, "month": 3}  # a quarter in either step
LITTLE = 0.1  # a change below a tenth is no news
FEWEST = 3  # orders in the earlier quarter, or a ratio means nothing

DAYS: tuple[Day, ...] = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
NOT_SALES = "coalesce(status, 'completed') NOT IN ('cancelled', 'returned')"


@dataclass(frozen=True)
class Period:
    """A week or month: when it begins, and whether the data covers only part of it."""

    start: date
    part: bool
    spent: float
    orders: int
    base: float | None


@dataclass(frozen=True)
class Spending:
    """A customer's periods in order of time, and what they say."""

    step: Step
    periods: tuple[Period, ...]
    finding: Said


@dataclass(frozen=True)
class _Frame:
    """The periods all customers share: their starts, the data's edges, the mean of buyers."""

    step: Step
    shift: int
    first: datetime
    starts: tuple[date, ...]
    means: Mapping[date, float]


def spending(run: Reading, customer: int) -> Spending | None:
    """A customer's spending; None where the workspace has no orders at all."""
    if "orders" not in run.columns:
        return None
    frame = _frames(run, DAYS.index(run.settings.week_starts))
    if frame is None:
        return None
    sql = f"""SELECT {_start(frame.step, frame.shift)} AS start, sum(amount), count(*)
        FROM orders WHERE customer = $customer AND {NOT_SALES} GROUP BY 1"""
    own = {start: (float(spent or 0), orders) for start, spent, orders in run.rows(sql, {"customer": customer})}
    periods = tuple(
        Period(start, _is_part(run, frame, start), *own.get(start, (0.0, 0)), frame.means.get(start))
        for start in frame.starts
    )
    return Spending(frame.step, periods, _finding(frame.step, periods))


@lru_cache(maxsize=8)
def _frames(run: Reading, shift: int) -> _Frame | None:
    rows = run.rows
    first = rows(f"SELECT min(ordered_at) FROM orders WHERE customer IS NOT NULL AND {NOT_SALES}")[0][0]
    if first is None:
        return None
    as_of = run.as_of
    step: Step = "week" if (as_of - first).days <= 7 * WEEKS_AT_MOST else "month"
    sql = f"""SELECT {_start(step, shift)} AS start, sum(amount) / count(DISTINCT customer)
        FROM orders WHERE customer IS NOT NULL AND {NOT_SALES} GROUP BY 1"""
    means = {start: float(mean) for start, mean in rows(sql) if mean is not None}
    starts = _starts(step, shift, first.date(), as_of.date())
    return _Frame(step, shift, first, starts, means)


def _start(step: Step, shift: int) -> str:
    if step == "month":
        return "CAST(date_trunc('month', ordered_at) AS DATE)"
    return f"CAST(date_trunc('week', ordered_at - INTERVAL {shift} DAY) AS DATE) + {shift}"


def _starts(step: Step, shift: int, first: date, last: date) -> tuple[date, ...]:
    if step == "week":
        start = first - timedelta(days=(first.weekday() - shift) % 7)
        return tuple(start + timedelta(days=7 * number) for number in range((last - start).days // 7 + 1))
    months = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return tuple(date(month // 12, month % 12 + 1, 1) for month in months)[-MONTHS_AT_MOST:]


def _is_part(run: Reading, frame: _Frame, start: date) -> bool:
    """Whether the data begins after the period does, or ends before it does."""
    after = start + timedelta(days=7) if frame.step == "week" else _next_month(start)
    return start < frame.first.date() or after > (run.as_of + timedelta(seconds=1)).date()


def _next_month(start: date) -> date:
    return (start.replace(day=1) + timedelta(days=32)).replace(day=1)


def _finding(step: Step, periods: tuple[Period, ...]) -> Said:
    """The last whole quarter beside the one before: shares only where the base carries them."""
    if not any(period.orders for period in periods):
        return Said("spend.none")
    whole, n = [period for period in periods if not period.part], COMPARED[step]
    recent, before = whole[-n:], whole[-2 * n : -n]
    if len(before) < n:
        return Said("spend.short")
    now, then = sum(period.spent for period in recent), sum(period.spent for period in before)
    if now == 0:
        return Said("spend.stopped")
    if sum(period.orders for period in before) < FEWEST or then <= 0:
        return Said("spend.few", {"spent": Quantity(now, "money")})
    change = now / then - 1
    if abs(change) < LITTLE:
        return Said("spend.steady", {"spent": Quantity(now, "money")})
    return Said("spend.rose" if change > 0 else "spend.fell", {"share": Quantity(abs(change), "share")})
