"""Identity: people's decisions win over matching, and can be seen and taken back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from portraits.app.customers.portrait import portrait
from portraits.app.identity.identify import identify
from portraits.app.identity.identity import (
    decisions,
    identity_history,
    keep_apart,
    link,
    preview_split,
    split,
    undo,
)
from portraits.app.identity.likeness import review
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import BadInput, NotFound, Refused
from tests.app.duplicates import MATCH, NOW, PEOPLE, arrive, built, customers, rows, stocked

BY: dict[str, Any] = {"actor": "li", "now": NOW}
LIKE = (*PEOPLE, "c7,王芳,,,上海,2024-03-03")


@pytest.fixture(scope="module")
def matched(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Built once, for tests that only look."""
    workspace = stocked(tmp_path_factory.mktemp("matched"), LIKE, MATCH + "link = 6.0\nreview = -30.0\n")
    return workspace


def test_pairs_to_look_at_tell_all_that_speaks_for_and_against(matched: Workspace) -> None:
    found = review(matched)
    assert found.total >= 1
    for each in found.pairs:
        assert each.start + sum(share.weight for share in each.shares) == pytest.approx(each.weight)
        assert each.left_customer != each.right_customer
        assert all(share.title.zh and share.level_title.en for share in each.shares)
        assert not any("1381234" in one.left + one.right for one in each.fields)
    weights = [each.weight for each in found.pairs]
    assert weights == sorted(weights, reverse=True)


def test_who_calls_is_known_by_any_writing_of_the_number(matched: Workspace) -> None:
    found = identify(matched, phone="+86 138-1234-5671")
    assert [each.customer.customer_id for each in found.candidates] == ["c1"]
    assert found.candidates[0].probability > 0.95
    assert [each.customer.customer_id for each in identify(matched, name="Fang WANG").candidates][:1] == ["c1"]
    assert identify(matched, email="MIN@example.com").candidates[0].customer.customer_id == "c4"
    assert identify(matched, phone="13999999999").candidates == ()
    assert identify(matched, phone="hello").unreadable == ("phone",)
    with pytest.raises(BadInput):
        identify(matched)


def test_a_name_that_speaks_against_a_number_makes_it_less_likely(matched: Workspace) -> None:
    sure = identify(matched, phone="13812345671").candidates[0].probability
    assert identify(matched, phone="13812345671", name="赵敏").candidates[0].probability < sure


def test_what_people_link_is_one_from_the_next_build_on(plain: Workspace) -> None:
    act = link(plain, "c2", "c5", why="same face", **BY)
    assert identity_history(plain, "c2").waiting == 1
    built(plain)
    assert customers(plain)["c5"] == "c2"
    assert portrait(plain, "c5").header.customer_id == "c2"
    told = identity_history(plain, "c5")
    assert (told.customer_id, told.record_ids, told.former_ids, told.waiting) == ("c2", ("c2", "c5"), ("c5",), 0)
    assert [(each.kind, each.actor) for each in told.changes] == [("merge", "li")]
    assert told.changes[0].evidence["ties"][0]["method"] == "person"
    undo(plain, act.act, **BY)
    built(plain)
    assert customers(plain)["c5"] == "c5"
    assert [each.kind for each in identity_history(plain, "c5").changes] == ["merge", "split"]
    assert not any(each.stands for each in decisions(plain))


def test_who_calls_is_known_where_nothing_is_cleaned_too(plain: Workspace) -> None:
    assert {each.customer.customer_id for each in identify(plain, phone="138 1234 5671").candidates} == {"c1", "c3"}
    assert sum(each.probability for each in identify(plain, phone="138 1234 5671").candidates) < 1


def test_a_split_wins_over_matching_and_a_preview_tells_what_goes_where(tmp_path: Path) -> None:
    workspace = stocked(tmp_path)
    whole = rows(workspace, "SELECT count(*), sum(amount) FROM orders WHERE record_id IN ('c1', 'c3')")
    preview = preview_split(workspace, "c1", ["c3"])
    assert [part.keeps_id for part in preview.parts] == [True, False]
    assert [(sum(part.orders for part in preview.parts), sum(part.amount for part in preview.parts))] == whole
    split(workspace, "c1", ["c3"], **BY)
    built(workspace)
    assert (customers(workspace)["c1"], customers(workspace)["c3"]) == ("c1", "c3")
    arrive(workspace, ["c8,王芳,13812345671,,上海,2024-04-30"], "b")
    built(workspace)
    found = customers(workspace)
    assert found["c1"] != found["c3"]
    link(workspace, "c1", "c3", **BY)
    built(workspace)
    assert customers(workspace)["c3"] == "c1"


def test_what_cannot_be_is_refused(plain: Workspace) -> None:
    with pytest.raises(NotFound):
        link(plain, "c1", "nobody", **BY)
    with pytest.raises(Refused):
        link(plain, "c1", "c1", **BY)
    with pytest.raises(Refused):
        keep_apart(plain, "c1", "c1", **BY)
    with pytest.raises(BadInput):
        split(plain, "c1", ["c1"], **BY)
    with pytest.raises(BadInput):
        preview_split(plain, "c1", ["c2"])
    link(plain, "c1", "c2", **BY)
    link(plain, "c2", "c4", **BY)
    with pytest.raises(Refused):
        keep_apart(plain, "c1", "c4", **BY)
    with pytest.raises(NotFound):
        undo(plain, 99, **BY)
