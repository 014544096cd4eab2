"""Likeness: pairs of records between the thresholds, side by side, with all that speaks for and against."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from portraits.app.customers.personal import masked
from portraits.app.identity.identity import decisions, waiting
from portraits.app.reading import Reading, reading
from portraits.engine.warehouse import quote
from portraits.engine.workspace import Workspace
from portraits.identity.match.pack import PACKS, Comparison, pack
from portraits.vocabulary.table import Column
from portraits.vocabulary.tables import TABLES
from portraits.vocabulary.text import Text, text

LARGEST_PAGE = 100
NOT_SHOWN = ("record_id", "source", "batch", "created_at", "updated_at", "attributes", "card_hash")
UNKNOWN = text("not known in one of the two", "其中一条没有此信息")


@dataclass(frozen=True)
class Share:
    """What one comparison adds to the weight of a pair, and on which level the two agree."""

    name: str
    title: Text
    level: str
    level_title: Text
    weight: float


@dataclass(frozen=True)
class Fields:
    """One field of both records; personal values are masked, `same` compares what is behind."""

    column: Column
    left: str
    right: str
    same: bool


@dataclass(frozen=True)
class Candidate:
    """Two records that may be one customer; the start and the shares add up to the weight, in log2 odds.

    `reason`: unsure (between the thresholds), doubt (only what many share in common), weak (a link that was cut).
    """

    left_id: str
    right_id: str
    left_customer: str
    right_customer: str
    kind: str
    weight: float
    probability: float
    reason: str
    start: float
    shares: tuple[Share, ...]
    fields: tuple[Fields, ...]


@dataclass(frozen=True)
class Candidates:
    """A page of pairs, the most likely first; `waiting` decisions are not in the run yet."""

    pairs: tuple[Candidate, ...]
    total: int
    page: int
    size: int
    waiting: int
    as_of: datetime
    run: int

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.total // self.size))


def review(workspace: Workspace, page: int = 1, size: int = 20) -> Candidates:
    """The pairs that somebody should look at and nobody has decided about, the most likely first."""
    settled = {each.pair for each in decisions(workspace) if each.stands}
    with reading(workspace) as run:
        listed = [each for each in _listed(run) if (each[1], each[2]) not in settled]
        size = max(1, min(size, LARGEST_PAGE))
        part = listed[(page - 1) * size : page * size]
        return Candidates(
            pairs=tuple(_candidate(run, *each) for each in part),
            total=len(listed),
            page=page,
            size=size,
            waiting=waiting(workspace, run),
            as_of=run.as_of,
            run=run.run.info.number,
        )


def _listed(run: Reading) -> list[tuple[str, str, str, str]]:
    """Kind, both records and the reason of every pair whose records are of two customers."""
    each = [
        f"SELECT '{kind}' AS kind, left_id, right_id, reason, weight FROM match_{kind}_reviews"
        for kind in PACKS
        if f"match_{kind}_reviews" in run.columns
    ]
    if not each:
        return []
    sql = f"""SELECT kind, left_id, right_id, reason FROM ({" UNION ALL ".join(each)}) v
        JOIN identity_links a ON a.record_id = v.left_id JOIN identity_links b ON b.record_id = v.right_id
        WHERE a.customer <> b.customer ORDER BY v.weight DESC, left_id, right_id"""
    return [(kind, left, right, reason) for kind, left, right, reason in run.rows(sql)]


def _candidate(run: Reading, kind: str, left: str, right: str, reason: str) -> Candidate:
    sql = f"SELECT * FROM match_{kind}_pairs WHERE left_id = $left AND right_id = $right"
    found = run.run.warehouse.query(sql, {"left": left, "right": right}).to_pylist()[0]
    shares = tuple(_shares(kind, found))
    customers: dict[str, str] = dict(
        run.rows(
            "SELECT record_id, customer_id FROM identity_links WHERE record_id IN ($left, $right)",
            {"left": left, "right": right},
        )
    )
    return Candidate(
        left_id=left,
        right_id=right,
        left_customer=customers[left],
        right_customer=customers[right],
        kind=kind,
        weight=found["weight"],
        probability=found["probability"],
        reason=reason,
        start=found["weight"] - sum(each.weight for each in shares),
        shares=shares,
        fields=tuple(_fields(run, left, right)),
    )


def _shares(kind: str, found: Mapping[str, Any]) -> Iterator[Share]:
    """What is compared, the strongest share first; what one of the two lacks adds nothing and is left out."""
    names = sorted(_comparisons(kind), key=lambda name: -abs(found.get(f"w_{name}") or 0.0))
    for name in names:
        level = found.get(f"l_{name}")
        if level and level != "unknown":
            comparison = _comparisons(kind)[name]
            titles = {each.name: each.title for each in comparison.levels}
            yield Share(name, comparison.title, level, titles.get(level, UNKNOWN), found[f"w_{name}"])


@cache
def _comparisons(kind: str) -> Mapping[str, Comparison]:
    return {each.name: each for each in pack(kind).comparisons}


def _fields(run: Reading, left: str, right: str) -> Iterator[Fields]:
    columns = [each for each in TABLES["people"].columns if each.name not in NOT_SHOWN]
    one, other = _record(run, left, columns), _record(run, right, columns)
    for column in columns:
        mine, others = one.get(column.name), other.get(column.name)
        if mine is not None or others is not None:
            yield Fields(column, _open(column, mine), _open(column, others), mine == others)


def _record(run: Reading, record: str, columns: Sequence[Column]) -> dict[str, Any]:
    """A record's fields; its customer is looked up first, for people lie in the order of customers."""
    names = ", ".join(quote(each.name) for each in columns)
    [(customer,)] = run.rows("SELECT customer FROM identity_links WHERE record_id = ?", [record])
    sql = f"SELECT {names} FROM people WHERE customer = $customer AND record_id = $record LIMIT 1"
    found = run.run.warehouse.query(sql, {"customer": customer, "record": record}).to_pylist()
    return dict(found[0]) if found else {}


def _open(column: Column, value: Any) -> str:
    if value is None:
        return ""
    return masked(column.name, value) if column.personal else str(value)
