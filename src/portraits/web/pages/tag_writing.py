"""Tags written on a page: a form a kind, with a preview, new or changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from http import HTTPStatus
from itertools import count
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from starlette.datastructures import FormData

from portraits.api.actor import actor
from portraits.api.receiving import BoundedForm, prefixed
from portraits.app.editing import fingerprint
from portraits.app.tags.authoring import create_tag, definition, edit_tag, is_defined, tag_titles
from portraits.app.tags.preview import Preview, preview
from portraits.app.tags.shapes import Shape, shape, shapes
from portraits.tags.order import misnamed
from portraits.vocabulary.errors import Busy, DefinitionError, Fault, PortraitsError
from portraits.vocabulary.tables import TABLES
from portraits.vocabulary.text import Text
from portraits.web.field_words import FieldWords
from portraits.web.frame import Frame
from portraits.web.page import Page
from portraits.web.pages.tags import to_tag
from portraits.web.spark import spark
from portraits.web.tag_charts import bar_name, found
from portraits.web.tagform import filled, meant, placed, written


@dataclass(frozen=True)
class Form:
    """A form as it stands: what it is about, what is written in it, and what was there before."""

    shape: Shape
    name: str
    new: bool
    inputs: Mapping[str, str]
    before: Mapping[str, Any]
    seen: str
    do: str = ""

    @property
    def values(self) -> dict[str, Any]:
        """The values that the inputs mean."""
        return meant(self.shape, self.inputs, self.before)


@dataclass(frozen=True)
class Answer:
    """What is said back: a preview, what is wrong, and which rows are to have one more."""

    preview: Preview | None = None
    error: PortraitsError | None = None
    more: str = ""


def routes(frame: Frame) -> APIRouter:
    """The pages on which tags are written."""
    router = APIRouter()
    _new(router, frame)
    _edit(router, frame)
    return router


def _new(router: APIRouter, frame: Frame) -> None:
    @router.get("/tags/-/new")
    def begun(request: Request, kind: str = "") -> Response:
        if not kind:
            return frame.render(frame.page(request), "tag_kinds.html", shapes=shapes(frame.workspace).values())
        return _shown(frame, request, Form(shape(frame.workspace, kind), "", True, {}, {}, ""), Answer())

    @router.post("/tags/-/new")
    def made(request: Request, sent: BoundedForm) -> Response:
        return _sent(frame, request, _of(frame, sent))

    @router.post("/tags/-/preview")
    def previewed(request: Request, sent: BoundedForm) -> Response:
        page, form = frame.page(request), _of(frame, sent)
        answer = _previewed(frame, form)
        told, general = _placed(page, form, answer)
        view = {"preview": answer.preview, "general": general, **_parts(frame, form)}
        html = frame.fragment(page, "tag_preview.html", **view)
        return JSONResponse({"html": html, "faults": told})


def _edit(router: APIRouter, frame: Frame) -> None:
    @router.get("/tags/{name}/edit")
    def opened(request: Request, name: str, kind: str = "") -> Response:
        before = definition(frame.workspace, name)
        chosen = shape(frame.workspace, kind or str(before.get("kind", "")))
        inputs = written(chosen, before)
        form = Form(chosen, name, False, inputs, before, fingerprint(frame.workspace, "tags", name))
        return _shown(frame, request, form, _previewed(frame, form))

    @router.post("/tags/{name}/edit")
    def changed(request: Request, name: str, sent: BoundedForm) -> Response:
        form = _of(frame, sent, name)
        return _sent(frame, request, form)


def _of(frame: Frame, sent: FormData, name: str = "") -> Form:
    """The form that was sent."""
    told = prefixed(sent, "")
    inputs = prefixed(sent, "f.")
    edited = name or (told.get("edited", "") if is_defined(frame.workspace, told.get("edited", "")) else "")
    before = definition(frame.workspace, edited) if edited else {}
    chosen = shape(frame.workspace, told.get("kind", ""))
    named = edited or told.get("name", "").strip()
    return Form(chosen, named, not edited, inputs, before, told.get("seen", ""), told.get("do", ""))


def _sent(frame: Frame, request: Request, form: Form) -> Response:
    if form.do.startswith("more:"):
        return _shown(frame, request, form, Answer(more=form.do.removeprefix("more:")))
    if form.do == "preview":
        return _shown(frame, request, form, _previewed(frame, form))
    try:
        _written(frame, form)
    except Busy as error:
        # Whoever saves again has seen that somebody else did.
        again = replace(form, seen=fingerprint(frame.workspace, "tags", form.name))
        return _shown(frame, request, again, Answer(error=error))
    except PortraitsError as error:
        return _shown(frame, request, form, Answer(error=error))
    return to_tag(form.name, "written")


def _written(frame: Frame, form: Form) -> None:
    told: dict[str, Any] = {"actor": actor(), "now": datetime.now(UTC)}
    if form.new:
        create_tag(frame.workspace, form.name, form.values, **told)
    else:
        edit_tag(frame.workspace, form.name, form.values, seen=form.seen, **told)


def _previewed(frame: Frame, form: Form) -> Answer:
    """A preview, or why there is none."""
    if form.new and (not form.name or misnamed(form.name)):
        # Its values can be shown before it has a name that can be one.
        form = replace(form, name=_nameless(frame))
    try:
        return Answer(preview(frame.workspace, form.name, form.values))
    except PortraitsError as error:
        return Answer(error=error)


def _nameless(frame: Frame) -> str:
    names = (f"tag_{number}" for number in count())
    return next(name for name in names if not is_defined(frame.workspace, name))


def _faults(form: Form, answer: Answer) -> Sequence[Fault]:
    if isinstance(answer.error, DefinitionError):
        return answer.error.faults
    if answer.error:
        return [Fault(answer.error.what, hint=answer.error.hint)]
    return answer.preview.faults if answer.preview else ()


def _placed(page: Page, form: Form, answer: Answer) -> tuple[dict[str, list[str]], list[str]]:
    """What is wrong, by input, and what belongs to none."""
    own: list[Fault] = []
    other: list[Fault] = []
    mine = ("", f"tags.{form.name}", f"tags.{answer.preview.name if answer.preview else ''}")
    for fault in _faults(form, answer):
        (own if fault.block in mine else other).append(fault)
    at_fields = [(fault.field, page.told(fault.told)) for fault in own if fault.field != "name"]
    told, general = placed(form.shape, at_fields, form.inputs)
    named = [page.told(fault.told) for fault in own if fault.field == "name"]
    return {**told, **({"name": named} if named else {})}, [*general, *(page.told(fault.phrase) for fault in other)]


def _shown(frame: Frame, request: Request, form: Form, answer: Answer) -> Response:
    page = frame.page(request)
    told, general = _placed(page, form, answer)
    saving = answer.error is not None and form.do != "preview"
    return frame.render(
        page,
        "tag_form.html",
        HTTPStatus(answer.error.status) if saving and answer.error else HTTPStatus.OK,
        form=form,
        fields=filled(form.shape, form.inputs, told, answer.more),
        named=told.get("name", []),
        general=general,
        preview=answer.preview,
        **_parts(frame, form),
    )


def _parts(frame: Frame, form: Form) -> dict[str, Any]:
    """What templates of a form need besides."""
    given = {"spark": spark, "bar_name": bar_name, "found": found, "words": FieldWords()}
    return {"form_of": form.shape, "usable": _usable(frame, form), **given}


def _usable(frame: Frame, form: Form) -> list[tuple[str, Text]]:
    """The names that expressions of this form may use: columns of its table, or tags."""
    table = TABLES.get(form.inputs.get("table", "people" if form.shape.kind == "latest" else ""))
    if table:
        borrowed = {here: each.table.column(there).title for each in table.lookups for here, there in each.columns}
        return [*((column.name, column.title) for column in table.columns), *borrowed.items()]
    if form.shape.kind in ("rule", "rank"):
        return [each for each in tag_titles(frame.workspace).items() if each[0] != form.name]
    return []
