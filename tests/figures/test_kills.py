"""Kills: a build that is killed leaves the published run as it was, and the next one works."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.figure import find
from benchmarks.figures import load
from benchmarks.kills import kill_builds
from portraits.cli.program import run
from tests.faces.little import little_shop


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    folder = little_shop(tmp_path / "shop")
    assert run(["load", "-w", str(folder), "--json"]) == 0
    assert run(["build", "-w", str(folder), "--json"]) == 0
    return folder


def test_a_killed_build_leaves_the_published_run_and_the_next_one_works(shop: Path) -> None:
    killed = kill_builds(shop, kills=3, seed=1)
    assert killed.faults == []
    assert len(killed.moments) == 3
    assert killed.finished < 3


def test_damage_would_be_seen(shop: Path) -> None:
    (shop / "data" / "runs" / "000001" / "run.duckdb").write_bytes(b"nothing")
    with pytest.raises(Exception, match="run"):
        kill_builds(shop, kills=1, seed=1)


@pytest.mark.drill
@pytest.mark.timeout(1800)
def test_thirty_killed_builds_break_nothing() -> None:
    load()
    measured = find("kill-build-30").measure()
    assert measured.value == 0, measured.details
