"""Identity: pairs that somebody should look at, what people decide about them, and what became of a customer.

A decision counts from the next build on, wins over whatever matching finds, and can be taken back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise, product
from typing import Any

from portraits.app.customers.subject import nobody, present_id
from portraits.app.reading import Reading, reading
from portraits.app.store import here, store
from portraits.engine import deciding
from portraits.engine.audit import Entry
from portraits.engine.deciding import Decision, Pair, Verdict, ordered
from portraits.engine.identities import Change, changes_of
from portraits.engine.workspace import Workspace
from portraits.identity.match.components import components
from portraits.vocabulary.errors import BadInput, Refused
from portraits.vocabulary.phrase import say

MOST_PAIRS = 10_000  # of records that one act parts


@dataclass(frozen=True)
class Act:
    """What somebody decided at once: how many pairs, and whether a build has taken it up; `act` undoes it."""

    act: int
    verdict: str
    pairs: int
    customer_ids: tuple[str, ...]


@dataclass(frozen=True)
class SplitPart:
    """One side of a split: its records and what comes with them; `keeps_id` of the side that stays who it is."""

    record_ids: tuple[str, ...]
    orders: int
    amount: Any
    events: int
    keeps_id: bool


@dataclass(frozen=True)
class SplitPreview:
    """What a customer would come apart into."""

    customer_id: str
    parts: tuple[SplitPart, SplitPart]
    as_of: datetime
    run: int


@dataclass(frozen=True)
class IdentityHistory:
    """Who a customer is and how it came about: records, former ids, the journal's rows and people's decisions."""

    customer_id: str
    record_ids: tuple[str, ...]
    former_ids: tuple[str, ...]
    changes: tuple[Change, ...]
    decisions: tuple[Decision, ...]
    waiting: int  # decisions about its records that the run does not know
    as_of: datetime
    run: int


def link(workspace: Workspace, one: str, other: str, *, why: str = "", actor: str, now: datetime) -> Act:
    """Decide that two customers, or two records, are one.

    Args:
        workspace: where they are.
        one: the id of a customer or of a record.
        other: the same.
        why: what the person says about it.
        actor: who decides.
        now: the present moment, with its zone.
    """
    with reading(workspace) as run:
        mine, others = _of(run, one), _of(run, other)
    if set(mine) & set(others):
        raise Refused(say("{one} and {other} are one customer already.", one=one, other=other))
    parted = {each.pair for each in _standing(workspace) if each.verdict == "apart"}
    across = {ordered(*pair) for pair in product(mine, others)} & parted
    pairs = {ordered(mine[0], others[0]), *across}
    return record_act(workspace, [(pair, "link") for pair in sorted(pairs)], [one, other], why, actor, now)


def keep_apart(workspace: Workspace, one: str, other: str, *, why: str = "", actor: str, now: datetime) -> Act:
    """Decide that two customers, or two records, are not one."""
    with reading(workspace) as run:
        pair = ordered(_of(run, one)[0], _of(run, other)[0])
    if pair[0] == pair[1]:
        raise Refused(say("{one} and {other} are the same record.", one=one, other=other))
    return record_act(workspace, [(pair, "apart")], [one, other], why, actor, now)


def preview_split(workspace: Workspace, customer_id: str, record_ids: Sequence[str]) -> SplitPreview:
    """What a customer would come apart into if these records left it."""
    with reading(workspace) as run:
        customer, stay, leave = _sides(run, customer_id, record_ids)
        keeps = customer in stay or (customer not in leave and len(stay) >= len(leave))
        parts = _part(run, stay, keeps_id=keeps), _part(run, leave, keeps_id=not keeps)
        return SplitPreview(customer, parts, run.as_of, run.run.info.number)


def split(
    workspace: Workspace, customer_id: str, record_ids: Sequence[str], *, why: str = "", actor: str, now: datetime
) -> Act:
    """Decide that some records of a customer are another one; both sides hold together from then on."""
    with reading(workspace) as run:
        customer, stay, leave = _sides(run, customer_id, record_ids)
    if len(stay) * len(leave) > MOST_PAIRS:
        raise Refused(say("So many records cannot be parted at once."), say("Part fewer records at a time."))
    apart: list[tuple[Pair, Verdict]] = [(ordered(*pair), "apart") for pair in product(stay, leave)]
    whole: list[tuple[Pair, Verdict]] = [(pair, "link") for side in (stay, leave) for pair in pairwise(side)]
    return record_act(workspace, [*apart, *whole], [customer], why, actor, now)


def undo(workspace: Workspace, act: int, *, actor: str, now: datetime) -> Act:
    """Take back what was decided at once under a number; the next build is as if it had not been."""
    entry = Entry(here(workspace, now), actor, "undo", "identity", {"act": act})
    with store(workspace) as opened:
        taken = deciding.withdraw(opened, act, entry)
    return Act(act, "undone", len(taken), ())


def decisions(workspace: Workspace) -> list[Decision]:
    """All that people decided, the newest first."""
    with store(workspace) as opened:
        return deciding.decided(opened)[::-1]


def identity_history(workspace: Workspace, customer_id: str) -> IdentityHistory:
    """Who a customer is and how it came about; an id that it had before will do."""
    with reading(workspace) as run:
        customer = _present(run, customer_id)
        records = _of(run, customer)
        former = _former(run, customer)
        known = _known(run)
        with store(workspace) as opened:
            changes = changes_of(opened, sorted({customer, *records, *former}))
            told = [each for each in deciding.decided(opened) if {*each.pair} & {*records}]
        waiting = sum(each.stands != ((*each.pair, each.verdict) in known) for each in _newest(told))
        return IdentityHistory(
            customer_id=customer,
            record_ids=tuple(records),
            former_ids=former,
            changes=tuple(changes),
            decisions=tuple(told),
            waiting=waiting,
            as_of=run.as_of,
            run=run.run.info.number,
        )


def _newest(told: Iterable[Decision]) -> list[Decision]:
    """Of the decisions about each pair the newest."""
    return list({each.pair: each for each in told}.values())


def _present(run: Reading, written: str) -> str:
    found = present_id(run, written)
    if not found:
        raise nobody(written)
    return found


def _of(run: Reading, written: str) -> list[str]:
    """The records behind the id of a customer, or that one record."""
    sql = "SELECT record_id FROM identity_links WHERE customer_id = ? ORDER BY record_id = customer_id DESC, record_id"
    found = [row[0] for row in run.rows(sql, [written])]
    if found:
        return found
    if run.rows("SELECT 1 FROM identity_links WHERE record_id = ?", [written]):
        return [written]
    return [row[0] for row in run.rows(sql, [_present(run, written)])]


def _former(run: Reading, customer: str) -> tuple[str, ...]:
    if "customer_ids" not in run.columns:
        return ()
    sql = "SELECT id FROM customer_ids WHERE customer_id = ? AND id <> customer_id ORDER BY id"
    return tuple(row[0] for row in run.rows(sql, [customer]))


def _known(run: Reading) -> set[tuple[str, str, str]]:
    """The decisions that the run was built with."""
    if "identity_decided" not in run.columns:
        return set()
    return {(left, right, verdict) for left, right, verdict in run.rows("SELECT * FROM identity_decided")}


def waiting(workspace: Workspace, run: Reading) -> int:
    """How many decisions were made or taken back since the run."""
    now = {(*each.pair, each.verdict) for each in _standing(workspace)}
    return len(now ^ _known(run))


def _standing(workspace: Workspace) -> list[Decision]:
    with store(workspace) as opened:
        return [each for each in deciding.decided(opened) if each.stands]


def _sides(run: Reading, customer_id: str, record_ids: Sequence[str]) -> tuple[str, list[str], list[str]]:
    """The customer, the records that stay and those that leave."""
    customer = _present(run, customer_id)
    records = sorted(_of(run, customer))
    leave = sorted(set(map(str.strip, record_ids)) - {""})
    for each in leave:
        if each not in records:
            raise BadInput(say("{record} is not a record of {customer}.", record=each, customer=customer))
    stay = [each for each in records if each not in leave]
    if not leave or not stay:
        raise BadInput(say("Some records must leave, and some must stay."))
    return customer, stay, leave


def _part(run: Reading, records: Sequence[str], *, keeps_id: bool) -> SplitPart:
    def count(table: str, what: str) -> Any:
        if table not in run.columns:
            return 0
        sql = f"SELECT {what} FROM {table} WHERE record_id IN (SELECT unnest($records))"
        return run.rows(sql, {"records": list(records)})[0][0]

    orders, amount = count("orders", "count(*)"), count("orders", "coalesce(sum(amount), 0)")
    return SplitPart(tuple(records), orders, amount, count("events", "count(*)"), keeps_id)


def record_act(
    workspace: Workspace,
    pairs: Sequence[tuple[Pair, Verdict]],
    customers: Sequence[str],
    why: str,
    actor: str,
    now: datetime,
) -> Act:
    """Write down what somebody decided at once; Refused where it cannot hold with what stands."""
    moment = here(workspace, now)
    fresh = [Decision(*pair, verdict, why.strip(), actor, moment) for pair, verdict in pairs]
    with store(workspace) as opened:
        _check({each.pair: each for each in [*(d for d in deciding.decided(opened) if d.stands), *fresh]})
        detail = {"verdict": pairs[0][1], "pairs": len(fresh), "customers": list(customers)}
        act = deciding.decide_all(opened, fresh, Entry(moment, actor, "decide", "identity", detail))
    return Act(act, pairs[0][1], len(fresh), tuple(customers))


def _check(standing: Mapping[Pair, Decision]) -> None:
    """Refuse decisions that cannot all hold."""
    whole = components(pair for pair, each in standing.items() if each.verdict == "link")
    for (left, right), each in standing.items():
        if each.verdict == "apart" and left in whole and whole[left] == whole.get(right):
            what = say("{left} and {right} cannot be one and apart at once.", left=left, right=right)
            raise Refused(what, say("Take back an earlier decision about them, or split the customer."))
