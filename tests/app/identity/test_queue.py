"""Queue: of two customers one pair is asked about, and only until somebody has decided."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from portraits.app.identity.identity import keep_apart, link, undo
from portraits.app.identity.likeness import review
from portraits.app.identity.queue import EVERY, Wanted, probability
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import BadInput
from tests.app.duplicates import ASK, NOW, PEOPLE, built, rows, stocked

BY: dict[str, Any] = {"actor": "li", "now": NOW}


def _pairs(workspace: Workspace, wanted: Wanted = EVERY) -> set[tuple[str, str]]:
    return {(each.left_id, each.right_id) for each in review(workspace, wanted=wanted).pairs}


def test_of_two_customers_the_likeliest_pair_alone_is_asked_about(asked: Workspace) -> None:
    assert _pairs(asked) == {("c1", "c7"), ("c4", "c8"), ("c4", "c9"), ("c8", "c9")}
    link(asked, "c8", "c9", **BY)
    built(asked)
    listed = rows(asked, "SELECT left_id, right_id FROM match_person_reviews")
    assert {("c4", "c8"), ("c4", "c9")} <= set(listed)  # c8 and c9 are one customer now, both like c4
    assert _pairs(asked) == {("c1", "c7"), ("c4", "c8")}


def test_pairs_are_sifted_by_kind_reason_and_probability_and_all_are_counted(unsure: Workspace) -> None:
    assert _pairs(unsure, Wanted(kind="company")) == _pairs(unsure, Wanted(reason="weak")) == set()
    assert _pairs(unsure, Wanted("person", "unsure", 0.9)) == {("c1", "c7")}
    found = review(unsure, wanted=Wanted(least=0.9))
    assert (found.total, found.kinds, found.reasons) == (1, {"person": 4}, {"unsure": 4})
    assert (found.likely[0.9], found.likely[0.7], found.likely[0.1]) == (1, 3, 4)
    assert review(unsure, page=9, size=1).page == 4  # after the last one there is nothing


def test_what_follows_from_a_decision_is_not_asked(asked: Workspace) -> None:
    act = link(asked, "c4", "c8", **BY)
    assert _pairs(asked) == {("c1", "c7"), ("c8", "c9")}  # c4 and c9 would ask the same
    keep_apart(asked, "c8", "c9", **BY)
    assert _pairs(asked) == {("c1", "c7")}
    undo(asked, act.act, **BY)
    assert _pairs(asked) == {("c1", "c7"), ("c4", "c8"), ("c4", "c9")}


def test_fields_say_whether_they_agree(unsure: Workspace) -> None:
    told = {each.column.name: each for each in review(unsure).pairs[0].fields}
    assert (told["name"].agreement, told["phone"].agreement) == ("same", "one")
    undecided = next(each for each in review(unsure).pairs if (each.left_id, each.right_id) == ("c4", "c9"))
    assert {each.agreement for each in undecided.fields if each.column.name == "phone"} == {"differs"}
    assert (undecided.left_source, undecided.right_source) == ("crm", "crm")


def test_one_name_in_two_writings_is_alike(tmp_path: Path) -> None:
    workspace = stocked(tmp_path, (*PEOPLE, "c7,Zhao Min,,,北京,2024-03-03"), ASK)
    [pair] = [each for each in review(workspace).pairs if each.right_id == "c7"]
    assert {each.agreement for each in pair.fields if each.column.name == "name"} == {"alike"}
    assert all(each.same for each in pair.fields if each.agreement == "alike")


def test_a_weight_is_odds() -> None:
    assert probability(0) == 0.5
    assert probability(1) == pytest.approx(2 / 3)
    assert probability(-200) == pytest.approx(0)


@pytest.mark.parametrize("wrong", [{"kind": "persn"}, {"reason": "unsre"}, {"least": 1.5}])
def test_what_no_pair_can_be_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        Wanted(**wrong)
