"""Evidence: the rows behind a value, how sure it is, and what else the records said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

import pytest

from portraits.engine.warehouse import Warehouse
from portraits.tags.evidence import absent, why
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
    "records": tag("fact", table="people", value="count(*)"),
    "score": tag("rank", of="milk / size", where="size > 0"),
    "mixed": tag("rule", value="milk + size"),
    "doubtful": tag("rule", when="city = 'Paris' and mixed > 1"),
}
PEOPLE = """
CREATE TABLE people AS SELECT * FROM (VALUES
    (0, 'r1', 'crm', 'b1', 'Paris', 2, TIMESTAMP '2024-01-01', NULL),
    (0, 'r2', 'shop', 'b2', 'Lyon', 2, TIMESTAMP '2023-01-01', TIMESTAMP '2024-02-01'),
    (0, 'r3', 'pos', 'b3', NULL, 2, TIMESTAMP '2024-06-01', NULL),
    (1, 'r4', 'crm', 'b1', 'Nice', 1, TIMESTAMP '2024-01-01', NULL),
    (1, 'r5', 'pos', 'b3', 'Nice', NULL, NULL, NULL),
    (2, 'r6', 'crm', 'b1', 'Rome', 1, TIMESTAMP '2024-03-01', NULL),
    (2, 'r7', 'pos', 'b3', 'Bari', 1, TIMESTAMP '2024-03-01', NULL),
    (2, 'r8', 'app', 'b4', 'Pisa', 1, NULL, NULL)
) AS p(customer, record_id, source, batch, city, household_size, created_at, updated_at)"""


@contextmanager
def built(names: Iterable[str]) -> Iterator[Warehouse]:
    """A build of some of the tags over eight records of three customers."""
    with Warehouse.create(threads=1) as house:
        house.execute(PEOPLE)
        aged = "SELECT *, row_number() OVER (ORDER BY coalesce(updated_at, created_at) NULLS FIRST, record_id) AS age"
        golden = "arg_max(city, age) AS city, arg_max(household_size, age) AS household_size"
        house.execute(
            f"CREATE TABLE customers AS SELECT customer, 'c' AS customer_id, {golden} "
            f"FROM ({aged} FROM people) GROUP BY ALL"
        )
        house.run(plan({name: TAGS[name] for name in names}, as_of=AS_OF, tables={"people"}))
        yield house


def evidence_of(*names: str) -> list[tuple[object, ...]]:
    with built(names) as house:
        return house.rows("SELECT * FROM evidence")


def test_values_that_compete_are_kept_with_source_and_batch_the_newest_being_chosen() -> None:
    assert evidence_of("city")[:2] == [
        (0, "city", "Lyon", "shop", "b2", "r2", datetime(2024, 2, 1), 0.7, True),
        (0, "city", "Paris", "crm", "b1", "r1", datetime(2024, 1, 1), 0.7, False),
    ]


def test_the_chosen_claim_says_what_the_portrait_says_even_where_records_are_of_one_moment() -> None:
    with built(["city"]) as house:
        chosen = house.rows("SELECT customer, value, record_id FROM evidence WHERE chosen")
        values = dict(house.rows("SELECT customer, city FROM portrait"))
    assert chosen == [(0, "Lyon", "r2"), (2, "Bari", "r7")]
    assert [values[customer] for customer, *_ in chosen] == ["Lyon", "Bari"]


def test_the_newest_row_of_any_table_is_chosen_as_the_portrait_chooses_it() -> None:
    tags = {"store": tag("latest", table="orders", column="store")}
    rows = "(0, 'r1', 'b', TIMESTAMP '2024-05-01'), (0, 'r9', 'a', TIMESTAMP '2024-05-01'), (0, 'r2', 'z', NULL)"
    with Warehouse.create(threads=1) as house:
        house.execute(
            f"CREATE TABLE given AS SELECT * FROM (VALUES {rows}) AS r(customer, record_id, store, ordered_at)"
        )
        house.execute("CREATE TABLE orders AS SELECT *, 'pos' AS source, 'b1' AS batch FROM given")
        house.execute("CREATE TABLE customers AS SELECT 0 AS customer, 'c' AS customer_id")
        house.run(plan(tags, as_of=AS_OF, tables={"orders"}))
        [(value,)] = house.rows("SELECT store FROM portrait")
        assert house.rows("SELECT value, record_id FROM evidence WHERE chosen") == [(value, "r1")]


def test_records_that_agree_leave_no_evidence() -> None:
    assert evidence_of("size") == []


def test_what_agreeing_records_say_is_found_on_demand() -> None:
    found = why(catalogue(TAGS), "city", AS_OF)
    with built(["city"]) as house:
        assert house.rows(found.kept, {"customer": 1}) == []
        said = house.rows(found.claims, {"customer": 1})
        assert house.rows(found.kept, {"customer": 0}) == house.rows(found.claims, {"customer": 0})
    assert [(value, source, batch, record, chosen) for value, source, batch, record, _, chosen in said] == [
        ("Nice", "crm", "b1", "r4", True),
        ("Nice", "pos", "b3", "r5", False),
    ]


def rows_of(name: str) -> list[dict[str, object]]:
    held = {"order_lines": [*ROWS[0], "source", "batch", "record_id"]}
    found = why(catalogue(TAGS), name, AS_OF, held)
    with warehouse(ROWS) as house:
        house.execute(
            "CREATE TABLE sourced AS SELECT *, 'till' AS source, 'b7' AS batch, 'r1' AS record_id FROM order_lines"
        )
        house.execute("DROP TABLE order_lines; ALTER TABLE sourced RENAME TO order_lines")
        rows = house.rows(found.rows, {"customer": 0})
        assert house.rows(found.total, {"customer": 0}) == [(len(rows),)]
    return [dict(zip((each.column.name for each in found.seen), row, strict=True)) for row in rows]


def test_the_very_rows_behind_a_fact_with_where_they_come_from() -> None:
    [row] = rows_of("milk")
    assert (row["order_id"], row["category"], row["source"], row["batch"]) == ("03", "milk", "till", "b7")


def test_without_window_and_condition_all_rows_of_the_customer_count_the_newest_first() -> None:
    assert [row["order_id"] for row in rows_of("all_lines")] == ["03", "02", "01"]


def test_the_column_of_the_record_is_called_briefly_in_both_languages() -> None:
    seen = why(catalogue(TAGS), "milk", AS_OF).seen
    [title] = [each.column.title for each in seen if each.column.name == "record_id"]
    assert (title.en, title.zh) == ("Person record", "客户记录号")


def test_a_rule_rests_on_tags() -> None:
    found = why(catalogue(TAGS), "mixed", AS_OF)
    assert (found.rows, found.formula) == ("", "milk + size")
    assert found.tags == ("milk", "size")


def test_a_score_rests_on_all_tags_of_its_expression() -> None:
    found = why(catalogue(TAGS), "score", AS_OF)
    assert found.tags == ("milk", "size")
    assert (found.formula, found.where) == ("milk / size", "size > 0")


def test_stated_values_are_less_sure_than_observed_ones_and_rules_as_their_least_sure_tag() -> None:
    entries = catalogue(TAGS)
    sure = {name: why(entries, name, AS_OF).confidence for name in TAGS}
    assert sure["city"] == sure["doubtful"] == 0.7
    assert sure["milk"] == sure["size"] == sure["mixed"] == sure["score"] == 0.9


def test_what_is_counted_among_person_records_is_stated() -> None:
    assert why(catalogue(TAGS), "records", AS_OF).confidence == 0.7


def test_tags_that_the_portrait_does_not_show_can_be_computed_for_one_customer() -> None:
    tags = {**TAGS, "gone": tag("rule", value="records * 10", retired=True)}
    sql = absent(catalogue(tags), ["gone", "city"], AS_OF, {"people"})
    with built(["city"]) as house:
        assert house.rows(sql, {"low": 0, "high": 1}) == [(30, "Lyon")]


def test_an_unknown_tag_says_the_nearest_one() -> None:
    with pytest.raises(NotFound, match="Did you mean city"):
        why(catalogue(TAGS), "citty", AS_OF)
