"""The commands about one customer: what happened, what changed, which audiences, which records; two compared."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from portraits.cli.options import HERE, Folder, Json, PageNumber, PageSize, opened
from portraits.cli.screen import Screen
from portraits.cli.values import Values, valued

if TYPE_CHECKING:
    from portraits.app.audiences.audiences import Membership
    from portraits.app.customers.history import History, Point
    from portraits.app.customers.provenance import Provenance
    from portraits.app.customers.sides import Side, SideBySide
    from portraits.app.customers.timeline import Kind, TimelineView
    from portraits.app.reading import TagColumn
    from portraits.engine.workspace import Workspace

Customer = Annotated[str, typer.Argument(metavar="CUSTOMER")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for command in (timeline, history, memberships, records, compare):
        app.command()(command)


def timeline(
    customer: Customer,
    kind: Annotated[str, typer.Option("--kind", metavar="KIND")] = "",
    search: Annotated[str, typer.Option("--search", metavar="TEXT")] = "",
    page: PageNumber = 1,
    size: PageSize = 50,
    workspace: Folder = HERE,
    as_json: Json = False,
) -> None:
    """List what happened with a customer."""
    from portraits.app.customers import customer_records
    from portraits.app.customers.timeline import moments

    place, screen = opened(workspace, as_json)
    found = moments(place, customer, _kind(kind), search, page, size)
    screen.show(found, valued(place, _timeline), customer_records.timeline)


def history(
    customer: Customer,
    tags: Annotated[list[str] | None, typer.Argument(metavar="[TAG]...")] = None,
    workspace: Folder = HERE,
    as_json: Json = False,
) -> None:
    """Show how a customer's tags changed."""
    from portraits.app.customers import customer_records
    from portraits.app.customers.history import history as use

    place, screen = opened(workspace, as_json)
    told = use(place, customer, tags or ())
    screen.show(told, valued(place, _history), customer_records.history)


def memberships(customer: Customer, workspace: Folder = HERE, as_json: Json = False) -> None:
    """Show in which audiences a customer is."""
    from portraits.app.audiences import audiences
    from portraits.app.records import plain

    place, screen = opened(workspace, as_json)
    told = audiences.memberships(place, customer)
    screen.show(
        told,
        lambda screen, found: _memberships(place, screen, found),
        lambda found: {"customer": customer, "audiences": plain(found)},
    )


def records(customer: Customer, workspace: Folder = HERE, as_json: Json = False) -> None:
    """Show the records behind a customer."""
    from portraits.app.customers import customer_records
    from portraits.app.customers.provenance import provenance

    place, screen = opened(workspace, as_json)
    screen.show(provenance(place, customer), _records, customer_records.provenance)


def compare(
    customer: Customer,
    other: Annotated[str, typer.Argument(metavar="OTHER")],
    workspace: Folder = HERE,
    as_json: Json = False,
) -> None:
    """Compare two customers."""
    from portraits.app.customers import customer_records
    from portraits.app.customers.sides import side_by_side

    place, screen = opened(workspace, as_json)
    told = side_by_side(place, customer, other)
    screen.show(told, valued(place, _compared), customer_records.side_by_side)


def _kind(written: str) -> Kind | None:
    """A kind of moments by its name; BadInput names those there are."""
    from portraits.app.customers.timeline import KINDS
    from portraits.vocabulary.errors import BadInput, nearest
    from portraits.vocabulary.phrase import say

    found = next((kind for kind in KINDS if kind == written), None)
    if written and found is None:
        hint = nearest(written, KINDS) or say("Known: {kinds}.", kinds=", ".join(KINDS))
        raise BadInput(say("There is no kind of moments called {kind}.", kind=written), hint)
    return found


def _timeline(values: Values, found: TimelineView) -> None:
    screen, shown = values.screen, found.timeline
    rows = [
        (each.at, values.word("moments", each.kind), each.what, each.name, each.channel, each.place, each.number)
        for each in shown.moments
    ]
    screen.table("timeline", ("at", "kind_of", "what", "name", "channel", "place", "number"), rows)
    screen.say("timeline", "total", n=shown.total, page=str(shown.page), pages=str(shown.pages))


def _history(values: Values, found: History) -> None:
    screen = values.screen
    heads = ["tag", *(f"{screen.value(info.as_of)} · {info.number}" for info in found.runs)]
    rows = [(each.tag.title, *(_point(values, each.tag, point) for point in each.points)) for each in found.tags]
    if rows:
        screen.table("history", heads, rows)
    screen.say("history", "total", n=len(rows), runs=str(len(found.runs)))


def _point(values: Values, tag: TagColumn, point: Point) -> str:
    """The value, with a mark where it is another one than in the run before."""
    said = values.tag(tag, point.value) if point.held else values.screen.word("history", "not_held")
    return f"{said} *" if point.changed else said


def _memberships(place: Workspace, screen: Screen, found: Iterable[Membership]) -> None:
    from portraits.app.audiences.rule import told

    for each in found:
        inside = screen.word("memberships", "in" if each.inside else "out")
        screen.line(f"{inside}: {screen.value(each.title)} ({each.audience})")
        if each.explanation:
            words = told(place, each.explanation)
            for part in each.explanation.parts or (each.explanation,):
                said = screen.value(words[part.text].sentence)
                screen.line(f"  {screen.word('explain', part.verdict)}: {said}")
        for fault in each.faults:
            screen.line(f"  {fault.told.in_(screen.language)}")


def _records(screen: Screen, found: Provenance) -> None:
    heads = ("record", "source", "batch", "label", "row", "updated", "method")
    rows = [
        (each.record_id, each.source, each.batch, each.label, each.row, each.updated_at, each.method)
        for each in found.records
    ]
    screen.table("records", heads, rows)
    origins = [
        (each.table, each.source, each.batch, each.label, each.rows, each.first, each.last) for each in found.rows
    ]
    if origins:
        screen.table("records", ("table", "source", "batch", "label", "rows", "first", "last"), origins)


def _compared(values: Values, found: SideBySide) -> None:
    screen = values.screen
    heads = (_named(found.left), _named(found.right))
    for group, pairs in found.groups.items():
        rows = [
            (pair.tag.title, values.tag(pair.tag, pair.left), values.tag(pair.tag, pair.right))
            for pair in pairs
            if pair.differs
        ]
        if rows:
            screen.table("compare", (values.word("groups", group), *heads), rows)
    screen.say("compare", "total", different=found.different, alike=found.alike)


def _named(side: Side) -> str:
    return " ".join(part for part in (side.header.customer_id, side.header.name) if part)
