"""Manual tags: values put on customers by hand, one by one, by a rule or from a list, and taken off again.

Everything said stays in a journal of the store; the next build makes the newest statement about
each customer its value.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from typing import TYPE_CHECKING, Any

from portraits.app.customers.choice import choose
from portraits.app.customers.subject import subject
from portraits.app.definitions import Definitions
from portraits.app.reading import Reading, defined, reading
from portraits.app.store import has_store, here, store
from portraits.app.tags.handlist import listed_rows
from portraits.app.tags.saying import meant
from portraits.engine.audit import Entry
from portraits.engine.manual import Statement, newest, said, say_all
from portraits.engine.workspace import Workspace
from portraits.tags.piece import Stated
from portraits.tags.stated import RELATION
from portraits.tags.tag import Tag
from portraits.vocabulary.errors import BadInput, NotFound, Refused, all_known, nearest
from portraits.vocabulary.phrase import NOTHING, Phrase, say
from portraits.vocabulary.text import Text
from portraits.vocabulary.types import Type

if TYPE_CHECKING:
    import pyarrow as pa

BY_HAND = "by hand"  # the source of what nobody says more about
MOST_BY_RULE = 100_000  # customers; a rule tag says the same of more, and keeps saying it
Row = tuple[int, str, str]  # number in a list, 0 where there is none; customer; value as it was written
SHOWN = 100  # rows with faults that an answer holds


@dataclass(frozen=True)
class Trouble:
    """A row or an id that was left out, and why; `row` is 0 where there was no list."""

    row: int
    customer: str
    what: Phrase
    hint: Phrase = NOTHING


@dataclass(frozen=True)
class Put:
    """What was written into the journal: for how many customers, and what was left out."""

    tag: str
    value: str | None
    customers: int
    left_out: int = 0
    troubles: tuple[Trouble, ...] = ()


@dataclass(frozen=True)
class Told:
    """A statement, whether the newest about its customer, and whether the published run knows it."""

    statement: Statement
    counts: bool
    in_run: bool


@dataclass(frozen=True)
class ManualHistory:
    """What was said of a tag, the newest first; `customers` have a value now, `waiting` statements wait for a build."""

    tag: str
    told: tuple[Told, ...]
    total: int
    customers: int
    waiting: int
    values: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class HandTag:
    """A manual tag as it stands for one customer; `waiting` says that the next build will change it.

    `statement` is what counts, None where nothing was said or it was taken off.
    """

    name: str
    title: Text
    type: Type
    labels: Mapping[str, Text]
    statement: Statement | None
    waiting: bool


def put(
    workspace: Workspace,
    tag: str,
    customers: Sequence[str],
    value: str,
    *,
    source: str = BY_HAND,
    at: str = "",
    actor: str,
    now: datetime,
) -> Put:
    """Put one value on customers by their ids; those that nobody knows are left out and named.

    Args:
        workspace: where they are.
        tag: a manual tag.
        customers: their ids.
        value: as a person writes it, or one of its labels.
        source: how the person knows.
        at: the day since when it holds, such as 2026-01-31; empty for now.
        actor: who says it.
        now: the present moment, with its zone.
    """
    rows = [(0, each, value) for each in dict.fromkeys(map(str.strip, customers)) if each]
    if not rows:
        raise BadInput(say("No customer is named."), say("Write their ids."))
    meant(_manual(workspace, tag), value)  # a value that cannot be is told once, not for every customer
    return _written(workspace, tag, rows, source=source, at=at, actor=actor, now=now)


def put_by_rule(
    workspace: Workspace,
    tag: str,
    rule: str,
    value: str,
    *,
    source: str = "",
    at: str = "",
    actor: str,
    now: datetime,
) -> Put:
    """Put one value on all customers that a rule chooses now; it does not follow the rule later."""
    meant(_manual(workspace, tag), value)
    if not rule.strip():
        raise BadInput(say("No rule is written."), say("Write a condition over tags."))
    with reading(workspace) as run:
        chosen = choose(run, rule=rule)
        found = run.rows(f"SELECT c.customer_id {chosen.source} LIMIT {MOST_BY_RULE + 1}", chosen.parameters)
    if len(found) > MOST_BY_RULE:
        what = say("The rule chooses more than {n} customers.", n=f"{MOST_BY_RULE:,}")
        raise Refused(what, say("Make a rule tag of it: it says the same and follows the data."))
    rows = [(0, each[0], value) for each in found]
    return _written(workspace, tag, rows, source=source.strip() or rule, at=at, actor=actor, now=now)


def put_list(
    workspace: Workspace,
    tag: str,
    content: bytes,
    *,
    source: str = "",
    at: str = "",
    actor: str,
    now: datetime,
) -> Put:
    """Put the values of a CSV list of `customer_id,value`; rows with faults are left out and named."""
    rows = [(each.number, each.customer, each.value) for each in listed_rows(content)]
    if not rows:
        raise BadInput(say("The list holds no row."), say("Write rows of customer_id,value."))
    return _written(workspace, tag, rows, source=source.strip() or say("a list"), at=at, actor=actor, now=now)


def take(
    workspace: Workspace, tag: str, customers: Sequence[str], *, source: str = BY_HAND, actor: str, now: datetime
) -> Put:
    """Take the values off customers; what was said before stays in the history."""
    _manual(workspace, tag)
    moment = here(workspace, now)
    with reading(workspace) as run:
        known = _known(run, [each.strip() for each in customers])
        of = {one: each for each in set(known.values()) for one in _ids(run, each)}
    with store(workspace) as opened:
        standing = newest(said(opened, tag, sorted(of)))
        held = [each for each in standing.values() if each.value is not None]
        taken = [Statement(tag, each.customer_id, None, source, moment, actor, moment) for each in held]
        detail = {"tag": tag, "customers": len({of[each.customer_id] for each in taken}), "source": source}
        say_all(opened, taken, Entry(moment, actor, "take", f"tags.{tag}", detail))
    bare = {of[each.customer_id] for each in held}
    left = [each for each in customers if known.get(each.strip()) not in bare]
    troubles = tuple(Trouble(0, each, say("This customer does not have the tag.")) for each in left[:SHOWN])
    return Put(tag, None, len(bare), len(left), troubles)


def history(workspace: Workspace, tag: str, customer_id: str = "", most: int = 200) -> ManualHistory:
    """What was said by hand of a tag, of one customer or of all."""
    _manual(workspace, tag)
    with reading(workspace) as run:
        ids = sorted(_ids(run, customer_id)) if customer_id else None
        known = _in_run(run, tag)
    with store(workspace) as opened:
        found = said(opened, tag, ids)
    standing = newest(found)
    counts = {each.id for each in standing.values()}
    values: dict[str, int] = {}
    for each in standing.values():
        if each.value is not None:
            values[each.value] = values.get(each.value, 0) + 1
    told = (Told(each, each.id in counts, each.id in known) for each in reversed(found[-most:]))
    waiting = sum(each.id not in known for each in found)
    return ManualHistory(tag, tuple(told), len(found), sum(values.values()), waiting, values)


def by_hand(workspace: Workspace, customer_id: str) -> tuple[HandTag, ...]:
    """The manual tags that can be put on a customer, each with what was said of it; NotFound without that customer."""
    known = defined(workspace).tags
    names = [name for name, each in known.items() if not each.retired and _is_manual(name, each)]
    with reading(workspace) as run:
        subject(run, customer_id)
        ids = sorted(_ids(run, customer_id))
        built = {name: _in_run(run, name) for name in names}
    with store(workspace) as opened:
        told = said(opened, "", ids)
    return tuple(
        _by_hand(name, known[name], [each for each in told if each.tag == name], built[name]) for name in names
    )


def _by_hand(name: str, tag: Tag, told: Sequence[Statement], built: set[Any]) -> HandTag:
    standing = [each for each in newest(told).values() if each.value is not None]
    counts = max(standing, key=lambda each: (each.at, each.id), default=None)
    waiting = any(each.id not in built for each in told)
    return HandTag(name, tag.title, tag.type or Type.TEXT, tag.labels, counts, waiting)


def journal(workspace: Workspace, known: Definitions, until: datetime) -> pa.Table:
    """All that was said by hand up to a moment, for a build; no row where there is no manual tag."""
    import pyarrow as pa

    names = {name for name, tag in known.tags.items() if _is_manual(name, tag)}
    rows: list[Statement] = []
    if names and has_store(workspace):
        with store(workspace) as opened:
            rows = [each for each in said(opened) if each.tag in names and each.at <= until]
    columns = {"id": pa.int64(), "at": pa.timestamp("us")}
    columns |= dict.fromkeys(("tag", "customer_id", "value", "source", "actor"), pa.string())
    return pa.table({name: pa.array([getattr(each, name) for each in rows], kind) for name, kind in columns.items()})


def _written(
    workspace: Workspace, tag: str, rows: Sequence[Row], *, source: str, at: str, actor: str, now: datetime
) -> Put:
    """Write the rows that can be written, and name the others."""
    definition, noted = _manual(workspace, tag), here(workspace, now)
    blank = Statement(tag, "", None, source.strip() or BY_HAND, _moment(at, noted), actor, noted)
    with reading(workspace) as run:
        known = _known(run, [customer for _, customer, _ in rows])
    said = [_said(definition, known, blank, row) for row in rows]
    good = [each for each in said if isinstance(each, Statement)]
    troubles = [each for each in said if isinstance(each, Trouble)]
    detail = {"tag": tag, "customers": len(good), "left_out": len(troubles), "source": blank.source}
    with store(workspace) as opened:
        say_all(opened, good, Entry(noted, actor, "put", f"tags.{tag}", detail))
    values = {each.value for each in good}
    return Put(tag, values.pop() if len(values) == 1 else None, len(good), len(troubles), tuple(troubles[:SHOWN]))


def _said(tag: Tag, known: Mapping[str, str], blank: Statement, row: Row) -> Statement | Trouble:
    """What a row says, or why it cannot be written."""
    number, customer, value = row
    try:
        kept = meant(tag, value)
    except BadInput as error:
        return Trouble(number, customer, error.what, error.hint)
    if customer not in known:
        return Trouble(number, customer, say("There is no such customer in the published run."))
    return replace(blank, customer_id=known[customer], value=kept)


def _manual(workspace: Workspace, name: str) -> Tag:
    """The manual tag of that name."""
    tags = defined(workspace).tags
    if name not in tags:
        raise NotFound(say("There is no tag {name}.", name=name), nearest(name, tags))
    if not _is_manual(name, tags[name]):
        manual = [each for each, tag in tags.items() if _is_manual(each, tag)]
        hint = all_known(manual) if manual else say("Make a tag of the kind manual first.")
        raise Refused(say("{name} is no manual tag: its values come from the data.", name=name), hint)
    if tags[name].retired:
        raise Refused(say("{name} is retired.", name=name), say("Bring it back first."))
    return tags[name]


def _is_manual(name: str, tag: Tag) -> bool:
    return any(isinstance(each, Stated) for each in tag.pieces(name))


def _known(run: Reading, ids: Iterable[str]) -> dict[str, str]:
    """Id as it was written -> the id of that customer now; one it had before, or that of a record, will do."""
    wanted = list(dict.fromkeys(ids))
    former = "LEFT JOIN customer_ids f ON f.id = w.id" if "customer_ids" in run.columns else ""
    led = "f.customer_id" if former else "NULL"
    found = f"coalesce(c.customer_id, l.customer_id, {led})"
    sql = f"""SELECT w.id, {found} FROM (SELECT unnest($ids) AS id) w
        LEFT JOIN customers c ON c.customer_id = w.id LEFT JOIN identity_links l ON l.record_id = w.id {former}
        WHERE {found} IS NOT NULL"""
    return dict(run.rows(sql, {"ids": wanted}))


def _ids(run: Reading, customer_id: str) -> set[str]:
    """All ids by which statements may name a customer: its own, those it had before, and those of its records."""
    tables = [("record_id", "identity_links"), ("id", "customer_ids")]
    found = " UNION ".join(
        f"SELECT {id_} FROM {table} WHERE customer_id = $id" for id_, table in tables if table in run.columns
    )
    return {customer_id, *(row[0] for row in run.rows(found, {"id": customer_id}))}


def _in_run(run: Reading, tag: str) -> set[Any]:
    """The statements that the run was built with."""
    if RELATION not in run.columns:
        return set()
    return {row[0] for row in run.rows(f"SELECT id FROM {RELATION} WHERE tag = ?", [tag])}


def _moment(written: str, now: datetime) -> datetime:
    """The beginning of the day that somebody wrote, or now; nobody knows yet what will be."""
    if not written.strip():
        return now
    try:
        day = datetime.fromisoformat(written.strip().replace("/", "-"))
    except ValueError:
        raise BadInput(say("'{day}' is no day.", day=written), say("Write it as 2026-01-31.")) from None
    if day.tzinfo or day > now:
        raise BadInput(say("'{day}' has not come yet.", day=written), say("Write a day that has been."))
    return now if day.date() == now.date() and day.time() == time.min else day
