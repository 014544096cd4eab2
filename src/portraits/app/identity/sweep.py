"""Sweep: all pairs from a probability on linked as one act, and what that would change, before it is done."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portraits.app.identity.identity import Act, decisions, record_act
from portraits.app.identity.likeness import Candidate, candidate
from portraits.app.identity.queue import Open, Wanted, customers_of, open_pairs
from portraits.app.reading import Reading, reading
from portraits.engine.deciding import Decision, Pair
from portraits.engine.workspace import Workspace
from portraits.identity.deciding import decided
from portraits.vocabulary.errors import Busy, Refused
from portraits.vocabulary.phrase import say

MOST = 10_000  # pairs of one act
SHOWN = 5  # groups and pairs of a preview


@dataclass(frozen=True)
class Group:
    """Customers that become one, with what each brings; the first keeps its id."""

    customer_ids: tuple[str, ...]
    name: str
    records: int
    orders: int
    amount: Any


@dataclass(frozen=True)
class SweepPreview:
    """What changes if all pairs that are wanted are linked; `mark` names exactly these pairs.

    `held` pairs are left out, because somebody decided that their customers are not one; `customers` were there
    before, of whom `left` remain; `sample` are the least likely ones.
    """

    wanted: Wanted
    pairs: int
    held: int
    customers: int
    left: int
    orders: int
    amount: Any
    groups: tuple[Group, ...]
    sample: tuple[Candidate, ...]
    mark: str
    as_of: datetime
    run: int


def preview_sweep(workspace: Workspace, wanted: Wanted) -> SweepPreview:
    """What linking all wanted pairs would change; nothing is decided."""
    standing = _standing(workspace)
    with reading(workspace) as run:
        pairs, held = _chosen(run, standing, wanted)
        groups = list(_groups(run, pairs, standing))
        return SweepPreview(
            wanted=wanted,
            pairs=len(pairs),
            held=held,
            customers=sum(n for n, _ in groups),
            left=len(groups),
            orders=sum(each.orders for _, each in groups),
            amount=sum(each.amount for _, each in groups),
            groups=tuple(each for _, each in groups[:SHOWN]),
            sample=tuple(candidate(run, each) for each in pairs[: -SHOWN - 1 : -1]),
            mark=_mark(pairs),
            as_of=run.as_of,
            run=run.run.info.number,
        )


def sweep(workspace: Workspace, wanted: Wanted, *, why: str = "", seen: str = "", actor: str, now: datetime) -> Act:
    """Decide that the two of every wanted pair are one customer, as one act.

    Args:
        workspace: where they are.
        wanted: which pairs.
        why: what the person says about it.
        seen: the `mark` of the preview; Busy where it would be other pairs by now.
        actor: who decides.
        now: the present moment, with its zone.
    """
    with reading(workspace) as run:
        pairs, _ = _chosen(run, _standing(workspace), wanted)
    if seen and seen != _mark(pairs):
        raise Busy(say("The pairs have changed meanwhile."), say("Look at the preview again."))
    if not pairs:
        raise Refused(say("No pair is so likely."), say("Choose a lower probability."))
    if len(pairs) > MOST:
        raise Refused(say("So many pairs cannot be linked at once."), say("Choose a higher probability."))
    told = f"{len(pairs)} ≥ {wanted.least:.0%}"
    links: list[tuple[Pair, Any]] = [((each.left_id, each.right_id), "link") for each in pairs]
    return record_act(workspace, links, [], why.strip() or told, actor, now)


def _standing(workspace: Workspace) -> list[Decision]:
    return [each for each in decisions(workspace) if each.stands]


def _chosen(run: Reading, standing: Sequence[Decision], wanted: Wanted) -> tuple[list[Open], int]:
    """The wanted pairs without those that would join what somebody keeps apart, and how many those are."""
    pairs = [each for each in open_pairs(run, standing) if each in wanted]
    before = _clusters(_around(run, pairs, standing), standing)
    apart = [each.pair for each in standing if each.verdict == "apart"]
    joining = _Joining((before.get(one, one), before.get(other, other)) for one, other in apart)
    chosen = [each for each in pairs if joining.join(before[each.left_id], before[each.right_id])]
    return chosen, len(pairs) - len(chosen)


class _Joining:
    """Clusters that become one, step by step, but never two that somebody keeps apart."""

    def __init__(self, apart: Iterable[Pair]) -> None:
        self._groups: dict[str, set[str]] = {}
        self._foes: dict[str, set[str]] = {}
        for one, other in apart:
            self._foes.setdefault(one, set()).add(other)
            self._foes.setdefault(other, set()).add(one)

    def join(self, one: str, other: str) -> bool:
        """Make two groups one; False where that may not be."""
        groups = [self._groups.setdefault(each, {each}) for each in (one, other)]
        small, large = sorted(groups, key=len)
        if small is large:
            return True
        if any(self._foes.get(each, set()) & large for each in small):
            return False
        large |= small
        self._groups.update(dict.fromkeys(small, large))
        return True


def _around(run: Reading, pairs: Iterable[Open], standing: Iterable[Decision]) -> dict[str, str]:
    """Record -> its customer in the run, of all customers that the pairs or decisions name a record of."""
    named = {record for each in standing for record in each.pair}
    numbers = {number for each in pairs for number in (each.left, each.right)}
    numbers |= set(customers_of(run, named).values())
    sql = "SELECT record_id, customer_id FROM identity_links WHERE customer IN (SELECT unnest($numbers))"
    return {record: customer for record, customer in run.rows(sql, {"numbers": sorted(numbers)})}


def _clusters(found: Mapping[str, str], standing: Iterable[Decision], more: Iterable[Pair] = ()) -> dict[str, str]:
    """Record -> its cluster once all that is decided counts."""
    told = list(standing)
    together = {each.pair for each in told if each.verdict == "link"} | set(more)
    return decided(found, together, {each.pair for each in told if each.verdict == "apart"})


def _groups(run: Reading, pairs: Sequence[Open], standing: Sequence[Decision]) -> Iterator[tuple[int, Group]]:
    """The groups that the pairs make of several customers, with how many; the largest first."""
    found = _around(run, pairs, standing)
    before = _clusters(found, standing)
    after = _clusters(found, standing, [(each.left_id, each.right_id) for each in pairs])
    members: dict[str, list[str]] = {}
    for record, cluster in after.items():
        members.setdefault(cluster, []).append(record)
    joined = [each for each in members.values() if len({before[record] for record in each}) > 1]
    brought, told = _brought(run, joined), _told(run, {found[record] for each in joined for record in each})
    for records in sorted(joined, key=lambda each: (-len(each), each)):
        ids = sorted({found[record] for record in records}, key=lambda each: told[each])
        sums = [brought.get(record, (0, 0)) for record in records]
        group = Group(tuple(ids), told[ids[0]][2], len(records), sum(n for n, _ in sums), sum(paid for _, paid in sums))
        yield len({before[record] for record in records}), group


def _brought(run: Reading, groups: Iterable[Sequence[str]]) -> dict[str, tuple[int, Any]]:
    """Record -> its orders and their amount."""
    if "orders" not in run.columns:
        return {}
    records = sorted(record for each in groups for record in each)
    sql = """SELECT record_id, count(*), coalesce(sum(amount), 0) FROM orders
        WHERE record_id IN (SELECT unnest($records)) GROUP BY record_id"""
    return {record: (n, paid) for record, n, paid in run.rows(sql, {"records": records})} if records else {}


def _told(run: Reading, customers: Iterable[str]) -> dict[str, tuple[Any, str, str]]:
    """Customer -> when it was born, its id and its name: of several the first one lives on."""
    born = "i.born" if "customer_ids" in run.columns else "NULL"
    joined = "LEFT JOIN customer_ids i ON i.id = c.customer_id" if "customer_ids" in run.columns else ""
    name = "c.name" if "name" in run.columns["customers"] else "NULL"
    sql = f"""SELECT c.customer_id, CAST({born} AS VARCHAR), {name} FROM customers c {joined}
        WHERE c.customer_id IN (SELECT unnest($ids))"""
    rows = run.rows(sql, {"ids": sorted(customers)})
    return {customer: (moment or "", customer, called or "") for customer, moment, called in rows}


def _mark(pairs: Iterable[Open]) -> str:
    """What changes when the pairs do."""
    text = "\n".join(sorted(f"{each.left_id}\t{each.right_id}" for each in pairs))
    return hashlib.sha256(text.encode()).hexdigest()[:16]
