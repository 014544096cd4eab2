"""The command of segments: which there are, the parts of one, and the grid of RFM."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from portraits.cli.options import HERE, Folder, Json, opened
from portraits.cli.screen import Screen
from portraits.cli.values import Values

if TYPE_CHECKING:
    from portraits.app.segments import Cell, GridView, SegmentLine, SegmentView


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(segments)


def segments(
    name: Annotated[str, typer.Argument(metavar="SEGMENT")] = "",
    grid: Annotated[bool, typer.Option("--grid")] = False,
    workspace: Folder = HERE,
    as_json: Json = False,
) -> None:
    """List the segments, or tell of one."""
    from portraits.app import records
    from portraits.app import segments as use

    place, screen = opened(workspace, as_json)
    if grid:
        drawn = use.grid(place, name or "rfm")
        screen.show(drawn, lambda screen, found: _grid(screen, Values.of(place, screen), found))
    elif name:
        told = use.segment(place, name)
        cells = use.grid(place, name).cells if told.line.kind == "rfm" else ()
        screen.show(
            told,
            lambda screen, found: _segment(screen, Values.of(place, screen), found),
            lambda found: records.segment(found, cells),
        )
    else:
        screen.show(use.segments(place), _segments, records.segments)


def _segments(screen: Screen, found: Sequence[SegmentLine]) -> None:
    rows = [(each.name, each.title, each.kind, each.parts, each.customers, f"{each.share:.0%}") for each in found]
    screen.table("segments", ("segment", "title", "kind", "parts", "customers", "share"), rows)


def _segment(screen: Screen, values: Values, found: SegmentView) -> None:
    screen.line(f"{found.line.name} · {screen.value(found.line.title)}")
    if found.line.why.en:
        screen.line(screen.value(found.line.why))
    heads = ["part", "title", "customers", "share"]
    rows: list[list[object]] = [[each.value, each.title, each.customers, f"{each.share:.1%}"] for each in found.parts]
    if found.money:
        heads += ["money", "money_share"]
        for row, each in zip(rows, found.parts, strict=True):
            row += [values.tag(found.money, each.money), f"{each.money_share or 0:.1%}"]
    screen.table("segments", heads, rows)
    for each in found.parts:
        if each.meaning.en or each.action.en:
            title, meaning, action = map(screen.value, (each.title, each.meaning, each.action))
            screen.say("segments", "does", title=title, meaning=meaning, action=action)
    screen.say("segments", "as_of", n=found.line.customers, base=found.line.base, as_of=found.as_of, run=str(found.run))


def _grid(screen: Screen, values: Values, found: GridView) -> None:
    """Recency down, frequency and money across; each cell its part, its customers and their share."""
    screen.line(f"{found.name} · {screen.value(found.title)}")
    scores = range(1, found.into + 1)
    rows = []
    for r in reversed(scores):
        row = sorted((cell for cell in found.cells if cell.r == r), key=lambda cell: cell.score)
        rows.append([f"R {r}", *(_cell(screen, values, found, cell) for cell in row)])
    screen.table("segments", ["", *(f"FM {score}" for score in scores)], rows)
    screen.say("segments", "grid_of", as_of=found.as_of, run=str(found.run))


def _cell(screen: Screen, values: Values, found: GridView, cell: Cell) -> str:
    lines = [screen.value(found.titles[cell.part]), f"{cell.customers:,} · {cell.share:.1%}"]
    return "\n".join([*lines, values.tag(found.money, cell.mean_money)])
