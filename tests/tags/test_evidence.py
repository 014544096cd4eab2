"""Evidence: the rows behind a value, how sure it is, and what else the records said."""

from __future__ import annotations

from datetime import datetime

import pytest

from portraits.engine.warehouse import Warehouse
from portraits.tags.evidence import why
from portraits.tags.order import catalogue
from portraits.tags.plan import plan
from portraits.vocabulary.errors import NotFound
from tests.tags.rows import AS_OF, fact, tag, warehouse

ROWS = [
    {
        "customer": customer,
        "order_id": f"{customer}{day}",
        "category": category,
        "channel": None,
        "quantity": 1.0,
        "amount": None,
        "discount": None,
        "line": 1,
        "status": "completed",
        "ordered_at": datetime(2024, 6, day),
    }
    for customer, day, category in ((0, 3, "milk"), (0, 1, "milk"), (0, 2, None), (1, 4, "milk"))
]
TAGS = {
    "milk": fact("count(*)", where="category = 'milk'", within="30 days"),
    "all_lines": fact("count(*)"),
    "city": tag("latest", column="city", stated=True),
    "size": tag("latest", column="household_size"),
    "mixed": tag("rule", value="milk + size"),
    "doubtful": tag("rule", when="city = 'Paris' and mixed > 1"),
}
PEOPLE = """
CREATE TABLE people AS SELECT * FROM (VALUES
    (0, 'r1', 'crm', 'Paris', 2, TIMESTAMP '2024-01-01', NULL),
    (0, 'r2', 'shop', 'Lyon', 2, TIMESTAMP '2023-01-01', TIMESTAMP '2024-02-01'),
    (0, 'r3', 'pos', NULL, 2, TIMESTAMP '2024-06-01', NULL),
    (1, 'r4', 'crm', 'Nice', 1, TIMESTAMP '2024-01-01', NULL),
    (1, 'r5', 'pos', 'Nice', NULL, NULL, NULL)
) AS p(customer, record_id, source, city, household_size, created_at, updated_at)"""


def evidence_of(tags: dict[str, str]) -> list[tuple[object, ...]]:
    """The evidence of a build over five records of two customers."""
    with Warehouse.create(threads=1) as house:
        house.execute(PEOPLE)
        golden = "arg_max(city, coalesce(updated_at, created_at)) AS city, max(household_size) AS household_size"
        house.execute(
            f"CREATE TABLE customers AS SELECT customer, 'c' AS customer_id, {golden} FROM people GROUP BY ALL"
        )
        house.run(plan({name: TAGS[name] for name in tags}, as_of=AS_OF, tables={"people"}))
        return house.rows("SELECT * FROM evidence")


def test_values_that_compete_are_kept_the_newest_being_chosen() -> None:
    assert evidence_of({"city": ""}) == [
        (0, "city", "Lyon", "shop", "r2", datetime(2024, 2, 1), 0.7, True),
        (0, "city", "Paris", "crm", "r1", datetime(2024, 1, 1), 0.7, False),
    ]


def test_records_that_agree_leave_no_evidence() -> None:
    assert evidence_of({"size": ""}) == []


def test_the_very_rows_behind_a_fact_oldest_first() -> None:
    found = why(catalogue(TAGS), "milk", 0, AS_OF)
    assert found.rows is not None and found.rows.table == "order_lines"
    with warehouse(ROWS) as house:
        rows = house.query(found.rows.sql.replace(', "line"', ""), dict(found.rows.parameters)).to_pylist()
    assert [row["order_id"] for row in rows] == ["03"]


def test_without_window_and_condition_all_rows_of_the_customer_count() -> None:
    found = why(catalogue(TAGS), "all_lines", 0, AS_OF)
    assert found.rows is not None
    with warehouse(ROWS) as house:
        rows = house.query(found.rows.sql, dict(found.rows.parameters)).to_pylist()
    assert [row["order_id"] for row in rows] == ["01", "02", "03"]


def test_a_rule_rests_on_tags() -> None:
    found = why(catalogue(TAGS), "mixed", 0, AS_OF)
    assert found.rows is None
    assert found.tags == ("milk", "size")


def test_stated_values_are_less_sure_than_observed_ones_and_rules_as_their_least_sure_tag() -> None:
    entries = catalogue(TAGS)
    sure = {name: why(entries, name, 0, AS_OF).confidence for name in TAGS}
    assert sure["city"] == sure["doubtful"] == 0.7
    assert sure["milk"] == sure["size"] == sure["mixed"] == 0.9


def test_a_latest_value_rests_on_the_records_that_know_it() -> None:
    found = why(catalogue(TAGS), "city", 0, AS_OF)
    assert found.rows is not None
    with Warehouse.create(threads=1) as house:
        house.execute(PEOPLE)
        rows = house.query(found.rows.sql, dict(found.rows.parameters)).to_pylist()
    assert [row["record_id"] for row in rows] == ["r1", "r2"]


def test_an_unknown_tag_says_the_nearest_one() -> None:
    with pytest.raises(NotFound, match="Did you mean city"):
        why(catalogue(TAGS), "citty", 0, AS_OF)
