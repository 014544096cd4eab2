"""Quality as pages: how good the data is, one rule with its bad rows, and the form of a rule."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import FileResponse, JSONResponse, Response
from starlette.background import BackgroundTask

from portraits.api.actor import actor
from portraits.api.receiving import BoundedForm, prefixed
from portraits.app.audiences.audiences import Exported
from portraits.app.editing import fingerprint
from portraits.app.exports import FORMATS, format_of
from portraits.app.quality import rulebook
from portraits.app.quality.failing import export_failing, failing
from portraits.app.quality.rulebook import Trial
from portraits.app.quality.scores import QualityView, RuleLine, quality, quality_rule
from portraits.app.quality.stopped import export_stopped, stopped, stopped_rows
from portraits.insights.quality import DIMENSIONS
from portraits.tags.order import misnamed
from portraits.vocabulary.errors import Busy, DefinitionError, PortraitsError
from portraits.vocabulary.tables import TABLES
from portraits.web.frame import Frame
from portraits.web.page import Page
from portraits.web.pages.data import see
from portraits.web.pages.person import number as number_of
from portraits.web.quality_charts import bad_rows, course, good, squares
from portraits.web.quality_form import meant, placed, written

HOME = "/data/quality"
NAMELESS = "rule_as_it_is_written"


@dataclass(frozen=True)
class Written:
    """The form of a rule as it stands: what is typed, what was there before, and what is said back."""

    name: str
    new: bool
    inputs: Mapping[str, str]
    before: Mapping[str, Any] = field(default_factory=dict)
    seen: str = ""
    trial: Trial | None = None
    error: PortraitsError | None = None

    @property
    def values(self) -> dict[str, Any]:
        """The keys that the inputs mean."""
        return meant(self.inputs, self.before)


def routes(frame: Frame) -> APIRouter:
    """The pages of quality."""
    router = APIRouter()
    _summary(router, frame)
    _one_rule(router, frame)
    _stopped(router, frame)
    _bad_rows(router, frame)
    _writing(router, frame)
    _switching(router, frame)
    return router


def _summary(router: APIRouter, frame: Frame) -> None:
    @router.get(HOME)
    def shown(request: Request, source: str = "", dimension: str = "") -> Response:
        page, view = frame.page(request), quality(frame.workspace)
        table = squares(page, view) if view.sources else None
        drawn, found = course(page, view.course), _chosen(view, source, dimension)
        return frame.render(
            page,
            "quality.html",
            view=view,
            build=stopped(frame.workspace),
            table=table,
            chart=drawn,
            rules=[each for each in found if each.score.bad or source or dimension],
            kept=[each for each in found if not (each.score.bad or source or dimension)],
            silent=[each for each in view.rules if each.state in ("unjudged", "retired")],
            specs={each.id: each.spec() for each in (table, drawn) if each},
            source=source,
            dimension=dimension if dimension in DIMENSIONS else "",
            tables=TABLES,
            good=good,
        )


def _one_rule(router: APIRouter, frame: Frame) -> None:
    @router.get(f"{HOME}/rules/{{name}}")
    def one(request: Request, name: str, source: str = "", page: str = "1") -> Response:
        this, view = frame.page(request), quality_rule(frame.workspace, name)
        rows = failing(frame.workspace, name, source, number_of(page)) if view.run else None
        return frame.render(
            this,
            "quality_rule.html",
            view=view,
            rows=rows,
            said=() if view.line.rule.faults() else rulebook.said(view.line.rule),
            written=bool(fingerprint(frame.workspace, rulebook.FAMILY, name)),
            formats=FORMATS,
            source=source,
            tables=TABLES,
            good=good,
            bad_rows=bad_rows,
        )


def _stopped(router: APIRouter, frame: Frame) -> None:
    @router.get(f"{HOME}/stopped/{{name}}")
    def one(request: Request, name: str, source: str = "", page: str = "1") -> Response:
        rows = stopped_rows(frame.workspace, name, source, number_of(page))
        return frame.render(
            frame.page(request),
            "quality_stopped.html",
            rows=rows,
            known=rulebook.is_rule(frame.workspace, name),
            formats=FORMATS,
            tables=TABLES,
            good=good,
        )


def _bad_rows(router: APIRouter, frame: Frame) -> None:
    for part, use in (("rules", export_failing), ("stopped", export_stopped)):
        _exporting(router, frame, part, use)


def _exporting(router: APIRouter, frame: Frame, part: str, use: Callable[..., Exported]) -> None:
    @router.post(f"{HOME}/{part}/{{name}}/export")
    def exported(name: str, format: Annotated[str, Form()] = "csv", source: Annotated[str, Form()] = "") -> Response:
        kind = format_of(Path(f"x.{format}"))
        folder = Path(tempfile.mkdtemp(prefix="portraits-export-"))
        path = folder / f"{name}.{kind}"
        try:
            use(frame.workspace, name, path, kind, source, actor=actor(), now=datetime.now(UTC))
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        gone = BackgroundTask(shutil.rmtree, folder, ignore_errors=True)
        return FileResponse(path, filename=path.name, background=gone)


def _chosen(view: QualityView, source: str, dimension: str) -> list[RuleLine]:
    """The rules that judged rows, of one source or dimension where they are named."""
    return [
        each
        for each in view.rules
        if each.state not in ("unjudged", "retired")
        and dimension in ("", each.rule.dimension)
        and (not source or any(found.source == source for found in each.sources))
    ]


def _writing(router: APIRouter, frame: Frame) -> None:
    @router.get(f"{HOME}/new")
    def fresh(request: Request, table: str = "people") -> Response:
        started = {"table": table if table in TABLES else "people", "dimension": "validity", "warn_below": "95"}
        return _form(frame, request, Written("", True, started))

    @router.post(f"{HOME}/new")
    def made(request: Request, sent: BoundedForm) -> Response:
        return _saved(frame, request, _of(frame, prefixed(sent, ""), ""), prefixed(sent, "").get("do", ""))

    @router.get(f"{HOME}/rules/{{name}}/edit")
    def opened(request: Request, name: str) -> Response:
        before = rulebook.rule_definition(frame.workspace, name)
        seen = fingerprint(frame.workspace, rulebook.FAMILY, name)
        return _form(frame, request, _tried(frame, Written(name, False, written(before), before, seen)))

    @router.post(f"{HOME}/rules/{{name}}/edit")
    def changed(request: Request, name: str, sent: BoundedForm) -> Response:
        return _saved(frame, request, _of(frame, prefixed(sent, ""), name), prefixed(sent, "").get("do", ""))

    @router.post(f"{HOME}/try")
    def tried(request: Request, sent: BoundedForm) -> Response:
        told = prefixed(sent, "")
        page, form = frame.page(request), _tried(frame, _of(frame, told, told.get("edited", "")))
        html = frame.fragment(page, "quality_trial.html", **_parts(page, form))
        return JSONResponse({"html": html, "faults": _faults(page, form)})


def _switching(router: APIRouter, frame: Frame) -> None:
    def switch(path: str, change: Callable[..., None], then: str) -> None:
        @router.post(f"{HOME}/rules/{{name}}/{path}")
        def changed(name: str) -> Response:
            change(frame.workspace, name, actor=actor(), now=datetime.now(UTC))
            return see(then.format(name=name))

    switch("retire", rulebook.retire_rule, f"{HOME}/rules/{{name}}")
    switch("restore", rulebook.restore_rule, f"{HOME}/rules/{{name}}")
    switch("remove", rulebook.remove_rule, HOME)


def _of(frame: Frame, told: Mapping[str, str], name: str) -> Written:
    """The form that was sent."""
    inputs = {key.removeprefix("f."): value for key, value in told.items() if key.startswith("f.")}
    if name and rulebook.is_rule(frame.workspace, name):
        before = rulebook.rule_definition(frame.workspace, name)
        return Written(name, False, inputs, before, told.get("seen", ""))
    return Written(told.get("name", "").strip(), True, inputs)


def _saved(frame: Frame, request: Request, form: Written, do: str) -> Response:
    if do == "preview":
        return _form(frame, request, _tried(frame, form))
    who: dict[str, Any] = {"actor": actor(), "now": datetime.now(UTC)}
    try:
        if form.new:
            rulebook.create_rule(frame.workspace, form.name, form.values, **who)
        else:
            rulebook.edit_rule(frame.workspace, form.name, form.values, seen=form.seen, **who)
    except Busy as error:
        # Whoever saves again has seen that somebody else did.
        seen = fingerprint(frame.workspace, rulebook.FAMILY, form.name)
        return _form(frame, request, replace(form, seen=seen, error=error))
    except PortraitsError as error:
        return _form(frame, request, replace(form, error=error))
    return see(f"{HOME}/rules/{form.name}")


def _tried(frame: Frame, form: Written) -> Written:
    """The form with what its rule would find; it can be tried before it has a name."""
    name = NAMELESS if form.new and (misnamed(form.name) or rulebook.is_rule(frame.workspace, form.name)) else form.name
    try:
        return replace(form, trial=rulebook.try_rule(frame.workspace, name, form.values))
    except PortraitsError as error:
        return replace(form, error=error)


def _form(frame: Frame, request: Request, form: Written) -> Response:
    page = frame.page(request)
    status = HTTPStatus(form.error.status) if form.error else HTTPStatus.OK
    return frame.render(page, "quality_form.html", status, **_parts(page, form))


def _parts(page: Page, form: Written) -> dict[str, Any]:
    general = [] if isinstance(form.error, DefinitionError) or not form.error else [page.told(form.error.phrases[0])]
    return {
        "form": form,
        "faults": _faults(page, form),
        "general": general,
        "tables": TABLES,
        "dimensions": DIMENSIONS,
        "columns": TABLES.get(form.inputs.get("table", ""), TABLES["people"]).columns,
        "good": good,
        "bad_rows": bad_rows,
    }


def _faults(page: Page, form: Written) -> dict[str, list[str]]:
    found = form.error.faults if isinstance(form.error, DefinitionError) else form.trial.faults if form.trial else ()
    return placed(found, page.told)
