"""The catalogue of tags: coverage, distribution and definition."""

from __future__ import annotations

import pytest

from portraits.app.reading import reading
from portraits.app.tags.tags import catalogue, tag
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import NotFound
from portraits.vocabulary.types import Type
from tests.faces.company import company


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return company(tmp_path_factory.mktemp("shop"))


def test_the_catalogue_holds_every_tag_and_companion_once(shop: Workspace) -> None:
    names = [each.tag.name for each in catalogue(shop).entries]
    assert len(names) == len(set(names)) == 14
    assert {"favourite_category", "favourite_category_share", "favourite_category_entropy"} <= set(names)


def test_coverage_is_the_share_of_known_values(shop: Workspace) -> None:
    found = {each.tag.name: each for each in catalogue(shop).entries}
    with reading(shop) as run:
        known = run.rows("SELECT count(gender) FROM portrait")[0][0]
    assert found["gender"].coverage == pytest.approx(known / 120)
    assert found["orders_365d"].coverage == 1


def test_the_bars_of_a_distribution_count_every_known_value(shop: Workspace) -> None:
    for name in ("gender", "orders_365d", "recency_days", "lifecycle", "spend_365d"):
        entry = tag(shop, name).entry
        assert sum(bar.n for bar in entry.bars) == entry.known, name


def test_methods_types_and_units_follow_from_the_definition(shop: Workspace) -> None:
    found = {each.tag.name: each.tag for each in catalogue(shop).entries}
    assert {found[name].method for name in ("gender", "orders_365d", "favourite_category")} == {"fact"}
    assert {found[name].method for name in ("rfm_r", "lifecycle", "basket_value")} == {"rule"}
    assert (found["orders_365d"].type, found["gender"].type) == (Type.INTEGER, Type.TEXT)
    assert (found["favourite_category_share"].unit, found["favourite_category"].unit) == ("percent", "")


def test_values_are_called_by_their_labels_wherever_those_were_written(shop: Workspace) -> None:
    gender, lifecycle = (tag(shop, name).entry.tag for name in ("gender", "lifecycle"))
    assert gender.label("female") is not None
    label = lifecycle.label("lost")
    assert label is not None
    assert label.zh == "流失"
    assert gender.label("unheard") is None


def test_a_tag_shows_its_definition_and_a_companion_that_of_its_tag(shop: Workspace) -> None:
    assert tag(shop, "orders_90d").definition["value"] == "count(*)"
    assert tag(shop, "favourite_category_share").definition["of"] == "category"


def test_a_wrong_name_says_the_right_one(shop: Workspace) -> None:
    with pytest.raises(NotFound, match="Did you mean orders_90d"):
        tag(shop, "orders_9d")
