"""The commands of sources: propose a mapping, load, list batches, take one back, mend rejected rows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from portraits.cli.options import HERE, Folder, Json, opened, screen, who
from portraits.cli.screen import Screen
from portraits.cli.watching import watching

if TYPE_CHECKING:
    from portraits.engine.batches import Batch
    from portraits.sources.rejects import Reject

BatchNumber = Annotated[int, typer.Argument(metavar="BATCH")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for command in (suggest, load, batches, undo, rejects, replay):
        app.command()(command)


def suggest(
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    table: Annotated[str, typer.Option("--table", metavar="TABLE")] = "",
    workspace: Folder = HERE,
    as_json: Json = False,
) -> None:
    """Propose a mapping of a file."""
    from portraits.app.data import sources

    screen(as_json).show(
        sources.suggest(file, table, workspace), lambda screen, found: screen.line(found.written(screen.language))
    )


def load(
    names: Annotated[list[str] | None, typer.Argument(metavar="SOURCE")] = None,
    workspace: Folder = HERE,
    as_json: Json = False,
) -> None:
    """Load what is new."""
    from portraits.app.data import sources

    place, screen = opened(workspace, as_json)
    with watching(screen) as progress:
        loaded = sources.load(place, names or (), progress, **who())
    screen.show(loaded, _loaded)


def batches(workspace: Folder = HERE, as_json: Json = False) -> None:
    """List the batches."""
    from portraits.app.data import sources

    place, screen = opened(workspace, as_json)
    screen.show(sources.batches(place), _listed)


def undo(batch: BatchNumber, workspace: Folder = HERE, as_json: Json = False) -> None:
    """Take a batch back."""
    from portraits.app.data import sources

    place, screen = opened(workspace, as_json)
    undone = sources.undo(place, batch, **who())
    screen.show(undone, lambda screen, found: screen.say("undo", "done", batch=str(batch)))


def rejects(
    batch: BatchNumber,
    to: Annotated[Path | None, typer.Option("--to", metavar="FILE")] = None,
    workspace: Folder = HERE,
    as_json: Json = False,
) -> None:
    """Show or export rejected rows."""
    from portraits.app.data import mending, sources

    place, screen = opened(workspace, as_json)
    if to is None:
        screen.show(sources.rejects(place, batch), _rejected)
        return
    written = mending.export_rejects(place, batch, to, **who())
    screen.show(written, lambda screen, n: screen.say("rejects", "wrote", n=n, to=str(to), batch=str(batch)))


def replay(
    batch: BatchNumber,
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    workspace: Folder = HERE,
    as_json: Json = False,
) -> None:
    """Load mended rows."""
    from portraits.app.data import sources

    place, screen = opened(workspace, as_json)
    landed = sources.replay(place, batch, file, **who())
    screen.show([landed], _loaded)


def _loaded(screen: Screen, found: Sequence[Batch]) -> None:
    if not found:
        screen.say("load", "none")
        return
    rows = [(str(b.id), b.source, b.label, b.rows_read, b.rows_landed, b.rows_rejected) for b in found]
    screen.table("load", ("batch", "source", "label", "read", "landed", "rejected"), rows)
    read, landed, rejected = (sum(column) for column in list(zip(*rows, strict=True))[3:])
    screen.say("load", "total", read=read, landed=landed, rejected=rejected)
    for batch in found:
        _noted(screen, batch)
    if rejected:
        screen.say("load", "look")


def _noted(screen: Screen, batch: Batch) -> None:
    """What of a batch became missing values, and what its mappings look for in vain."""
    for field, odd in batch.facts.get("unreadable", {}).items():
        screen.say("load", "unreadable", batch=str(batch.id), field=field, n=odd["n"], example=odd["example"])
    if absent := batch.facts.get("absent"):
        screen.say("load", "absent", batch=str(batch.id), label=batch.label, columns=", ".join(absent))


def _listed(screen: Screen, found: Sequence[Batch]) -> None:
    if not found:
        screen.say("batches", "none")
        return
    columns = ("batch", "source", "label", "loaded_at", "read", "landed", "rejected", "state")
    rows = [
        (str(b.id), b.source, b.label, b.loaded_at, b.rows_read, b.rows_landed, b.rows_rejected, _state(screen, b))
        for b in found
    ]
    screen.table("batches", columns, rows)


def _state(screen: Screen, batch: Batch) -> str:
    return screen.word("batches", "replaced" if batch.replaced_by is not None else batch.status)


def _rejected(screen: Screen, found: Sequence[Reject]) -> None:
    if not found:
        screen.say("rejects", "none")
        return
    rows = [(str(each.row), each.field, each.text, each.raw) for each in found]
    screen.table("rejects", ("row", "field", "reason", "raw"), rows)
