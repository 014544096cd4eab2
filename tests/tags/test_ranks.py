"""Ranks: equal values get equal scores, by cut points that are kept with the run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from portraits.engine.warehouse import Warehouse
from portraits.tags.plan import plan
from portraits.tags.tag import Tag
from tests.tags.rows import AS_OF, tag
from tests.tags.test_plan_values import few

VALUES = st.lists(st.one_of(st.none(), st.integers(-3, 6)), min_size=1, max_size=30)


def scored(values: Sequence[int | None], **ranks: Tag) -> tuple[dict[str, list[Any]], list[tuple[Any, ...]]]:
    """The scores of customers whose household size is given, and the cut points."""
    with Warehouse.create(threads=1) as house:
        rows = ", ".join(f"({n}, {'NULL' if value is None else value})" for n, value in enumerate(values))
        named = "SELECT CAST(n AS INTEGER) AS customer, 'c' || n AS customer_id, CAST(size AS BIGINT) AS household_size"
        house.execute(f"CREATE TABLE customers AS {named} FROM (VALUES {rows}) v(n, size)")
        record = "NULL AS source, NULL AS batch, customer_id AS record_id"
        house.execute(f"CREATE TABLE people AS SELECT *, {record} FROM customers")
        house.execute("ALTER TABLE people ADD COLUMN updated_at TIMESTAMP")
        house.execute("ALTER TABLE people ADD COLUMN created_at TIMESTAMP")
        tags = {"size": tag("latest", column="household_size"), **ranks}
        house.run(plan(tags, as_of=AS_OF, tables={"people"}))
        cuts = house.rows("SELECT tag, score, low FROM cut_points ORDER BY tag, score")
        return dict(house.query("SELECT * FROM portrait ORDER BY customer").to_pydict()), cuts


@given(VALUES, st.sampled_from(["ascending", "descending"]), st.sampled_from([2, 3, 5]))
@few(25)
def test_equal_values_get_equal_scores_and_better_values_no_lower_ones(
    values: list[int | None], order: str, into: int
) -> None:
    found, cuts = scored(values, score=tag("rank", of="size", order=order, into=into))
    sign = 1 if order == "ascending" else -1
    pairs = [(sign * value, score) for value, score in zip(values, found["score"], strict=True) if value is not None]
    assert len(dict(pairs)) == len(set(pairs))
    assert sorted(pairs) == sorted(pairs, key=lambda pair: (pair[1], pair[0]))
    assert all((score is None) == (value is None) for value, score in zip(values, found["score"], strict=True))
    assert not pairs or min(pairs)[1] == 1
    assert all(1 <= score <= into for _, score in pairs)
    assert len(cuts) < into


@given(VALUES, st.sampled_from(["ascending", "descending"]))
@few(15)
def test_the_stored_cut_points_give_the_scores_again(values: list[int | None], order: str) -> None:
    found, cuts = scored(values, score=tag("rank", of="size", order=order))
    for value, score in zip(values, found["score"], strict=True):
        if value is not None:
            reached = [each for _, each, low in cuts if (value >= low if order == "ascending" else value <= low)]
            assert score == max(reached, default=1)


def test_five_equal_fifths() -> None:
    found, cuts = scored(list(range(10)), score=tag("rank", of="size"), last=tag("rank", of="size", order="descending"))
    assert found["score"] == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    assert found["last"] == [5, 5, 4, 4, 3, 3, 2, 2, 1, 1]
    assert [low for name, _, low in cuts if name == "score"] == [2, 4, 6, 8]
    assert [low for name, _, low in cuts if name == "last"] == [7, 5, 3, 1]


def test_most_customers_being_equal_they_have_the_lowest_score() -> None:
    assert scored([1] * 8 + [2, 3], score=tag("rank", of="size"))[0]["score"] == [1] * 8 + [5, 5]


def test_explicit_cuts_override_quantiles() -> None:
    found, cuts = scored([0, 10, 20, 30], score=tag("rank", of="size", into=3, cuts=[10, 25]))
    assert found["score"] == [1, 2, 2, 3]
    assert cuts == [("score", 2, 10.0), ("score", 3, 25.0)]
    rank = tag("rank", of="size", into=3, order="descending", cuts=[20, 5])
    assert scored([0, 10, 20, 30], score=rank)[0]["score"] == [3, 2, 2, 1]


def test_only_customers_where_the_condition_holds_are_ranked() -> None:
    found, _ = scored([0, 0, 1, 2, 3, 4], score=tag("rank", of="size", into=2, where="size > 0"))
    assert found["score"] == [None, None, 1, 1, 2, 2]


def test_a_rank_may_stand_on_another_one() -> None:
    found, cuts = scored(
        [1, 2, 3, 4],
        first=tag("rank", of="size", into=2),
        both=tag("rule", value="first * 10 + size"),
        second=tag("rank", of="both", into=2),
        third=tag("rank", of="first", into=2, cuts=[2]),
    )
    assert found["second"] == found["first"] == found["third"] == [1, 1, 2, 2]
    assert {name for name, _, _ in cuts} == {"first", "second", "third"}


def test_no_customer_has_a_value() -> None:
    found, cuts = scored([None, None], score=tag("rank", of="size"))
    assert found["score"] == [None, None]
    assert cuts == []
