"""Bins: every known value in exactly one, and the rule of a bin chooses exactly its customers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portraits.app.audiences.audiences import count
from portraits.app.customers.choice import condition
from portraits.app.reading import Reading, TagColumn, reading
from portraits.app.segments.bins import Bin, bins, both, equals, tabled
from portraits.engine.expressions import where
from portraits.engine.warehouse import quote
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import Refused
from portraits.vocabulary.text import text
from portraits.vocabulary.types import Type
from tests.faces.company import company


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return company(tmp_path_factory.mktemp("shop"))


@contextmanager
def cut(shop: Workspace, name: str) -> Iterator[tuple[Reading, tuple[Bin, ...]]]:
    with reading(shop) as run:
        yield run, bins(run, run.tag(name))


def chosen(run: Reading, each: Bin) -> int:
    """How many customers the rule of a bin chooses."""
    sql = where(condition(run, each.rule), as_of=run.as_of)
    return int(run.rows(f"SELECT count(*) FROM portrait WHERE {sql}")[0][0])


NAMES = [
    "gender",
    "favourite_category",
    "lifecycle",
    "orders_365d",
    "orders_90d",
    "spend_365d",
    "recency_days",
    "basket_value",
    "rfm_r",
    "favourite_category_share",
]


@pytest.mark.parametrize("name", NAMES)
def test_every_customer_with_a_known_value_is_in_exactly_one_bin(shop: Workspace, name: str) -> None:
    with cut(shop, name) as (run, found):
        [(known,)] = run.rows(f"SELECT count({quote(name)}) FROM portrait")
        assert 1 < len(found) <= 13
        assert sum(chosen(run, each) for each in found) == known
        several = " + ".join(
            f"CAST(({where(condition(run, each.rule), as_of=run.as_of)}) AS INTEGER)" for each in found
        )
        assert run.rows(f"SELECT max({several}) FROM portrait") == [(1,)]


def test_values_with_labels_stand_in_the_order_of_the_labels(shop: Workspace) -> None:
    with cut(shop, "lifecycle") as (_, found):
        assert [each.value for each in found] == ["active", "cooling", "lost"]
        assert found[0].rule == "lifecycle = 'active'"


def test_a_number_that_a_rank_cuts_is_cut_at_the_same_points(shop: Workspace) -> None:
    with cut(shop, "spend_365d") as (_, found):
        assert [each.low for each in found] == [None, 1600.0, 2400.0, 3200.0, 4000.0]
        assert found[1].rule == "spend_365d >= 1600 and spend_365d < 2400"
    with cut(shop, "recency_days") as (_, found):
        assert all(each.falls for each in found)
        assert found[0].rule == "recency_days <= 20"
        assert found[-1].rule == "recency_days > 80"


def test_a_number_that_nobody_cuts_has_five_ranges_of_readable_limits(shop: Workspace) -> None:
    with cut(shop, "basket_value") as (run, found):
        assert len(found) == 5
        sizes = [chosen(run, each) for each in found]
        assert max(sizes) < 2 * min(sizes)
        assert all(len(f"{each.low:g}") <= 4 for each in found[1:])


def test_few_whole_numbers_are_each_a_bin(shop: Workspace) -> None:
    with cut(shop, "rfm_r") as (_, found):
        assert {each.form for each in found} == {"value"}
        assert [each.value for each in found] == sorted(each.value for each in found)


def test_values_that_point_at_a_person_stand_in_no_table(shop: Workspace) -> None:
    with reading(shop) as run:
        assert "birth_date" not in {tag.name for tag in tabled(run)}
        with pytest.raises(Refused, match="point at persons"):
            bins(run, run.tag("birth_date"))


def test_more_values_than_fit_are_one_bin_of_their_own(tmp_path: Path) -> None:
    workspace = company(tmp_path)
    with reading(workspace) as run:
        tag = run.tag("orders_365d")
        named = TagColumn("customer_id", tag.title, "value", "fact", "fact", Type.TEXT)
        found = bins(run, named)
        assert len(found) == 13
        assert found[-1].form == "rest"
        assert found[-1].rule.startswith("customer_id not in ('C0001', ")


TAG = TagColumn("tag", text("Tag", "标签"), "value", "fact", "fact", Type.TEXT)


@given(st.text(max_size=30))
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_any_text_is_written_so_that_it_reads_back_as_itself(value: str) -> None:
    rule = equals(TAG, value)
    assert rule.startswith("tag = '")
    assert rule[7:-1].replace("''", "'") == value


@pytest.mark.parametrize(
    ("kind", "value", "rule"),
    [
        (Type.BOOLEAN, True, "tag = true"),
        (Type.INTEGER, 3, "tag = 3"),
        (Type.NUMBER, 0.1, "tag = 0.1"),
        (Type.MONEY, Decimal("12.5000"), "tag = 12.5"),
        (Type.DATE, date(2026, 3, 1), "tag = date '2026-03-01'"),
    ],
)
def test_a_value_is_written_as_its_type_asks(kind: Type, value: object, rule: str) -> None:
    assert equals(TagColumn("tag", TAG.title, "value", "fact", "fact", kind), value) == rule


def test_rules_that_are_joined_choose_who_is_in_both(shop: Workspace) -> None:
    rule = both("lifecycle = 'active'", "gender = 'female'")
    with reading(shop) as run:
        [(expected,)] = run.rows("SELECT count(*) FROM portrait WHERE lifecycle = 'active' AND gender = 'female'")
    assert count(shop, rule).n == expected > 0
