"""Evidence: what a tag's value for a customer rests on: the very rows, conditions, scores and records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from portraits.app.audiences.rule import said
from portraits.app.customers.personal import hidden, masked
from portraits.app.customers.portrait import TagValue
from portraits.app.customers.subject import explained, shown, subject
from portraits.app.customers.sureness import reliable, sureness
from portraits.app.reading import Reading, TagColumn, defined, reading
from portraits.app.said import Said
from portraits.app.tags.manual import Told, history
from portraits.app.tags.tags import entry
from portraits.engine.expressions import Explanation, evaluate
from portraits.engine.workspace import Workspace
from portraits.tags.evidence import OBSERVED, Why, absent, confidence
from portraits.tags.evidence import why as meaning
from portraits.tags.lineage import masked_as, reaching
from portraits.tags.order import Entry
from portraits.tags.piece import Chosen, Condition, Constant, Ranked, Stated
from portraits.vocabulary.table import Column
from portraits.vocabulary.text import Text
from portraits.vocabulary.types import Type

__all__ = ["OBSERVED", "Evidence", "WhyView", "why"]

MOST_ROWS = 100
MOST_WEIGHTS = 20
MOST_CLAIMS = 20


@dataclass(frozen=True)
class Rows:
    """Rows of a canonical table, the newest first; `total` counts those not shown as well."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]
    total: int


@dataclass(frozen=True)
class CaseVerdict:
    """A condition as written and in words, the value it gives, and what became of it; `chosen` decided the value."""

    when: str
    sentence: Text | None
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
    """What one record says; `chosen` is the one that the portrait follows.

    `reliability` is that of its source, None where no rule of quality judged it.
    """

    value: Any
    source: str
    batch: str
    record_id: str
    at: datetime | None
    chosen: bool
    reliability: float | None = None


@dataclass(frozen=True)
class Weight:
    """One of the values that compete for being the favourite."""

    value: str
    weight: float
    share: float


@dataclass(frozen=True)
class Scored:
    """What a score is taken from: a value, and the tag whose value it is, None where it is computed."""

    formula: str
    value: Any
    tag: TagColumn | None


@dataclass(frozen=True)
class Evidence:
    """What a value rests on; which parts there are depends on how the tag is made.

    `confidence` is less where the source that says the value is not wholly reliable; `stated` by a person, not seen.
    """

    formula: str = ""
    where: str = ""
    table: str = ""
    since: datetime | None = None
    until: datetime | None = None
    confidence: float = OBSERVED
    stated: bool = False
    rows: Rows | None = None
    cases: tuple[CaseVerdict, ...] = ()
    inputs: tuple[TagValue, ...] = ()
    of: Scored | None = None
    cuts: tuple[Cut, ...] = ()
    falling: bool = False  # of the cuts: whether small values score high
    claims: tuple[Claim, ...] = ()
    told: tuple[Told, ...] = ()  # by hand, those of the customer, the newest first
    weights: tuple[Weight, ...] = ()
    weight_unit: str = ""


@dataclass(frozen=True)
class WhyView:
    """A tag's value for a customer, beside everybody's, and its evidence; `notes` are what to know besides."""

    customer_id: str
    tag: TagColumn
    value: Any
    mean: float | None
    coverage: float
    evidence: Evidence
    as_of: datetime
    run: int
    notes: tuple[Said, ...] = ()


@dataclass(frozen=True)
class _Asked:
    """One question: the run, what the tag means, the customer and its values."""

    run: Reading
    tag: TagColumn
    why: Why
    customer: int
    values: Mapping[str, Any] = field(repr=False)

    @property
    def entry(self) -> Entry:
        return self.why.entry

    def rows(self, sql: str, most: int = 0) -> list[Any]:
        """The rows of one of the SELECTs that the tag means."""
        limit = f" LIMIT {most}" if most else ""
        return self.run.rows(sql + limit, {"customer": self.customer} if "$customer" in sql else ())


def why(workspace: Workspace, customer_id: str, tag: str) -> WhyView:
    """Why a customer has a value of a tag; NotFound where there is no such customer or tag."""
    with reading(workspace) as run:
        column = run.tag(tag)
        who = subject(run, customer_id)
        figures = entry(run, tag)
        return WhyView(
            customer_id=who.customer_id,
            tag=column,
            value=shown(column, who.values.get(tag)),
            mean=figures.mean if column.numeric else None,
            coverage=figures.coverage,
            evidence=_with_told(workspace, column, customer_id, _evidence(run, column, who.customer, who.values)),
            as_of=run.as_of,
            run=run.run.info.number,
            notes=tuple(_notes(workspace, run)),
        )


def _notes(workspace: Workspace, run: Reading) -> list[Said]:
    """That what explains the value is no longer, or not yet, what made it."""
    built = run.run.info.definitions
    return [Said("why.changed", {"run": run.run.info.number})] if built != defined(workspace).hash else []


