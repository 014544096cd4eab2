"""Preview: what a tag would be as it is being written, worked out for a sample of the run's customers.

The compiler of builds works it out over the rows of the published run, so that a preview and the
next build say the same. What the run holds already, by unchanged definitions, is not computed again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from portraits.app.customers.subject import shown
from portraits.app.definitions import Definitions, read_definitions
from portraits.app.editing import drafted, new_faults
from portraits.app.reading import Reading, TagColumn, reading
from portraits.app.tags.tags import FIGURES, CatalogueEntry, figures_of
from portraits.engine.warehouse import RANGE, Warehouse, literal, quote
from portraits.engine.workspace import Workspace
from portraits.tags.kept import kept
from portraits.tags.order import Entry
from portraits.tags.ranks import CUT_POINTS, cut_points, ranks
from portraits.tags.source import Source
from portraits.tags.statement import tagged
from portraits.tags.statistics import statistics_steps
from portraits.vocabulary.errors import Fault

if TYPE_CHECKING:
    import pyarrow as pa

SAMPLE = 2000  # customers
PLACES = 8  # of the sample among all customers, evenly spread: ids often follow the day of joining
EXAMPLES = 8


@dataclass(frozen=True)
class Example:
    """A customer with the value it would have, and the one it has in the run."""

    customer_id: str
    value: Any
    before: Any


@dataclass(frozen=True)
class Preview:
    """What a tag would be; only `faults` where it cannot be. `entry` counts the sample, not all customers.

    `changed` of the sample would get another value than they have; None where the run has no such tag.
    """

    name: str
    faults: tuple[Fault, ...] = ()
    tag: TagColumn | None = None
    entry: CatalogueEntry | None = None
    base: int = 0
    changed: int | None = None
    examples: tuple[Example, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether the sample is everybody."""
        return self.entry is not None and self.entry.customers == self.base


def preview(workspace: Workspace, name: str, values: Mapping[str, Any], size: int = SAMPLE) -> Preview:
    """What a tag of these values would be; faults of its fields are part of the answer.

    Args:
        workspace: with a published run.
        name: of the tag, new or not.
        values: the keys of its block.
        size: how many customers the sample has; all where there are no more.
    """
    draft = drafted(workspace, "tags", name, values)
    faults = new_faults(workspace, "tags", name, draft)
    if faults:
        return Preview(name, tuple(faults))
    known, _ = read_definitions(draft)
    with reading(workspace) as run:
        wanted = _Wanted(name, run, known)
        found = wanted.sampled(size)
        before = wanted.before(size) if name in run.columns["portrait"] else None
        return _told(wanted, found, before)


@dataclass(frozen=True)
class _Wanted:
    """A tag as it is being written, over a run."""

    name: str
    run: Reading
    known: Definitions

    @cached_property
    def draft(self) -> Reading:
        """The run as the changed definitions read it."""
        return Reading(self.run.settings, self.run.run, self.known.tags)

    @property
    def tag(self) -> TagColumn:
        return self.draft.defined_tags[self.name]

    @cached_property
    def customers(self) -> int:
        return int(self.run.rows("SELECT count(*) FROM customers")[0][0])

    @cached_property
    def source(self) -> Source:
        """What the statement is made from; the cut points of ranks are found among all customers."""
        source = Source(dict(self._entries()), self.run.as_of, frozenset(self.run.columns))
        for rank in ranks(source.closure([self.name])):
            source = replace(source, cuts=(*source.cuts, self._cuts(source, rank)))
        return source

    def sampled(self, size: int) -> pa.Table:
        """`customer_id` and the value, of the sample in the order of customers."""
        select = tagged(self.source, self.source.closure([self.name]))
        return self._query(f"{select} SELECT customer, customer_id, {quote(self.name)} AS value FROM tagged", size)

    def before(self, size: int) -> pa.Table:
        """The values of the same customers in the run."""
        return self._query(f"SELECT customer, {quote(self.name)} AS value FROM portrait WHERE {RANGE}", size)

    def _query(self, sql: str, size: int) -> pa.Table:
        import pyarrow as pa

        ranges = _ranges(self.customers, size)
        parts = [self.run.run.warehouse.query(sql, {"low": low, "high": high}) for low, high in ranges]
        return pa.concat_tables(parts).sort_by("customer")

    def _entries(self) -> Iterator[tuple[str, Entry]]:
        """All columns, those that the run holds by the same definitions read from it."""
        then: Mapping[str, str] = self.run.run.info.figures.get("definitions", {})
        owners = {id(tag): name for name, tag in self.known.tags.items()}
        held: set[str] = set()
        for name, entry in self.draft.entries.items():
            title = f"tags.{owners[id(entry.tag)]}"
            same = name != self.name and title in then and then[title] == self.known.marks.get(title)
            if same and name in self.run.columns["portrait"] and entry.uses <= held:
                held.add(name)
            yield name, kept(entry) if name in held else entry

    def _cuts(self, source: Source, rank: Entry) -> str:
        """The cut points of a rank as a relation."""
        below = tagged(source, source.closure(rank.uses), ranged="true")
        sql = cut_points(rank, below, self.run.as_of)
        rows = self.run.rows(sql, {"low": 0, "high": self.customers} if "$low" in sql else ())
        found = ", ".join(f"({literal(tag)}, {score}, CAST({low!r} AS DOUBLE))" for tag, score, low in rows)
        return f"(SELECT * FROM (VALUES {found}) AS v (tag, score, low))" if rows else f"({CUT_POINTS})"


def _ranges(customers: int, size: int) -> list[tuple[int, int]]:
    """Stretches of customers, evenly spread, as many in all as the sample has."""
    if customers <= size:
        return [(0, max(customers, 1))]
    places = min(PLACES, size)
    starts = [customers * place // places for place in range(places)]
    return [(low, low + size // places) for low in starts]


def _told(wanted: _Wanted, found: pa.Table, before: pa.Table | None) -> Preview:
    values = found.column("value").to_pylist()
    old = before.column("value").to_pylist() if before is not None else [None] * len(values)
    moved = [now != then for now, then in zip(values, old, strict=True)]
    return Preview(
        wanted.name,
        tag=wanted.tag,
        entry=_figures(wanted.tag, found),
        base=wanted.customers,
        changed=sum(moved) if before is not None else None,
        examples=tuple(_examples(wanted.tag, found.column("customer_id").to_pylist(), values, old)),
    )


def _figures(tag: TagColumn, found: pa.Table) -> CatalogueEntry:
    """Coverage and distribution in the sample, by the same statement as in builds."""
    with Warehouse.create(threads=1) as warehouse:
        warehouse.register("sampled", found.select(["value"]).rename_columns([tag.name]))
        warehouse.run(statistics_steps({tag.name: tag.type}, "sampled"))
        rows = warehouse.rows(FIGURES)
    return figures_of(tag, rows[0][1:])


def _examples(tag: TagColumn, ids: list[str], values: list[Any], old: list[Any]) -> Iterator[Example]:
    """Some customers: those whose value would be another one first, and no value twice while there are others."""
    order = sorted(range(len(ids)), key=lambda at: (values[at] is None, values[at] == old[at]))
    seen: dict[Any, int] = {}
    first = [at for at in order if seen.setdefault(values[at], at) == at]
    for at in [*first, *(at for at in order if seen[values[at]] != at)][:EXAMPLES]:
        yield Example(ids[at], shown(tag, values[at]), shown(tag, old[at]))
