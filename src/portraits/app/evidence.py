"""Evidence: what a tag's value for a customer rests on: the very rows, conditions, scores and records."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from portraits.app.choice import condition
from portraits.app.personal import masked, scrubbed
from portraits.app.portrait import TagValue
from portraits.app.reading import Reading, TagColumn, reading
from portraits.app.subject import shown, subject
from portraits.app.tags import entry
from portraits.engine.expressions import Explanation, Scope, explain, parse, where
from portraits.engine.warehouse import quote
from portraits.engine.workspace import Workspace
from portraits.tags.piece import Chosen, Condition, Constant, Derived, Fact, Favourite, Latest, Piece, Ranked
from portraits.vocabulary.table import Column, Table
from portraits.vocabulary.tables import TABLES
from portraits.vocabulary.types import Type
from portraits.vocabulary.window import Window

MOST_ROWS = 100
MOST_WEIGHTS = 20
OBSERVED = 0.9


@dataclass(frozen=True)
class Rows:
    """Rows of a canonical table, the newest first; `total` counts those not shown as well."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]
    total: int


@dataclass(frozen=True)
class CaseVerdict:
    """A condition, the value it gives, and what became of it; `chosen` decided the value."""

    when: str
    value: Constant | None
    explanation: Explanation | None
    chosen: bool


@dataclass(frozen=True)
class Cut:
    """A score and the values it covers; None has no bound.

    Rising scores cover `low <= value < high`, falling ones `low < value <= high`.
    """

    score: int
    low: float | None
    high: float | None
    here: bool


@dataclass(frozen=True)
class Claim:
    """What one record says; the newest known value is `chosen`."""

    value: Any
    source: str
    record_id: str
    at: datetime | None
    chosen: bool


@dataclass(frozen=True)
class Weight:
    """One of the values that compete for being the favourite."""

    value: str
    weight: float
    share: float


@dataclass(frozen=True)
class Evidence:
    """What a value rests on; which parts there are depends on how the tag is made."""

    formula: str = ""
    where: str = ""
    table: str = ""
    since: datetime | None = None
    until: datetime | None = None
    confidence: float = OBSERVED
    rows: Rows | None = None
    cases: tuple[CaseVerdict, ...] = ()
    inputs: tuple[TagValue, ...] = ()
    of: TagValue | None = None
    cuts: tuple[Cut, ...] = ()
    falling: bool = False  # of the cuts: whether small values score high
    claims: tuple[Claim, ...] = ()
    weights: tuple[Weight, ...] = ()
    weight_unit: str = ""


@dataclass(frozen=True)
class WhyView:
    """A tag's value for a customer, beside everybody's, and its evidence."""

    customer_id: str
    tag: TagColumn
    value: Any
    mean: float | None
    coverage: float
    evidence: Evidence
    as_of: datetime
    run: int


@dataclass(frozen=True)
class _Asked:
    """One question: the run, the tag, the customer and its values."""

    run: Reading
    tag: TagColumn
    customer: int
    values: Mapping[str, Any] = field(repr=False)

    @property
    def value(self) -> Any:
        return self.values.get(self.tag.name)


def why(workspace: Workspace, customer_id: str, tag: str) -> WhyView:
    """Why a customer has a value of a tag; NotFound where there is no such customer or tag."""
    with reading(workspace) as run:
        column = run.tag(tag)
        who = subject(run, customer_id)
        asked = _Asked(run, column, who.customer, who.values)
        figures = entry(run, tag)
        found = _EVIDENCE.get(type(column.piece), _nothing)
        return WhyView(
            customer_id=customer_id,
            tag=column,
            value=shown(column, asked.value),
            mean=figures.mean if column.numeric else None,
            coverage=figures.coverage,
            evidence=found(asked, column.piece),
            as_of=run.as_of,
            run=run.run.info.number,
        )


def _nothing(asked: _Asked, piece: Piece | None) -> Evidence:
    return Evidence()


def _fact(asked: _Asked, piece: Fact) -> Evidence:
    table = TABLES[piece.table]
    names = parse(piece.value, _scope(table, aggregates=True)).names
    return replace(
        _of_table(asked, table, piece.where, piece.within, names),
        formula=piece.value,
    )


