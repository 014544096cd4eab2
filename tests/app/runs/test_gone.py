"""Tags that are gone: told by check and build, a finding and no fault."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from portraits.app.data.sources import load
from portraits.app.runs.builds import build
from portraits.app.runs.gone import gone_tags
from portraits.app.tags.tags import tag
from portraits.cli.program import run
from portraits.engine.workspace import Workspace
from tests.faces.little import little_shop

NOW = datetime(2026, 7, 1, tzinfo=UTC)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return little_shop(tmp_path / "shop")


def built(folder: Path) -> Workspace:
    load(Workspace(folder), actor="test", now=NOW)
    build(Workspace(folder), now=NOW)
    return Workspace(folder)


def renamed(folder: Path) -> Workspace:
    """The shop with a tag by another name."""
    path = folder / "portraits.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("spend_all", "spent_ever"), encoding="utf-8")
    return Workspace(folder)


def test_before_a_build_nothing_is_gone(shop: Path) -> None:
    assert gone_tags(Workspace(shop)) == ()


def test_a_tag_that_nothing_defines_any_more_is_gone(shop: Path) -> None:
    built(shop)
    assert gone_tags(Workspace(shop)) == ()
    assert gone_tags(renamed(shop)) == ("spend_all",)


def test_a_retired_tag_is_not_gone(shop: Path) -> None:
    built(shop)
    path = shop / "portraits.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("[tags.spend_all]", "[tags.spend_all]\nretired = true"))
    assert gone_tags(Workspace(shop)) == ()


def test_check_and_build_name_what_is_gone_and_go_on(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    built(shop)
    renamed(shop)
    capsys.readouterr()
    assert run(["check", "-w", str(shop)]) == 0
    assert "no fault.\n1 tag of the last run is gone: spend_all." in capsys.readouterr().out
    assert run(["check", "-w", str(shop), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["gone"] == ["spend_all"]
    assert run(["--lang", "zh", "build", "-w", str(shop)]) == 0
    assert "上一批次中的 1 个标签已不存在：spend_all" in capsys.readouterr().out
    assert run(["build", "-w", str(shop)]) == 0
    assert "gone" not in capsys.readouterr().out


def test_what_is_built_in_belongs_to_portraits(shop: Path) -> None:
    path = shop / "portraits.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("packs = []", 'packs = ["consumption"]'), encoding="utf-8")
    workspace = built(shop)
    owners = {name: tag(workspace, name).entry.tag.owner for name in ("orders_365d", "rfm_r", "rfm_segment", "loyal")}
    assert owners == {"orders_365d": "Portraits", "rfm_r": "Portraits", "rfm_segment": "Portraits", "loyal": ""}
