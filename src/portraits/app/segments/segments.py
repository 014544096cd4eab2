"""Segments: the partitions of a workspace, what their parts mean, and who and how much money is in each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from portraits.app.reading import Reading, Row, TagColumn, defined, reading
from portraits.app.segments.bins import both, equals
from portraits.engine.warehouse import quote
from portraits.engine.workspace import Workspace
from portraits.segments.grid import Score, cell_parts, grid_sql
from portraits.segments.kinds.rfm import RfmSegment
from portraits.segments.members import parts_sql
from portraits.segments.segment import Part, Segment
from portraits.vocabulary.errors import BadInput, NotFound, all_known, nearest
from portraits.vocabulary.phrase import say
from portraits.vocabulary.text import Text
from portraits.vocabulary.types import Type

SPENT = ("rfm_money", "spend_365d", "spend_all")  # what counts as money where a segment has none of its own
# How lately, how often and for how much, where a segment has no tags of its own for it.
MEASURES = (("recency_days", "rfm_recency"), ("orders_365d", "rfm_frequency", "orders_all"), SPENT)
AGAINST: tuple[Score, ...] = ("f", "m", "fm")  # scores that recency can be set against


@dataclass(frozen=True)
class SegmentLine:
    """A segment: the tag that holds its parts, and how many of all customers are in one."""

    name: str
    kind: str
    title: Text
    why: Text
    tag: TagColumn
    parts: int
    customers: int
    base: int

    @property
    def share(self) -> float:
        """The share of all customers that are in a part."""
        return self.customers / self.base if self.base else 0.0


@dataclass(frozen=True)
class PartLine:
    """A part: what it is, what to do with it, who is in it; shares are of those in any part.

    `means` are those of the segment's measures, in their order; `rule` chooses exactly its customers.
    """

    value: str
    title: Text
    meaning: Text
    action: Text
    customers: int
    share: float
    money: Any
    money_share: float | None
    means: tuple[float | None, ...]
    rule: str


@dataclass(frozen=True)
class SegmentView:
    """One segment with its parts; `money` is the tag that is summed, None where there is none.

    `measures` are the tags whose means tell the parts apart, `own` those that the segment makes.
    """

    line: SegmentLine
    money: TagColumn | None
    measures: tuple[TagColumn, ...]
    own: tuple[str, ...]
    parts: tuple[PartLine, ...]
    as_of: datetime
    run: int


@dataclass(frozen=True)
class Cell:
    """A cell of the grid: its two scores, who is in it, and the rule that chooses exactly them.

    `part` is the named part it belongs to, empty where the two scores alone do not decide that.
    """

    r: int
    score: int
    part: str
    customers: int
    share: float
    money: Any
    mean_money: Any
    rule: str


@dataclass(frozen=True)
class GridView:
    """Recency against another score: f, m, or fm for both together; cells from the best recency down."""

    name: str
    title: Text
    against: Score
    scores: tuple[TagColumn, TagColumn]
    into: int
    titles: Mapping[str, Text]
    money: TagColumn
    cells: tuple[Cell, ...]
    as_of: datetime
    run: int


def segments(workspace: Workspace) -> list[SegmentLine]:
    """The segments that the published run holds."""
    known = defined(workspace).segments
    with reading(workspace) as run:
        return [_line(run, name, each) for name, each in known.items() if each.column(name) in run.tags]


def segment(workspace: Workspace, name: str) -> SegmentView:
    """One segment with all its parts, empty ones too; NotFound names the nearest segment."""
    with reading(workspace) as run:
        return parts_of(workspace, run, name)


def parts_of(workspace: Workspace, run: Reading, name: str) -> SegmentView:
    """A segment of a run that is open already."""
    found = _found(workspace, run, name)
    column, money, measures = run.tag(found.column(name)), _money(run, name), tuple(_measures(run, name))
    # Without a tag that holds money something must be summed; nobody is shown it.
    sql = parts_sql(column.name, money.name if money else "customer", [each.name for each in measures])
    return SegmentView(
        line=_line(run, name, found),
        money=money,
        measures=measures,
        own=tuple(found.tags(name)),
        parts=tuple(_parts(found, column, {row[0]: row for row in run.rows(sql)}, money, len(measures))),
        as_of=run.as_of,
        run=run.run.info.number,
    )


def grid(workspace: Workspace, name: str = "rfm", against: str = "fm") -> GridView:
    """The grid of an RFM segment, recency against `f`, `m` or `fm`; NotFound where it is of another kind."""
    with reading(workspace) as run:
        found = _found(workspace, run, name)
        if not isinstance(found, RfmSegment):
            raise NotFound(say("The segment {name} has no grid.", name=name), say("Segments of the kind rfm have one."))
        other = _score(against)
        scores = (run.tag(f"{name}_r"), run.tag(f"{name}_{other}"))
        return GridView(
            name=name,
            title=found.title,
            against=other,
            scores=scores,
            into=found.into,
            titles={part.value: part.title for part in found.named},
            money=run.tag(f"{name}_money"),
            cells=tuple(_cells(run, found, name, other, scores)),
            as_of=run.as_of,
            run=run.run.info.number,
        )


def _score(written: str) -> Score:
    for each in AGAINST:
        if each == written:
            return each
    raise BadInput(say("{name} is no score.", name=written), say("Write f, m, or fm for both together."))


def _cells(
    run: Reading, found: RfmSegment, name: str, other: Score, scores: tuple[TagColumn, TagColumn]
) -> Iterator[Cell]:
    parts = cell_parts(found) if other == "fm" else {}
    for r, score, *rest in run.rows(grid_sql(name, found.into, other)):
        rule = both(equals(scores[0], r), equals(scores[1], score))
        customers, share, money, mean = rest
        yield Cell(r, score, parts.get((r, score), ""), customers, share, money, mean, rule)


def _found(workspace: Workspace, run: Reading, name: str) -> Segment:
    known = defined(workspace).segments
    if name not in known:
        hint = nearest(name, known) or all_known(known)
        raise NotFound(say("There is no segment {name}.", name=name), hint)
    if known[name].column(name) not in run.tags:
        what = say("The published run does not hold the segment {name}.", name=name)
        raise NotFound(what, say("Run `portraits build`."))
    return known[name]


def _line(run: Reading, name: str, each: Segment) -> SegmentLine:
    column = run.tag(each.column(name))
    part = quote(column.name)
    parts, customers, base = run.rows(f"SELECT count(DISTINCT {part}), count({part}), count(*) FROM portrait")[0]
    named = len(each.named) or parts
    return SegmentLine(name, each.kind, each.title, each.why, column, max(named, parts), customers, base)


def _money(run: Reading, name: str) -> TagColumn | None:
    chosen = next((each for each in (f"{name}_money", *SPENT) if each in run.tags), None)
    return run.tags[chosen] if chosen else None


def _measures(run: Reading, name: str) -> Iterator[TagColumn]:
    """The tags of recency, frequency and money: the segment's own before the usual ones."""
    for own, usual in zip(("recency", "frequency", "money"), MEASURES, strict=True):
        chosen = next((each for each in (f"{name}_{own}", *usual) if each in run.tags), None)
        if chosen and run.tags[chosen].numeric:
            yield run.tags[chosen]


def _parts(
    found: Segment, column: TagColumn, rows: Mapping[str, Row], money: TagColumn | None, measures: int
) -> Iterator[PartLine]:
    """The parts somebody named in their order, then those that only the data has."""
    named = {part.value: part for part in found.named}
    nothing: Row = (0, 0.0, 0, 0.0, *[None] * measures)
    for value in dict.fromkeys((*named, *rows)):
        part = named.get(value) or Part(value=value, title=column.label(value) or Text(en=value, zh=value))
        customers, share, amount, money_share, *means = rows[value][1:] if value in rows else nothing
        yield PartLine(
            value=value,
            title=part.title,
            meaning=part.meaning,
            action=part.action,
            customers=customers,
            share=share,
            money=amount if money else None,
            money_share=money_share if money else None,
            means=tuple(means),
            rule=_rule(column, value),
        )


def _rule(column: TagColumn, member: str) -> str:
    """The condition of a part, whose value is kept as text."""
    if column.type == Type.BOOLEAN:
        return equals(column, member == "true")
    if column.numeric:
        return equals(column, Decimal(member))
    if column.type.temporal:
        kind = datetime if column.type == Type.TIME else date
        return equals(column, kind.fromisoformat(member))
    return equals(column, member)
