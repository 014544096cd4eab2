"""Golden: the one record of a customer: for each field the value that outlives the others, by a rule.

| rule | whose value counts, among those that are known |
|---|---|
| newest | the record's that was updated last |
| trusted | the most trusted source's, of equally trusted ones the most reliable one's, then the newest |
| frequent | the one most records say, then the newest |
| longest | the one with most characters, then the newest |
| verified | one that cleaning could make sense of, with nothing against it, then the newest |
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from portraits.engine.warehouse import RANGE, Step, literal, quote
from portraits.vocabulary.tables import TABLES

_NOT_GOLDEN = ("record_id", "source", "batch")
FIELDS = tuple(column.name for column in TABLES["people"].columns if column.name not in _NOT_GOLDEN)


@dataclass(frozen=True)
class Survival:
    """Column of people -> rule, the newest where it has none; and the sources, the most trusted first."""

    rules: Mapping[str, str] = field(default_factory=dict)
    trusted: Sequence[str] = ()

    @property
    def told(self) -> dict[str, Any]:
        """It as JSON values."""
        return {"fields": dict(self.rules), "trusted": list(self.trusted)}

    def rule(self, name: str) -> str:
        """The rule of a field."""
        return self.rules.get(name, "newest")

    def better(self, name: str, checked: Collection[str]) -> str:
        """SQL over `ranked` that is greater for the value that outlives.

        Args:
            name: of the field.
            checked: fields of which `ranked` says in `bad_<field>` that cleaning found something against them.
        """
        rule = self.rule(name)
        if rule == "trusted":
            return "trust"
        if rule == "frequent":
            return f"count(*) OVER (PARTITION BY customer, {quote(name)})"
        if rule == "longest":
            return f"length(CAST({quote(name)} AS VARCHAR))"
        if rule == "verified" and name in checked:
            return f"CAST(NOT {quote(f'bad_{name}')} AS INTEGER)"
        return ""


NEWEST = Survival()
RANGE_RECORDS = 250_000  # what outlives the others is held in memory, a value of every field for each customer
RELIABILITY = "source_reliability"  # source, reliability from 0 to 1, where rules of quality judged it


def customers_step(present: Collection[str], survival: Survival = NEWEST, repaired: Collection[str] = ()) -> Step:
    """The step that makes `customers` of `identity_links` and `people`, both in order of customer.

    Args:
        present: the canonical tables there are, with `people` or without.
        survival: which value of a field counts.
        repaired: relations there are; with `people_repairs`, values are verified by it, and with
            `source_reliability`, equally trusted sources are ordered by it.
    """
    if "people" not in present:
        known = "SELECT DISTINCT customer, customer_id FROM identity_links"
        return Step("customers", known, order="customer", index="customer")
    checked = [name for name in FIELDS if survival.rule(name) == "verified" and "people_repairs" in repaired]
    fields = ", ".join(_survivor(name, survival, checked) for name in FIELDS)
    sql = f"""
        {_ranked(RANGE, survival, checked, _trust(survival, repaired))}
        SELECT customer, customer_id, {fields}, count(person) AS records
        FROM ranked GROUP BY customer, customer_id"""
    return Step("customers", sql, ranges="identity_links", rows=RANGE_RECORDS, order="customer", index="customer")


def claims_sql(fields: Collection[str], survival: Survival, repaired: Collection[str] = ()) -> str:
    """The SELECT of what the records of the customer `$customer` say of fields, over a run.

    One row a field and record that knows it: field, value, clean (as cleaning makes of it), record_id, source, at,
    place; the first place has the value that outlives the others, by the very ranks of `customers_step`.

    Args:
        fields: of the golden record.
        survival: which value of a field counts.
        repaired: relations there are; with `people_repairs`, values are verified and cleaned by it, and with
            `source_reliability`, equally trusted sources are ordered by it.
    """
    known = "people_repairs" in repaired
    checked = [name for name in FIELDS if survival.rule(name) == "verified" and known]
    each = " UNION ALL ".join(_claim(name, survival, checked) for name in fields)
    clean = "CASE WHEN p.record_id IS NULL THEN value ELSE p.clean END" if known else "value"
    joined = "LEFT JOIN people_repairs p ON p.record_id = e.record_id AND p.field = e.field" if known else ""
    return f"""
        {_ranked("customer = $customer", survival, checked, _trust(survival, repaired))}
        SELECT e.field, value, {clean} AS clean, e.record_id, source, "at", place FROM ({each}) e {joined}
        ORDER BY e.field, place"""


def _claim(name: str, survival: Survival, checked: Collection[str]) -> str:
    column, ranks = quote(name), "age DESC"
    if survival.better(name, checked):
        ranks = f"{quote(f'rank_{name}')} DESC, {ranks}"
    return f"""SELECT {literal(name)} AS field, CAST({column} AS VARCHAR) AS value, person AS record_id, source,
        CAST(coalesce(updated_at, created_at) AS TIMESTAMP) AS "at", row_number() OVER (ORDER BY {ranks}) AS place
        FROM ranked WHERE {column} IS NOT NULL"""


def _ranked(whose: str, survival: Survival, checked: Collection[str], trust: str) -> str:
    """A WITH whose last relation, `ranked`, has the records of customers, their age and the ranks of their fields.

    Whose records they are is a condition on `customer`.
    """
    ranks = [(survival.better(name, checked), name) for name in FIELDS]
    ranked = "".join(f", {better} AS {quote(f'rank_{name}')}" for better, name in ranks if better)
    return f"""WITH aged AS (
            SELECT * EXCLUDE (customer),
                row_number() OVER (ORDER BY coalesce(updated_at, created_at) NULLS FIRST, record_id) AS age
            FROM people WHERE {whose}),
        linked AS (
            SELECT l.customer, l.customer_id, a.record_id AS person, a.* EXCLUDE (record_id),
                {trust} AS trust
                {"".join(_bad(name) for name in checked)}
            FROM (FROM identity_links WHERE {whose}) l LEFT JOIN aged a USING (record_id)),
        ranked AS (SELECT *{ranked} FROM linked)"""


def _survivor(name: str, survival: Survival, checked: Collection[str]) -> str:
    column = quote(name)
    rank = f"{{'a': {quote(f'rank_{name}')}, 'b': age}}" if survival.better(name, checked) else "age"
    return f"arg_max({column}, {rank}) AS {column}"


def _trust(survival: Survival, held: Collection[str]) -> str:
    """How much the source of a record is trusted: its declared place, then to the percent how reliable it is.

    One of which nobody knows how reliable it is counts as the mean of the others.
    """
    if "trusted" not in survival.rules.values():
        return "0"
    whens = [f"WHEN {literal(name)} THEN {len(survival.trusted) - n}" for n, name in enumerate(survival.trusted)]
    declared = f"CASE a.source {' '.join(whens)} ELSE 0 END" if whens else "0"
    if RELIABILITY not in held:
        return declared
    known = f"(SELECT r.reliability FROM {RELIABILITY} r WHERE r.source = a.source)"
    mean = f"(SELECT avg(reliability) FROM {RELIABILITY})"
    return f"{declared} + 0.5 * coalesce(round(coalesce({known}, {mean}), 2), 0)"


def _bad(name: str) -> str:
    """Whether cleaning gave the value up or flagged it."""
    return f""", EXISTS (FROM people_repairs p WHERE p.record_id = l.record_id AND p.field = {literal(name)}
        AND (p.clean IS NULL OR p.flags <> '')) AS {quote(f"bad_{name}")}"""
