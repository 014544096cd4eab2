"""Suspects: customers that may be several, and several that may be one, as SQL over a run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from math import log2

from portraits.app.reading import Reading
from portraits.engine.warehouse import literal, quote
from portraits.identity.match.pack import PACKS

# Fields in which records of one customer cannot truly differ.
CONFLICTS = ("national_id", "birth_date", "wechat_id", "gender")
# Field of the look-up -> the column it is of.
SHARED = {"phone": "phone", "email": "email", "wechat": "wechat_id"}
SURE = 0.95  # a customer that holds together by a link less likely than this is looked at
BETWEEN = chr(31)  # stands between values, and in none
_ASKED = 40.0  # weight of a link that somebody decided
_WEAK = log2(SURE / (1 - SURE))
# Only a customer of several records can contradict itself: most have one, and are not looked at.
_SEVERAL = """(SELECT record_id, customer FROM identity_links
    WHERE customer IN (SELECT customer FROM identity_links GROUP BY customer HAVING count(*) > 1))"""


def sized(sizes: Iterable[tuple[int, int | None]]) -> str:
    """(key, customer, records) of every customer, by how many records it has."""
    whens = " ".join(
        f"WHEN records >= {low} THEN {literal(size_key(low, high))}"
        for low, high in sorted(sizes, key=lambda size: -size[0])
    )
    return f"""SELECT CASE {whens} END AS key, customer, records
        FROM (SELECT customer, count(*) AS records FROM identity_links GROUP BY customer)"""


def size_key(low: int, high: int | None) -> str:
    """How a span of sizes is called: `3`, `6-10`, `21+`."""
    return str(low) if low == high else f"{low}-{high}" if high else f"{low}+"


def sourced() -> str:
    """(key, customer, records) by source."""
    return """SELECT source AS key, customer, count(*) AS records FROM identity_links
        WHERE source IS NOT NULL GROUP BY source, customer"""


def conflicting(run: Reading) -> str:
    """(key, customer, records, note) where records of one customer say different things; the note lists them."""
    cleaned = "people_clean" in run.columns
    held = run.columns.get("people_clean" if cleaned else "people", {})
    people = "people_clean" if cleaned else "(SELECT * EXCLUDE (customer) FROM people)"
    each = [
        f"""SELECT {literal(name)} AS key, customer, count(*) AS records,
            string_agg(DISTINCT CAST({quote(name)} AS VARCHAR), {literal(BETWEEN)}
                ORDER BY CAST({quote(name)} AS VARCHAR)) AS note
        FROM {people} JOIN {_SEVERAL} l USING (record_id) WHERE {quote(name)} IS NOT NULL
        GROUP BY customer HAVING min({quote(name)}) < max({quote(name)})"""
        for name in CONFLICTS
        if name in held
    ]
    return " UNION ALL ".join(each) or "SELECT '' AS key, 0 AS customer, 0 AS records, '' AS note WHERE false"


def shared(run: Reading) -> str:
    """(key, note, customers, n) of values that several customers have, those of guards left out."""
    if "identity_lookup" not in run.columns:
        return "SELECT '' AS key, '' AS note, [0] AS customers, 0 AS n WHERE false"
    fields = ", ".join(map(literal, SHARED))
    columns = " ".join(f"WHEN {literal(field)} THEN {literal(column)}" for field, column in SHARED.items())
    known = f"ANTI JOIN ({guards(run)}) g ON g.key = CASE i.field {columns} END AND g.note = i.value"
    several = f"""SELECT field, value FROM identity_lookup WHERE field IN ({fields})
        GROUP BY field, value HAVING min(customer) < max(customer)"""
    return f"""SELECT field AS key, value AS note, list(DISTINCT customer ORDER BY customer) AS customers,
            count(DISTINCT customer) AS n
        FROM (FROM identity_lookup SEMI JOIN ({several}) s USING (field, value)) i {known} GROUP BY field, value"""


def guards(run: Reading) -> str:
    """(key, note, records, names) of values that stopped linking."""
    each = [
        f"SELECT field AS key, value AS note, records, names FROM match_{kind}_guards"
        for kind in PACKS
        if f"match_{kind}_guards" in run.columns
    ]
    empty = "SELECT '' AS key, '' AS note, 0 AS records, 0 AS names WHERE false"
    return " UNION ALL ".join([*each, empty])


@lru_cache(maxsize=2)
def weakest(run: Reading) -> Mapping[int, float]:
    """Customer -> the weight of the link that alone holds it together, of those that are in doubt; weakest first."""
    tied = _tied(run)
    if not tied:
        return {}
    sql = f"""WITH tied AS ({tied}),
        inside AS (SELECT l.customer, t.* FROM tied t JOIN identity_links l ON l.record_id = t.left_id
            JOIN identity_links r ON r.record_id = t.right_id WHERE l.customer = r.customer)
        SELECT customer, left_id, right_id, max(weight) AS weight FROM inside
        WHERE customer IN (SELECT customer FROM inside WHERE weight < {_WEAK})
        GROUP BY ALL ORDER BY weight DESC, left_id, right_id"""
    links: dict[int, list[tuple[str, str, float]]] = {}
    for customer, left, right, weight in run.rows(sql):
        links.setdefault(customer, []).append((left, right, weight))
    found = {customer: _bridge(its) for customer, its in links.items()}
    weak = [(weight, customer) for customer, weight in found.items() if weight < _WEAK]
    return {customer: weight for weight, customer in sorted(weak)}


def _tied(run: Reading) -> str:
    each = [
        f"SELECT left_id, right_id, weight FROM match_{kind}_links"
        for kind in PACKS
        if f"match_{kind}_links" in run.columns
    ]
    if each and "identity_decided" in run.columns:
        each.append(f"SELECT left_id, right_id, {_ASKED} AS weight FROM identity_decided WHERE verdict = 'link'")
    return " UNION ALL ".join(each)


def _bridge(links: Iterable[tuple[str, str, float]]) -> float:
    """The weakest link of the tree of the strongest ones; they come the strongest first."""
    group: dict[str, set[str]] = {}
    last = _ASKED
    for left, right, weight in links:
        one, other = group.setdefault(left, {left}), group.setdefault(right, {right})
        if one is not other:
            last = weight
            one |= other
            group.update(dict.fromkeys(other, one))
    return last


def holders(run: Reading, field: str, value: str) -> list[int]:
    """The customers that have a value which a guard stopped."""
    sql = f"""SELECT DISTINCT customer FROM people_clean p JOIN identity_links l USING (record_id)
        WHERE {quote(field)} = $value ORDER BY customer"""
    return [row[0] for row in run.rows(sql, {"value": value})]


def named(run: Reading, customers: Iterable[int]) -> Mapping[int, tuple[str, str]]:
    """Customer, as the run numbers it -> its id and its name."""
    return dict(_named(run, sorted(set(customers))))


def _named(run: Reading, customers: list[int]) -> Iterator[tuple[int, tuple[str, str]]]:
    name = "name" if "name" in run.columns["customers"] else "''"
    sql = f"SELECT customer, customer_id, {name} FROM customers WHERE customer IN (SELECT unnest($customers))"
    for number, customer, called in run.rows(sql, {"customers": customers}) if customers else ():
        yield number, (customer, called or "")
