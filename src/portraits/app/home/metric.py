"""The metric: the figure that measures the goal, against its target, and what it was in the runs before."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from portraits.app.customers.spending import NOT_SALES
from portraits.app.reading import Reading
from portraits.app.said import Quantity, Said, Scalar
from portraits.engine.runs import DATABASE, folder_of, held, infos
from portraits.engine.settings import Metric, Target
from portraits.engine.warehouse import Warehouse, literal
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import NotFound

_QUARTER = 4  # who bought within a quarter of the stretch is active
_UNITS: dict[Metric, str] = {"profit": "money", "revenue": "money"}


@dataclass(frozen=True)
class Point:
    """The metric in one run."""

    run: int
    as_of: datetime
    value: float


@dataclass(frozen=True)
class Kpi:
    """The metric now and before.

    `metric` is what could be measured: revenue where profit is wanted and no cost is known.
    `days` is the stretch it looks back over; `history` has a point a moment, the oldest first.
    `aimed` is the target of what is wanted, `target` the one that the value can be held against.
    """

    goal: str
    wanted: Metric
    metric: Metric
    days: int
    value: float | None
    aimed: Target | None
    target: Target | None
    history: tuple[Point, ...]
    said: tuple[Said, ...]

    @property
    def unit(self) -> str:
        """What the value counts."""
        return _UNITS.get(self.metric, "")

    @property
    def share(self) -> float | None:
        """How much of the target is reached."""
        return self.value / self.target.amount if self.target and self.value is not None else None


def kpi(workspace: Workspace, run: Reading) -> Kpi:
    """The metric of the settings in the published run and in those that are kept."""
    settings, wanted = run.settings, run.settings.metric
    days = _days(wanted, settings.rfm.window.far)
    value, metric = _value(run.rows, wanted, run.as_of, days), wanted
    if value is None and wanted == "profit":
        value, metric = _value(run.rows, "revenue", run.as_of, days), "revenue"
    history = tuple(_history(workspace, metric, days))
    target = settings.target if metric == wanted else None
    return Kpi(
        settings.goal,
        wanted,
        metric,
        days,
        value,
        settings.target,
        target,
        history,
        tuple(_said(value, _UNITS.get(metric, ""), settings.target, target, run.as_of, history)),
    )


def _days(metric: Metric, stretch: int) -> int:
    return max(1, stretch // _QUARTER) if metric == "active customers" else stretch


Rows = Callable[[str], Sequence[tuple[Any, ...]]]


def _value(rows: Rows, metric: Metric, as_of: datetime, days: int) -> float | None:
    """The metric over the orders of a run; None where its columns are not known."""
    held_columns = {
        row[0] for row in rows("SELECT column_name FROM information_schema.columns WHERE table_name = 'orders'")
    }
    if not {"ordered_at", "amount", "status", *(("cost",) if metric == "profit" else ())} <= held_columns:
        return None
    [(value,)] = rows(_SQL[metric].format(now=literal(as_of), days=int(days), sales=NOT_SALES))
    return None if value is None else float(value)


_LATELY = "ordered_at > {now} - INTERVAL {days} DAY AND ordered_at <= {now} AND {sales}"
_BEFORE = "ordered_at > {now} - INTERVAL {days} DAY - INTERVAL {days} DAY AND ordered_at <= {now} - INTERVAL {days} DAY"
_SQL: dict[Metric, str] = {
    "revenue": f"SELECT coalesce(sum(amount), 0) FROM orders WHERE {_LATELY}",
    "profit": f"SELECT sum(amount - cost) FROM orders WHERE cost IS NOT NULL AND {_LATELY}",
    "active customers": f"SELECT count(DISTINCT customer) FROM orders WHERE {_LATELY}",
    "retained customers": (
        f"SELECT count(DISTINCT customer) FROM orders WHERE {_LATELY} AND customer IN "
        f"(SELECT customer FROM orders WHERE {_BEFORE} AND {{sales}})"
    ),
}


def _history(workspace: Workspace, metric: Metric, days: int) -> Iterator[Point]:
    """The metric in each run that is kept; of runs of the same moment the last one counts."""
    last = {info.as_of: info.number for info in reversed(infos(workspace))}
    for as_of, number in sorted(last.items()):
        card = folder_of(workspace, number) / DATABASE
        try:
            value = _of_run(workspace.folder.resolve(), number, card.stat().st_mtime_ns, metric, as_of, days)
        except (NotFound, FileNotFoundError):
            continue  # pruned while it was looked at
        if value is not None:
            yield Point(number, as_of, value)


@lru_cache(maxsize=256)
def _of_run(folder: Path, number: int, changed: int, metric: Metric, as_of: datetime, days: int) -> float | None:
    """The metric in a run, worked out once: a run never changes."""
    workspace = Workspace(folder)
    with held(workspace, number), Warehouse.read(folder_of(workspace, number) / DATABASE) as warehouse:
        return _value(warehouse.rows, metric, as_of, days)


def _said(
    value: float | None,
    unit: str,
    aimed: Target | None,
    target: Target | None,
    as_of: datetime,
    history: Sequence[Point],
) -> Iterator[Said]:
    """How far the target is, and what the metric has done since the run before, in words."""
    if value is None:
        yield Said("kpi.unknown")
        return
    yield _distance(value, unit, target, as_of) if target else Said("kpi.of_another" if aimed else "kpi.no_target")
    if len(history) > 1:
        yield _trend(history[-2], history[-1], unit)


def _distance(value: float, unit: str, target: Target, as_of: datetime) -> Said:
    missing = target.amount - value
    days = (target.by - as_of.date()).days
    told: dict[str, Scalar | Quantity] = {"target": Quantity(target.amount, unit), "by": target.by}
    if missing <= 0:
        return Said("kpi.reached", told)
    told |= {"missing": Quantity(missing, unit), "share": Quantity(missing / target.amount, "share")}
    return Said("kpi.missed", told) if days < 0 else Said("kpi.short", {**told, "days": Quantity(days, "day")})


def _trend(before: Point, now: Point, unit: str) -> Said:
    change = now.value - before.value
    told: dict[str, Scalar | Quantity] = {"since": before.as_of, "change": Quantity(abs(change), unit)}
    if change == 0:
        return Said("kpi.same", {"since": before.as_of})
    return Said("kpi.more" if change > 0 else "kpi.less", told)
