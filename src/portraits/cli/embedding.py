"""The command of embedding: a signed link to a small portrait for the frame of another program."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from portraits.cli.options import HERE, Folder, Json, opened, who
from portraits.cli.screen import Screen
from portraits.web.address import HOST, PORT
from portraits.web.address import address as here

if TYPE_CHECKING:
    from portraits.app.customers.embedding import EmbedLink


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(embed)


def embed(
    customer: Annotated[str, typer.Argument(metavar="CUSTOMER")],
    days: Annotated[int, typer.Option("--days")] = 30,
    site: Annotated[str, typer.Option("--site", metavar="URL")] = here(HOST, PORT),
    workspace: Folder = HERE,
    as_json: Json = False,
) -> None:
    """Make a signed link to a small portrait."""
    from portraits.app.customers import customer_records
    from portraits.app.customers.embedding import ancestors, embed_link

    place, screen = opened(workspace, as_json)
    link = embed_link(place, customer, days, **who())
    framed = bool(ancestors(place))
    screen.show(link, lambda screen, link: _told(screen, link, site, framed=framed), customer_records.embed_link)


def _told(screen: Screen, link: EmbedLink, site: str, *, framed: bool) -> None:
    screen.line(f"{site.rstrip('/')}{link.path}")
    screen.say("embed", "until", until=link.until)
    if not framed:
        screen.say("embed", "unframed")
