"""Two runs of the little shop: in April three customers who were small come back and spend much."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from portraits.app.data.sources import load
from portraits.app.runs.builds import build
from portraits.engine.workspace import Workspace
from tests.app.segments.test_segments import SEGMENTS
from tests.faces.little import little_built

NOW = datetime(2026, 5, 1, tzinfo=UTC)
CHANGED = """
[tags.big_spender]
title = { en = "Big spender", zh = "大额客户" }
kind = "rule"
group = "value"
when = "spend_all >= 500"
"""


def one_run(folder: Path) -> Workspace:
    """The little shop with its first run."""
    return little_built(folder, NOW, segments=SEGMENTS)


def two_runs(folder: Path) -> Workspace:
    """The little shop with two runs; before the second one a tag is added and another one renamed."""
    one_run(folder)
    april = [f"A{day:02},M0{day % 3 + 1},2026-04-{day:02} 10:00:00,99.50" for day in range(1, 20)]
    (folder / "till" / "april.csv").write_text("\n".join(["ticket,member,sold,paid", *april, ""]), encoding="utf-8")
    settings = (folder / "portraits.toml").read_text(encoding="utf-8").replace("Spent ever", "Spent in all")
    (folder / "portraits.toml").write_text(settings, encoding="utf-8")
    (folder / "more.toml").write_text(CHANGED, encoding="utf-8")
    workspace = Workspace(folder)
    load(workspace, actor="tester", now=NOW)
    build(workspace, now=NOW)
    return workspace
