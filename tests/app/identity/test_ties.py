"""Ties and trials: what holds a customer together, and what matching would find where it is off."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from portraits.app.identity import trial
from portraits.app.identity.identity import link
from portraits.app.identity.ties import ties
from portraits.app.identity.trial import try_matching, use_matching
from portraits.app.reading import settings
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import NotFound, Refused
from tests.app.duplicates import MATCH, NOW, UNSURE, built, customers, shop, stocked

BY: dict[str, Any] = {"actor": "li", "now": NOW}


def test_links_are_told_with_their_rule_and_weight_and_decisions_go_first(asked: Workspace) -> None:
    workspace = asked
    [tie] = ties(workspace, "c3").ties
    assert (tie.left_id, tie.right_id, tie.method) == ("c1", "c3", "phone_and_name")
    assert (tie.title.en, tie.title.zh) == ("Same phone and name", "电话与姓名相同")
    assert tie.weight is not None and tie.probability is not None and tie.probability > 0.99
    link(workspace, "c1", "c7", **BY)
    built(workspace)
    found = ties(workspace, "c1")
    assert ([each.record_id for each in found.records], found.total) == (["c1", "c3", "c7"], 3)
    assert {(each.left_id, each.right_id, each.method, each.weight is None) for each in found.ties} == {
        ("c1", "c3", "phone_and_name", False),
        ("c1", "c7", "person", True),
    }
    assert ties(workspace, "c2").ties == ()
    with pytest.raises(NotFound):
        ties(workspace, "nobody")


def test_records_of_one_key_are_tied_by_it(tmp_path: Path) -> None:
    workspace = stocked(tmp_path, UNSURE, 'customer_key = "name"\n')
    found = ties(workspace, "c4")
    assert [(each.left_id, each.right_id, each.method) for each in found.ties] == [
        ("c4", "c8", "exact key"),
        ("c8", "c9", "exact key"),
    ]


def test_a_trial_says_what_a_build_would_find_and_changes_nothing(tmp_path: Path) -> None:
    workspace = stocked(tmp_path, UNSURE, "")
    before = customers(workspace)
    tried = try_matching(workspace)
    assert (tried.by, tried.records, tried.customers) == ("records", len(before), len(set(before.values())))
    assert customers(workspace) == before
    said = use_matching(workspace, **BY)
    assert said.by == settings(workspace).one_customer_by == "match"
    built(Workspace(workspace.folder))
    found = customers(workspace)
    assert tried.found == len(set(found.values())) < tried.customers
    assert tried.largest == max(list(found.values()).count(each) for each in found.values())


def test_what_the_block_said_stays_when_matching_is_switched_on(tmp_path: Path) -> None:
    workspace = shop(tmp_path, settings=MATCH.replace('"match"', '"records"') + 'trusted = ["crm"]\n')
    said = use_matching(workspace, **BY)
    assert (said.by, said.trusted) == ("match", ("crm",))
    text = (workspace.folder / "portraits.toml").read_text(encoding="utf-8")
    assert 'trusted = ["crm"]' in text and 'by = "match"' in text


def test_what_would_take_long_is_not_tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = stocked(tmp_path, settings="")
    monkeypatch.setattr(trial, "MOST", 3)
    with pytest.raises(Refused):
        try_matching(workspace)
