"""Queue: the pairs that wait for somebody's eyes, one for any two customers, the most likely first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from portraits.app.reading import Reading
from portraits.engine.deciding import Decision, Pair
from portraits.identity.match.components import components
from portraits.identity.match.pack import PACKS
from portraits.vocabulary.errors import BadInput, nearest
from portraits.vocabulary.phrase import say

KINDS = PACKS
REASONS = ("unsure", "doubt", "weak")


@dataclass(frozen=True)
class Open:
    """Two records of two customers that may be one; `weight` is log2 odds."""

    kind: str
    left_id: str
    right_id: str
    reason: str
    weight: float
    left: int  # the customers, as the run numbers them
    right: int

    @property
    def probability(self) -> float:
        """How likely the two are one."""
        return probability(self.weight)


@dataclass(frozen=True)
class Wanted:
    """Which of the pairs somebody wants to see: all, or those of a kind, of a reason, from a probability on."""

    kind: str = ""
    reason: str = ""
    least: float = 0.0

    def __post_init__(self) -> None:
        for known, value in ((KINDS, self.kind), (REASONS, self.reason)):
            if value and value not in known:
                raise BadInput(say("There are no pairs of {name}.", name=value), nearest(value, known))
        if not 0 <= self.least <= 1:
            raise BadInput(say("A probability is from 0 to 1."))

    def __contains__(self, pair: Open) -> bool:
        return self.kind in ("", pair.kind) and self.reason in ("", pair.reason) and pair.probability >= self.least


EVERY = Wanted()


def probability(weight: float) -> float:
    """What log2 odds mean."""
    return float(1 / (1 + 2.0**-weight))


def found_by(run: Reading) -> str:
    """How the customers of a run were found: by records, key or match."""
    facts = run.run.info.figures.get("identity") or {}
    return str(facts.get("by") or ("key" if run.settings.customer_key else "records"))


def open_pairs(run: Reading, standing: Iterable[Decision]) -> list[Open]:
    """The pairs that nothing is decided about: of two customers only the likeliest pair is asked about."""
    listed = list(_listed(run))
    told = list(standing)
    customers = customers_of(run, {record for each in told for record in each.pair})
    whole = components(_numbers(told, customers, "link"))
    apart = {_ends(whole, pair) for pair in _numbers(told, customers, "apart")}
    found: dict[tuple[str, str], Open] = {}
    for each in listed:
        ends = _ends(whole, (str(each.left), str(each.right)))
        if ends[0] != ends[1] and ends not in apart:
            found.setdefault(ends, each)
    return list(found.values())


def customers_of(run: Reading, records: Iterable[str]) -> dict[str, int]:
    """Record -> its customer, as the run numbers it."""
    sql = "SELECT record_id, customer FROM identity_links WHERE record_id IN (SELECT unnest($records))"
    listed = sorted(records)
    return {record: customer for record, customer in run.rows(sql, {"records": listed})} if listed else {}


def _numbers(told: Iterable[Decision], customers: Mapping[str, int], verdict: str) -> Iterator[Pair]:
    for each in told:
        if each.verdict == verdict and each.left_record in customers and each.right_record in customers:
            yield str(customers[each.left_record]), str(customers[each.right_record])


def _ends(whole: Mapping[str, str], pair: Pair) -> Pair:
    """Two customers by what they are joined to, the smaller name first."""
    one, other = (whole.get(each, each) for each in pair)
    return (one, other) if one < other else (other, one)


def _listed(run: Reading) -> Iterator[Open]:
    each = [
        f"SELECT '{kind}' AS kind, left_id, right_id, reason, weight FROM match_{kind}_reviews"
        for kind in PACKS
        if f"match_{kind}_reviews" in run.columns
    ]
    if not each:
        return
    sql = f"""SELECT kind, left_id, right_id, reason, weight, a.customer, b.customer
        FROM ({" UNION ALL ".join(each)}) v
        JOIN identity_links a ON a.record_id = v.left_id JOIN identity_links b ON b.record_id = v.right_id
        WHERE a.customer <> b.customer ORDER BY v.weight DESC, left_id, right_id"""
    for row in run.rows(sql):
        yield Open(*row)
