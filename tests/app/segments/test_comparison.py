"""Comparisons: differences beyond chance, over known values, with the arithmetic of the textbook."""

from __future__ import annotations

import math

import pytest

from portraits.app.reading import Reading, TagColumn, reading
from portraits.app.segments.comparison import FEWEST, Difference, Group, compare, differences
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import BadInput, NotFound
from portraits.vocabulary.text import text
from portraits.vocabulary.types import Type
from tests.app.runs_of_little import one_run
from tests.faces.company import company

SEGMENT = """
[segments.stages]
kind = "tag"
title = { en = "Stages", zh = "阶段" }
of = "lifecycle"
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    workspace = company(tmp_path_factory.mktemp("shop"), customers=300)
    (workspace.folder / "segments.toml").write_text(SEGMENT, encoding="utf-8")
    return workspace


def found_of(run: Reading, name: str, first: str, second: str) -> Difference:
    return next(each for each in differences(run, first, second) if each.tag.name == name)


def test_a_mean_is_compared_by_its_difference_in_standard_deviations(shop: Workspace) -> None:
    with reading(shop) as run:
        found = found_of(run, "spend_365d", "rfm_r >= 4", "rfm_r < 4")
        sql = """SELECT rfm_r >= 4, avg(x), var_pop(x), count(x) FROM
            (SELECT rfm_r, CAST(spend_365d AS DOUBLE) AS x FROM portrait) WHERE rfm_r IS NOT NULL GROUP BY 1"""
        sides = {first: rest for first, *rest in run.rows(sql)}
    (mean, spread, known), (other, other_spread, other_known) = sides[True], sides[False]
    assert found.effect == pytest.approx((mean - other) / math.sqrt((spread + other_spread) / 2))
    assert found.first.figure == pytest.approx(mean)
    assert found.second.figure == pytest.approx(other)
    assert (found.first.known, found.second.known) == (known, other_known)
    assert found.index == pytest.approx(100 * mean / other)


def test_a_share_counts_known_values_alone(shop: Workspace) -> None:
    with reading(shop) as run:
        found = found_of(run, "lifecycle", "rfm_r >= 4", "rfm_r < 4")
        [(known, share)] = run.rows(
            f"""SELECT count(lifecycle), avg(CAST(lifecycle = '{found.value}' AS INTEGER))
            FROM portrait WHERE rfm_r >= 4 AND lifecycle IS NOT NULL"""
        )
    assert found.first.known == known
    assert found.first.figure == pytest.approx(share)
    assert found.rule == f"lifecycle = '{found.value}'"


def test_the_clearest_difference_comes_first_and_chance_is_left_out(shop: Workspace) -> None:
    with reading(shop) as run:
        found = differences(run, "rfm_r >= 4", "rfm_r < 4")
        even = differences(run, "customer % 2 = 0", "customer % 2 = 1")
    sizes = [abs(each.effect) for each in found]
    assert sizes == sorted(sizes, reverse=True)
    assert len(found) >= 3
    assert [each.tag.name for each in even] == []


def test_the_tag_of_the_segment_and_those_of_the_same_data_are_left_out(shop: Workspace) -> None:
    found = compare(shop, "stages", "active", "lost")
    names = {each.tag.name for each in found.differences}
    assert "lifecycle" not in names
    assert "recency_days" not in names  # the rule is made of it
    assert "orders_90d" not in names  # says the same of the same columns
    assert "spend_365d" in names


def test_without_another_part_all_others_are_compared(shop: Workspace) -> None:
    found = compare(shop, "stages", "active")
    assert found.other is None
    assert found.customers + found.others == found.segment.line.customers


def test_too_few_customers_give_no_difference(tmp_path_factory: pytest.TempPathFactory) -> None:
    little = one_run(tmp_path_factory.mktemp("little") / "shop")
    found = compare(little, "size", "big")
    assert (found.customers, found.differences) == (3, ())
    assert found.customers < FEWEST


def test_what_cannot_be_compared_says_why(shop: Workspace) -> None:
    with pytest.raises(NotFound, match="Did you mean active"):
        compare(shop, "stages", "activ")
    with pytest.raises(BadInput, match="does not differ from itself"):
        compare(shop, "stages", "active", "active")


def test_no_index_is_made_of_nothing() -> None:
    tag = TagColumn("x", text("x", "x"), "value", "fact", "fact", Type.NUMBER)
    nothing = Difference(tag, None, Group(10, 20, 5.0), Group(10, 0, 0.0), 1.0)
    assert nothing.index is None
    assert (nothing.first.coverage, nothing.second.coverage) == (0.5, 0.0)
