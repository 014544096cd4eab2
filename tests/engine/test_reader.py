"""The reader: new requests see the new run, old ones finish on theirs."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import pytest

from portraits.engine.reader import RunReader
from portraits.engine.runs import current, folder_of, numbers, prune, roll_back
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import NotFound
from tests.engine.test_runs import Build, build, workspace

__all__ = ["build", "workspace"]  # fixtures of the runs serve here too


def number_in(reader: RunReader) -> int:
    with reader.current() as run:
        [(number,)] = run.warehouse.rows("SELECT number FROM run")
        assert number == run.info.number
        return int(number)


def test_a_new_run_is_seen_by_the_next_request_and_the_old_one_finishes(workspace: Workspace, build: Build) -> None:
    build()
    reader = RunReader(workspace)
    with reader.current() as old:
        build()
        assert number_in(reader) == 2
        assert prune(workspace, keep=1) == []
        assert old.warehouse.rows("SELECT number FROM run") == [(1,)]
    assert prune(workspace, keep=1) == [1]
    assert number_in(reader) == 2
    reader.close()


def test_a_rollback_is_followed(workspace: Workspace, build: Build) -> None:
    build(), build()
    reader = RunReader(workspace)
    assert number_in(reader) == 2
    roll_back(workspace, 1)
    assert number_in(reader) == 1
    with reader.run(2) as run:
        assert run.info.number == 2
    reader.close()


def test_before_the_first_build_and_for_unknown_numbers_the_answer_is_clear(workspace: Workspace, build: Build) -> None:
    reader = RunReader(workspace)
    with pytest.raises(NotFound, match="Nothing is built yet"), reader.current():
        pass
    build()
    with pytest.raises(NotFound, match="no run 9"), reader.run(9):
        pass
    assert number_in(reader) == 1
    reader.close()
    assert number_in(reader) == 1
    reader.close()


def test_a_run_deleted_by_hand_is_no_run(workspace: Workspace, build: Build) -> None:
    build()
    shutil.rmtree(folder_of(workspace, 1))
    with pytest.raises(NotFound), RunReader(workspace).current():
        pass


def test_many_threads_read_while_runs_come_and_go(workspace: Workspace, build: Build) -> None:
    build()
    reader, stop = RunReader(workspace), threading.Event()
    seen: list[int] = []
    faults: list[Exception] = []

    def read() -> None:
        while not stop.is_set():
            try:
                seen.append(number_in(reader))
            except Exception as error:  # whatever it is, the main thread shall see it
                faults.append(error)

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for _ in range(5):
        build()
        prune(workspace, keep=1)
    stop.set()
    for thread in threads:
        thread.join()
    assert faults == []
    assert seen
    assert number_in(reader) == current(workspace) == 6
    reader.close()
    prune(workspace, keep=1)
    assert numbers(workspace) == [6]


def test_a_thread_sees_runs_in_order(workspace: Workspace, build: Build, tmp_path: Path) -> None:
    reader = RunReader(workspace)
    seen = []
    for _ in range(3):
        build()
        seen.append(number_in(reader))
    assert seen == [1, 2, 3]
    reader.close()
