"""Options: what many commands take, and how a command opens its workspace."""

from __future__ import annotations

import getpass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypedDict

import typer

from portraits.cli.screen import Screen
from portraits.cli.words import ASKED, SPOKEN, known, surrounding

if TYPE_CHECKING:
    from portraits.engine.workspace import Workspace

HERE = Path()
Folder = Annotated[Path, typer.Option("--workspace", "-w", metavar="DIR")]
Json = Annotated[bool, typer.Option("--json")]
PageNumber = Annotated[int, typer.Option("--page", min=1)]
PageSize = Annotated[int, typer.Option("--size", min=1)]
AsOf = Annotated[datetime | None, typer.Option("--as-of", metavar="DATE", formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"])]


class Who(TypedDict):
    """What every change is signed with."""

    actor: str
    now: datetime


def who() -> Who:
    """Who types, and the present moment."""
    return {"actor": getpass.getuser(), "now": datetime.now(UTC)}


def opened(folder: Path, as_json: bool) -> tuple[Workspace, Screen]:
    """The workspace in a folder, and the screen in its language unless another one is asked for."""
    from portraits.app.workspaces import open_workspace

    workspace = open_workspace(folder)
    written = next((str(block.values.get("language", "")) for block in workspace.blocks.of("settings")), "")
    return workspace, screen(as_json, written)


def screen(as_json: bool, language: str = "") -> Screen:
    """The screen: in the language asked for, else that of the workspace, else that of the surroundings."""
    spoken = ASKED.get() or known(language) or surrounding()
    SPOKEN.set(spoken)
    return Screen(spoken, as_json)
