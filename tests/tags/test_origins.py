"""Origins: which columns and tags the value of a tag is made of."""

from __future__ import annotations

import portraits.tags.kinds  # noqa: F401 (names the kinds)
from portraits.tags.order import Entry, catalogue
from portraits.tags.origins import above, columns_of, origins
from tests.tags.rows import tag

TAGS = {
    "spend": tag(table="orders", value="sum(amount)", where="status <> 'cancelled'", within="90 days"),
    "orders": tag(table="orders", value="count(*)"),
    "basket": tag("rule", value="spend / orders"),
    "good": tag("rule", when="basket > 10 and spend > 100"),
    "taste": tag("preference", table="order_lines", of="category", by="amount"),
    "city": tag("latest", column="city"),
    "score": tag("rank", of="basket", where="orders > 0"),
}


def entries() -> dict[str, Entry]:
    return catalogue(TAGS)


def test_a_fact_reads_its_value_its_condition_and_the_time_of_its_window() -> None:
    assert columns_of(entries()["spend"]) == {("orders", "amount"), ("orders", "status"), ("orders", "ordered_at")}


def test_a_count_of_all_rows_reads_no_column() -> None:
    assert columns_of(entries()["orders"]) == frozenset()


def test_a_borrowed_column_belongs_to_the_table_that_lends_it() -> None:
    assert columns_of(entries()["taste"]) == {("products", "category"), ("order_lines", "amount")}
    assert columns_of(entries()["taste_share"]) == columns_of(entries()["taste"])


def test_a_newest_value_reads_its_column() -> None:
    assert columns_of(entries()["city"]) == {("people", "city")}


def test_a_rule_reads_no_column_itself_but_those_of_its_tags_reach_it() -> None:
    assert columns_of(entries()["good"]) == frozenset()
    assert origins("good", entries()) == origins("spend", entries()) == origins("score", entries())


def test_what_is_above_a_tag_is_each_tag_once() -> None:
    assert sorted(above("good", entries())) == ["basket", "good", "orders", "spend"]
    assert list(above("city", entries())) == ["city"]
