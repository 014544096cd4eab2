"""Likeness: pairs of records that wait for somebody, side by side, with all that speaks for and against."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any, Literal

from portraits.app.customers.personal import masked
from portraits.app.identity.identity import decisions, waiting
from portraits.app.identity.queue import EVERY, Open, Wanted, found_by, open_pairs
from portraits.app.paging import Paged
from portraits.app.reading import Reading, reading
from portraits.engine.warehouse import quote
from portraits.engine.workspace import Workspace
from portraits.identity.match.pack import Comparison, pack
from portraits.vocabulary.table import Column
from portraits.vocabulary.tables import TABLES
from portraits.vocabulary.text import Text, text

LARGEST_PAGE = 100
STEPS = (0.9, 0.7, 0.5, 0.3, 0.2, 0.1)
NOT_SHOWN = ("record_id", "source", "batch", "created_at", "updated_at", "attributes", "card_hash")
UNKNOWN = text("not known in one of the two", "其中一条没有此信息")
Agreement = Literal["same", "alike", "differs", "one"]
# What cleaning makes of a field, where it is called otherwise.
CLEANED = {"name": "name_key", "given_name": "given", "family_name": "family", "address": "address_key"}
CLEANED |= {each: each for each in ("email", "phone", "wechat_id", "device_id", "birth_date", "gender")}
CLEANED |= {each: each for each in ("city", "region", "postal_code")}


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
    """One field of both records; personal values are masked, `agreement` compares what is behind.

    same (as written), alike (once cleaned), differs, one (only one of the two has it).
    """

    column: Column
    left: str
    right: str
    agreement: Agreement

    @property
    def same(self) -> bool:
        """Whether both say the same, in whatever writing."""
        return self.agreement in ("same", "alike")


@dataclass(frozen=True)
class Candidate:
    """Two records that may be one customer; the start and the shares add up to the weight, in log2 odds.

    `reason`: unsure (between the thresholds), doubt (only what many share in common), weak (a link that was cut).
    """

    left_id: str
    right_id: str
    left_customer: str
    right_customer: str
    left_source: str
    right_source: str
    kind: str
    weight: float
    probability: float
    reason: str
    start: float
    shares: tuple[Share, ...]
    fields: tuple[Fields, ...]


@dataclass(frozen=True)
class Candidates(Paged):
    """A page of pairs, the most likely first; `waiting` decisions are not in the run yet.

    `kinds` and `reasons` count all pairs there are, `total` those that were asked for; `likely` counts those of the
    same kind and reason from each of some probabilities on.
    """

    pairs: tuple[Candidate, ...]
    total: int
    kinds: Mapping[str, int]
    reasons: Mapping[str, int]
    likely: Mapping[float, int]
    page: int
    size: int
    by: str  # how the customers of the run were found
    waiting: int
    as_of: datetime
    run: int


def review(workspace: Workspace, page: int = 1, size: int = 20, wanted: Wanted = EVERY) -> Candidates:
    """The pairs that somebody should look at and nobody has decided about, the most likely first."""
    standing = [each for each in decisions(workspace) if each.stands]
    with reading(workspace) as run:
        every = open_pairs(run, standing)
        listed = [each for each in every if each in wanted]
        size = max(1, min(size, LARGEST_PAGE))
        page = max(1, min(page, -(-len(listed) // size)))
        return Candidates(
            pairs=tuple(candidate(run, each) for each in listed[(page - 1) * size : page * size]),
            total=len(listed),
            kinds=dict(Counter(each.kind for each in every)),
            reasons=dict(Counter(each.reason for each in every)),
            likely={step: sum(each in replace(wanted, least=step) for each in every) for step in STEPS},
            page=page,
            size=size,
            by=found_by(run),
            waiting=waiting(workspace, run),
            as_of=run.as_of,
            run=run.run.info.number,
        )


def candidate(run: Reading, pair: Open) -> Candidate:
    """All that is known about a pair."""
    kind, left, right = pair.kind, pair.left_id, pair.right_id
    sql = f"SELECT * FROM match_{kind}_pairs WHERE left_id = $left AND right_id = $right"
    found = run.run.warehouse.query(sql, {"left": left, "right": right}).to_pylist()[0]
    shares = tuple(_shares(kind, found))
    links = "SELECT record_id, customer_id, source FROM identity_links WHERE record_id IN ($left, $right)"
    told = {record: more for record, *more in run.rows(links, {"left": left, "right": right})}
    return Candidate(
        left_id=left,
        right_id=right,
        left_customer=told[left][0],
        right_customer=told[right][0],
        left_source=told[left][1] or "",
        right_source=told[right][1] or "",
        kind=kind,
        weight=found["weight"],
        probability=found["probability"],
        reason=pair.reason,
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
    held = run.columns["people"]
    columns = [each for each in TABLES["people"].columns if each.name in held and each.name not in NOT_SHOWN]
    one, other = _record(run, left, columns), _record(run, right, columns)
    clean = _cleaned(run, left, right)
    for column in columns:
        mine, others = one.get(column.name), other.get(column.name)
        if mine is not None or others is not None:
            agreement = _agreement(mine, others, *(each.get(CLEANED.get(column.name, "")) for each in clean))
            yield Fields(column, _open(column, mine), _open(column, others), agreement)


def _agreement(mine: Any, others: Any, clean: Any, others_clean: Any) -> Agreement:
    if mine is None or others is None:
        return "one"
    if mine == others:
        return "same"
    return "alike" if clean is not None and clean == others_clean else "differs"


def _record(run: Reading, record: str, columns: Sequence[Column]) -> dict[str, Any]:
    """A record's fields; its customer is looked up first, for people lie in the order of customers."""
    names = ", ".join(quote(each.name) for each in columns)
    [(customer,)] = run.rows("SELECT customer FROM identity_links WHERE record_id = ?", [record])
    sql = f"SELECT {names} FROM people WHERE customer = $customer AND record_id = $record LIMIT 1"
    found = run.run.warehouse.query(sql, {"customer": customer, "record": record}).to_pylist()
    return dict(found[0]) if found else {}


def _cleaned(run: Reading, left: str, right: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """What cleaning made of both records; nothing where nothing was cleaned."""
    if "people_clean" not in run.columns:
        return {}, {}
    sql = "SELECT * FROM people_clean WHERE record_id IN ($left, $right)"
    found = run.run.warehouse.query(sql, {"left": left, "right": right}).to_pylist()
    known = {each["record_id"]: each for each in found}
    return known.get(left, {}), known.get(right, {})


def _open(column: Column, value: Any) -> str:
    if value is None:
        return ""
    return masked(column.name, value) if column.personal else str(value)
