"""Golden: which value of a field outlives the others."""

from __future__ import annotations

from dataclasses import replace

import pytest

from portraits.engine.warehouse import SAMPLED, Step, Warehouse
from portraits.identity.golden import FIELDS, Survival, customers_step
from portraits.vocabulary.tables import TABLES

ROWS = [
    ("a", "crm", "上海", "2024-01-01"),
    ("b", "web", "沪", "2024-03-01"),
    ("c", "app", "上海", "2024-02-01"),
    ("d", "pos", "上海市浦东新区", "2024-01-15"),
]

# The columns of people besides city and updated_at, empty.
UNKNOWN = ", ".join(
    f"CAST(NULL AS {column.type.duckdb}) AS {column.name}"
    for column in TABLES["people"].columns
    if column.name in FIELDS and column.name not in ("city", "updated_at")
)


def _people() -> Step:
    values = ", ".join(str(row) for row in ROWS)
    sql = f"""SELECT 0 AS customer, record_id, source, city, CAST(updated AS TIMESTAMP) AS updated_at, {UNKNOWN}
        FROM (VALUES {values}) AS p(record_id, source, city, updated)"""
    return Step("people", sql)


def _city(survival: Survival, **reliability: float) -> object:
    links = "SELECT record_id, 0 AS customer, 'a' AS customer_id, source, 'model' AS method FROM people"
    repairs = "SELECT 'b' AS record_id, 'city' AS field, '沪' AS raw, NULL AS clean, '' AS repairs, 'unknown' AS flags"
    with Warehouse.create(threads=1) as warehouse:
        made = [_people(), Step("identity_links", links), Step("people_repairs", repairs)]
        if reliability:
            known = ", ".join(f"('{source}', {share})" for source, share in reliability.items())
            made.append(Step("source_reliability", f"SELECT * FROM (VALUES {known}) AS r(source, reliability)"))
        warehouse.run([*made, customers_step(["people"], survival, [step.name for step in made])])
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


def test_of_sources_that_nobody_ranked_the_more_reliable_one_wins() -> None:
    by_reliability = Survival({"city": "trusted"})
    assert _city(by_reliability, crm=0.7, web=0.8, app=0.9, pos=0.99) == "上海市浦东新区"
    assert _city(by_reliability, crm=0.7, web=0.99, app=0.9, pos=0.8) == "沪"


def test_a_declared_place_goes_before_reliability_which_only_orders_equals() -> None:
    declared = Survival({"city": "trusted"}, ["crm"])
    assert _city(declared, crm=0.1, web=1.0, app=1.0, pos=1.0) == "上海"
    assert _city(Survival({"city": "trusted"}, ["erp"]), crm=0.5, web=0.6, app=0.6, pos=0.9) == "上海市浦东新区"


def test_sources_as_reliable_to_the_percent_leave_it_to_the_newest() -> None:
    assert _city(Survival({"city": "trusted"}), crm=0.981, web=0.979, app=0.9, pos=0.984) == "沪"


def test_a_source_that_no_rule_judged_counts_as_the_mean_of_the_others() -> None:
    assert _city(Survival({"city": "trusted"}), crm=0.5, app=0.6, pos=0.7) == "上海市浦东新区"  # web: 0.6
    assert _city(Survival({"city": "trusted"}), crm=0.5, app=0.5, pos=0.4) == "上海"  # web: 0.47


def test_reliability_changes_no_other_rule() -> None:
    assert [_city(Survival({"city": rule}), pos=1.0, web=0.1) for rule in ("newest", "frequent")] == ["沪", "上海"]


def test_survival_is_told_as_a_card_can_hold_it() -> None:
    assert Survival({"phone": "trusted"}, ("crm", "till")).told == {
        "fields": {"phone": "trusted"},
        "trusted": ["crm", "till"],
    }


class _Parts:
    """The parts that the present stage has."""

    def stage(self, _: str, total: int | None = None) -> None:
        self.total = total or 0

    def advance(self, parts: int = 1) -> None: ...


def test_customers_made_in_ranges_are_whole_and_in_order() -> None:
    """Two records a customer, the second the newer; what is held at once is a part of them."""
    customers = 2 * SAMPLED
    people = f"""SELECT n // 2 AS customer, 'r' || n AS record_id, 'crm' AS source, 'city ' || n AS city,
        TIMESTAMP '2024-01-01' + to_seconds(n) AS updated_at, {UNKNOWN} FROM range({2 * customers}) t(n)"""
    links = "SELECT customer, record_id, 'c' || customer AS customer_id FROM people"
    with Warehouse.create() as warehouse:
        step = replace(customers_step(["people"]), rows=SAMPLED)
        made = [Step("people", people, order="customer"), Step("identity_links", links, order="customer"), step]
        warehouse.run(made, parts := _Parts())
        rows = warehouse.rows("SELECT customer, city, records FROM customers")
    assert rows == [(n, f"city {2 * n + 1}", 2) for n in range(customers)]
    assert parts.total > 1
