"""Two customers side by side, and who a customer is put beside."""

from __future__ import annotations

from pathlib import Path
from statistics import fmean

import pytest

from portraits.app.customers.portrait import glance, portrait
from portraits.app.customers.sides import side_by_side
from portraits.app.reading import reading
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import NotFound
from tests.faces.company import company


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return company(tmp_path_factory.mktemp("shop"), customers=40)


def test_every_tag_of_either_is_there_and_differences_are_marked(shop: Workspace) -> None:
    found = side_by_side(shop, "C0001", "C0005")
    left, right = (portrait(shop, each) for each in ("C0001", "C0005"))
    ours = {each.tag.name: each.value for tags in left.groups.values() for each in tags}
    theirs = {each.tag.name: each.value for tags in right.groups.values() for each in tags}
    pairs = {pair.tag.name: pair for pair in found.pairs}
    assert set(pairs) == {name for name in ours if ours[name] is not None or theirs[name] is not None}
    for name, pair in pairs.items():
        assert (pair.left, pair.right) == (ours[name], theirs[name])
        assert pair.differs == (ours[name] != theirs[name]) or name == "birth_date"
    assert found.different + found.alike == len(pairs)
    assert found.different > 0


def test_figures_of_both_stand_in_the_same_order(shop: Workspace) -> None:
    found = side_by_side(shop, "C0001", "C0003")
    assert [each.tag.name for each in found.left.figures] == [each.tag.name for each in found.right.figures]
    assert found.left.figures[0].base == found.right.figures[0].base
    assert len(found.left.axes) == len(found.right.axes) == 3


def test_a_customer_is_like_itself(shop: Workspace) -> None:
    found = side_by_side(shop, "C0001", "C0001")
    assert found.different == 0
    assert found.alike > 0


def test_values_that_look_alike_when_masked_are_still_different(shop: Workspace) -> None:
    with reading(shop) as run:
        sql = """SELECT a.customer_id, b.customer_id FROM portrait a JOIN portrait b
            ON year(a.birth_date) = year(b.birth_date) AND a.birth_date < b.birth_date LIMIT 1"""
        [(one, other)] = run.rows(sql)
    pair = next(each for each in side_by_side(shop, one, other).pairs if each.tag.name == "birth_date")
    assert pair.left == pair.right
    assert pair.differs


@pytest.mark.parametrize("pair", [("C0001", "nobody"), ("nobody", "C0001")])
def test_nobody_is_named(shop: Workspace, pair: tuple[str, str]) -> None:
    with pytest.raises(NotFound, match="no customer nobody"):
        side_by_side(shop, *pair)


def test_figures_stand_beside_those_with_the_same_value(shop: Workspace) -> None:
    view = portrait(shop, "C0001", against="lifecycle")
    with reading(shop) as run:
        alike = [float(row[0]) for row in run.rows("SELECT spend_365d FROM portrait WHERE lifecycle = 'active'")]
    assert (view.peers.tag and view.peers.tag.name, view.peers.value) == ("lifecycle", "active")
    assert view.peers.customers == len(alike)
    spend = next(each for each in view.figures if each.tag.name == "spend_365d")
    assert spend.base == pytest.approx(fmean(alike))
    assert view.axes[0].base is not None
    assert view.axes[0].base != portrait(shop, "C0001").axes[0].base


def test_who_has_no_value_stands_beside_everybody(shop: Workspace) -> None:
    view = portrait(shop, "C0003", against="lifecycle")  # never bought
    assert (view.peers.tag, view.peers.customers) == (None, 40)
    assert view.header.prospect


def test_a_wrong_tag_to_stand_beside_says_the_right_one(shop: Workspace) -> None:
    with pytest.raises(NotFound, match="Did you mean lifecycle"):
        portrait(shop, "C0001", against="lifecicle")


def test_a_glance_is_the_beginning_of_the_portrait(shop: Workspace) -> None:
    seen, whole = glance(shop, "C0001"), portrait(shop, "C0001")
    assert seen.header == whole.header
    assert seen.figures == whole.figures[:4]
    assert seen.moments == whole.timeline.moments[:1]


def test_one_customer_alone_has_peers(tmp_path: Path) -> None:
    view = portrait(company(tmp_path, customers=1), "C0001", against="lifecycle")
    assert view.peers.customers == 1
    assert all(each.distance in (None, 0.0) for each in view.figures if each.value == each.base)
