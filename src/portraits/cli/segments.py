"""The commands of segments: their parts, the grid of RFM, who moved, what tells parts apart, two tags crossed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from portraits.cli.options import HERE, Folder, Json, PageNumber, opened
from portraits.cli.screen import Screen
from portraits.cli.values import Values, valued
from portraits.vocabulary.errors import NotFound
from portraits.vocabulary.phrase import say

if TYPE_CHECKING:
    from portraits.app.reading import TagColumn
    from portraits.app.segments.bins import Bin
    from portraits.app.segments.comparison import Comparison, Difference, Group
    from portraits.app.segments.crosstab import Crossing, Crosstab
    from portraits.app.segments.moves import Movers, Moves
    from portraits.app.segments.segments import Cell, GridView, SegmentLine, SegmentView
    from portraits.engine.workspace import Workspace

RFM = "rfm"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for command in (segments, moves, crosstab):
        app.command()(command)


def segments(
    name: Annotated[str, typer.Argument(metavar="SEGMENT")] = "",
    grid: Annotated[bool, typer.Option("--grid")] = False,
    against: Annotated[str, typer.Option("--against", metavar="f|m|fm")] = "fm",
    compare: Annotated[tuple[str, str], typer.Option("--compare", metavar="PART OTHER")] = ("", ""),
    workspace: Folder = HERE,
    as_json: Json = False,
) -> None:
    """List the segments, tell of one, or of what tells two of its parts apart."""
    from portraits.app import records
    from portraits.app.segments import comparison, segment_records
    from portraits.app.segments import segments as use

    place, screen = opened(workspace, as_json)
    if any(compare):
        found = comparison.compare(place, name or RFM, *compare)
        screen.show(found, valued(place, _apart), segment_records.comparison)
    elif grid:
        drawn = use.grid(place, name or RFM, against)
        screen.show(drawn, valued(place, _grid))
    elif name:
        _show_one(place, screen, name, against)
    else:
        screen.show(use.segments(place), _segments, records.segments)


def _show_one(workspace: Workspace, screen: Screen, name: str, against: str) -> None:
    from portraits.app import records
    from portraits.app.segments import segments as use

    told = use.segment(workspace, name)
    cells = use.grid(workspace, name, against).cells if told.line.kind == "rfm" else ()
    screen.show(
        told,
        valued(workspace, _segment),
        lambda found: records.segment(found, cells),
    )


def moves(
    name: Annotated[str, typer.Argument(metavar="SEGMENT")],
    before: Annotated[int, typer.Option("--from", metavar="RUN")] = 0,
    after: Annotated[int, typer.Option("--to", metavar="RUN")] = 0,
    behind: Annotated[tuple[str, str], typer.Option("--behind", metavar="PART PART")] = ("", ""),
    page: PageNumber = 1,
    workspace: Folder = HERE,
    as_json: Json = False,
) -> None:
    """Show who went from which part to which between two runs, or the customers behind one move."""
    from portraits.app.segments import moves as use
    from portraits.app.segments import segment_records

    place, screen = opened(workspace, as_json)
    runs = use.asked_pair(place, before, after)
    if not all(runs):
        raise NotFound(say("There are no two runs to compare yet."), say("Run `portraits build` again."))
    if any(behind):
        leaving, reaching = (part or None for part in behind)
        screen.show(use.movers(place, name, *runs, leaving, reaching, page), _movers, segment_records.movers)
    else:
        screen.show(use.moves(place, name, *runs), _moves, segment_records.moves)


def crosstab(
    rows: Annotated[str, typer.Argument(metavar="TAG")],
    columns: Annotated[str, typer.Argument(metavar="TAG")],
    metric: Annotated[str, typer.Option("--metric", metavar="TAG")] = "",
    shares: Annotated[bool, typer.Option("--shares")] = False,
    workspace: Folder = HERE,
    as_json: Json = False,
) -> None:
    """Set two tags against each other."""
    from portraits.app.segments import crosstab as use
    from portraits.app.segments import segment_records

    place, screen = opened(workspace, as_json)
    shown = _in_shares if shares else _in_means if metric else _in_counts
    screen.show(
        use.crosstab(place, rows, columns, metric),
        lambda screen, found: _crossed(screen, Values.of(place, screen), found, shown),
        segment_records.crosstab,
    )


def _segments(screen: Screen, found: Sequence[SegmentLine]) -> None:
    rows = [(each.name, each.title, each.kind, each.parts, each.customers, f"{each.share:.0%}") for each in found]
    screen.table("segments", ("segment", "title", "kind", "parts", "customers", "share"), rows)


def _segment(values: Values, found: SegmentView) -> None:
    screen = values.screen
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


def _grid(values: Values, found: GridView) -> None:
    """Recency down, frequency and money across; each cell its part, its customers and their share."""
    screen = values.screen
    screen.line(f"{found.name} · {screen.value(found.title)}")
    scores = range(1, found.into + 1)
    rows = []
    for r in reversed(scores):
        row = sorted((cell for cell in found.cells if cell.r == r), key=lambda cell: cell.score)
        rows.append([f"R {r}", *(_cell(screen, values, found, cell) for cell in row)])
    screen.table("segments", ["", *(f"{found.against.upper()} {score}" for score in scores)], rows)
    screen.say("segments", "grid_of", as_of=found.as_of, run=str(found.run))


def _cell(screen: Screen, values: Values, found: GridView, cell: Cell) -> str:
    part = [screen.value(found.titles[cell.part])] if cell.part else []
    lines = [*part, f"{cell.customers:,} · {cell.share:.1%}"]
    return "\n".join([*lines, values.tag(found.money, cell.mean_money)])


def _apart(values: Values, found: Comparison) -> None:
    """What tells two parts apart: each side's figure, and the first in percent of the second."""
    screen = values.screen
    other = screen.value(found.other.title) if found.other else screen.word("segments", "others")
    sizes = {"n": found.customers, "others": found.others}
    screen.say("segments", "compared", part=found.part.title, other=other, **sizes)
    rows = [
        (_what(screen, values, each), *(_side(values, each, group) for group in (each.first, each.second)), each.index)
        for each in found.differences
    ]
    if rows:
        screen.table("segments", ("tag", "first", "second", "index"), rows)
    else:
        screen.say("segments", "alike")