def _favourite(asked: _Asked, piece: Favourite) -> Evidence:
    table = TABLES[piece.table]
    of = parse(piece.of, _scope(table))
    by = parse(piece.by, _scope(table)) if piece.by else None
    found = _of_table(asked, table, piece.where, piece.within, of.names | (by.names if by else frozenset()))
    key = where(of, as_of=asked.run.as_of)
    weight = f"sum({where(by, as_of=asked.run.as_of)})" if by else "count(*)"
    condition, parameters = _condition(asked, table, piece.where, piece.within)
    sql = f"""SELECT CAST({key} AS VARCHAR), CAST({weight} AS DOUBLE) AS weight FROM {quote(table.name)}
        WHERE {condition} AND {key} IS NOT NULL GROUP BY 1 HAVING weight > 0 ORDER BY weight DESC, 1"""
    weights = asked.run.rows(sql, parameters) if table.name in asked.run.columns else []
    total = sum(weight for _, weight in weights)
    return replace(
        found,
        formula=piece.of if not piece.by else f"{piece.of} / {piece.by}",
        weights=tuple(Weight(value, each, each / total) for value, each in weights[:MOST_WEIGHTS]),
        weight_unit="money" if by and by.type == Type.MONEY else "",
    )


def _of_table(asked: _Asked, table: Table, condition: str, within: Window | None, names: frozenset[str]) -> Evidence:
    names |= parse(condition, _scope(table), Type.BOOLEAN).names if condition else frozenset()
    as_of = asked.run.as_of
    return Evidence(
        where=condition,
        table=table.name,
        since=as_of - timedelta(days=within.far) if within else None,
        until=as_of - timedelta(days=within.near) if within else None,
        rows=_rows(asked, table, condition, within, names),
    )


def _rows(asked: _Asked, table: Table, condition: str, within: Window | None, names: frozenset[str]) -> Rows | None:
    """The rows a fact is made of: their time, their key and what the formula looks at."""
    held = asked.run.columns.get(table.name, {})
    if "customer" not in held:
        return None
    wanted = dict.fromkeys((table.time, *table.key, *sorted(names), "record_id"))
    columns = tuple(_column(table, name) for name in wanted if name in held)
    limits, parameters = _condition(asked, table, condition, within)
    rest = f"FROM {quote(table.name)} WHERE {limits}"
    order = f"ORDER BY {quote(table.time)} DESC NULLS LAST" if table.time in held else ""
    listed = ", ".join(quote(column.name) for column in columns)
    found = asked.run.rows(f"SELECT {listed} {rest} {order} LIMIT {MOST_ROWS}", parameters)
    total = asked.run.rows(f"SELECT count(*) {rest}", parameters)[0][0]
    return Rows(columns, tuple(tuple(map(_open, columns, row)) for row in found), total)


def _condition(asked: _Asked, table: Table, condition: str, within: Window | None) -> tuple[str, dict[str, Any]]:
    """SQL over a table's own columns, with its parameters."""
    parts = ["customer = $customer"]
    parameters: dict[str, Any] = {"customer": asked.customer}
    if condition:
        expression = parse(condition, _scope(table), Type.BOOLEAN)
        parts.append(f"({where(expression, as_of=asked.run.as_of)})")
    if within and table.time:
        time, as_of = quote(table.time), asked.run.as_of
        parts.append(f"{time} > $since AND {time} <= $until")
        parameters |= {"since": as_of - timedelta(days=within.far), "until": as_of - timedelta(days=within.near)}
    return " AND ".join(parts), parameters


def _scope(table: Table, *, aggregates: bool = False) -> Scope:
    return Scope(columns=table.scope, aggregates=aggregates, subject=table.name, time=table.time)


def _column(table: Table, name: str) -> Column:
    if name in table.types:
        return table.column(name)
    lookup = next(each for each in table.lookups if name in dict(each.columns))
    return replace(lookup.table.column(dict(lookup.columns)[name]), name=name)


def _open(column: Column, value: Any) -> Any:
    """A value as it may be shown: personal ones masked, free text without addresses and numbers."""
    if not column.personal or value is None:
        return value
    return scrubbed(str(value)) if column.name == "text" else masked(column.name, value)