def _evidence(run: Reading, column: TagColumn, customer: int, values: Mapping[str, Any]) -> Evidence:
    if column.name not in run.entries:
        return Evidence()
    found = meaning(run.entries, column.name, run.as_of, run.columns)
    asked = _Asked(run, column, found, customer, {**values, **_absent(run, found, customer)})
    return Evidence(
        formula=found.formula,
        where=found.where,
        table=found.entry.table,
        since=found.since,
        until=found.until,
        confidence=confidence(run.entries, column.name, sureness(run, customer, values)),
        stated=found.confidence < OBSERVED,
        rows=_rows(asked),
        cases=_cases(asked),
        inputs=_inputs(asked),
        of=_scored(asked),
        cuts=_cuts(asked),
        falling=isinstance(found.entry.piece, Ranked) and found.entry.piece.order == "descending",
        claims=_claims(asked),
        weights=_weights(asked),
        weight_unit=_weight_unit(asked),
    )


def _with_told(workspace: Workspace, column: TagColumn, customer_id: str, found: Evidence) -> Evidence:
    """What was said by hand, also since the run."""
    if not isinstance(column.piece, Stated):
        return found
    return replace(found, told=history(workspace, column.name, customer_id).told)


def _absent(run: Reading, found: Why, customer: int) -> dict[str, Any]:
    """The values of tags that the definitions use and the portrait does not show, such as retired ones."""
    names = [name for name in found.tags if name not in run.tags]
    if not names:
        return {}
    sql = absent(run.entries, names, run.as_of, run.columns)
    parameters = {name: value for name, value in (("low", customer), ("high", customer + 1)) if f"${name}" in sql}
    return dict(zip(names, run.rows(sql, parameters)[0], strict=True))


def _inputs(asked: _Asked) -> tuple[TagValue, ...]:
    tags = {**asked.run.defined_tags, **asked.run.tags}
    return tuple(TagValue(tags[name], shown(tags[name], asked.values.get(name))) for name in asked.why.tags)


def _rows(asked: _Asked) -> Rows | None:
    """The rows a fact is made of, personal columns masked."""
    if not asked.why.rows:
        return None
    columns = tuple(each.column for each in asked.why.seen)
    rows = tuple(tuple(map(_open, columns, row)) for row in asked.rows(asked.why.rows, MOST_ROWS))
    return Rows(columns, rows, asked.rows(asked.why.total)[0][0])


def _open(column: Column, value: Any) -> Any:
    return masked(masked_as(column.name), value) if column.personal and value is not None else value


def _weights(asked: _Asked) -> tuple[Weight, ...]:
    found = asked.rows(asked.why.weights) if asked.why.weights else []
    total = sum(weight for _, weight in found)
    columns = reaching(asked.entry, {}) if found else ()
    return tuple(
        Weight(hidden(columns, value) if columns else value, each, each / total) for value, each in found[:MOST_WEIGHTS]
    )


def _weight_unit(asked: _Asked) -> str:
    by = asked.entry.expressions.get("by")
    return "money" if by and by.type == Type.MONEY else ""


def _claims(asked: _Asked) -> tuple[Claim, ...]:
    """What the run kept because records disagree, else what they all say."""
    kept = asked.rows(asked.why.kept, MOST_CLAIMS) if asked.why.kept else []
    found = kept or (asked.rows(asked.why.claims, MOST_CLAIMS) if asked.why.claims else [])
    return tuple(
        Claim(shown(asked.tag, value), source or "", batch or "", record, told, chosen, reliable(asked.run).get(source))
        for value, source, batch, record, told, chosen in found
    )


def _cases(asked: _Asked) -> tuple[CaseVerdict, ...]:
    if isinstance(asked.entry.piece, Condition):
        return (replace(_case(asked, "when", True), chosen=True),)
    if not isinstance(asked.entry.piece, Chosen):
        return ()
    fields = (name for name in asked.entry.expressions if name.startswith("cases."))
    cases = zip(fields, asked.entry.piece.cases, strict=True)
    verdicts = [_case(asked, field, case.value) for field, case in cases]
    first = next((place for place, case in enumerate(verdicts) if case.explanation and case.explanation.holds), None)
    decided = [replace(case, chosen=place == first) for place, case in enumerate(verdicts)]
    return (*decided, CaseVerdict("", None, asked.entry.piece.otherwise, None, chosen=first is None))


def _case(asked: _Asked, field: str, value: Constant) -> CaseVerdict:
    expression = asked.entry.expressions[field]
    explanation = explained(asked.run, expression, asked.values)
    return CaseVerdict(expression.text, said(asked.run, expression), value, explanation, chosen=False)


def _scored(asked: _Asked) -> Scored | None:
    if not isinstance(asked.entry.piece, Ranked):
        return None
    of = asked.entry.expressions["of"]
    value = evaluate(of, asked.values, asked.run.as_of)
    return Scored(of.text, value, asked.run.tags.get(of.text))


def _cuts(asked: _Asked) -> tuple[Cut, ...]:
    """Scores with their ranges; a descending score's stored bound is the highest value it covers."""
    piece, score = asked.entry.piece, asked.values.get(asked.tag.name)
    if not isinstance(piece, Ranked):
        return ()
    known = {int(each): float(low) for each, low in asked.rows(asked.why.cut_points)}
    cuts = []
    for each in range(1, piece.into + 1):
        near, far = known.get(each), known.get(each + 1)
        low, high = (far, near) if piece.order == "descending" else (near, far)
        cuts.append(Cut(each, low, high, here=score is not None and int(score) == each))
    return tuple(cuts)
