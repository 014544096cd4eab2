"""Moves: customers who went from one part of a segment to another between two runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from portraits.app.customers.customers import LARGEST_PAGE, Person
from portraits.app.customers.personal import masked
from portraits.app.paging import Paged, within
from portraits.app.reading import TagColumn, reading
from portraits.app.runs.pair import MEMBERS, pair
from portraits.app.segments.segments import PartLine, segment
from portraits.engine.runs import RunInfo, current, generations, root, run_info
from portraits.engine.warehouse import Warehouse
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import NotFound
from portraits.vocabulary.phrase import say
from portraits.vocabulary.text import Text


@dataclass(frozen=True)
class Flow:
    """Customers who went from one part to another; None is in no part, or no customer (yet, or any more)."""

    before: str | None
    after: str | None
    customers: int
    share: float  # of those who were in the part before

    @property
    def moved(self) -> bool:
        """Whether it goes from one part to another."""
        return self.before != self.after and None not in (self.before, self.after)


@dataclass(frozen=True)
class Stop:
    """A part and who was in it before and after; `value` is None for those in none."""

    value: str | None
    title: Text | None
    before: int
    after: int


@dataclass(frozen=True)
class Moves:
    """All flows between two runs, the largest first, and the parts they join in the order of the segment."""

    segment: str
    title: Text
    tag: TagColumn
    before: RunInfo
    after: RunInfo
    stops: tuple[Stop, ...]
    flows: tuple[Flow, ...]

    @property
    def stayed(self) -> int:
        """How many are in the same part as before."""
        return sum(flow.customers for flow in self.flows if flow.before == flow.after)

    @property
    def moved(self) -> int:
        """How many went from one part to another."""
        return sum(flow.customers for flow in self.flows if flow.moved)

    @property
    def largest(self) -> Flow | None:
        """The largest flow from one part to another."""
        return next((flow for flow in self.flows if flow.moved), None)


@dataclass(frozen=True)
class Mover:
    """Somebody behind a flow; `known` says whether the published run has a portrait of them."""

    person: Person
    known: bool


@dataclass(frozen=True)
class Movers(Paged):
    """A page of the customers behind one flow, in the order of their ids."""

    moves: Moves
    flow: Flow
    rows: tuple[Mover, ...]
    page: int
    size: int

    @property
    def total(self) -> int:
        """How many there are."""
        return self.flow.customers


def _newest_pair(workspace: Workspace) -> tuple[int, int] | None:
    """The published run and the one of the build before it, older first; None where there are not two."""
    published = current(workspace)
    if published is None:
        return None
    now = root(run_info(workspace, published))
    others = [info.number for info in generations(workspace) if root(info) != now]
    older = next((number for number in others if number < published), None)
    if older is not None:
        return older, published
    return (published, others[-1]) if others else None


def asked_pair(workspace: Workspace, before: int, after: int) -> tuple[int, int]:
    """The runs that are asked for, 0 for one of the newest pair; (0, 0) where there are not two."""
    newest = _newest_pair(workspace)
    return (before or newest[0], after or newest[1]) if newest else (0, 0)


def moves(workspace: Workspace, name: str, before: int, after: int) -> Moves:
    """Who went from which part of a segment to which; NotFound where a segment or a run is not there."""
    view = segment(workspace, name)
    with pair(workspace, before, after) as both:
        flows = tuple(_flows(both, name))
    return Moves(
        segment=name,
        title=view.line.title,
        tag=view.line.tag,
        before=run_info(workspace, before),
        after=run_info(workspace, after),
        stops=tuple(_stops(view.parts, flows)),
        flows=flows,
    )


def movers(
    workspace: Workspace,
    name: str,
    before: int,
    after: int,
    leaving: str | None,
    reaching: str | None,
    page: int = 1,
    size: int = 50,
) -> Movers:
    """A page of the customers who went from one part to another; None is in no part.

    NotFound where nobody went that way.
    """
    found = moves(workspace, name, before, after)
    flow = next((each for each in found.flows if (each.before, each.after) == (leaving, reaching)), None)
    if flow is None:
        raise NotFound(say("Nobody went that way."), say("The page of the moves lists who went where."))
    size = min(max(size, 1), LARGEST_PAGE)
    page = within(page, flow.customers, size)
    with pair(workspace, before, after) as both:
        rows = _people(both, name, flow, size, (page - 1) * size)
    known = _known(workspace, [person.customer_id for person in rows])
    return Movers(found, flow, tuple(Mover(each, each.customer_id in known) for each in rows), page, size)


def _flows(both: Warehouse, name: str) -> Iterator[Flow]:
    found = both.rows(
        f"""SELECT "before".member, "after".member, count(*) AS customers FROM {MEMBERS}
        USING (segment, customer_id) WHERE segment = ? GROUP BY ALL ORDER BY customers DESC, 1, 2""",
        [name],
    )
    starting = Counter[str | None]()
    for leaving, _, customers in found:
        starting[leaving] += customers
    for leaving, reaching, customers in found:
        yield Flow(leaving, reaching, customers, customers / starting[leaving])


def _stops(parts: Iterable[PartLine], flows: Sequence[Flow]) -> Iterator[Stop]:
    """The parts somebody was in, in the order of the segment; then those that are gone; then none."""
    titles: dict[str | None, Text | None] = {part.value: part.title for part in parts}
    met = [value for flow in flows for value in (flow.before, flow.after)]
    met.sort(key=lambda value: value is None)
    for value in dict.fromkeys([*titles, *met]):
        before = sum(flow.customers for flow in flows if flow.before == value)
        after = sum(flow.customers for flow in flows if flow.after == value)
        if before or after:
            title = titles.get(value) or (None if value is None else Text(en=value, zh=value))
            yield Stop(value, title, before, after)


def _people(both: Warehouse, name: str, flow: Flow, size: int, start: int) -> list[Person]:
    """The customers of a flow as the later run knows them, or else as the earlier one did."""
    columns = ", ".join(_column(both, column) for column in ("name", "email", "phone"))
    found = both.rows(
        f"""SELECT customer_id, {columns} FROM {MEMBERS} USING (segment, customer_id)
        LEFT JOIN "after".customers AS late USING (customer_id)
        LEFT JOIN "before".customers AS early USING (customer_id)
        WHERE segment = $segment AND "before".member IS NOT DISTINCT FROM $leaving
            AND "after".member IS NOT DISTINCT FROM $reaching
        ORDER BY customer_id LIMIT {size} OFFSET {start}""",
        {"segment": name, "leaving": flow.before, "reaching": flow.after},
    )
    return [
        Person(customer_id, called or "", masked("email", email), masked("phone", phone))
        for customer_id, called, email, phone in found
    ]


def _column(both: Warehouse, column: str) -> str:
    """A column of a customer in either run; NULL where a run does not hold it."""
    held = both.rows(
        """SELECT database_name FROM duckdb_columns()
        WHERE table_name = 'customers' AND column_name = ? AND database_name IN ('before', 'after')""",
        [column],
    )
    sides = [side for run, side in (("after", "late"), ("before", "early")) if (run,) in held]
    return f"coalesce({', '.join(f'{side}.{column}' for side in sides)}, NULL)" if sides else "NULL"


def _known(workspace: Workspace, ids: Sequence[str]) -> set[str]:
    with reading(workspace) as run:
        marks = ", ".join("?" for _ in ids) or "NULL"
        return {row[0] for row in run.rows(f"SELECT customer_id FROM customers WHERE customer_id IN ({marks})", ids)}
