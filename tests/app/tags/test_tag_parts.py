"""The parts of a tag's page: its course over runs, its versions, its meaning, who uses it, and retiring."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from portraits.app.data.sources import load
from portraits.app.editing import remove_block, write_block
from portraits.app.reading import reading
from portraits.app.runs import diff
from portraits.app.runs.builds import build
from portraits.app.tags.authoring import create_tag, definition, edit_tag, restore_tag, retire_tag, users
from portraits.app.tags.course import course
from portraits.app.tags.meaning import meaning
from portraits.app.tags.tagpage import tag_page
from portraits.app.tags.tagtree import tag_tree
from portraits.app.tags.versions import how_many, versions
from portraits.engine.runs import definitions_of
from portraits.engine.workspace import Workspace
from portraits.tags.drift import level
from portraits.vocabulary.errors import DefinitionError, NotFound, Refused
from portraits.vocabulary.text import Text
from tests.faces.company import company
from tests.faces.little import little_built, march

NOW = datetime(2026, 5, 1, 4, tzinfo=UTC)
WHO: dict[str, Any] = {"actor": "anna", "now": NOW}
FACT = {"title": "Big", "kind": "fact", "table": "orders", "value": "count(*)", "where": "amount > 5", "empty": 0}


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    return little_built(tmp_path / "shop", NOW)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return company(tmp_path_factory.mktemp("shop"))


def test_a_course_tells_coverage_mean_and_drift_as_the_comparison_of_runs_does(place: Workspace) -> None:
    rows = [f"X{n:02},M{n:02},2026-03-20 10:00:00,900.00" for n in range(1, 9)]
    march(place.folder, rows)
    load(place, actor="anna", now=NOW)
    build(place, now=NOW)
    found = course(place, "spend_all")
    assert [point.run for point in found.points] == [1, 2]
    told = {each.tag: each for each in diff.diff(place, 1, 2).tags}["spend_all"]
    assert found.points[0].stability is None
    assert found.points[1].stability == pytest.approx(told.stability)
    assert found.level == told.level == level(told.stability or 0)
    assert found.points[1].mean == pytest.approx(told.mean_after)
    assert sum(bar.n for bar in found.points[1].bars) == found.points[1].known


def test_a_tag_that_did_not_move_is_stable(place: Workspace) -> None:
    build(place, now=NOW)
    for name in ("orders_all", "loyal"):
        found = course(place, name)
        assert [point.stability for point in found.points] == [None, pytest.approx(0)]
        assert found.level == "stable"
    with pytest.raises(NotFound, match="Did you mean loyal"):
        course(place, "loyall")


def test_versions_are_told_by_the_runs_that_were_built_with_them(place: Workspace) -> None:
    create_tag(place, "big", FACT, **WHO)
    assert [(each.first, each.built) for each in versions(place, "big").versions] == [(None, False)]
    build(place, now=NOW)
    build(place, now=NOW)
    edit_tag(place, "big", {**FACT, "where": "amount > 7"}, **WHO)
    found = versions(place, "big")
    assert [(each.first, each.last, each.keys) for each in found.versions] == [(None, None, ("where",)), (2, 3, ())]
    assert "amount > 5" in found.versions[1].toml
    assert [(each.actor, each.keys) for each in found.edits] == [("anna", ("where",)), ("anna", tuple(FACT))]
    assert found.file == "tags.toml"
    assert 'where = "amount > 7"' in found.toml
    assert how_many(place, ["big", "loyal", "nobody"]) == {"big": 2, "loyal": 1, "nobody": 0}
    build(place, now=NOW)
    assert [(each.first, each.last) for each in versions(place, "big").versions] == [(4, 4), (2, 3)]
    remove_block(place, "tags", "big", **WHO)
    assert len(versions(place, "big").versions) == 2
    with pytest.raises(NotFound):
        versions(place, "bigg_nothing")


def test_a_run_keeps_what_tags_meant_and_no_secret_of_a_source(place: Workspace) -> None:
    kept = definitions_of(place, 1)
    assert kept["tags.loyal"]["when"] == "orders_all >= 3"
    assert kept["audiences.loyal_ones"]["rule"] == "orders_all >= 3"
    assert not [name for name in kept if name.startswith(("sources", "mappings", "settings"))]
    assert definitions_of(place, 99) == {}


@pytest.mark.parametrize(
    ("name", "en", "zh"),
    [
        ("orders_365d", ["meaning.fact", "meaning.within", "meaning.where", "meaning.empty"], "订单"),
        ("basket_value", ["meaning.derived"], "近365天消费金额"),
        ("favourite_category", ["meaning.value_by"], "品类"),
        ("favourite_category_share", ["meaning.share_by"], "品类"),
        ("gender", ["meaning.latest"], "性别"),
        ("rfm_f", ["meaning.ascending", "meaning.quantiles", "meaning.ranked_where"], "近365天订单数"),
        ("lifecycle", ["meaning.case"] * 3, "活跃"),
    ],
)
def test_a_definition_is_told_in_words(shop: Workspace, name: str, en: list[str], zh: str) -> None:
    with reading(shop) as run:
        found = meaning(run, name)
    assert [each.key for each in found] == en
    texts = [value.zh if isinstance(value, Text) else str(value) for each in found for value in each.values.values()]
    assert any(zh in text for text in texts), texts


def test_who_uses_a_tag_keeps_it_from_being_retired(place: Workspace) -> None:
    assert users(place, "orders_all") == {"tags": ("loyal",), "audiences": ("loyal_ones",)}
    with pytest.raises(Refused, match=r"orders_all is used by \(tags: loyal\) \(audiences: loyal_ones\)"):
        retire_tag(place, "orders_all", **WHO)
    assert users(place, "loyal") == {}
    retire_tag(place, "loyal", **WHO)
    assert users(place, "orders_all") == {"audiences": ("loyal_ones",)}
    build(Workspace(place.folder), now=NOW)
    with reading(place) as run:
        assert "loyal" not in run.tags
    assert tag_page(place, "loyal").state == "retired"
    restore_tag(place, "loyal", **WHO)
    assert "retired" not in definition(place, "loyal")
    with pytest.raises(NotFound):
        retire_tag(place, "loyall", **WHO)


def test_a_built_in_tag_is_changed_by_writing_it_into_the_workspace(place: Workspace) -> None:
    text = (place.folder / "portraits.toml").read_text(encoding="utf-8")
    (place.folder / "portraits.toml").write_text(text.replace("packs = []", 'packs = ["consumption"]'), "utf-8")
    place = Workspace(place.folder)
    values = dict(definition(place, "orders_365d"))
    assert versions(place, "orders_365d").file == ""
    edit_tag(place, "orders_365d", {**values, "owner": "CRM"}, seen="", **WHO)
    assert versions(place, "orders_365d").file == "tags.toml"
    assert definition(place, "orders_365d") == {**values, "owner": "CRM"}
    retire_tag(place, "order_trend", **WHO)
    assert definition(place, "order_trend")["retired"] is True


def test_a_tag_is_made_once_and_under_a_name_that_can_be_one(place: Workspace) -> None:
    for name in ("loyal", "Big Tag", "", "customer_id", "x" * 64):
        with pytest.raises(DefinitionError) as caught:
            create_tag(place, name, FACT, **WHO)
        assert caught.value.faults[0].field == "name", name
    assert not (place.folder / "tags.toml").exists()


def test_the_tree_knows_how_each_definition_stands_to_the_run(place: Workspace) -> None:
    create_tag(place, "big", FACT, **WHO)
    write_block(place, "tags", "loyal", {**definition(place, "loyal"), "owner": "CRM"}, **WHO)
    retire_tag(place, "spend_all", **WHO)
    tree = tag_tree(place)
    states = {each.tag.name: each.state for tags in tree.tags.values() for each in tags}
    assert states["big"] == "new"
    assert states["loyal"] == "changed"
    assert states["orders_all"] == "built"
    assert "spend_all" not in states
    assert tree.states["retired"] == 1
    assert "CRM" in tree.owners
    used = {each.tag.name: each.used_by for tags in tree.tags.values() for each in tags}
    assert used["orders_all"] == 2
    only = tag_tree(place, owner="CRM")
    assert [each.tag.name for tags in only.tags.values() for each in tags] == ["loyal"]
    assert {each.tag.name: each.fresh for each in tree.tags["consumption"]}["orders_all"] == datetime(2026, 3, 12, 12)


def test_the_page_of_a_companion_is_that_of_its_tag(shop: Workspace) -> None:
    found = tag_page(shop, "favourite_category_share")
    assert (found.owner, found.manual, found.retired) == ("favourite_category", False, False)
    assert found.lineage.tables == ("order_lines", "products")
    assert set(found.titles) == {"tables.order_lines", "tables.products"}
    assert len(found.samples) == 8
