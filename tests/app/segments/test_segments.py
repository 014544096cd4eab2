"""Segments: the parts of a partition with their customers and money, and the grid of RFM."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from portraits.app.audiences.audiences import count
from portraits.app.customers.goal import telling
from portraits.app.customers.portrait import portrait
from portraits.app.reading import reading
from portraits.app.segments.segments import grid, segment, segments
from portraits.app.tags.tags import catalogue
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import BadInput, NotFound
from tests.faces.company import company
from tests.faces.little import CUSTOMERS, little_built

NOW = datetime(2026, 7, 1, tzinfo=UTC)

SEGMENTS = """
[segments.size]
kind = "rules"
title = { en = "Size", zh = "规模" }
[[segments.size.parts]]
value = "big"
title = { en = "Big", zh = "大客户" }
action = { en = "Call them.", zh = "电话联系。" }
when = "orders_all >= 10"
[[segments.size.parts]]
value = "huge"
title = { en = "Huge", zh = "超大客户" }
when = "orders_all >= 100"

[segments.loyalty]
kind = "tag"
title = { en = "Loyalty", zh = "忠诚度" }
of = "loyal"
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return little_built(tmp_path_factory.mktemp("shop") / "little", NOW, segments=SEGMENTS)


def test_every_segment_says_how_many_are_in_a_part(shop: Workspace) -> None:
    found = {each.name: each for each in segments(shop)}
    assert set(found) == {"rfm", "size", "loyalty"}
    assert found["rfm"].parts == 11
    assert all(each.share == 1 and each.base == CUSTOMERS for each in found.values())


def test_shares_of_customers_and_of_money_add_up_to_all(shop: Workspace) -> None:
    for name in ("rfm", "size", "loyalty"):
        found = segment(shop, name)
        assert sum(part.customers for part in found.parts) == CUSTOMERS
        assert sum(part.share for part in found.parts) == pytest.approx(1)
        assert sum(part.money_share or 0 for part in found.parts) == pytest.approx(1)


def test_parts_stand_as_they_were_written_and_empty_ones_are_shown(shop: Workspace) -> None:
    parts = segment(shop, "size").parts
    assert [(part.value, part.customers) for part in parts] == [("big", 3), ("huge", 0), ("other", 9)]
    assert parts[0].action.zh == "电话联系。"
    # Customer n of 12 has bought n times for n.50 each.
    assert float(parts[0].money) == pytest.approx(sum(n * (n + 0.5) for n in (10, 11, 12)))


def test_parts_that_nobody_named_are_called_as_the_tag_calls_them(shop: Workspace) -> None:
    assert {part.value for part in segment(shop, "loyalty").parts} == {"true", "false"}


def test_the_grid_holds_every_cell_and_every_scored_customer(shop: Workspace) -> None:
    found = grid(shop)
    assert len(found.cells) == 25
    assert sum(cell.customers for cell in found.cells) == CUSTOMERS
    assert {cell.part for cell in found.cells} <= set(found.titles)
    assert (found.cells[0].r, found.cells[-1].r) == (5, 1)


@pytest.mark.parametrize("against", ["f", "m", "fm"])
def test_every_cell_of_the_grid_opens_exactly_its_own_audience(shop: Workspace, against: str) -> None:
    cells = grid(shop, "rfm", against).cells
    assert len({cell.rule for cell in cells}) == 25
    assert [count(shop, cell.rule).n for cell in cells] == [cell.customers for cell in cells]


def test_a_score_that_is_none_says_which_there_are(shop: Workspace) -> None:
    with pytest.raises(BadInput, match="Write f, m, or fm"):
        grid(shop, "rfm", "x")


@pytest.mark.parametrize("name", ["rfm", "size", "loyalty"])
def test_the_rule_of_a_part_chooses_exactly_its_customers(shop: Workspace, name: str) -> None:
    for part in segment(shop, name).parts:
        assert count(shop, part.rule).n == part.customers


def test_the_means_of_a_part_are_those_of_its_customers(shop: Workspace) -> None:
    found = segment(shop, "size")
    assert [measure.name for measure in found.measures] == ["rfm_recency", "rfm_frequency", "rfm_money"]
    big = found.parts[0]
    assert big.means[1] == pytest.approx(11)  # 10, 11 and 12 orders
    assert big.means[2] == pytest.approx(sum(n * (n + 0.5) for n in (10, 11, 12)) / 3)
    assert found.parts[1].means == (None, None, None)  # nobody is in it


def test_a_grid_belongs_to_rfm_alone(shop: Workspace) -> None:
    with pytest.raises(NotFound, match="has no grid"):
        grid(shop, "size")


def test_a_wrong_name_says_the_right_one(shop: Workspace) -> None:
    with pytest.raises(NotFound, match="Did you mean loyalty"):
        segment(shop, "loyality")


def test_a_segment_written_after_the_build_asks_for_another(tmp_path_factory: pytest.TempPathFactory) -> None:
    old = company(tmp_path_factory.mktemp("old"), customers=5)
    assert segments(old) == []
    with pytest.raises(NotFound, match="portraits build"):
        segment(old, "rfm")


@pytest.mark.parametrize(
    ("goal", "first"),
    [("positioning", "spend_365d"), ("retention", "recency_days"), ("activity", "orders_90d")],
)
def test_the_goal_chooses_which_figures_and_tags_come_first(
    goal: str, first: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    workspace = company(tmp_path_factory.mktemp("shop"), customers=5)
    written = workspace.folder / "portraits.toml"
    text = written.read_text(encoding="utf-8").replace("packs = []", f'packs = ["consumption"]\ngoal = "{goal}"')
    written.write_text(text, encoding="utf-8")
    with reading(workspace) as run:
        told = [tag.name for tag in telling(run)]
    assert told[0] == first
    assert [each.tag.name for each in catalogue(workspace).entries][: len(told)] == told
    assert portrait(workspace, "C0001").figures[0].tag.name == first
