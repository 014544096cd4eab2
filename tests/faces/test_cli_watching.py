"""Watching: bars for a person at a terminal, silence for everybody else."""

from __future__ import annotations

import sys

import pytest

from portraits.cli.screen import Screen
from portraits.cli.watching import watching
from portraits.engine.progress import SILENT


def test_a_program_sees_no_bars(capsys: pytest.CaptureFixture[str]) -> None:
    with watching(Screen("en", as_json=True)) as progress:
        progress.stage("orders", 3)
        progress.advance()
    assert progress is SILENT
    assert capsys.readouterr().err == ""


def test_a_pipe_sees_no_bars() -> None:
    with watching(Screen("en")) as progress:
        assert progress is SILENT


def test_a_person_sees_a_bar_for_every_stage(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    with watching(Screen("en")) as progress:
        progress.advance()
        progress.stage("tags_orders", 3)
        progress.advance(2)
        progress.stage("portrait")
    shown = capsys.readouterr().err
    assert "tags_orders" in shown
    assert "3/3" in shown or "2/2" in shown
    assert "portrait" in shown
