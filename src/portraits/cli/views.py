"""The commands of views: questions to the list of customers, kept under a name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from portraits.cli.options import HERE, Folder, Json, PageNumber, PageSize, opened, who
from portraits.cli.screen import Screen
from portraits.cli.values import Values, valued

if TYPE_CHECKING:
    from portraits.app.customers.customers import CustomerList
    from portraits.app.customers.views import SavedView

Name = Annotated[str, typer.Argument(metavar="NAME")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(no_args_is_help=True)
    for name, command in (("list", listed), ("show", show), ("save", save), ("remove", remove)):
        group.command(name)(command)
    app.add_typer(group, name="view")


def listed(workspace: Folder = HERE, as_json: Json = False) -> None:
    """List the views."""
    from portraits.app.customers import customer_records, views

    place, screen = opened(workspace, as_json)
    screen.show(views.views(place), _listed, customer_records.views)


def show(
    name: Name,
    page: PageNumber = 1,
    size: PageSize = 50,
    workspace: Folder = HERE,
    as_json: Json = False,
) -> None:
    """List the customers of a view."""
    from portraits.app import records
    from portraits.app.customers.customers import customers, sound
    from portraits.app.customers.views import view

    place, screen = opened(workspace, as_json)
    asked = view(place, name).asked
    found = sound(customers(place, asked.search, asked.rule, asked.sort, page, size, asked.columns))
    screen.show(found, valued(place, _customers), records.customers)


def save(
    name: Name,
    search: Annotated[str, typer.Option("--search", metavar="TEXT")] = "",
    rule: Annotated[str, typer.Option("--rule", metavar="RULE")] = "",
    sort: Annotated[str, typer.Option("--sort", metavar="TAG")] = "",
    columns: Annotated[list[str] | None, typer.Option("--column", metavar="TAG")] = None,
    workspace: Folder = HERE,
    as_json: Json = False,
) -> None:
    """Keep a question under a name."""
    from portraits.app.customers import customer_records
    from portraits.app.customers.views import Asked, save_view

    place, screen = opened(workspace, as_json)
    asked = Asked(search, rule, sort, tuple(columns or ()))
    saved = save_view(place, name, asked, **who())
    screen.show(saved, lambda screen, view: screen.say("view-save", "done", name=view.name), customer_records.view)


def remove(name: Name, workspace: Folder = HERE, as_json: Json = False) -> None:
    """Forget a view."""
    from portraits.app.customers.views import remove_view

    place, screen = opened(workspace, as_json)
    remove_view(place, name, **who())
    screen.show({"removed": name}, lambda screen, gone: screen.say("view-remove", "done", name=gone["removed"]))


def _listed(screen: Screen, found: Sequence[SavedView]) -> None:
    if not found:
        screen.say("view-list", "none")
        return
    rows = [(each.name, each.asked.rule, each.asked.search, each.asked.sort, each.saved_at) for each in found]
    screen.table("view-list", ("view", "rule", "search", "sort", "saved_at"), rows)


def _customers(values: Values, found: CustomerList) -> None:
    screen = values.screen
    heads = [screen.word("view-show", "customer"), screen.word("view-show", "person")]
    heads += [screen.value(column.title) for column in found.columns]
    rows = [
        (row.person.customer_id, row.person.name, *map(values.tag, found.columns, row.values)) for row in found.rows
    ]
    screen.table("view-show", heads, rows)
    screen.say("view-show", "total", n=found.total, base=found.base)
