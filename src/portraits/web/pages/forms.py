"""Forms as pages: the list of them, and the builder, which needs no code and no script."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.datastructures import FormData

from portraits.api.actor import actor
from portraits.api.receiving import BoundedForm, text
from portraits.app.data import forms
from portraits.app.data.forms import FormLine
from portraits.app.reading import defined
from portraits.sources.forms import Form, SurveyForm
from portraits.vocabulary.errors import PortraitsError
from portraits.vocabulary.table import Table
from portraits.vocabulary.tables import TABLES
from portraits.vocabulary.types import Type
from portraits.web.frame import Frame
from portraits.web.pages.data import see

SPARE = 3  # empty rows for more questions
KINDS = ("record", "survey")
# Columns that an entry says by itself, or that nobody can be asked for.
_UNASKED = ("source", "batch", "record_id", "created_at", "updated_at", "card_hash", "device_id", "national_id")


def routes(frame: Frame) -> APIRouter:
    """The pages of forms."""
    router = APIRouter()
    _looking(router, frame)
    _changing(router, frame)
    return router


def _looking(router: APIRouter, frame: Frame) -> None:
    @router.get("/data/forms")
    def listed(request: Request) -> Response:
        allowed = defined(frame.workspace).settings.forms
        found = forms.forms(frame.workspace)
        return frame.render(frame.page(request), "forms.html", forms=found, allowed=allowed, base=_base(request))

    @router.get("/data/forms/new")
    def fresh(request: Request, kind: str = "record", table: str = "people") -> Response:
        kind = kind if kind in KINDS else "record"
        values = {"kind": kind, "table": table if table in TABLES else "people", "fields": _first(kind, table)}
        return _builder(frame, request, "", values)

    @router.get("/data/forms/{name}")
    def shown(request: Request, name: str) -> Response:
        line = forms.form(frame.workspace, name)
        return _builder(frame, request, name, line.form.model_dump(), line)


def _changing(router: APIRouter, frame: Frame) -> None:
    @router.post("/data/forms/allow")
    def allowed() -> Response:
        forms.allow_forms(frame.workspace, actor=actor(), now=datetime.now(UTC))
        return see("/data/forms")

    @router.post("/data/forms/new")
    def made(request: Request, form: BoundedForm) -> Response:
        return _saved(frame, request, text(form, "name").strip(), form, None)

    @router.post("/data/forms/{name}")
    def changed(request: Request, name: str, form: BoundedForm) -> Response:
        return _saved(frame, request, name, form, forms.form(frame.workspace, name))

    @router.post("/data/forms/{name}/open")
    def opened(name: str) -> Response:
        forms.open_form(frame.workspace, name, actor=actor(), now=datetime.now(UTC))
        return see("/data/forms")

    @router.post("/data/forms/{name}/close")
    def closed(name: str) -> Response:
        forms.close_form(frame.workspace, name, actor=actor(), now=datetime.now(UTC))
        return see("/data/forms")

    @router.post("/data/forms/{name}/remove")
    def removed(name: str) -> Response:
        forms.remove_form(frame.workspace, name, actor=actor(), now=datetime.now(UTC))
        return see("/data/forms")


def _saved(frame: Frame, request: Request, name: str, form: FormData, line: FormLine | None) -> Response:
    values = _values(form, line)
    if text(form, "do") == "more":
        return _builder(frame, request, name if line else "", values, line, typed=name)
    try:
        forms.save_form(frame.workspace, name, values, actor=actor(), now=datetime.now(UTC))
    except PortraitsError as error:
        return _builder(frame, request, name if line else "", values, line, typed=name, error=error)
    return see("/data/forms")


def _values(form: FormData, line: FormLine | None) -> dict[str, Any]:
    """The block that was typed."""
    kind = text(form, "kind")
    own: dict[str, Any] = {"table": text(form, "table")} if kind == "record" else {}
    if kind == "survey":
        scale = text(form, "scale")
        own = {"question": _both(form, "question"), "about_what": text(form, "about_what") or None}
        own["scale"] = int(scale) if scale.isdecimal() and len(scale) < 4 else None
    most = text(form, "most")
    return {
        "kind": kind,
        "title": _both(form, "title"),
        "about": _both(form, "about"),
        **own,
        "open": line.form.open if line else True,
        "token": line.form.token if line else "",
        "fields": list(_questions(form)),
        "consent": _both(form, "consent"),
        "purpose": text(form, "purpose").strip(),
        "thanks": _both(form, "thanks"),
        "most": int(most) if most.isdecimal() and len(most) < 8 else None,
    }


def _both(form: FormData, name: str) -> dict[str, str] | None:
    """A text in both languages; what is said in one alone serves for both."""
    en, zh = text(form, f"{name}.en").strip(), text(form, f"{name}.zh").strip()
    return {"en": en or zh, "zh": zh or en} if en or zh else None


def _questions(form: FormData) -> Iterator[dict[str, Any]]:
    numbers = sorted({int(key.split(".")[1]) for key in form if key.startswith("ask.") and key.count(".") == 2})
    for number in numbers:
        name = text(form, f"ask.{number}.name") or text(form, f"ask.{number}.own").strip()
        if not name or text(form, f"ask.{number}.gone"):
            continue
        label = _both(form, f"ask.{number}.label")
        required = {"required": True} if text(form, f"ask.{number}.required") else {}
        choices = list(_choices(text(form, f"ask.{number}.choices")))
        yield {
            "name": name,
            **({"label": label} if label else {}),
            **required,
            **({"choices": choices} if choices else {}),
        }


def _choices(written: str) -> Iterator[Any]:
    """Answers to choose, one a line: `tea` or `tea = Tea / 茶`."""
    for line in written.splitlines():
        value, _, labels = (part.strip() for part in line.partition("="))
        if not value:
            continue
        en, _, zh = (part.strip() for part in labels.partition("/"))
        yield {"value": value, "label": {"en": en or zh, "zh": zh or en}} if en or zh else value


def _first(kind: str, table: str) -> list[dict[str, Any]]:
    """Questions to start from."""
    if kind == "survey":
        return [{"name": "email"}]
    if table == "people":
        return [{"name": "name", "required": True}, {"name": "phone"}, {"name": "email"}]
    target = TABLES.get(table, TABLES["people"])
    return [{"name": each.name, "required": True} for each in target.columns if each.required and _askable(each.name)]


def _askable(name: str) -> bool:
    return name not in _UNASKED


def _builder(
    frame: Frame,
    request: Request,
    name: str,
    values: dict[str, Any],
    line: FormLine | None = None,
    *,
    typed: str = "",
    error: PortraitsError | None = None,
) -> Response:
    survey = values.get("kind") == "survey"
    target = TABLES["feedback"] if survey else TABLES.get(str(values.get("table")), TABLES["people"])
    return frame.render(
        frame.page(request),
        "form_edit.html",
        HTTPStatus(error.status) if error else HTTPStatus.OK,
        name=name,
        typed=typed,
        values=values,
        rows=[*(values.get("fields") or ()), *({} for _ in range(SPARE))],
        columns=list(_columns(target, survey=survey)),
        tables=TABLES,
        kinds=KINDS,
        line=line,
        error=error,
        base=_base(request),
        scale=SurveyForm.model_fields["scale"].default,
        most=Form.model_fields["most"].default,
    )


def _columns(target: Table, *, survey: bool) -> Iterator[Any]:
    """Columns that can be asked for: those of the table, then those by which a person is known."""
    taken = ("rating", "text", "scale", "question", "about", "at", "channel") if survey else ()
    for table in dict.fromkeys((target.name, "people")):
        for column in TABLES[table].columns:
            if _askable(column.name) and column.type is not Type.JSON and column.name not in taken:
                yield column


def _base(request: Request) -> str:
    return str(request.base_url).rstrip("/")
