"""Crosstab: customers by two tags at once, each cell with its share, a mean, and the rule that chooses it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from portraits.app.customers.choice import condition
from portraits.app.reading import Reading, TagColumn, reading
from portraits.app.segments.bins import Bin, bins, both, tabled
from portraits.engine.expressions import where
from portraits.engine.warehouse import quote
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import BadInput
from portraits.vocabulary.phrase import say

EXPECTED = 5  # customers that a cell must be expected to have before it is called remarkable


@dataclass(frozen=True)
class Tally:
    """How many customers, and the mean of the metric over those for whom it is known."""

    customers: int = 0
    mean: float | None = None


@dataclass(frozen=True)
class Side:
    """One of the two tags: its bins, and the customers in each of them who are in the table."""

    tag: TagColumn
    bins: tuple[Bin, ...]
    totals: tuple[Tally, ...]


@dataclass(frozen=True)
class Crossing:
    """A cell: its customers, their share of its row and of its column, and the rule that chooses them.

    `lift` is how many times as frequent the cell is as if the tags had nothing to do with each
    other; None where too few customers would be expected.
    """

    customers: int
    row_share: float
    column_share: float
    mean: float | None
    lift: float | None
    rule: str


@dataclass(frozen=True)
class Crosstab:
    """A table of two tags over the customers for whom both are known: `n` of `base`."""

    rows: Side
    columns: Side
    metric: TagColumn | None
    cells: tuple[tuple[Crossing, ...], ...]
    total: Tally
    base: int
    as_of: datetime
    run: int

    @property
    def coverage(self) -> float:
        """The share of all customers who are in the table."""
        return self.total.customers / self.base if self.base else 0.0

    @property
    def peak(self) -> tuple[int, int] | None:
        """The row and the column of the most over-represented cell; None where no cell stands out."""
        found = [(cell.lift, -r, -c) for r, row in enumerate(self.cells) for c, cell in enumerate(row) if cell.lift]
        return (-max(found)[1], -max(found)[2]) if found else None


@dataclass(frozen=True)
class Choices:
    """The tags that can be tabled, and those of them that have a mean."""

    tags: tuple[TagColumn, ...]
    metrics: tuple[TagColumn, ...]


def choices(workspace: Workspace) -> Choices:
    """Which tags a cross table can be made of."""
    with reading(workspace) as run:
        tags = tuple(tabled(run))
        return Choices(tags, tuple(tag for tag in tags if tag.numeric))


def crosstab(workspace: Workspace, rows: str, columns: str, metric: str = "") -> Crosstab:
    """The customers by two tags; numbers stand in ranges, by the cut points of a rank where one cuts them.

    NotFound names the nearest tag; Refused where the values point at persons.
    """
    with reading(workspace) as run:
        down, across = run.tag(rows), run.tag(columns)
        measure = _metric(run, metric)
        sides = [(tag, bins(run, tag)) for tag in (down, across)]
        found = _counted(run, [each for _, each in sides], measure)
        total = found.get((None, None), Tally())
        (first, second) = (
            Side(tag, parts, tuple(found.get(_margin(place, n), Tally()) for n in range(len(parts))))
            for place, (tag, parts) in enumerate(sides)
        )
        cells = tuple(tuple(_cells(found, first, second, r, total.customers)) for r in range(len(first.bins)))
        [(base,)] = run.rows("SELECT count(*) FROM portrait")
        return Crosstab(first, second, measure, cells, total, base, run.as_of, run.run.info.number)


Counts = Mapping[tuple[int | None, int | None], Tally]


def _margin(place: int, n: int) -> tuple[int | None, int | None]:
    return (n, None) if place == 0 else (None, n)


def _metric(run: Reading, name: str) -> TagColumn | None:
    if not name:
        return None
    tag = run.tag(name)
    if not tag.numeric:
        raise BadInput(say("{tag} has no mean.", tag=name), say("Choose a tag that is a number."))
    return tag


def _counted(run: Reading, sides: Sequence[Sequence[Bin]], metric: TagColumn | None) -> Counts:
    """Row and column -> customers and mean; None stands for all of them."""
    if not all(sides):
        return {}
    down, across = (_place(run, side) for side in sides)
    mean = f"avg(CAST({quote(metric.name)} AS DOUBLE))" if metric else "NULL"
    found = run.rows(
        f"""SELECT _down, _across, count(*), {mean} FROM (SELECT {down} AS _down, {across} AS _across, * FROM portrait)
        WHERE _down IS NOT NULL AND _across IS NOT NULL
        GROUP BY GROUPING SETS ((_down, _across), (_down), (_across), ())"""
    )
    return {(r, c): Tally(n, mean) for r, c, n, mean in found}


def _place(run: Reading, side: Sequence[Bin]) -> str:
    """The number of a customer's bin, by the very conditions that the cells open."""
    whens = [f"WHEN {where(condition(run, each.rule), as_of=run.as_of)} THEN {n}" for n, each in enumerate(side)]
    return f"CASE {' '.join(whens)} END"


def _cells(found: Counts, down: Side, across: Side, r: int, total: int) -> Iterator[Crossing]:
    row = down.totals[r].customers
    for c, column in enumerate(across.totals):
        here = found.get((r, c), Tally())
        yield Crossing(
            customers=here.customers,
            row_share=here.customers / row if row else 0.0,
            column_share=here.customers / column.customers if column.customers else 0.0,
            mean=here.mean,
            lift=_lift(here.customers, row, column.customers, total),
            rule=both(down.bins[r].rule, across.bins[c].rule),
        )


def _lift(here: int, row: int, column: int, total: int) -> float | None:
    expected = row * column / total if total else 0.0
    return here / expected if expected >= EXPECTED else None
