"""Lineage of tags: what they are made of, and which tags, audiences and segments use them."""

from __future__ import annotations

from pathlib import Path

import pytest

from portraits.app.tags.lineage import Lineage, lineage
from portraits.app.tags.tags import tag
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import NotFound
from tests.app.company import write
from tests.faces.company import company


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return company(tmp_path_factory.mktemp("shop"))


def test_a_fact_names_its_table_and_columns(shop: Workspace) -> None:
    found = lineage(shop, "spend_365d")
    assert found.tables == ("orders",)
    assert found.columns == ("orders.amount", "orders.ordered_at", "orders.status")
    assert found.tags == ()


def test_a_rule_names_its_tags_and_the_columns_behind_them(shop: Workspace) -> None:
    found = lineage(shop, "basket_value")
    assert found.tags == ("orders_365d", "spend_365d")
    assert found.columns == lineage(shop, "spend_365d").columns


def test_a_tag_knows_who_uses_it(shop: Workspace) -> None:
    found = lineage(shop, "recency_days")
    assert {"lifecycle", "rfm_r"} <= set(found.used_by_tags)
    assert found.used_by_audiences == ("sleepers",)
    assert lineage(shop, "gender").used_by_tags == ()


def test_a_segment_uses_the_tags_it_is_made_of_and_those_they_use(shop: Workspace) -> None:
    assert lineage(shop, "rfm_r").used_by_segments == ("rfm",)
    assert lineage(shop, "rfm_segment").used_by_segments == ("rfm",)
    assert lineage(shop, "gender").used_by_segments == ()


def test_a_tag_view_holds_the_lineage(shop: Workspace) -> None:
    assert tag(shop, "basket_value").lineage == lineage(shop, "basket_value")


def test_a_tag_has_a_lineage_before_it_is_built(tmp_path: Path) -> None:
    company(tmp_path, customers=1)
    workspace = write(tmp_path, '[tags.young]\ntitle = "Young"\nkind = "rule"\nwhen = "recency_days < 9"')
    assert lineage(workspace, "young").tags == ("recency_days",)
    assert "young" in lineage(workspace, "recency_days").used_by_tags


def test_what_is_no_longer_defined_has_no_lineage(tmp_path: Path) -> None:
    workspace = company(tmp_path, customers=1)
    text = (tmp_path / "portraits.toml").read_text(encoding="utf-8")
    begin, end = text.index("[tags.gender]"), text.index("[tags.birth_date]")
    (tmp_path / "portraits.toml").write_text(text[:begin] + text[end:], encoding="utf-8")
    assert tag(Workspace(tmp_path), "gender").lineage == Lineage()
    with pytest.raises(NotFound):
        lineage(workspace, "gender")


def test_an_audience_with_a_fault_uses_nothing(tmp_path: Path) -> None:
    company(tmp_path, customers=1)
    workspace = write(tmp_path, '[audiences.odd]\ntitle = "Odd"\nrule = "recency_days >"')
    assert lineage(workspace, "recency_days").used_by_audiences == ("sleepers",)


def test_a_wrong_name_says_the_right_one(shop: Workspace) -> None:
    with pytest.raises(NotFound, match=r"There is no tag orders_9d\. Did you mean orders_90d"):
        lineage(shop, "orders_9d")
