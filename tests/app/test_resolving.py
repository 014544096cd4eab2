"""Resolving: builds that match records, whose customers keep their ids and have a history."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from portraits.app.identity import resolving
from portraits.app.store import store
from portraits.engine.identities import changes_of, last, replayed
from portraits.engine.workspace import Workspace
from portraits.identity.match import resuming
from tests.app.duplicates import MATCH, PEOPLE, arrive, built, customers, rows, shop, stocked


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return stocked(tmp_path)


@pytest.fixture
def fresh(tmp_path: Path) -> Workspace:
    """It has no run."""
    return shop(tmp_path)


def _journal(workspace: Workspace) -> list[tuple[str, list[str], list[str]]]:
    with store(workspace) as opened:
        found = changes_of(opened, [f"c{number}" for number in range(10)])
    return [(each.kind, list(each.customer_ids), list(each.record_ids)) for each in found]


def test_records_of_one_person_become_one_customer_who_has_all_their_orders(workspace: Workspace) -> None:
    assert customers(workspace) == {"c0": "c0", "c1": "c1", "c2": "c2", "c3": "c1", "c4": "c4", "c5": "c5", "c6": "c6"}
    assert rows(workspace, "SELECT count(*), sum(amount) FROM orders") == [(21, 2320.5)]
    assert rows(
        workspace, "SELECT count(*) FROM orders o JOIN customers c USING (customer) WHERE customer_id = 'c1'"
    ) == [(6,)]
    assert _journal(workspace) == [("create", ["c1"], ["c1", "c3"])]


def test_raw_and_cleaned_values_are_both_kept_and_repairs_named(workspace: Workspace) -> None:
    assert rows(workspace, "SELECT phone FROM people WHERE record_id = 'c1'") == [("138 1234 5671",)]
    assert rows(workspace, "SELECT phone FROM people_clean WHERE record_id = 'c1'") == [("+8613812345671",)]
    assert rows(workspace, "SELECT count(*) FROM people_repairs WHERE record_id = 'c1' AND field = 'phone'") == [(1,)]


def test_building_again_keeps_every_id_and_writes_no_history(workspace: Workspace) -> None:
    before = customers(workspace)
    info = built(workspace)
    assert customers(workspace) == before
    assert info.figures["identity"]["journal"] == 1
    assert len(_journal(workspace)) == 1


def test_a_new_record_joins_its_customer_whose_id_stays(workspace: Workspace) -> None:
    arrive(workspace, ["a9,赵敏,13712345673,,北京,2024-04-01"], "b")
    built(workspace)
    assert customers(workspace)["a9"] == "c4"
    assert _journal(workspace)[-1] == ("assign", ["c4"], ["a9"])


def test_ids_come_from_the_journal_where_the_runs_are_gone(workspace: Workspace) -> None:
    arrive(workspace, ["a9,赵敏,13712345673,,北京,2024-04-01"], "b")
    built(workspace)
    before = customers(workspace)
    shutil.rmtree(workspace.runs)
    workspace.current.unlink()
    built(workspace)
    assert customers(workspace) == before
    assert len(_journal(workspace)) == 2


def test_the_run_holds_what_the_next_one_needs_and_nothing_else_of_matching(workspace: Workspace) -> None:
    sql = (
        "SELECT table_name FROM duckdb_tables() WHERE table_name SIMILAR TO '(match|assign|people_|cleaned|distinct).*'"
    )
    names = {str(name) for (name,) in rows(workspace, sql)}
    assert {"match_models", "match_person_clusters", "match_person_reviews", "people_clean", "people_marks"} <= names
    assert not {
        name for name in names if name.startswith(("assign", "cleaned", "distinct", "people_fresh", "people_loose"))
    }


def test_a_build_that_dies_before_its_run_is_published_leaves_no_history(
    fresh: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    from portraits.app.runs import builds

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(builds, "publish", dies)
    with pytest.raises(KeyboardInterrupt):
        built(fresh)
    monkeypatch.undo()
    with store(fresh) as opened:
        assert (last(opened), replayed(opened)) == (0, {})
    built(fresh)
    assert _journal(fresh) == [("create", ["c1"], ["c1", "c3"])]


def test_a_build_that_dies_after_its_run_is_published_loses_no_history(
    fresh: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    from portraits.app.runs import builds

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(builds, "published", dies)
    with pytest.raises(KeyboardInterrupt):
        built(fresh)
    monkeypatch.undo()
    resolving.recall(fresh)
    assert _journal(fresh) == [("create", ["c1"], ["c1", "c3"])]
    built(fresh)
    assert len(_journal(fresh)) == 1


@pytest.mark.parametrize("arrival", ["join", "bridge", "change", "leave"])
def test_going_on_from_the_run_before_gives_what_matching_anew_gives(
    arrival: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = {
        "join": [*PEOPLE, "c7,赵敏,13712345673,,北京,2024-04-01"],
        "bridge": [
            *PEOPLE,
            "c7,李雷,13912345672,lei@example.com,杭州,2024-04-01",
            "c8,李雷,,lei@example.com,杭州,2024-04-02",
        ],
        "change": [*PEOPLE[:2], "c3,钱多多,13512345679,,广州,2024-04-21", *PEOPLE[3:]],
        "leave": [*PEOPLE[:2], *PEOPLE[3:]],
    }[arrival]
    anew = stocked(tmp_path / "anew", later)
    workspace = stocked(tmp_path / "on")
    monkeypatch.setattr(resuming, "LEAST", 1)
    monkeypatch.setattr(resuming, "MOST", 1.0)
    info = built(arrive(workspace, later))
    assert info.figures["identity"]["packs"]["person"]["way"] == "resumed"
    assert customers(workspace) == customers(anew)


def test_keys_keep_their_ids_too(tmp_path: Path) -> None:
    workspace = stocked(tmp_path, settings='customer_key = "email"\n')
    arrive(workspace, ["a0,王芳,,fang@example.com,上海,2024-04-01"], "b")
    built(workspace)
    assert customers(workspace)["a0"] == "c1"


def test_thresholds_of_the_workspace_count(tmp_path: Path) -> None:
    workspace = stocked(tmp_path, settings=MATCH + "link = 60.0\nreview = 59.0\n")
    assert rows(workspace, "SELECT count(*) FROM match_person_links WHERE method = 'model'") == [(0,)]