def _derived(asked: _Asked, piece: Derived) -> Evidence:
    scope = Scope(columns={name: tag.type for name, tag in asked.run.tags.items()}, aggregates=False, subject="tags")
    return Evidence(formula=piece.value, inputs=_inputs(asked, parse(piece.value, scope).names))


def _when(asked: _Asked, piece: Condition) -> Evidence:
    case = _case(asked, piece.when, True)
    return Evidence(
        formula=piece.when, cases=(replace(case, chosen=True),), inputs=_inputs(asked, _names(asked, piece.when))
    )


def _chosen(asked: _Asked, piece: Chosen) -> Evidence:
    cases = [_case(asked, case.when, case.value) for case in piece.cases]
    first = next(
        (number for number, case in enumerate(cases) if case.explanation and case.explanation.holds), len(cases)
    )
    decided = [replace(case, chosen=number == first) for number, case in enumerate(cases)]
    decided.append(CaseVerdict("", piece.otherwise, None, first == len(cases)))
    names = frozenset[str]().union(*(_names(asked, case.when) for case in piece.cases))
    return Evidence(cases=tuple(decided), inputs=_inputs(asked, names))


def _case(asked: _Asked, text: str, value: Constant) -> CaseVerdict:
    explanation = explain(condition(asked.run, text), asked.values, asked.run.as_of)
    return CaseVerdict(text, value, explanation, chosen=False)


def _names(asked: _Asked, text: str) -> frozenset[str]:
    return condition(asked.run, text).names


def _inputs(asked: _Asked, names: frozenset[str]) -> tuple[TagValue, ...]:
    tags = [tag for name, tag in asked.run.tags.items() if name in names]
    return tuple(TagValue(tag, shown(tag, asked.values.get(tag.name))) for tag in tags)


def _ranked(asked: _Asked, piece: Ranked) -> Evidence:
    of = asked.run.tag(piece.of)
    bounds = asked.run.rows("SELECT score, low FROM cut_points WHERE tag = ? ORDER BY score", [piece.tag])
    return Evidence(
        formula=piece.of,
        where=piece.where,
        of=TagValue(of, asked.values.get(of.name)),
        cuts=_cuts(piece, bounds, asked.value),
        falling=piece.order == "descending",
    )


def _cuts(piece: Ranked, bounds: list[Any], score: Any) -> tuple[Cut, ...]:
    """Scores with their ranges; a descending score's stored bound is the highest value it covers."""
    known = {int(each): float(low) for each, low in bounds}
    cuts = []
    for each in range(1, piece.into + 1):
        near, far = known.get(each), known.get(each + 1)
        low, high = (far, near) if piece.order == "descending" else (near, far)
        cuts.append(Cut(each, low, high, here=score is not None and int(score) == each))
    return tuple(cuts)


def _latest(asked: _Asked, piece: Latest) -> Evidence:
    table = TABLES[piece.table]
    held = asked.run.columns.get(table.name, {})
    evidence = Evidence(formula=piece.column, table=table.name, confidence=piece.confidence)
    if piece.column not in held or "customer" not in held:
        return evidence
    at = f"coalesce({quote(table.time)}, created_at)" if "created_at" in held else quote(table.time)
    sql = f"""SELECT {quote(piece.column)}, source, record_id, {at} AS told FROM {quote(table.name)}
        WHERE customer = ? AND {quote(piece.column)} IS NOT NULL ORDER BY told DESC NULLS LAST, record_id DESC"""
    column = table.column(piece.column)
    claims = tuple(
        Claim(_open(column, value), source or "", record, told, chosen=number == 0)
        for number, (value, source, record, told) in enumerate(asked.run.rows(sql, [asked.customer]))
    )
    return replace(evidence, claims=claims)


_EVIDENCE: Mapping[type[Piece] | type[None], Callable[[_Asked, Any], Evidence]] = {
    Fact: _fact,
    Favourite: _favourite,
    Derived: _derived,
    Condition: _when,
    Chosen: _chosen,
    Ranked: _ranked,
    Latest: _latest,
}
