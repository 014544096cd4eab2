"""The commands of data coming in: sources and how they stand, a file imported in one go, forms."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from portraits.cli.options import HERE, Folder, Json, opened, who
from portraits.cli.screen import Screen
from portraits.cli.watching import watching

if TYPE_CHECKING:
    from portraits.app.data.dry_run import DryRun
    from portraits.app.data.forms import FormLine
    from portraits.app.data.standing import SourceLine
    from portraits.engine.imports import Import
    from portraits.engine.workspace import Workspace


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("import")(import_file)
    app.command("sources")(sources)
    for command in (imports, forms):
        app.command()(command)


def import_file(
    file: Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False)],
    table: Annotated[str, typer.Option("--table", metavar="TABLE")] = "",
    source: Annotated[str, typer.Option("--source", metavar="NAME")] = "",
    yes: Annotated[bool, typer.Option("--yes", "-y")] = False,
    workspace: Folder = HERE,
    as_json: Json = False,
) -> None:
    """Import a file."""
    from portraits.app.data import data_records, importing
    from portraits.app.data import imports as use

    place, screen = opened(workspace, as_json)
    number = _prepared(place, file, table, source)
    found = use.check(place, number, now=datetime.now(UTC))
    _proposed(screen.aside(), place, number, found)
    if not (yes or _agreed(screen)):
        use.drop(place, number, **who())
        screen.aside().say("import", "left")
        return
    with watching(screen) as progress:
        importing.carry_out(place, number, progress, **who())
    view = use.import_view(place, number)
    screen.show(view, lambda screen, view: _done(screen, view.about), data_records.import_)


def sources(workspace: Folder = HERE, as_json: Json = False) -> None:
    """List sources."""
    from portraits.app.data import data_records, standing

    place, screen = opened(workspace, as_json)
    screen.show(standing.standing(place, now=datetime.now(UTC)), _sources, data_records.sources)


def imports(
    undo: Annotated[int, typer.Option("--undo", metavar="IMPORT")] = 0,
    workspace: Folder = HERE,
    as_json: Json = False,
) -> None:
    """List imports."""
    from portraits.app.data import data_records, importing
    from portraits.app.data import imports as use

    place, screen = opened(workspace, as_json)
    if undo:
        importing.undo_import(place, undo, **who())
        screen.aside().say("imports", "gone", number=str(undo))
    screen.show(use.imports(place), _listed, data_records.imports)


def forms(workspace: Folder = HERE, as_json: Json = False) -> None:
    """List forms."""
    from portraits.app.data import data_records
    from portraits.app.data import forms as use

    place, screen = opened(workspace, as_json)
    screen.show(use.forms(place), _forms, data_records.forms)


def _prepared(place: Workspace, file: Path, table: str, name: str) -> int:
    """An import with every proposal accepted; it is dropped where the file cannot be used so."""
    from portraits.app.data import imports as use
    from portraits.app.data import uploads
    from portraits.app.data.proposals import accept_proposals
    from portraits.vocabulary.errors import PortraitsError

    signed = who()
    made = uploads.upload(place, file.name, uploads.chunks_of(file), **signed)
    try:
        accept_proposals(place, made.id, table, name, now=signed["now"])
    except PortraitsError:
        use.drop(place, made.id, **signed)
        raise
    return made.id


def _proposed(screen: Screen, place: Workspace, number: int, found: DryRun) -> None:
    """What the file would become, and what would be rejected."""
    from portraits.app.data import imports as use
    from portraits.vocabulary.tables import TABLES

    plan = use.plan(place, number)
    table = TABLES[str(plan.mapping["table"])]
    screen.say("import", "becomes", table=table.title, name=plan.name)
    screen.table("import", ("column", "expression"), list(plan.mapping["columns"].items()))
    screen.say("import", "rows", read=found.read, lands=found.lands, rejected=found.rejected)
    for each in found.reasons:
        screen.say("import", "reason", rows=each.rows, what=each.example.text, row=str(each.example.row))


def _agreed(screen: Screen) -> bool:
    """Whether the person says yes; where nobody can be asked, nothing is done."""
    if screen.as_json or not sys.stdin.isatty():
        return False
    return typer.confirm(screen.words("import", "ask"), err=True)


def _done(screen: Screen, each: Import) -> None:
    screen.say("import", "done", number=str(each.id), name=str(each.choices["name"]))


def _listed(screen: Screen, found: Sequence[Import]) -> None:
    if not found:
        screen.say("imports", "none")
        return
    rows = [
        (str(each.id), each.file, each.created_at, each.actor, screen.word("imports", each.status)) for each in found
    ]
    screen.table("imports", ("number", "file", "at", "actor", "status"), rows)


def _sources(screen: Screen, found: Sequence[SourceLine]) -> None:
    if not found:
        screen.say("sources", "none")
        return
    rows = [
        (each.name, each.kind, screen.word("sources", each.state), each.rows, each.rejected, each.days)
        for each in found
    ]
    screen.table("sources", ("name", "kind", "state", "rows", "rejected", "days"), rows)


def _forms(screen: Screen, found: Sequence[FormLine]) -> None:
    if not found:
        screen.say("forms", "none")
        return
    rows = [(line.name, line.form.title, line.address, line.entries, line.waiting, line.reachable) for line in found]
    screen.table("forms", ("name", "title", "address", "entries", "waiting", "open"), rows)
