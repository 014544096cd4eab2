"""Runs: whole or not there, published by one pointer, kept while somebody reads."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from portraits.engine import runs
from portraits.engine.runs import (
    RunInfo,
    current,
    drafting,
    folder_of,
    generations,
    held,
    infos,
    numbers,
    prune,
    publish,
    roll_back,
    run_info,
)
from portraits.engine.warehouse import Timing, Warehouse
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import Busy, NotFound

AS_OF = datetime(2026, 3, 1)
Build = Callable[[], int]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path)


@pytest.fixture
def build(workspace: Workspace) -> Build:
    """Builds a run whose one table holds the run's number."""

    def once() -> int:
        with drafting(workspace) as draft:
            with Warehouse.create(draft.database) as warehouse:
                warehouse.execute(f"CREATE TABLE run AS SELECT {draft.number} AS number")
            timing = Timing("portrait", 0.5, 0.4, 3)
            publish(workspace, draft, RunInfo(draft.number, AS_OF, AS_OF, rows={"portrait": 3}, timings=(timing,)))
            return draft.number

    return once


def test_before_the_first_build_there_is_nothing(workspace: Workspace) -> None:
    assert current(workspace) is None
    assert not numbers(workspace)
    assert not infos(workspace)
    with pytest.raises(NotFound, match="Run `portraits build` first"):
        run_info(workspace, 1)


def test_each_build_is_numbered_and_becomes_the_current_run(workspace: Workspace, build: Build) -> None:
    assert [build(), build()] == [1, 2]
    assert current(workspace) == 2
    assert workspace.current.read_text() == "000002\n"
    first = infos(workspace)[1]
    assert (first.number, first.as_of, first.rows, first.timings[0].name) == (1, AS_OF, {"portrait": 3}, "portrait")
    assert run_info(workspace, 1) == first


def test_a_failed_build_leaves_the_old_run_and_nothing_else(workspace: Workspace, build: Build) -> None:
    build()
    with pytest.raises(ZeroDivisionError), drafting(workspace) as draft:
        draft.database.write_bytes(b"half")
        raise ZeroDivisionError
    assert current(workspace) == 1
    assert [path.name for path in workspace.runs.iterdir()] == ["000001"]
    assert build() == 2


def test_the_next_build_removes_what_a_killed_one_left(workspace: Workspace, build: Build) -> None:
    build()
    leftover = workspace.runs / ".part-000002"
    leftover.mkdir()
    (leftover / "run.duckdb").write_bytes(b"half")
    assert numbers(workspace) == [1]
    assert build() == 2
    assert not leftover.exists()


def test_two_builds_at_once_are_refused(workspace: Workspace) -> None:
    with drafting(workspace), pytest.raises(Busy, match="is building"), drafting(workspace):
        pass


def test_rolling_back_moves_the_pointer_and_later_numbers_go_on(workspace: Workspace, build: Build) -> None:
    build(), build()
    roll_back(workspace, 1)
    assert current(workspace) == 1
    assert build() == 3
    with pytest.raises(NotFound, match="Known: 1, 2, 3"):
        roll_back(workspace, 7)
    with drafting(workspace), pytest.raises(Busy):
        roll_back(workspace, 1)


def test_old_runs_go_but_never_the_current_one_nor_one_that_is_read(workspace: Workspace, build: Build) -> None:
    for _ in range(5):
        build()
    roll_back(workspace, 2)
    with held(workspace, 1):
        assert prune(workspace, keep=2) == [3]
        assert numbers(workspace) == [1, 2, 4, 5]
    assert prune(workspace, keep=2) == [1]
    with pytest.raises(NotFound), held(workspace, 1):
        pass
    assert sorted(path.name for path in workspace.runs.iterdir()) == ["000002", "000004", "000005"]


def test_derived_runs_may_be_deleted_and_the_numbers_do_not_come_again(workspace: Workspace, build: Build) -> None:
    build()
    folder = folder_of(workspace, 1)
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    assert current(workspace) is None
    assert build() == 2


def test_a_run_that_was_killed_before_the_pointer_moved_is_none(
    workspace: Workspace, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    build()
    with monkeypatch.context() as killed, pytest.raises(ZeroDivisionError):
        killed.setattr(runs, "_point", lambda *_: 1 / 0)
        build()
    assert (current(workspace), numbers(workspace)) == (1, [1])
    assert build() == 2
    assert numbers(workspace) == [1, 2]


def test_a_run_that_was_killed_after_the_pointer_moved_is_published(
    workspace: Workspace, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as killed, pytest.raises(ZeroDivisionError):
        killed.setattr(Path, "unlink", lambda *_, **__: 1 / 0)
        build()
    assert (current(workspace), numbers(workspace)) == (1, [1])
    build()
    assert numbers(workspace) == [1, 2]


def test_of_the_touch_ups_of_a_build_the_newest_is_kept_and_counts_as_one_run(
    workspace: Workspace, build: Build
) -> None:
    for of in (0, 1, 1, 0, 4, 0):
        number = build()
        if of:
            card = folder_of(workspace, number) / "run.json"
            card.write_text(json.dumps({**json.loads(card.read_text()), "figures": {"touch_up": {"of": of}}}))
    assert [info.number for info in generations(workspace)] == [6, 5, 3]
    assert prune(workspace, keep=2) == [1, 2, 3]
    assert numbers(workspace) == [4, 5, 6]
