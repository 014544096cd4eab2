"""Processes: told apart by their number and their birth."""

from __future__ import annotations

import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from portraits.engine import processes
from portraits.engine.processes import Process, ask_to_end, lives, this_process


def test_a_process_lives_until_it_ends() -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        written = Process(child.pid, processes._born(child.pid))
        assert lives(written)
        assert lives(this_process())
    finally:
        child.communicate(b"\n")
    assert not lives(written)


def test_a_dead_child_that_nobody_has_waited_for_does_not_live() -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    written = Process(child.pid, processes._born(child.pid))
    child.kill()
    while lives(written):
        pass
    assert child.poll() is None or child.returncode == -signal.SIGKILL
    child.communicate()


def test_the_same_number_of_another_birth_is_another_process() -> None:
    assert not lives(replace(this_process(), born="long ago"))
    assert not lives(Process(0, ""))


def test_a_process_is_asked_to_end_as_by_a_person() -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    ask_to_end(Process(child.pid, "another birth"))
    assert child.poll() is None
    ask_to_end(Process(child.pid, processes._born(child.pid)))
    child.communicate()
    assert child.returncode == -signal.SIGTERM


@pytest.mark.skipif(not Path("/bin/ps").exists(), reason="no ps on this machine")
def test_without_proc_the_list_of_processes_tells(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(processes, "_PROC", tmp_path)
    assert lives(this_process())
    assert not lives(replace(this_process(), pid=2**22 - 3))
