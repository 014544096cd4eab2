"""Runs compared: two small runs made by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from portraits.app.runs.diff import Move, diff
from portraits.app.runs.runs import rollback, runs
from portraits.app.store import store
from portraits.engine.audit import entries
from portraits.engine.runs import RunInfo, drafting, publish
from portraits.engine.warehouse import Step, Warehouse
from portraits.engine.workspace import Workspace
from portraits.tags.statistics import statistics_steps
from portraits.vocabulary.errors import NotFound, PortraitsError
from portraits.vocabulary.types import Type

SETTINGS = """
[settings]
title = "Shop"
business = "retail"
time_zone = "Asia/Shanghai"
currency = "CNY"
"""
NOW = datetime(2024, 5, 1, 12, tzinfo=UTC)
_MARCH, _APRIL = datetime(2024, 3, 31), datetime(2024, 4, 30)


def _run(workspace: Workspace, as_of: datetime, customers: dict[str, tuple[int, str]]) -> None:
    """Publish a run of customers, each with an amount spent and a stage of life."""
    rows = [f"({n}, '{name}', {spend}, '{stage}')" for n, (name, (spend, stage)) in enumerate(customers.items())]
    values = f"(VALUES {', '.join(rows)}) t(customer, customer_id, spend, stage)"
    types = {"spend": Type.INTEGER, "stage": Type.TEXT}
    with drafting(workspace) as draft:
        with Warehouse.create(draft.database) as warehouse:
            warehouse.run(
                [
                    Step("customers", f"SELECT customer, customer_id FROM {values}"),
                    Step("portrait", f"SELECT * FROM {values}"),
                    Step("segment_members", f"SELECT 'stage' AS segment, stage AS member, customer FROM {values}"),
                    *statistics_steps(types),
                ]
            )
        info = RunInfo(draft.number, as_of, as_of, rows={"customers": len(rows)}, figures={"tags": types})
        publish(workspace, draft, info)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Two runs: Ann cools down, Bo stays, Cy is gone, Di is new."""
    (tmp_path / "portraits.toml").write_text(SETTINGS, encoding="utf-8")
    made = Workspace(tmp_path)
    _run(made, _MARCH, {"ann": (10, "active"), "bo": (20, "active"), "cy": (30, "cooling")})
    _run(made, _APRIL, {"ann": (10, "cooling"), "bo": (25, "active"), "di": (5, "new")})
    return made


def published(workspace: Workspace) -> RunInfo:
    (found,) = (line.info for line in runs(workspace) if line.current)
    return found


def test_the_newest_run_is_published(workspace: Workspace) -> None:
    """The list is newest first and marks the published run."""
    assert [(line.info.number, line.current) for line in runs(workspace)] == [(2, True), (1, False)]
    assert published(workspace).as_of == _APRIL


def test_going_back_publishes_the_earlier_run_and_keeps_the_later(workspace: Workspace) -> None:
    """A rollback moves the pointer and nothing else."""
    rollback(workspace, 1, actor="wang", now=NOW)
    assert published(workspace).as_of == _MARCH
    assert len(runs(workspace)) == 2


def test_going_back_is_written_into_the_audit_trail(workspace: Workspace) -> None:
    """Who did it, when in the workspace's own time, from which run and to which."""
    rollback(workspace, 1, actor="wang", now=NOW)
    with store(workspace) as opened:
        [entry] = entries(opened)
    assert (entry.actor, entry.action, entry.subject, entry.detail) == ("wang", "rollback", "run 1", {"from": 2})
    assert entry.at == datetime(2024, 5, 1, 20)


def test_going_back_to_a_run_that_is_gone_changes_nothing(workspace: Workspace) -> None:
    """The published run stays, and no trail says otherwise."""
    with pytest.raises(NotFound, match="no run 7"):
        rollback(workspace, 7, actor="wang", now=NOW)
    assert published(workspace).number == 2
    with store(workspace) as opened:
        assert entries(opened) == []


def test_the_difference_counts_new_and_gone_customers(workspace: Workspace) -> None:
    """By the id that outlives a run, not by the row number."""
    found = diff(workspace, 1, 2)
    assert (found.new_customers, found.gone_customers) == (1, 1)
    assert found.rows == {"customers": (3, 3)}


def test_the_difference_shows_who_moved_between_segments(workspace: Workspace) -> None:
    """Every customer of either run is in exactly one move."""
    moves = diff(workspace, 1, 2).moves
    assert set(moves) == {
        Move("stage", "active", "active", 1),
        Move("stage", "active", "cooling", 1),
        Move("stage", "cooling", None, 1),
        Move("stage", None, "new", 1),
    }


def test_the_difference_of_a_tag_has_mean_coverage_and_drift(workspace: Workspace) -> None:
    """Tags are sorted by drift, each with its level in a word."""
    changes = {change.tag: change for change in diff(workspace, 1, 2).tags}
    spend, stage = changes["spend"], changes["stage"]
    assert (spend.mean_before, spend.coverage_after) == (20, 1)
    assert spend.mean_after == pytest.approx(40 / 3)
    assert stage.stability is not None and stage.stability > 0
    assert stage.mean_before is None


def test_a_run_that_differs_from_nothing_is_a_clear_error(workspace: Workspace) -> None:
    """Comparing a run with itself, or with one that is gone."""
    with pytest.raises(PortraitsError, match="does not differ from itself"):
        diff(workspace, 1, 1)
    with pytest.raises(NotFound, match="no run 7"):
        diff(workspace, 1, 7)
