"""Audiences: customers chosen by a rule: how many, who, written to a file, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from portraits.app.choice import condition, condition_sql
from portraits.app.customers import LARGEST_PAGE, CustomerList, customers, sound
from portraits.app.exports import format_of, note_export, write_table
from portraits.app.reading import Reading, TagColumn, defined, reading
from portraits.app.rule import said
from portraits.app.subject import explained, shown, subject
from portraits.engine.expressions import Explanation, Expression, where
from portraits.engine.store import Store
from portraits.engine.warehouse import quote
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import DefinitionError, Fault, NotFound, PortraitsError, nearest
from portraits.vocabulary.text import Text

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class AudienceCount:
    """How many customers a rule chooses, of how many."""

    n: int
    base: int
    as_of: datetime
    run: int
    sentence: Text

    @property
    def share(self) -> float:
        """The share of all customers, 0 where there are none."""
        return self.n / self.base if self.base else 0.0


@dataclass(frozen=True)
class AudienceLine:
    """A defined audience and its count; `faults` where its rule does not fit the run."""

    name: str
    title: Text
    rule: str
    owner: str
    count: AudienceCount | None
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """Whether a customer is in an audience, and what decided it."""

    customer_id: str
    rule: str
    explanation: Explanation
    sentence: Text
    as_of: datetime


@dataclass(frozen=True)
class Exported:
    """A file with an audience."""

    path: Path
    format: str
    rows: int
    columns: int


def audiences(workspace: Workspace) -> list[AudienceLine]:
    """The audiences the workspace defines, with their counts in the published run."""
    known = defined(workspace).audiences
    with reading(workspace) as run:
        return [
            AudienceLine(name, each.title, each.rule, each.owner, *_counted(run, each.rule))
            for name, each in known.items()
        ]


def rule_of(workspace: Workspace, audience: str) -> str:
    """The rule of a defined audience; NotFound names the nearest one."""
    known = defined(workspace).audiences
    if audience not in known:
        raise NotFound(f"There is no audience {audience}.", nearest(audience, known))
    return known[audience].rule


def count(workspace: Workspace, rule: str) -> AudienceCount:
    """How many customers a rule chooses; ExpressionError says what is wrong with it."""
    with reading(workspace) as run:
        return _count(run, rule)


def members(workspace: Workspace, rule: str, page: int = 1, size: int = 50) -> CustomerList:
    """A page of the customers a rule chooses, in the order of their ids; at most 500 customers a page."""
    if not 1 <= size <= LARGEST_PAGE:
        hint = f"Write a size from 1 to {LARGEST_PAGE}, and turn the pages."
        raise PortraitsError(f"A page holds at most {LARGEST_PAGE} customers, not {size}.", hint)
    return sound(customers(workspace, rule=rule, page=page, size=size))


def explain(workspace: Workspace, rule: str, customer_id: str) -> Verdict:
    """Why a customer is, or is not, among those a rule chooses."""
    with reading(workspace) as run:
        expression = condition(run, rule)
        return Verdict(
            customer_id=customer_id,
            rule=rule,
            explanation=explained(run, expression, subject(run, customer_id).values),
            sentence=said(run, expression),
            as_of=run.as_of,
        )


def export(workspace: Workspace, rule: str, path: Path, format: str = "", *, actor: str, now: datetime) -> Exported:
    """Write the customers a rule chooses, with all their tags, to a file; personal tags are masked.

    Args:
        workspace: where to look.
        rule: a condition over tags; empty for everybody.
        path: the file to write.
        format: csv, xlsx or parquet; by the file's name where empty.
        actor: who asks; written into the audit trail with the rule and the number of rows.
        now: the present moment, for the audit trail.
    """
    kind = format_of(path, format)
    with reading(workspace) as run:
        table, number = _table(run, rule), run.run.info.number
    settings = defined(workspace).settings
    with Store.open(workspace.store, settings.store) as store:
        detail = {"rule": rule, "format": kind, "rows": table.num_rows, "run": number}
        note_export(store, settings, path, detail, actor=actor, now=now)
        write_table(table, path, kind)
    return Exported(path, kind, table.num_rows, table.num_columns)


def _table(run: Reading, rule: str) -> pa.Table:
    where = condition_sql(run, rule) if rule.strip() else "true"
    name = ", c.name" if "name" in run.columns["customers"] and "name" not in run.tags else ""
    tags = "".join(f", p.{quote(tag)}" for tag in run.tags)
    table = run.run.warehouse.query(
        f"SELECT p.customer_id{name}{tags} FROM portrait p JOIN customers c USING (customer) "
        f"WHERE {where} ORDER BY p.customer"
    )
    for tag in run.tags.values():
        if tag.personal:
            table = _hidden(table, tag)
    return table


def _hidden(table: pa.Table, tag: TagColumn) -> pa.Table:
    import pyarrow as pa

    values = [shown(tag, value) for value in table[tag.name].to_pylist()]
    return table.set_column(table.column_names.index(tag.name), tag.name, pa.array(values, pa.string()))


def _counted(run: Reading, rule: str) -> tuple[AudienceCount | None, tuple[Fault, ...]]:
    try:
        return _count(run, rule), ()
    except DefinitionError as error:
        return None, error.faults


def _count(run: Reading, rule: str) -> AudienceCount:
    chosen = condition(run, rule)
    [(n,)] = run.rows(_count_sql(chosen, run.as_of))
    return AudienceCount(n, _base(run), run.as_of, run.run.info.number, said(run, chosen))


def _count_sql(chosen: Expression, as_of: datetime) -> str:
    """A condition in WHERE lets the scan leave rows out; one inside FILTER would read every column of all rows."""
    return f"SELECT count(*) FROM portrait WHERE {where(chosen, as_of=as_of)}"


@lru_cache(maxsize=8)
def _base(run: Reading) -> int:
    """How many customers a run has; a reading is equal to itself alone, and a run never changes."""
    [(base,)] = run.rows("SELECT count(*) FROM portrait")
    return int(base)
