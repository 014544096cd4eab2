"""Audiences: customers chosen by a rule: how many, who, written to a file, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from portraits.app.audiences.chosen import Chosen, all_customers, chosen, counted, frozen, listed, ruled
from portraits.app.audiences.rule import said
from portraits.app.customers.choice import condition
from portraits.app.customers.customers import LARGEST_PAGE, CustomerList
from portraits.app.customers.members import members_page
from portraits.app.customers.subject import Subject, explained, shown, subject
from portraits.app.definitions import Audience
from portraits.app.exports import format_of, note_export, write_table
from portraits.app.reading import Reading, TagColumn, defined, reading
from portraits.app.store import here, store
from portraits.engine.audiences import Freeze
from portraits.engine.expressions import Explanation, Expression
from portraits.engine.warehouse import quote
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import DefinitionError, ExpressionError, Fault, NotFound, PortraitsError, nearest
from portraits.vocabulary.phrase import say
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
    """A defined audience and its count; `faults` where its rule does not fit the run.

    `frozen` is the list of a static audience.
    """

    name: str
    title: Text
    rule: str
    owner: str
    count: AudienceCount | None
    faults: tuple[Fault, ...] = ()
    why: Text | None = None
    static: bool = False
    frozen: Freeze | None = None


@dataclass(frozen=True)
class Verdict:
    """Whether a customer is in an audience, and what decided it; `listed` is of static audiences alone."""

    customer_id: str
    rule: str
    explanation: Explanation
    sentence: Text
    as_of: datetime
    listed: bool | None = None

    @property
    def inside(self) -> bool:
        """Whether the customer is a member: of a static audience the list decides, else the rule."""
        return self.explanation.holds if self.listed is None else self.listed


@dataclass(frozen=True)
class Membership:
    """An audience and a customer: `inside` or not, and what the rule says of the customer now.

    In a static audience the list decides (`frozen`), whatever the rule says by now; with `faults`
    the rule could not be read, and of a static audience that was never frozen nobody is a member.
    """

    audience: str
    title: Text
    rule: str
    inside: bool
    static: bool = False
    frozen: Freeze | None = None
    explanation: Explanation | None = None
    sentence: Text | None = None
    faults: tuple[Fault, ...] = ()


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
    lists = frozen(workspace) if any(each.members == "static" for each in known.values()) else {}
    with reading(workspace) as run:
        return [_line(workspace, run, name, each, lists.get(name)) for name, each in known.items()]


def rule_of(workspace: Workspace, audience: str) -> str:
    """The rule of a defined audience; NotFound names the nearest one."""
    known = defined(workspace).audiences
    if audience not in known:
        raise NotFound(say("There is no audience {audience}.", audience=audience), nearest(audience, known))
    return known[audience].rule


def count(workspace: Workspace, audience: str) -> AudienceCount:
    """How many customers an audience, by its name, or a rule chooses; ExpressionError says what is wrong with it."""
    with reading(workspace) as run:
        return _count(run, chosen(workspace, run, audience))


def members(workspace: Workspace, audience: str, page: int = 1, size: int = 50) -> CustomerList:
    """A page of the customers an audience or a rule chooses, in the order of their ids; at most 500 a page."""
    if not 1 <= size <= LARGEST_PAGE:
        hint = say("Write a size from 1 to {most}, and turn the pages.", most=LARGEST_PAGE)
        what = say("A page holds at most {most} customers, not {size}.", most=LARGEST_PAGE, size=size)
        raise PortraitsError(what, hint)
    with reading(workspace) as run:
        return members_page(run, chosen(workspace, run, audience), page, size)


def explain(workspace: Workspace, audience: str, customer_id: str) -> Verdict:
    """Why a customer is, or is not, among those an audience or a rule chooses."""
    with reading(workspace) as run:
        who = chosen(workspace, run, audience)
        rule, customer = _condition(who), subject(run, customer_id)
        return Verdict(
            customer_id=customer.customer_id,
            rule=who.rule,
            explanation=explained(run, rule, customer.values),
            sentence=said(run, rule),
            as_of=run.as_of,
            listed=None if who.frozen is None else _is_listed(workspace, run, customer, who.frozen),
        )


def memberships(workspace: Workspace, customer_id: str) -> list[Membership]:
    """Every defined audience for one customer, those it is in first; NotFound where there is no such customer."""
    known = defined(workspace).audiences
    lists = frozen(workspace) if any(each.members == "static" for each in known.values()) else {}
    with reading(workspace) as run:
        who = subject(run, customer_id)
        found = [_membership(workspace, run, who, pair, lists) for pair in known.items()]
    return sorted(found, key=lambda each: not each.inside)


def export(workspace: Workspace, audience: str, path: Path, format: str = "", *, actor: str, now: datetime) -> Exported:
    """Write the customers an audience chooses, with all their tags, to a file; personal tags are masked.

    Args:
        workspace: where to look.
        audience: an audience's name or a condition over tags; empty for everybody.
        path: the file to write.
        format: csv, xlsx or parquet; by the file's name where empty.
        actor: who asks; written into the audit trail with the rule and the number of rows.
        now: the present moment, for the audit trail.
    """
    kind = format_of(path, format)
    with reading(workspace) as run:
        who = chosen(workspace, run, audience)
        table, number = _table(run, who), run.run.info.number
    with store(workspace) as opened:
        named = {"audience": who.audience} if who.audience else {}
        detail = {"rule": who.rule, "format": kind, "rows": table.num_rows, "run": number, **named}
        note_export(opened, path, detail, actor=actor, at=here(workspace, now))
        write_table(table, path, kind)
    return Exported(path, kind, table.num_rows, table.num_columns)


def _table(run: Reading, who: Chosen) -> pa.Table:
    name = ", c.name" if "name" in run.columns["customers"] and "name" not in run.tags else ""
    tags = "".join(f", p.{quote(tag)}" for tag in run.tags)
    table = run.run.warehouse.query(
        f"SELECT p.customer_id{name}{tags} FROM portrait p JOIN customers c USING (customer) "
        f"WHERE {who.where} ORDER BY p.customer"
    )
    for tag in run.tags.values():
        if tag.personal:
            table = _hidden(table, tag)
    return table


def _hidden(table: pa.Table, tag: TagColumn) -> pa.Table:
    import pyarrow as pa

    values = [shown(tag, value) for value in table[tag.name].to_pylist()]
    return table.set_column(table.column_names.index(tag.name), tag.name, pa.array(values, pa.string()))


def _line(workspace: Workspace, run: Reading, name: str, each: Audience, freeze: Freeze | None) -> AudienceLine:
    static = each.members == "static"
    line = partial(AudienceLine, name, each.title, each.rule, each.owner, why=each.why, static=static, frozen=freeze)
    try:
        who = ruled(run, each.rule)
        if static:
            who = replace(who, where=listed(workspace, run, freeze) if freeze else "false")
        return line(_count(run, who))
    except DefinitionError as error:
        return line(None, error.faults)


def _condition(who: Chosen) -> Expression:
    """The rule that chooses; ExpressionError where nothing is written."""
    if who.expression is None:
        raise ExpressionError(say("there is no rule."), say("Write a condition, such as recency_days > 180."))
    return who.expression


def _count(run: Reading, who: Chosen) -> AudienceCount:
    sentence = said(run, _condition(who))
    return AudienceCount(counted(run, who), all_customers(run), run.as_of, run.run.info.number, sentence)


def _membership(
    workspace: Workspace, run: Reading, who: Subject, named: tuple[str, Audience], lists: Mapping[str, Freeze]
) -> Membership:
    name, each = named
    static = each.members == "static"
    told: dict[str, Any] = {"audience": name, "title": each.title, "rule": each.rule, "static": static}
    try:
        expression = condition(run, each.rule)
    except DefinitionError as error:
        return Membership(**told, inside=False, faults=error.faults)
    why = explained(run, expression, who.values)
    told |= {"explanation": why, "sentence": said(run, expression)}
    if not static:
        return Membership(**told, inside=why.holds)
    freeze = lists.get(name)
    return Membership(**told, inside=freeze is not None and _is_listed(workspace, run, who, freeze), frozen=freeze)


def _is_listed(workspace: Workspace, run: Reading, who: Subject, freeze: Freeze) -> bool:
    sql = f"SELECT 1 FROM portrait p WHERE p.customer = ? AND {listed(workspace, run, freeze)}"
    return bool(run.rows(sql, [who.customer]))
