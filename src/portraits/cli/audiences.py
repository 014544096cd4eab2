"""The commands of audiences: count, list and export who a rule chooses, and explain its choice."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from portraits.cli.options import HERE, Folder, Json, opened
from portraits.cli.screen import Screen

if TYPE_CHECKING:
    from portraits.app.customers import CustomerList

Rule = Annotated[str, typer.Argument(metavar="RULE")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    audience = typer.Typer(no_args_is_help=True)
    audience.command("count")(count)
    audience.command("list")(members)
    audience.command("export")(export)
    app.add_typer(audience, name="audience")
    app.command()(explain)


def count(rule: Rule, workspace: Folder = HERE, as_json: Json = False) -> None:
    """Count who a rule chooses."""
    from portraits.app import audiences

    place, screen = opened(workspace, as_json)
    found = audiences.count(place, rule)
    screen.show(found, lambda screen, found: screen.say("audience-count", "done", n=found.customers, base=found.base))


def members(
    rule: Rule,
    page: Annotated[int, typer.Option("--page", min=1)] = 1,
    size: Annotated[int, typer.Option("--size", min=1, max=1000)] = 50,
    workspace: Folder = HERE,
    as_json: Json = False,
) -> None:
    """List who a rule chooses."""
    from portraits.app import audiences

    place, screen = opened(workspace, as_json)
    screen.show(audiences.members(place, rule, page=page, size=size), _members)


def export(
    rule: Rule,
    to: Annotated[Path, typer.Option("--to", metavar="FILE")],
    workspace: Folder = HERE,
    as_json: Json = False,
) -> None:
    """Write who a rule chooses to a file."""
    from portraits.app import audiences

    place, screen = opened(workspace, as_json)
    written = audiences.export(place, rule, to)
    screen.show(written, lambda screen, n: screen.say("audience-export", "done", n=n, to=str(to)))
