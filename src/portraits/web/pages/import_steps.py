"""Import steps: what each page of the wizard shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.responses import Response
from starlette.datastructures import FormData

from portraits.api.receiving import prefixed, text
from portraits.app.data import imports
from portraits.app.data.imports import STEPS, ImportView
from portraits.app.data.suggestion import ColumnChoice
from portraits.app.data.trial import Trial
from portraits.vocabulary.errors import BadInput, DefinitionError, PortraitsError
from portraits.vocabulary.tables import TABLES
from portraits.web.frame import Frame

HEAD = 10  # rows
ENCODINGS = ("utf-8", "gb18030", "big5", "utf-16", "cp1252", "shift_jis", "euc_kr")
DELIMITERS = ((",", "comma"), ("tab", "tab"), (";", "semicolon"), ("|", "bar"))


def shown_step(
    frame: Frame,
    request: Request,
    view: ImportView,
    step: str,
    *,
    table: str = "",
    error: PortraitsError | None = None,
    form: FormData | None = None,
) -> Response:
    """The page of a step; after a choice that was refused, with what was typed and what is wrong."""
    told = error or view.fault
    values: dict[str, Any] = {"view": view, "steps": STEPS, "step": step, "error": told, "typed": form}
    table = text(form, "table") if form else table
    values |= _SHOWN[step](frame, view, table, form)
    status = HTTPStatus(error.status) if error else HTTPStatus.OK
    return frame.render(frame.page(request), f"import_{step}.html", status, **values)


def _sheet(frame: Frame, view: ImportView, table: str, form: FormData | None) -> dict[str, Any]:
    facts = imports.read_file(frame.workspace, view.about.id).facts
    return {"sheets": facts.get("sheets", ()), "members": facts.get("members", ()), "facts": facts}


def _header(frame: Frame, view: ImportView, table: str, form: FormData | None) -> dict[str, Any]:
    chosen = {**view.about.choices.get("reading", {}), **_typed(form)}
    shown = {"encodings": ENCODINGS, "delimiters": DELIMITERS, "chosen": chosen, "found": None, "head": ()}
    try:
        found = imports.read_file(frame.workspace, view.about.id)
    except (BadInput, DefinitionError):
        return shown
    return shown | {"found": found, "head": found.head(HEAD)}


def _typed(form: FormData | None) -> Mapping[str, Any]:
    if form is None:
        return {}
    typed: dict[str, Any] = {name: text(form, name) for name in ("encoding", "delimiter", "decimal", "skip")}
    return typed | {"header": {"yes": True, "no": False}.get(text(form, "header"))}


def _columns(frame: Frame, view: ImportView, table: str, form: FormData | None) -> dict[str, Any]:
    number, now = view.about.id, datetime.now(UTC)
    found = imports.columns(frame.workspace, number, table)
    chosen = {each.column.name: each.expression for each in found.columns}
    where = found.where
    if form is not None:
        chosen, where = written(form), text(form, "where")
    trial = imports.try_columns(frame.workspace, number, found.table.name, chosen, where, now=now)
    return {
        "found": found,
        "chosen": chosen,
        "where": where,
        "dates": {**{each.column: each.format for each in found.dates}, **(prefixed(form, "date.") if form else {})},
        "references": {each.reference: each.name for each in found.file},
        "samples": {each.reference: each.samples for each in found.file},
        "trial": trial,
        "shown": {one.column.name for one in found.columns if _matters(one, chosen, trial)},
        "tables": TABLES,
    }


def _matters(one: ColumnChoice, chosen: Mapping[str, str], trial: Trial) -> bool:
    """Whether a column is shown at once: it is matched, needed, or something is wrong with it."""
    name = one.column.name
    return bool(chosen.get(name)) or one.column.required or trial.fault(name) is not None


def written(form: FormData) -> dict[str, str]:
    """The expressions that were typed, as they were."""
    chosen, own = prefixed(form, "from."), prefixed(form, "expression.")
    return {name: own.get(name, "") if value == "=" else value for name, value in chosen.items()}


def _values(frame: Frame, view: ImportView, table: str, form: FormData | None) -> dict[str, Any]:
    return {"columns": imports.values(frame.workspace, view.about.id, now=datetime.now(UTC))}


def _check(frame: Frame, view: ImportView, table: str, form: FormData | None) -> dict[str, Any]:
    found = imports.check(frame.workspace, view.about.id, now=datetime.now(UTC))
    return {"found": found, "table": TABLES[view.about.choices["table"]]}


def _review(frame: Frame, view: ImportView, table: str, form: FormData | None) -> dict[str, Any]:
    plan = imports.plan(frame.workspace, view.about.id)
    name = text(form, "name") if form else imports.free_name(frame.workspace, plan.name)
    found = imports.check(frame.workspace, view.about.id, now=datetime.now(UTC))
    return {"plan": plan, "name": name, "found": found, "table": TABLES[str(plan.mapping["table"])]}


_SHOWN: Mapping[str, Callable[[Frame, ImportView, str, FormData | None], dict[str, Any]]] = {
    "sheet": _sheet,
    "header": _header,
    "columns": _columns,
    "values": _values,
    "check": _check,
    "review": _review,
}
