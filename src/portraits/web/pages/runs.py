"""Runs as pages: the list, one run in full, two compared, and the way back with what it would change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus
from itertools import pairwise
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from portraits.api.actor import actor
from portraits.app.jobs.jobs import start
from portraits.app.runs.diff import Drift, RunDifference, TagChange, diff, drift, titles
from portraits.app.runs.runs import RunLine, report, rollback, runs
from portraits.app.said import Quantity
from portraits.app.segments.moves import asked_pair
from portraits.app.segments.segments import segments
from portraits.vocabulary.tables import TABLES
from portraits.vocabulary.text import Text
from portraits.vocabulary.types import Type
from portraits.web.charts import Chart, Series
from portraits.web.frame import Frame
from portraits.web.joblines import stage_words
from portraits.web.page import Page

Before = Annotated[int, Query(alias="from")]
After = Annotated[int, Query(alias="to")]

MINUTE = 60
NAMES = 24  # definitions that are named before they are only counted
TAGS = 30  # tags shown by drift; the rest are stable in any case that matters
FLOWS = 8
EPOCH = date(1970, 1, 1)
SHORT = {"stable": "stable", "moved": "moved", "another population": "another"}


@dataclass(frozen=True)
class TagRow:
    """A tag by its drift, in words."""

    name: str
    title: str
    index: str
    level: str
    known: tuple[str, str]
    means: tuple[str, str]
    here: bool


@dataclass(frozen=True)
class TableRow:
    """A table with its rows in both runs."""

    title: str
    before: str
    after: str
    change: str


def routes(frame: Frame) -> APIRouter:
    """The pages of runs."""
    router = APIRouter()
    _compared(router, frame)
    _looking(router, frame)
    _doing(router, frame)
    return router


def _looking(router: APIRouter, frame: Frame) -> None:
    @router.get("/runs")
    def listed(request: Request) -> Response:
        page, found = frame.page(request), runs(frame.workspace)
        return frame.render(page, "runs.html", lines=found, before=_befores(found), took=_taking(page))

    @router.get("/runs/{number}")
    def shown(request: Request, number: int) -> Response:
        page, found = frame.page(request), report(frame.workspace, number)
        longest = max((stage.seconds for stage in found.stages), default=0.0) or 1.0
        return frame.render(
            page,
            "run.html",
            found=found,
            info=found.line.info,
            took=_taking(page),
            stages=[(stage_words(page, each.name), each, each.seconds / longest) for each in found.stages],
            tables=[(_table(page, name), rows) for name, rows in found.line.info.rows.items() if name in TABLES],
            changes={kind: getattr(found.changes, kind) for kind in ("added", "changed", "removed")}
            if found.changes
            else {},
            most=NAMES,
        )


def _compared(router: APIRouter, frame: Frame) -> None:
    @router.get("/runs/compare")
    def compared(request: Request, before: Before = 0, after: After = 0, tag: str = "") -> Response:
        page, known = frame.page(request), runs(frame.workspace)
        ends = asked_pair(frame.workspace, before, after)
        found = diff(frame.workspace, *ends) if ends[0] != ends[1] else None
        view = _difference(frame, page, found, tag) if found else {"specs": {}, "chart": None}
        return frame.render(page, "compare_runs.html", known=known, ends=ends, found=found, **view)


def _doing(router: APIRouter, frame: Frame) -> None:
    @router.post("/runs/build")
    def build() -> Response:
        job = start(frame.workspace, "build", {}, actor=actor(), now=datetime.now(UTC))
        return RedirectResponse(f"/jobs/{job.id}", HTTPStatus.SEE_OTHER)

    @router.get("/runs/{number}/rollback")
    def asked(request: Request, number: int) -> Response:
        page, known = frame.page(request), {line.info.number: line for line in runs(frame.workspace)}
        then = report(frame.workspace, number).line
        now = next((line for line in known.values() if line.current), None)
        found = diff(frame.workspace, now.info.number, number) if now and now != then else None
        names = titles(frame.workspace)
        return frame.render(
            page,
            "rollback.html",
            then=then.info,
            now=now.info if now else None,
            found=found,
            rows=list(_tables(page, found.rows)) if found else [],
            gone=[_tag(page, names, name) for name in found.removed_tags] if found else [],
            back=[_tag(page, names, name) for name in found.added_tags] if found else [],
        )

    @router.post("/runs/{number}/rollback")
    def done(number: int) -> Response:
        rollback(frame.workspace, number, actor=actor(), now=datetime.now(UTC))
        return RedirectResponse("/runs", HTTPStatus.SEE_OTHER)


def _befores(lines: list[RunLine]) -> dict[int, int]:
    """Each run and the one before it."""
    numbers = [line.info.number for line in lines]
    return dict(pairwise(numbers))


def _taking(page: Page) -> Any:
    """How a length of time is written."""

    def took(seconds: float) -> str:
        if seconds < MINUTE:
            return page.t("runs.seconds", s=round(seconds, 1 if seconds >= 1 else 2))
        minutes, rest = divmod(round(seconds), MINUTE)
        return page.t("runs.minutes", m=minutes, s=rest)

    return took


def _difference(frame: Frame, page: Page, found: RunDifference, wanted: str) -> dict[str, Any]:
    names = titles(frame.workspace)
    shared = [change.tag for change in found.tags]
    chosen = wanted or next((change.tag for change in found.tags if change.stability), "")
    drifted = drift(frame.workspace, chosen, found.before.number, found.after.number) if chosen in shared else None
    chart = _distribution(page, found, drifted, _tag(page, names, chosen)) if drifted and drifted.bars else None
    called = {line.name: line.title for line in segments(frame.workspace)}
    moved = _moved(found)
    unstable = [change for change in found.tags if change.level and change.level != "stable"]
    shown = found.tags[: max(TAGS, len(unstable))]
    return {
        "rows": [row for row in _tables(page, found.rows) if row.change != page.write(0)],
        "tags": [_tag_row(page, names, change, found, chosen) for change in shown],
        "more": len(found.tags) - len(shown),
        "drifted": len(unstable),
        "chart": chart,
        "chosen": _tag(page, names, chosen),
        "hidden": bool(drifted and not drifted.bars),
        "specs": {chart.id: chart.spec()} if chart else {},
        "added": [_tag(page, names, name) for name in found.added_tags],
        "removed": [_tag(page, names, name) for name in found.removed_tags],
        "moved": [(name, page.text(called.get(name) or Text(en=name, zh=name)), n) for name, n in moved.items()],
        "moves": sum(moved.values()),
    }


def _moved(found: RunDifference) -> Mapping[str, int]:
    """Segment -> how many went from one of its parts to another."""
    moved: dict[str, int] = {}
    for move in found.moves:
        inside = move.before is not None and move.after is not None and move.before != move.after
        moved[move.segment] = moved.get(move.segment, 0) + (move.customers if inside else 0)
    return moved


def _tag(page: Page, names: Mapping[str, Text], name: str) -> str:
    return page.text(names[name]) if name in names else name


def _tag_row(page: Page, names: Mapping[str, Text], change: TagChange, found: RunDifference, chosen: str) -> TagRow:
    temporal = Type(found.after.figures["tags"][change.tag]).temporal
    known = (page.write(Quantity(share, "share")) for share in (change.coverage_before, change.coverage_after))
    return TagRow(
        name=change.tag,
        title=_tag(page, names, change.tag),
        index="–" if change.stability is None else page.write(round(change.stability, 3)),
        level=SHORT[change.level] if change.level else "",
        known=(next(known), next(known)),
        means=(_mean(page, change.mean_before, temporal), _mean(page, change.mean_after, temporal)),
        here=change.tag == chosen,
    )


def _mean(page: Page, mean: float | None, temporal: bool) -> str:
    return page.write(EPOCH + timedelta(days=mean) if temporal and mean is not None else mean)


def _tables(page: Page, rows: Mapping[str, tuple[int, int]]) -> Iterator[TableRow]:
    for name, (before, after) in rows.items():
        if name in TABLES or name == "customers":
            change = page.write(after - before)
            signed = f"+{change}" if after > before else change
            yield TableRow(_table(page, name), page.write(before), page.write(after), signed)


def _table(page: Page, name: str) -> str:
    return page.text(TABLES[name].title) if name in TABLES else page.t(f"runs.{name}")


def _distribution(page: Page, found: RunDifference, drifted: Drift, title: str) -> Chart:
    """The shares of the bars in both runs, the later one solid, the earlier one dashed."""
    labels = [_bar(page, drifted, place) for place in range(len(drifted.bars))]
    level = SHORT[drifted.change.level] if drifted.change.level else "rare"
    sides = [(found.after.number, 2), (found.before.number, 1)]
    return Chart(
        id="distribution",
        kind="columns",
        title=page.t(f"drift.finding_{level}", tag=title),
        about=page.t("drift.distribution", tag=title),
        head=page.t("drift.value"),
        labels=labels,
        notes=[""] * len(labels),
        series=[_side(page, number, [bar[place] for bar in drifted.bars]) for number, place in sides],
        extra={"suffix": "%"},
    )


def _side(page: Page, number: int, counts: list[int]) -> Series:
    whole = sum(counts) or 1
    shares = [count / whole for count in counts]
    texts = [page.write(Quantity(share, "share")) for share in shares]
    return Series(page.t("drift.run_before", n=number), [100 * share for share in shares], texts)


def _bar(page: Page, drifted: Drift, place: int) -> str:
    value, numbers = drifted.bars[place][0], drifted.kind.numeric or drifted.kind.temporal
    if value is None:
        return page.t("drift.above" if numbers else "drift.rest")
    if drifted.kind.temporal:
        return page.t("drift.upto", value=EPOCH + timedelta(days=float(value)))
    return page.t("drift.upto", value=round(value, 2)) if numbers else page.write(value)
