"""Data as pages: the sources and how they stand, the batches, and one batch with its rejected rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from portraits.api.actor import actor
from portraits.api.receiving import BoundedForm, chunks, sent
from portraits.app.data import imports, mending, sources, standing
from portraits.app.data.standing import BatchView
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import PortraitsError
from portraits.vocabulary.tables import TABLES
from portraits.web.frame import Frame
from portraits.web.page import Page
from portraits.web.pages.person import number as number_of

RECENT = 8
DELIMITERS = {",": "comma", "\t": "tab", ";": "semicolon", "|": "bar"}


def routes(frame: Frame) -> APIRouter:
    """The pages of data."""
    router = APIRouter()
    _sources(router, frame)
    _batches(router, frame)
    _changes(router, frame)
    return router


def _sources(router: APIRouter, frame: Frame) -> None:
    @router.get("/data")
    def listed(request: Request) -> Response:
        found = standing.standing(frame.workspace, now=datetime.now(UTC))
        return frame.render(
            frame.page(request),
            "data.html",
            sources=found,
            batches=standing.batch_lines(frame.workspace)[:RECENT],
            imports=[each for each in imports.imports(frame.workspace) if each.status in ("open", "failed", "queued")],
            tables=TABLES,
        )

    @router.get("/data/sources/{name}")
    def shown(request: Request, name: str) -> Response:
        view = standing.source(frame.workspace, name, now=datetime.now(UTC))
        return frame.render(frame.page(request), "source.html", view=view, tables=TABLES)


def _batches(router: APIRouter, frame: Frame) -> None:
    @router.get("/data/batches")
    def listed(request: Request, source: str = "") -> Response:
        lines = standing.batch_lines(frame.workspace, source)
        return frame.render(frame.page(request), "batches.html", lines=lines, source=source)

    @router.get("/data/batches/{number}")
    def shown(request: Request, number: int, at: str = "1") -> Response:
        return _batch(frame, request, number, at)

    @router.get("/data/batches/{number}/rejects.csv")
    def rejected(number: int) -> Response:
        return download(_rejects(frame.workspace, number), f"batch-{number}-rejected.csv")


def _changes(router: APIRouter, frame: Frame) -> None:
    @router.post("/data/batches/{number}/undo")
    def undone(number: int) -> Response:
        sources.undo(frame.workspace, number, actor=actor(), now=datetime.now(UTC))
        return see(f"/data/batches/{number}")

    @router.post("/data/batches/{number}/replay")
    def replayed(request: Request, number: int, form: BoundedForm) -> Response:
        try:
            made = _replay(frame.workspace, number, form)
        except PortraitsError as error:
            return _batch(frame, request, number, "1", error)
        return see(f"/data/batches/{made}")


def _replay(workspace: Workspace, number: int, form: Any) -> int:
    file = sent(form)
    with TemporaryDirectory() as folder:
        mended = Path(folder) / "mended.csv"
        with mended.open("wb") as out:
            out.writelines(chunks(file))
        return sources.replay(workspace, number, mended, actor=actor(), now=datetime.now(UTC)).id


def _rejects(workspace: Workspace, number: int) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"batch-{number}-rejected.csv"
        mending.export_rejects(workspace, number, path, actor=actor(), now=datetime.now(UTC))
        return path.read_bytes()


def _batch(frame: Frame, request: Request, number: int, at: str, error: PortraitsError | None = None) -> Response:
    page = frame.page(request)
    view = standing.batch(frame.workspace, number, number_of(at))
    return frame.render(
        page,
        "batch.html",
        HTTPStatus(error.status) if error else HTTPStatus.OK,
        view=view,
        facts=list(_facts(page, view)),
        error=error,
    )


def _facts(page: Page, view: BatchView) -> Iterator[tuple[str, str]]:
    """What was found in the file: a word and its text."""
    facts = view.line.batch.facts
    for key in ("encoding", "sheet", "skip"):
        if facts.get(key):
            yield key, str(facts[key])
    if mark := facts.get("delimiter"):
        yield "delimiter", page.known("delimiters", DELIMITERS.get(mark, mark))
    if facts.get("decimal") == ",":
        yield "decimal", page.t("delimiters.comma")
    for name, each in (facts.get("dates") or {}).items():
        yield "date", f"{name}: {each['format']} ({', '.join(each.get('examples', ())[:1])})"
    for name, each in (facts.get("unreadable") or {}).items():
        yield "unreadable", page.t("data.unreadable_rows", column=name, n=each["n"], example=str(each["example"]))
    if facts.get("absent"):
        yield "absent", ", ".join(facts["absent"])


def see(path: str) -> Response:
    """To another page, so that a reload asks for nothing twice."""
    return RedirectResponse(path, HTTPStatus.SEE_OTHER)


def download(content: bytes, name: str) -> Response:
    """A CSV file to keep."""
    disposition = f'attachment; filename="{name}"'
    return Response(content, media_type="text/csv; charset=utf-8", headers={"Content-Disposition": disposition})
