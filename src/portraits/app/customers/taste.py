"""Taste: which categories a customer's money goes to, beside where everybody's goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from portraits.app.customers.spending import NOT_SALES
from portraits.app.reading import Reading
from portraits.app.said import Quantity, Said, Scalar

MOST = 7  # named parts; the rest is one
REST = ""  # the name of what is left over
CLEAR = 0.05  # a distance from the base that is worth a sentence


@dataclass(frozen=True)
class Part:
    """A category: the customer's money in it, its share, and its share among all customers."""

    name: str
    amount: float
    share: float
    base: float


@dataclass(frozen=True)
class Taste:
    """A customer's categories, the largest first, the rest last under the name ""."""

    parts: tuple[Part, ...]
    finding: Said


def taste(run: Reading, customer: int) -> Taste | None:
    """A customer's categories; None where lines or categories are not known at all."""
    if "category" not in run.columns.get("order_lines", {}):
        return None
    base = _base(run)
    sql = f"""SELECT {_TOP} AS category, sum(amount) AS spent FROM order_lines
        WHERE customer = $customer AND {NOT_SALES} GROUP BY 1 HAVING sum(amount) > 0 ORDER BY spent DESC, 1"""
    own = [(name, float(spent)) for name, spent in run.rows(sql, {"customer": customer})]
    total = sum(spent for _, spent in own)
    if not own or not base:
        return None
    parts = [Part(name, spent, spent / total, base.get(name, 0.0)) for name, spent in own[:MOST]]
    rest = sum(spent for _, spent in own[MOST:])
    if rest:
        parts.append(Part(REST, rest, rest / total, 1 - sum(part.base for part in parts)))
    return Taste(tuple(parts), _finding(parts[0]))


# A path names ever narrower classes ("Drinks > Tea"); its first step is what a person takes in at a glance.
_TOP = "coalesce(nullif(trim(split_part(category, ' > ', 1)), ''), '?')"


@lru_cache(maxsize=8)
def _base(run: Reading) -> Mapping[str, float]:
    sql = f"""SELECT {_TOP}, sum(amount) FROM order_lines
        WHERE customer IS NOT NULL AND {NOT_SALES} GROUP BY 1 HAVING sum(amount) > 0"""
    spent = {name: float(amount) for name, amount in run.rows(sql)}
    total = sum(spent.values())
    return {name: amount / total for name, amount in spent.items()}


def _finding(first: Part) -> Said:
    distance = first.share - first.base
    values: dict[str, Scalar | Quantity] = {
        "name": first.name,
        "share": Quantity(first.share, "share"),
        "base": Quantity(first.base, "share"),
    }
    if abs(distance) < CLEAR:
        return Said("mix.like", values)
    return Said("mix.more" if distance > 0 else "mix.less", values)
