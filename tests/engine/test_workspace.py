"""The workspace: places in a folder."""

from __future__ import annotations

from pathlib import Path

from portraits.engine.workspace import FIRST_FILE, Workspace


def test_a_workspace_knows_its_places_and_makes_none(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "shop")
    places = [workspace.plugins, workspace.landing, workspace.store, workspace.runs, workspace.current]
    assert [place.relative_to(workspace.folder).as_posix() for place in places] == [
        "plugins",
        "data/landing",
        "data/store.sqlite",
        "data/runs",
        "data/current",
    ]
    assert workspace.build_lock.parent == workspace.load_lock.parent == workspace.data
    assert workspace.name == "shop"
    assert not workspace.folder.exists()


def test_the_blocks_are_read_once(tmp_path: Path) -> None:
    (tmp_path / FIRST_FILE).write_text("[settings]\n", encoding="utf-8")
    workspace = Workspace(tmp_path)
    assert [block.title for block in workspace.blocks.blocks] == ["settings"]
    assert workspace.blocks is workspace.blocks
