"""The import wizard as pages: a page a step, each of which survives a reload and works without scripts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.datastructures import FormData

from portraits.api.actor import actor
from portraits.api.receiving import BoundedForm, chunks, prefixed, sent, text
from portraits.app.data import importing, imports, uploads
from portraits.app.data.blank import blank
from portraits.app.data.imports import STEPS, ImportView, Step
from portraits.app.jobs.jobs import Job
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import NotFound, PortraitsError
from portraits.vocabulary.phrase import say
from portraits.vocabulary.tables import TABLES
from portraits.web.frame import Frame
from portraits.web.pages.data import download, see
from portraits.web.pages.import_steps import shown_step, written

Choose = Callable[[Workspace, int, FormData], object]


def routes(frame: Frame) -> APIRouter:
    """The pages of the wizard."""
    router = APIRouter()
    _uploading(router, frame)
    _stepping(router, frame)
    _choosing(router, frame)
    _ending(router, frame)
    return router


def _uploading(router: APIRouter, frame: Frame) -> None:
    @router.get("/data/import")
    def begun(request: Request) -> Response:
        return _upload_page(frame, request)

    @router.post("/data/import")
    def uploaded(request: Request, form: BoundedForm) -> Response:
        try:
            file = sent(form)
            name = file.filename or ""
            made = uploads.upload(frame.workspace, name, chunks(file), actor=actor(), now=datetime.now(UTC))
        except PortraitsError as error:
            return _upload_page(frame, request, error)
        return see(f"/data/import/{made.id}")

    @router.get("/data/import/template/{table}.csv")
    def template(request: Request, table: str) -> Response:
        return download(blank(table, frame.page(request).language), f"{table}.csv")


def _upload_page(frame: Frame, request: Request, error: PortraitsError | None = None) -> Response:
    status = HTTPStatus(error.status) if error else HTTPStatus.OK
    found = imports.imports(frame.workspace)
    most = uploads.LARGEST >> 20
    view = {"imports": found[:20], "tables": TABLES, "error": error, "most": most, "steps": STEPS}
    return frame.render(frame.page(request), "import_upload.html", status, **view)


def _choosing(router: APIRouter, frame: Frame) -> None:
    @router.post("/data/import/{number:int}/{step}")
    def chosen(request: Request, number: int, step: str, form: BoundedForm) -> Response:
        if step not in _CHOICES:
            raise NotFound(say("There is no step {step}.", step=step))
        try:
            job = _CHOICES[step](frame.workspace, number, form)
        except PortraitsError as error:
            view = imports.import_view(frame.workspace, number)
            if view.about.status not in ("open", "failed"):
                raise
            return shown_step(frame, request, view, _reached(view, step), error=error, form=form)
        return see(f"/jobs/{job.id}" if isinstance(job, Job) else f"/data/import/{number}")


def _stepping(router: APIRouter, frame: Frame) -> None:
    @router.get("/data/import/{number:int}")
    def resumed(request: Request, number: int) -> Response:
        view = imports.import_view(frame.workspace, number)
        if view.about.status in ("open", "failed"):
            return see(f"/data/import/{number}/{view.step}")
        return frame.render(frame.page(request), "import_done.html", view=view, steps=STEPS)

    @router.get("/data/import/{number:int}/{step}")
    def step(request: Request, number: int, step: str, table: str = "") -> Response:
        view = imports.import_view(frame.workspace, number)
        wanted = _reached(view, step)
        if wanted != step:
            return see(f"/data/import/{number}" if wanted == "done" else f"/data/import/{number}/{wanted}")
        return shown_step(frame, request, view, wanted, table=table)

    @router.get("/data/import/{number:int}/check/failed.csv")
    def failed(request: Request, number: int) -> Response:
        language = frame.page(request).language
        with TemporaryDirectory() as folder:
            path = Path(folder) / "failed.csv"
            imports.export_failures(frame.workspace, number, path, language, now=datetime.now(UTC))
            return download(path.read_bytes(), f"import-{number}-failed.csv")


def _ending(router: APIRouter, frame: Frame) -> None:
    @router.post("/data/import/{number:int}/end/undo")
    def undone(number: int) -> Response:
        importing.undo_import(frame.workspace, number, actor=actor(), now=datetime.now(UTC))
        return see(f"/data/import/{number}")

    @router.post("/data/import/{number:int}/end/drop")
    def dropped(number: int) -> Response:
        imports.drop(frame.workspace, number, actor=actor(), now=datetime.now(UTC))
        return see("/data/import")


def _reached(view: ImportView, step: str) -> Step | str:
    """The step that can be shown: the one asked for, unless another must be done first."""
    if view.about.status not in ("open", "failed"):
        return "done"
    known = step in STEPS and step not in ("upload", *view.skipped)
    return step if known and STEPS.index(view.step) >= STEPS.index(_step(step)) else view.step


def _step(name: str) -> Step:
    return next(step for step in STEPS if step == name)


def _sheet(workspace: Workspace, number: int, form: FormData) -> None:
    imports.choose_sheet(workspace, number, text(form, "sheet"), text(form, "inside"), now=datetime.now(UTC))


def _header(workspace: Workspace, number: int, form: FormData) -> None:
    reading: dict[str, Any] = {name: text(form, name) for name in ("encoding", "delimiter", "decimal")}
    reading["delimiter"] = {"tab": "\t"}.get(reading["delimiter"], reading["delimiter"])
    reading["header"] = {"yes": True, "no": False}.get(text(form, "header"))
    skip = text(form, "skip").strip()
    reading["skip"] = int(skip) if skip.isdecimal() and len(skip) < 7 else skip
    imports.choose_reading(workspace, number, reading, now=datetime.now(UTC))


def _columns(workspace: Workspace, number: int, form: FormData) -> None:
    imports.choose_columns(
        workspace,
        number,
        text(form, "table"),
        written(form),
        where=text(form, "where"),
        dates=prefixed(form, "date."),
        now=datetime.now(UTC),
    )


def _values(workspace: Workspace, number: int, form: FormData) -> None:
    said: dict[str, dict[str, str]] = {}
    words = prefixed(form, "word.")
    for name, value in prefixed(form, "value.").items():
        said.setdefault(name.rpartition(".")[0], {})[value] = words.get(name, "")
    imports.choose_values(workspace, number, said, now=datetime.now(UTC))


def _check(workspace: Workspace, number: int, form: FormData) -> None:
    imports.accept_check(workspace, number, now=datetime.now(UTC))


def _review(workspace: Workspace, number: int, form: FormData) -> object:
    imports.name_source(workspace, number, text(form, "name").strip(), now=datetime.now(UTC))
    return importing.begin_import(workspace, number, actor=actor(), now=datetime.now(UTC))


_CHOICES: Mapping[str, Choose] = {
    "sheet": _sheet,
    "header": _header,
    "columns": _columns,
    "values": _values,
    "check": _check,
    "review": _review,
}
