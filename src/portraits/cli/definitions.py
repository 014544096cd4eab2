"""The commands of definitions: write a workspace, check it, list the kinds there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from portraits.cli.options import HERE, Folder, Json, opened, screen
from portraits.cli.screen import Screen
from portraits.engine.settings import Business, Day, Goal, Metric
from portraits.vocabulary.errors import DefinitionError
from portraits.vocabulary.text import Language

if TYPE_CHECKING:
    from portraits.app.tags.kinds import Kind
    from portraits.engine.workspace import Workspace
    from portraits.vocabulary.errors import Fault


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for command in (init, check, kinds):
        app.command()(command)


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR")],
    business: Annotated[Business, typer.Option("--business")] = "retail",
    goal: Annotated[Goal, typer.Option("--goal")] = "campaign segmentation",
    metric: Annotated[Metric | None, typer.Option("--metric")] = None,
    title: Annotated[str, typer.Option("--title", metavar="TEXT")] = "",
    language: Annotated[Language | None, typer.Option("--language")] = None,
    time_zone: Annotated[str, typer.Option("--time-zone", metavar="ZONE")] = "UTC",
    currency: Annotated[str, typer.Option("--currency", metavar="CODE")] = "USD",
    week_starts: Annotated[Day, typer.Option("--week-starts")] = "monday",
    as_json: Json = False,
) -> None:
    """Write a workspace."""
    from portraits.app import workspaces

    spoken = screen(as_json)
    made = workspaces.init(
        folder,
        business,
        goal,
        title=title,
        metric=metric,
        language=language or spoken.language,
        time_zone=time_zone,
        currency=currency,
        week_starts=week_starts,
    )
    spoken.show(made, _made)


def check(workspace: Folder = HERE, as_json: Json = False) -> None:
    """Check all definitions."""
    from portraits.app import workspaces
    from portraits.app.runs.gone import gone_tags

    place, screen = opened(workspace, as_json)
    faults: Sequence[Fault] = workspaces.check(place.folder)
    if faults:
        raise DefinitionError(faults)
    found = {"definitions": len(place.blocks.blocks), "faults": [], "gone": list(gone_tags(place))}
    screen.show(found, _sound)


def kinds(
    family: Annotated[str, typer.Argument(metavar="FAMILY")] = "", workspace: Folder = HERE, as_json: Json = False
) -> None:
    """List the kinds."""
    from portraits.app.tags import kinds as use
    from portraits.engine.workspace import Workspace

    screen(as_json).show(use.kinds(Workspace(workspace), family), _kinds)


def _made(screen: Screen, workspace: Workspace) -> None:
    files = ", ".join(sorted(path.name for path in workspace.folder.glob("*.toml")))
    screen.say("init", "done", files=files, folder=str(workspace.folder))
    screen.say("init", "next")


def _sound(screen: Screen, found: Mapping[str, Any]) -> None:
    screen.say("check", "done", n=found["definitions"])
    if found["gone"]:
        screen.say("check", "gone", n=len(found["gone"]), names=", ".join(found["gone"]))


def _kinds(screen: Screen, found: Sequence[Kind]) -> None:
    rows = [
        (each.family, each.kind, each.about.in_(screen.language), ", ".join(f.name for f in each.fields))
        for each in found
    ]
    screen.table("kinds", ("family_name", "kind", "about", "fields"), rows)
