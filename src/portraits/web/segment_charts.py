"""Segment charts: what parts are worth, how they lie in the grid, who moved, and two tags crossed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from portraits.app.reading import TagColumn
from portraits.app.said import Quantity
from portraits.app.segments.bins import Bin
from portraits.app.segments.crosstab import Crossing, Crosstab, Side, Tally
from portraits.app.segments.moves import Flow, Moves, Stop
from portraits.app.segments.segments import Cell, GridView, PartLine, SegmentView
from portraits.vocabulary.text import Text
from portraits.vocabulary.types import Type
from portraits.web.cells import Shade, Shades, level
from portraits.web.charts import Chart, Series
from portraits.web.page import Page, address


def called(page: Page, tag: TagColumn, value: str | None, title: Text | None) -> str:
    """What a part is called: yes and no by their words, no part by its own."""
    if value is None:
        return page.t("moves.none")
    if tag.type == Type.BOOLEAN and tag.label(value) is None:
        return page.write(value == "true")
    return page.text(title) if title else value


def hue(page: Page, tag: TagColumn, value: str | None) -> int:
    """The colour of a part, the same on every page; 0 is the grey of those in none."""
    return 0 if value is None else page.hue(tag, value)


def worth(page: Page, view: SegmentView) -> Chart | None:
    """The share of the money of each part beside its share of the customers; None where nobody knows the money."""
    parts = [part for part in view.parts if part.customers]
    if not parts or not view.money or not any(part.money_share for part in parts):
        return None
    names = [called(page, view.line.tag, part.value, part.title) for part in parts]
    money_shares = [float(part.money_share or 0) for part in parts]
    best = max(range(len(parts)), key=lambda place: parts[place].money_share or 0)
    return Chart(
        id="worth",
        kind="bars",
        title=page.t("segments.finding", part=names[best], share=parts[best].share, money=parts[best].money_share or 0),
        about=page.t("segments.chart_about"),
        head=page.t("segments.chart_part"),
        labels=names,
        series=[
            _series(page, page.t("segments.chart_money"), [float(part.money or 0) for part in parts], "money"),
            _series(page, page.t("segments.chart_money_share"), money_shares, "share"),
            _series(page, page.t("segments.chart_share"), [float(part.share) for part in parts], "share"),
        ],
    )


def _series(page: Page, name: str, values: Sequence[float], unit: str) -> Series:
    return Series(name, values, [page.write(Quantity(value, unit)) for value in values])


def lattice(page: Page, view: GridView) -> Shades:
    """The grid of an RFM segment: customers and their mean money in every cell."""
    axis = view.against.upper()
    most = max(cell.customers for cell in view.cells)
    best = max(view.cells, key=lambda cell: cell.customers)
    scores = range(1, view.into + 1)
    rows = [[cell for cell in view.cells if cell.r == r] for r in reversed(scores)]
    return Shades(
        id="grid",
        title=page.t("grid.finding", n=best.customers, r=best.r, axis=axis, score=best.score),
        about=page.t("grid.about", best=view.into),
        corner=page.t("grid.corner", axis=axis),
        heads=[page.t("grid.column", axis=axis, score=score) for score in scores],
        rows=[(page.t("grid.row", r=row[0].r), [_cell(page, view, cell, most) for cell in row]) for row in rows],
    )


def _cell(page: Page, view: GridView, cell: Cell, most: int) -> Shade:
    row = page.t("grid.row", r=cell.r)
    column = page.t("grid.column", axis=view.against.upper(), score=cell.score)
    mean = "" if cell.mean_money is None else page.write(Quantity(cell.mean_money, view.money.unit))
    return Shade(
        text=page.write(cell.customers),
        detail=mean,
        level=level(cell.customers, most),
        label=page.t("grid.cell", row=row, column=column),
        rule=cell.rule,
        build=page.t("grid.build", row=row, column=column),
        part=page.text(view.titles[cell.part]) if cell.part else "",
        hue=list(view.titles).index(cell.part) % 16 + 1 if cell.part else 0,
    )


def streams(page: Page, found: Moves) -> Chart:
    """Who went from which part to which, as streams; its table lists the same."""
    names = {stop.value: called(page, found.tag, stop.value, stop.title) for stop in found.stops}
    largest = found.largest
    labels = [_arrow(page, names, flow) for flow in found.flows]
    title = page.t("moves.finding_none")
    if largest:
        ends = {"before": names[largest.before], "after": names[largest.after]}
        title = page.t("moves.finding", n=largest.customers, **ends)
    return Chart(
        id="moves",
        kind="sankey",
        title=title,
        about=page.t("moves.about"),
        head=page.t("moves.flow"),
        labels=labels,
        series=[
            _series(page, page.t("moves.customers"), [flow.customers for flow in found.flows], ""),
            _series(page, page.t("moves.share"), [flow.share for flow in found.flows], "share"),
        ],
        extra={
            "nodes": list(_nodes(page, found, names)),
            "links": [_link(found, flow) for flow in found.flows],
        },
    )


def _arrow(page: Page, names: Mapping[str | None, str], flow: Flow) -> str:
    return page.t("moves.arrow", before=names[flow.before], after=names[flow.after])


def _nodes(page: Page, found: Moves, names: Mapping[str | None, str]) -> Iterator[dict[str, Any]]:
    for side, count in (("before", _before), ("after", _after)):
        for stop in found.stops:
            if count(stop):
                text = f"{names[stop.value]} {page.write(count(stop))}"
                yield {"id": _node(side, stop.value), "text": text, "hue": hue(page, found.tag, stop.value)}


def _before(stop: Stop) -> int:
    return stop.before


def _after(stop: Stop) -> int:
    return stop.after


def _node(side: str, value: str | None) -> str:
    return f"{side}:{value}" if value is not None else side


def _link(found: Moves, flow: Flow) -> dict[str, Any]:
    ends = {"from": _node("before", flow.before), "to": _node("after", flow.after)}
    return {**ends, "n": flow.customers, "href": flow_path(found, flow)}


def flow_path(found: Moves, flow: Flow) -> str:
    """The list of the customers behind a flow."""
    asked = {"from": found.before.number, "to": found.after.number}
    ends = {"leaving": flow.before, "reaching": flow.after}  # left out: in no part
    return address(f"/segments/{found.segment}/moves/customers", {**asked, **ends})


MEASURES = ("customers", "row", "column", "mean")  # what a cross table can show


def crossed(page: Page, found: Crosstab, measure: str) -> Shades:
    """Two tags crossed, each cell shaded by what is asked for."""
    value = _MEASURED[measure]
    values = [value(cell) for row in found.cells for cell in row]
    known = [each for each in values if each is not None]
    least = min(known, default=0.0) if measure == "mean" else 0.0
    heads = [bin_name(page, found.columns.tag, each) for each in found.columns.bins]
    sides = [bin_name(page, found.rows.tag, each) for each in found.rows.bins]
    ends = (least, max(known, default=0.0))

    def line(side: str, row: Sequence[Crossing]) -> list[Shade]:
        pairs = zip(heads, row, strict=True)
        return [_crossing(page, found, measure, cell, (side, head), ends) for head, cell in pairs]

    return Shades(
        id="cross",
        title=_finding(page, found, sides, heads),
        about=page.t("cross.about", rows=page.text(found.rows.tag.title), columns=page.text(found.columns.tag.title)),
        corner=page.t(f"cross.{measure}"),
        heads=heads,
        rows=[(side, line(side, row)) for side, row in zip(sides, found.cells, strict=True)],
        end=page.t("cross.total"),
        ends=list(_totals(page, found, measure, found.rows, "row")),
        feet=[
            *_totals(page, found, measure, found.columns, "column"),
            _total(page, found, measure, found.total, "all"),
        ],
    )


_MEASURED: Mapping[str, Callable[[Crossing], float | None]] = {
    "customers": lambda cell: float(cell.customers),
    "row": lambda cell: cell.row_share,
    "column": lambda cell: cell.column_share,
    "mean": lambda cell: cell.mean,
}


def _crossing(
    page: Page, found: Crosstab, measure: str, cell: Crossing, names: tuple[str, str], ends: tuple[float, float]
) -> Shade:
    row, column = names
    people = page.write(cell.customers)
    texts = {
        "customers": people,
        "row": page.write(Quantity(cell.row_share, "share")),
        "column": page.write(Quantity(cell.column_share, "share")),
        "mean": page.value(found.metric, cell.mean) if found.metric else people,
    }
    return Shade(
        text=texts[measure],
        detail="" if measure == "customers" else people,
        level=level(_MEASURED[measure](cell), ends[1], ends[0]),
        label=page.t("cross.cell", row=row, column=column),
        rule=cell.rule,
        build=page.t("cross.build", row=row, column=column),
    )


def _totals(page: Page, found: Crosstab, measure: str, side: Side, which: str) -> Iterator[str]:
    return (_total(page, found, measure, tally, which) for tally in side.totals)


def _total(page: Page, found: Crosstab, measure: str, tally: Tally, which: str) -> str:
    """The total of a row or a column in the terms of the table: shares add up along one side alone."""
    if measure == "mean" and found.metric:
        return page.value(found.metric, tally.mean)
    if measure == "customers":
        return page.write(tally.customers)
    whole = which in (measure, "all")
    share = 1.0 if whole else tally.customers / (found.total.customers or 1)
    return page.write(Quantity(share, "share"))


def _finding(page: Page, found: Crosstab, sides: Sequence[str], heads: Sequence[str]) -> str:
    peak = found.peak
    lift = found.cells[peak[0]][peak[1]].lift if peak else None
    if not peak or lift is None or lift < _REMARKABLE:
        return page.t("cross.finding_none")
    return page.t("cross.finding", row=sides[peak[0]], column=heads[peak[1]], lift=round(lift, 1))


_REMARKABLE = 1.2  # times as many as would be expected


def bin_name(page: Page, tag: TagColumn, each: Bin) -> str:
    """A bin in words."""
    if each.form == "rest":
        return page.t("cross.rest")
    if each.form == "value":
        return page.value(tag, each.value)
    ends = {name: page.value(tag, end) for name, end in (("low", each.low), ("high", each.high)) if end is not None}
    way = "falls" if each.falls else "rises"
    return page.t(f"cuts.{way}_{'_'.join(ends)}", **ends) if ends else page.t("cross.everyone")


def part_of(view: SegmentView, value: str) -> PartLine | None:
    """The part of that value."""
    return next((part for part in view.parts if part.value == value), None)
