"""Report: whether too much was merged, or too little: each suspicion counted, and the rows behind each count.

| part | key | what its rows are |
|---|---|---|
| size | records, as `3` or `6-10` | customers of so many records |
| source | a source | customers with records of it |
| conflict | a field | customers whose records contradict each other in it |
| weak | | customers that hold together by one unlikely link |
| shared | a field | values that several customers have |
| guard | a field | values that so many share that they link nobody |
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal, get_args

from portraits.app.customers.personal import masked
from portraits.app.identity import suspects
from portraits.app.identity.identity import decisions, waiting
from portraits.app.identity.queue import found_by, open_pairs, probability
from portraits.app.paging import Paged
from portraits.app.reading import Reading, reading, reading_run
from portraits.engine.runs import infos
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import BadInput, NotFound, nearest
from portraits.vocabulary.phrase import say

Part = Literal["size", "source", "conflict", "weak", "shared", "guard"]
PARTS: tuple[Part, ...] = get_args(Part)
SIZES = ((1, 1), (2, 2), (3, 3), (4, 4), (5, 5), (6, 10), (11, 20), (21, None))
NEAR = 0.2  # from this probability on a pair is just below the threshold
LARGEST_PAGE = 100
SHOWN = 6  # customers of a row


@dataclass(frozen=True)
class Count:
    """How many customers (or values) a part has under a key, and how many records they are; `before`: a run ago."""

    part: Part
    key: str
    n: int
    records: int
    before: int | None = None


@dataclass(frozen=True)
class Report:
    """What the customers of a run are made of, and what is suspicious about it."""

    by: str
    records: int
    customers: int
    pairs: int
    near: int
    waiting: int
    counts: tuple[Count, ...]
    as_of: datetime
    run: int

    def of(self, part: Part) -> tuple[Count, ...]:
        """The counts of a part."""
        return tuple(each for each in self.counts if each.part == part)


@dataclass(frozen=True)
class Named:
    """A customer by its id and name."""

    customer_id: str
    name: str


@dataclass(frozen=True)
class Row:
    """What is behind a count: some of its customers and how many there are, what they share or differ in."""

    customers: tuple[Named, ...]
    total: int
    records: int
    values: tuple[str, ...] = ()
    probability: float | None = None


@dataclass(frozen=True)
class Rows(Paged):
    """A page of what is behind a count."""

    part: Part
    key: str
    rows: tuple[Row, ...]
    total: int
    page: int
    size: int
    as_of: datetime
    run: int


def report(workspace: Workspace) -> Report:
    """What was merged, and what is suspicious about it, in numbers; `report_rows` shows what is behind each."""
    standing = [each for each in decisions(workspace) if each.stands]
    with reading(workspace) as run:
        pairs = open_pairs(run, standing)
        [(records, customers)] = run.rows("SELECT count(*), count(DISTINCT customer) FROM identity_links")
        before = _sizes_before(workspace, run.run.info.number)
        return Report(
            by=found_by(run),
            records=records,
            customers=customers,
            pairs=len(pairs),
            near=sum(each.probability >= NEAR for each in pairs),
            waiting=waiting(workspace, run),
            counts=(*_sizes(run, before), *_suspicions(run)),
            as_of=run.as_of,
            run=run.run.info.number,
        )


def report_rows(workspace: Workspace, part: str, key: str = "", page: int = 1, size: int = 20) -> Rows:
    """What is behind a count of the report.

    Args:
        workspace: whose.
        part: of the report: size, source, conflict, weak, shared or guard.
        key: of the count; all of the part where it is empty.
        page: of the rows, from 1 on.
        size: rows a page.
    """
    wanted = next((each for each in PARTS if each == part), None)
    if wanted is None:
        raise NotFound(say("The report has no part {name}.", name=part), nearest(part, PARTS))
    if page < 1:
        raise BadInput(say("Pages are counted from 1."))
    size = max(1, min(size, LARGEST_PAGE))
    with reading(workspace) as run:
        look = _weak if wanted == "weak" else _values if wanted in ("shared", "guard") else _customers
        total, found = look(run, wanted, key, (page - 1) * size, size)
        return Rows(wanted, key, tuple(found), total, page, size, run.as_of, run.run.info.number)


def _sizes_before(workspace: Workspace, number: int) -> dict[str, int]:
    """Size -> customers, in the run before; nothing where it is gone."""
    older = next((each.number for each in infos(workspace) if each.number < number), None)
    if older is None:
        return {}
    with reading_run(workspace, older) as run:
        return dict(_by_key(run, suspects.sized(SIZES)))


def _by_key(run: Reading, sql: str) -> Iterator[tuple[str, int]]:
    yield from run.rows(f"SELECT key, count(*) FROM ({sql}) GROUP BY key")


def _sizes(run: Reading, before: Mapping[str, int]) -> Iterator[Count]:
    sizes = _counted(run, suspects.sized(SIZES))
    for key in (suspects.size_key(*size) for size in SIZES):
        n, records = sizes.get(key, (0, 0))
        if n or before.get(key):
            yield Count("size", key, n, records, before.get(key, 0) if before else None)


@lru_cache(maxsize=8)
def _suspicions(run: Reading) -> tuple[Count, ...]:
    """A reading is equal to itself alone, and a run never changes: worked out once."""
    return tuple(_suspected(run))


def _suspected(run: Reading) -> Iterator[Count]:
    parts: tuple[Part, ...] = ("source", "conflict", "guard")
    for part in parts:
        found = _counted(run, _sql(run, part))
        yield from (Count(part, key, *found[key]) for key in sorted(found))
    weak = suspects.weakest(run)
    yield Count("weak", "", len(weak), 0)
    for key, values, customers in run.rows(f"SELECT key, count(*), sum(n) FROM ({suspects.shared(run)}) GROUP BY key"):
        yield Count("shared", key, values, customers)


def _counted(run: Reading, sql: str) -> dict[str, tuple[int, int]]:
    """Key -> how many, and how many records they are."""
    rows = run.rows(f"SELECT key, count(*), sum(records) FROM ({sql}) GROUP BY key")
    return {key: (n, int(records)) for key, n, records in rows}


def _sql(run: Reading, part: Part) -> str:
    if part == "size":
        return suspects.sized(SIZES)
    if part == "source":
        return suspects.sourced()
    if part == "conflict":
        return suspects.conflicting(run)
    return suspects.guards(run) if part == "guard" else suspects.shared(run)


Found = tuple[int, Iterable[Row]]


def _customers(run: Reading, part: Part, key: str, start: int, size: int) -> Found:
    """Those with the most records first."""
    note = "note" if part == "conflict" else "''"
    total, rows = _slice(run, f"SELECT key, customer, records, {note} FROM ({_sql(run, part)})", key, start, size)
    called = suspects.named(run, [row[1] for row in rows])
    return total, [
        Row((Named(*called[customer]),), 1, records, _masked(named, note)) for named, customer, records, note in rows
    ]


def _slice(run: Reading, sql: str, key: str, start: int, size: int) -> tuple[int, list[Any]]:
    asked = {"key": key}
    which = "WHERE key = $key" if key else "WHERE $key = ''"
    [(total,)] = run.rows(f"SELECT count(*) FROM ({sql}) {which}", asked)
    order = "ORDER BY 3 DESC, 1, 2"
    return total, run.rows(f"SELECT * FROM ({sql}) {which} {order} LIMIT {size} OFFSET {start}", asked)


def _masked(column: str, note: str) -> tuple[str, ...]:
    column = suspects.SHARED.get(column, column)
    values = note.split(suspects.BETWEEN) if note else ()
    return tuple(value if column == "gender" else masked(column, value) for value in values)


def _weak(run: Reading, _part: Part, _key: str, start: int, size: int) -> Found:
    """The weakest first."""
    weak = suspects.weakest(run)
    part = list(weak)[start : start + size]
    called = suspects.named(run, part)
    sql = "SELECT customer, count(*) FROM identity_links WHERE customer IN (SELECT unnest($customers)) GROUP BY 1"
    records: dict[int, int] = dict(run.rows(sql, {"customers": part})) if part else {}
    return len(weak), [Row((Named(*called[each]),), 1, records[each], (), probability(weak[each])) for each in part]


def _values(run: Reading, part: Part, key: str, start: int, size: int) -> Found:
    """Those of the most customers or records first."""
    columns = "key, note, n, customers" if part == "shared" else "key, note, records, NULL AS customers"
    total, rows = _slice(run, f"SELECT {columns} FROM ({_sql(run, part)})", key, start, size)
    held = [customers or suspects.holders(run, field, value) for field, value, _, customers in rows]
    called = suspects.named(run, [one for each in held for one in each[:SHOWN]])
    return total, [
        Row(
            tuple(Named(*called[one]) for one in each[:SHOWN]),
            len(each),
            0 if part == "shared" else number,
            _masked(field, value),
        )
        for (field, value, number, _), each in zip(rows, held, strict=True)
    ]
