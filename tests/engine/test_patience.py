"""Ctrl-C during the import of compiled code."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from portraits.engine.patience import attentive, compiled

_SLOW = """
import os, signal
os.kill(os.getpid(), signal.SIGINT)
whole = True
"""


def _module(folder: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / f"{name}.py").write_text(_SLOW)
    monkeypatch.syspath_prepend(folder)


@pytest.fixture
def listening() -> Iterator[None]:
    """Ctrl-C means what it does, whoever ignores it in this process."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("listening")
def test_ctrl_c_during_an_import_waits_for_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _module(tmp_path, "pressed_meanwhile", monkeypatch)
    with pytest.raises(KeyboardInterrupt):
        compiled("pressed_meanwhile")
    assert sys.modules["pressed_meanwhile"].whole
    assert compiled("pressed_meanwhile").whole, "and once it stands it is simply there"


def test_another_thread_imports_as_ever() -> None:
    found = []
    thread = threading.Thread(target=lambda: found.append(compiled("json")))
    thread.start()
    thread.join()
    assert found[0].dumps([1]) == "[1]"


def test_a_build_stopped_while_duckdb_is_imported_ends_without_an_abort() -> None:
    program = (
        "import os, signal, threading, time, sys\n"
        "from portraits.engine.warehouse import Warehouse\n"
        "me = os.getpid()\n"
        "def press():\n"
        "    while 'duckdb' not in sys.modules: time.sleep(0.001)\n"
        "    os.kill(me, signal.SIGINT)\n"
        "threading.Thread(target=press, daemon=True).start()\n"
        "try:\n"
        "    Warehouse.create()\n"
        "    time.sleep(5)\n"
        "except KeyboardInterrupt:\n"
        "    print('stopped')\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (0, "stopped\n"), done.stderr


@pytest.mark.usefixtures("listening")
def test_an_interrupt_that_is_swallowed_is_raised_again_where_the_work_asks() -> None:
    with attentive() as heed:
        heed()
        with suppress(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            heed()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.usefixtures("listening")
def test_whoever_listens_already_goes_on_doing_so() -> None:
    heard = []
    signal.signal(signal.SIGINT, lambda number, _: heard.append(number))
    with attentive() as heed:
        signal.raise_signal(signal.SIGINT)
        heed()
    assert heard == [signal.SIGINT]
