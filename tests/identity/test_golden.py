"""Golden: which value of a field outlives the others."""

from __future__ import annotations

import pytest

from portraits.engine.warehouse import Step, Warehouse
from portraits.identity.golden import FIELDS, Survival, customers_step

ROWS = [
    ("a", "crm", "上海", "2024-01-01"),
    ("b", "web", "沪", "2024-03-01"),
    ("c", "app", "上海", "2024-02-01"),
    ("d", "pos", "上海市浦东新区", "2024-01-15"),
]


def _people() -> Step:
    others = ", ".join(
        f"NULL::VARCHAR AS {name}" for name in FIELDS if name not in ("city", "updated_at", "created_at")
    )
    values = ", ".join(str(row) for row in ROWS)
    sql = f"""SELECT record_id, source, city, CAST(updated AS TIMESTAMP) AS updated_at, NULL::TIMESTAMP AS created_at,
        {others} FROM (VALUES {values}) AS p(record_id, source, city, updated)"""
    return Step("people", sql)


def _city(survival: Survival) -> object:
    links = "SELECT record_id, 0 AS customer, 'a' AS customer_id, source, 'model' AS method FROM people"
    repairs = "SELECT 'b' AS record_id, 'city' AS field, '沪' AS raw, NULL AS clean, '' AS repairs, 'unknown' AS flags"
    with Warehouse.create(threads=1) as warehouse:
        made = [_people(), Step("identity_links", links), Step("people_repairs", repairs)]
        warehouse.run([*made, customers_step(True, survival, ["people_repairs"])])
        [(city, records)] = warehouse.rows("SELECT city, records FROM customers")
    assert records == len(ROWS)
    return city


@pytest.mark.parametrize(
    ("rule", "city"),
    [("newest", "沪"), ("frequent", "上海"), ("longest", "上海市浦东新区"), ("verified", "上海")],
)
def test_the_rule_of_a_field_decides(rule: str, city: str) -> None:
    assert _city(Survival({"city": rule})) == city


def test_the_most_trusted_source_that_knows_the_field_wins() -> None:
    assert _city(Survival({"city": "trusted"}, ["pos", "crm"])) == "上海市浦东新区"
    assert _city(Survival({"city": "trusted"}, ["erp"])) == "沪"
