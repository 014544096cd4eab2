"""The lock: the second process is told who was first."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from portraits.engine.lock import locked
from portraits.vocabulary.errors import Busy

HOLD = """
import sys, pathlib
from portraits.engine.lock import locked
with locked(pathlib.Path(sys.argv[1]), "building"):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_process_is_told_the_number_of_the_first(tmp_path: Path) -> None:
    lock = tmp_path / "data" / "build.lock"
    command = [sys.executable, "-c", HOLD, str(lock)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(Busy, match=rf"PID {holder.pid}\) is building") as caught, locked(lock, "building"):
            pass
        assert caught.value.exit_code == 3
        holder.kill()
    with locked(lock, "building"):
        assert lock.read_text() != str(holder.pid)


def test_a_lock_is_free_again_after_a_failure(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), locked(tmp_path / "lock", "building"):
        raise ZeroDivisionError
    with locked(tmp_path / "lock", "building"), pytest.raises(Busy), locked(tmp_path / "lock", "loading"):
        pass


def test_a_holder_that_has_not_yet_said_its_number_is_unknown(tmp_path: Path) -> None:
    with locked(tmp_path / "lock", "building"):
        (tmp_path / "lock").write_text("")
        with pytest.raises(Busy, match="PID unknown"), locked(tmp_path / "lock", "building"):
            pass