def _what(screen: Screen, values: Values, each: Difference) -> str:
    title = screen.value(each.tag.title)
    return title if each.value is None else f"{title}: {values.tag(each.tag, each.value)}"


def _side(values: Values, each: Difference, group: Group) -> str:
    return f"{group.figure:.1%}" if each.value is not None else values.tag(each.tag, group.figure)


def _moves(screen: Screen, found: Moves) -> None:
    titles = {
        stop.value: screen.value(stop.title) if stop.title else screen.word("moves", "none") for stop in found.stops
    }
    runs = {"before": str(found.before.number), "after": str(found.after.number)}
    screen.say("moves", "total", stayed=found.stayed, moved=found.moved, **runs)
    rows = [(titles[each.before], titles[each.after], each.customers, f"{each.share:.0%}") for each in found.flows]
    screen.table("moves", ("leaving", "reaching", "customers", "share"), rows)


def _movers(screen: Screen, found: Movers) -> None:
    screen.table("moves", ("customer", "name"), [(each.person.customer_id, each.person.name) for each in found.rows])
    screen.say("moves", "page_of", page=found.page, pages=found.pages, n=found.total)


def _crossed(
    screen: Screen, values: Values, found: Crosstab, shown: Callable[[Values, Crosstab, Crossing], str]
) -> None:
    """One tag down, the other across; customers for whom both are known."""
    across = [_bin(screen, values, found.columns.tag, each) for each in found.columns.bins]
    rows = [
        [
            _bin(screen, values, found.rows.tag, each),
            *(shown(values, found, cell) for cell in row),
            f"{total.customers:,}",
        ]
        for each, row, total in zip(found.rows.bins, found.cells, found.rows.totals, strict=True)
    ]
    screen.line(f"{screen.value(found.rows.tag.title)} × {screen.value(found.columns.tag.title)}")
    screen.table("crosstab", ["", *across, "total"], rows)
    run = {"as_of": found.as_of, "run": str(found.run)}
    screen.say("crosstab", "covers", n=found.total.customers, base=found.base, **run)


def _bin(screen: Screen, values: Values, tag: TagColumn, each: Bin) -> str:
    if each.form == "rest":
        return screen.word("crosstab", "rest")
    if each.form == "value":
        return values.tag(tag, each.value)
    ends = {name: end for name, end in (("low", each.low), ("high", each.high)) if end is not None}
    if not ends:
        return screen.word("crosstab", "all")
    way = "falls" if each.falls else "rises"
    return values.say(f"cuts.{way}_{'_'.join(ends)}", {name: values.tag(tag, end) for name, end in ends.items()})


def _in_counts(values: Values, found: Crosstab, cell: Crossing) -> str:
    return f"{cell.customers:,}"


def _in_shares(values: Values, found: Crosstab, cell: Crossing) -> str:
    return f"{cell.row_share:.1%}"


def _in_means(values: Values, found: Crosstab, cell: Crossing) -> str:
    return values.tag(found.metric, cell.mean) if found.metric else ""
