"""The commands that look: the catalogue of tags, one portrait, and why a value is what it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from portraits.cli.options import HERE, Folder, Json, opened
from portraits.cli.screen import Screen

if TYPE_CHECKING:
    from portraits.app.portrait import PortraitView, TagValue

Customer = Annotated[str, typer.Argument(metavar="CUSTOMER")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for command in (tags, portrait, why):
        app.command()(command)


def tags(
    name: Annotated[str, typer.Argument(metavar="[TAG]")] = "",
    group: Annotated[str, typer.Option("--group", metavar="GROUP")] = "",
    workspace: Folder = HERE,
    as_json: Json = False,
) -> None:
    """List the tags, or tell of one."""
    from portraits.app import tags as use

    place, screen = opened(workspace, as_json)
    if name:
        screen.show(use.tag(place, name), _tag)
    else:
        screen.show([each for each in use.catalogue(place) if group in ("", each.group)], _tags)


def portrait(customer: Customer, workspace: Folder = HERE, as_json: Json = False) -> None:
    """Show a portrait."""
    from portraits.app.portrait import portrait as use

    place, screen = opened(workspace, as_json)
    screen.show(use(place, customer), _portrait)


def why(
    customer: Customer,
    tag: Annotated[str, typer.Argument(metavar="TAG")],
    workspace: Folder = HERE,
    as_json: Json = False,
) -> None:
    """Show why a value is what it is."""
    from portraits.app.evidence import why as use

    place, screen = opened(workspace, as_json)
    screen.show(use(place, customer, tag), _why)
