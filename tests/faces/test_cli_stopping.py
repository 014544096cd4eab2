"""Ctrl-C on the command line: the work ends, and what was published stays."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from portraits.app.runs.builds import build
from portraits.engine import runs
from portraits.engine.workspace import Workspace
from tests.app.runs.test_builds import _NOW as NOW
from tests.app.runs.test_builds import _ORDERS as ORDERS
from tests.app.runs.test_builds import _PEOPLE as PEOPLE
from tests.app.runs.test_builds import _shop as shop

_PATIENCE = 60.0
_ATTEMPTS = 8


def _stopped(workspace: Workspace, after: float) -> subprocess.CompletedProcess[str]:
    """Start a build, press Ctrl-C so many seconds after it has begun to write, and wait for its end."""
    command = [sys.executable, "-m", "portraits", "--lang", "en", "build", "-w", str(workspace.folder)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + _PATIENCE
    while not list(workspace.runs.glob(".part-*")) and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(after)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=_PATIENCE)
    return subprocess.CompletedProcess(command, process.returncode, out, err)


def _met(folder: Path, after: float) -> tuple[Workspace, subprocess.CompletedProcess[str]]:
    """A build under way when Ctrl-C was pressed; where it was done before, another one and the key sooner."""
    for attempt in range(_ATTEMPTS):
        workspace = shop(folder / str(attempt), PEOPLE, ORDERS)
        build(workspace, now=NOW)
        done = _stopped(workspace, after / 2**attempt)
        if done.returncode != 0:
            return workspace, done
    pytest.fail("Ctrl-C did not stop any of the builds")


@pytest.mark.parametrize("after", [0.0, 0.2, 0.5])
def test_a_stopped_build_leaves_the_published_run_in_place(tmp_path: Path, after: float) -> None:
    workspace, done = _met(tmp_path, after)
    # Where compiled code was being imported Python ends by the signal itself, which a shell tells as 130 too.
    assert done.returncode in (130, -signal.SIGINT), done.stderr
    assert "Traceback" not in done.stderr
    assert "What was published before stays" in done.stderr
    assert runs.current(workspace) == 1
    assert build(workspace, now=NOW).number == 2
