"""Touch-up: what people decide counts at once, and gives just what a build would."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from portraits.app.audiences.audiences import members
from portraits.app.audiences.keeping import save
from portraits.app.customers.customers import neighbours
from portraits.app.customers.evidence import why
from portraits.app.customers.held import held_tags
from portraits.app.customers.history import history
from portraits.app.customers.portrait import portrait
from portraits.app.customers.provenance import provenance
from portraits.app.identity.golden import golden_record
from portraits.app.identity.identity import identity_history, keep_apart, link, split, undo
from portraits.app.identity.touch_up import TouchUp, ask_touch_up, touch_up
from portraits.app.jobs import jobs
from portraits.app.runs.runs import rollback
from portraits.app.store import store
from portraits.engine.identities import last, replayed
from portraits.engine.runs import current, drafting, run_info
from portraits.engine.workspace import Workspace
from portraits.identity.match import resuming
from tests.app.duplicates import MATCH, NOW, arrive, built, customers, rows, shop
from tests.app.identity.histories import MORE, RECORDS
from tests.app.identity.sameness import differences
from tests.once import once

BY: dict[str, Any] = {"actor": "li", "now": NOW}


@once
def _shop(folder: Path, /, settings: str = "") -> Workspace:
    workspace = shop(folder, RECORDS, settings)
    (folder / "more.toml").write_text(MORE.partition("[sources")[0], encoding="utf-8")
    built(Workspace(folder))
    return Workspace(workspace.folder)


@pytest.fixture
def plain(tmp_path: Path) -> Workspace:
    """Each record a customer, unless somebody says otherwise."""
    return _shop(tmp_path / "plain")


def _touched(workspace: Workspace) -> TouchUp:
    return touch_up(workspace, now=NOW)


def _otherwise(workspace: Workspace) -> list[str]:
    """Touch up a workspace; what is otherwise then than a build would have left it."""
    other = Workspace(workspace.folder.with_name("built"))
    shutil.rmtree(other.folder, ignore_errors=True)
    shutil.copytree(workspace.folder, other.folder)
    done = _touched(workspace)
    assert (done.how, done.why) == ("touched", "")
    built(other)
    return differences(workspace, other)


ACTS: dict[str, Callable[[Workspace], object]] = {
    "link": lambda workspace: link(workspace, "c2", "c5", **BY),
    "apart": lambda workspace: keep_apart(workspace, "c1", "c3", **BY),
    "bulk": lambda workspace: [link(workspace, "c2", each, **BY) for each in ("c5", "c6", "c0")],
}


KEY = 'customer_key = "email"\n'
WAYS = [*((act, MATCH) for act in sorted(ACTS)), ("bulk", ""), ("bulk", KEY)]


@pytest.mark.parametrize(("act", "settings"), WAYS, ids=["apart", "bulk", "link", "bulk of records", "bulk by key"])
def test_a_touch_up_gives_what_a_build_gives(act: str, settings: str, tmp_path: Path) -> None:
    workspace = _shop(tmp_path / "shop", settings)
    ACTS[act](workspace)
    assert _otherwise(workspace) == []


def test_a_touch_up_of_a_run_that_resumed_matching_gives_what_a_build_gives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = _shop(tmp_path / "shop", MATCH)
    monkeypatch.setattr(resuming, "LEAST", 1)
    monkeypatch.setattr(resuming, "MOST", 1.0)
    info = built(arrive(workspace, [*RECORDS, "c8,李雷,13912345672,lei@example.com,杭州,2024-04-01"]))
    assert info.figures["identity"]["packs"]["person"]["way"] == "resumed"
    ACTS["bulk"](workspace)
    assert _otherwise(workspace) == []


def test_a_touch_up_after_another_gives_what_a_build_gives(plain: Workspace) -> None:
    act = link(plain, "c2", "c5", **BY)
    assert _touched(plain).acts == (act.act,)
    split(plain, "c2", ["c5"], **BY)
    assert _otherwise(plain) == []
    assert customers(plain)["c5"] == "c5"
    assert run_info(plain, 3).figures["touch_up"]["of"] == 1


def test_an_undone_merge_gives_back_the_same_customers(plain: Workspace) -> None:
    before = Workspace(plain.folder.with_name("before"))
    shutil.copytree(plain.folder, before.folder)
    act = link(plain, "c2", "c5", **BY)
    _touched(plain)
    assert customers(plain)["c5"] == "c2"
    undo(plain, act.act, **BY)
    done = _touched(plain)
    assert (done.how, done.undone) == ("touched", (act.act,))
    made_by_deciding = ("customer_ids", "identity_decided").__contains__
    assert differences(plain, before, made_by_deciding) == []


def test_nothing_new_makes_no_run(plain: Workspace) -> None:
    number = current(plain)
    assert _touched(plain).how == "nothing"
    assert current(plain) == number


def test_the_journal_tells_of_it_as_of_a_build(plain: Workspace) -> None:
    link(plain, "c2", "c5", why="same face", **BY)
    _touched(plain)
    with store(plain) as opened:
        assert (last(opened), replayed(opened)) == (1, {"c2": "c2", "c5": "c2"})
    assert rows(plain, "SELECT count(*), sum(amount) FROM orders") == [(21, 2320.5)]


def test_an_id_that_a_customer_had_before_leads_to_it_everywhere(plain: Workspace) -> None:
    link(plain, "c2", "c5", **BY)
    _touched(plain)
    assert portrait(plain, "c5").header.customer_id == "c2"
    assert provenance(plain, "c5").customer_id == held_tags(plain, "c5").customer_id == "c2"
    assert why(plain, "c5", "spend_365d").customer_id == history(plain, "c5").customer_id == "c2"
    assert golden_record(plain, "c5").customer_id == identity_history(plain, "c5").customer_id == "c2"
    assert neighbours(plain, "c5") == neighbours(plain, "c2")


def test_a_frozen_list_follows_a_merge_and_goes_back_with_its_undoing(plain: Workspace) -> None:
    rule = "spend_365d > 0"
    values = {"title": "Few", "rule": rule, "members": "static"}
    save(plain, "few", values, **BY)
    before = _members(plain)
    assert {"c4", "c5"} <= before
    act = link(plain, "c4", "c5", **BY)
    assert _touched(plain).how == "touched"
    assert _members(plain) == before - {"c5"}
    undo(plain, act.act, **BY)
    _touched(plain)
    assert _members(plain) == before


def _members(workspace: Workspace) -> set[str]:
    return {row.person.customer_id for row in members(workspace, "few", size=50).rows}


def test_while_another_process_builds_the_decision_waits(plain: Workspace) -> None:
    link(plain, "c2", "c5", **BY)
    with drafting(plain):
        assert _touched(plain).how == "busy"
    assert _touched(plain).how == "touched"


def test_after_a_rollback_the_decision_waits_for_a_build(plain: Workspace) -> None:
    built(plain)
    rollback(plain, 1, **BY)
    link(plain, "c2", "c5", **BY)
    assert _touched(plain).how == "waits"
    assert current(plain) == 1


def test_where_definitions_changed_a_build_is_made_instead(plain: Workspace) -> None:
    link(plain, "c2", "c5", **BY)
    path = plain.folder / "more.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("into = 3", "into = 4"), encoding="utf-8")
    done = touch_up(Workspace(plain.folder), now=NOW)
    assert (done.how, str(done.why)) == ("built", "The definitions have changed since the published run.")
    assert customers(plain)["c5"] == "c2"


def test_what_waits_already_needs_no_second_job(plain: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "wake", lambda _: None)
    asked = [ask_touch_up(plain, **BY) for _ in range(20)]
    assert len({each.id for each in asked if each}) == 1
    assert len(asked) == 20
