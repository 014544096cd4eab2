"""Why a customer has a value of a tag, as a page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from portraits.api.paths import WholeRoute
from portraits.app.customers.evidence import Cut, Evidence, WhyView, why
from portraits.app.customers.portrait import header
from portraits.app.said import Quantity
from portraits.vocabulary.table import Column
from portraits.vocabulary.tables import TABLES
from portraits.vocabulary.types import Type
from portraits.web.frame import Frame
from portraits.web.page import Page

# Columns whose values have words.
KNOWN: Mapping[str, str] = {"channel": "channels", "status": "statuses", "gender": "genders"}
# Columns whose numbers have a unit of their own.
UNITS: Mapping[str, str] = {"quantity": "piece"}


def routes(frame: Frame) -> APIRouter:
    """The page of a value."""
    router = APIRouter(route_class=WholeRoute)

    @router.get("/customers/{customer_id:path}/why/{tag}")
    def shown(request: Request, customer_id: str, tag: str) -> Response:
        page = frame.page(request)
        view = why(frame.workspace, customer_id, tag)
        return frame.render(
            page,
            "why.html",
            view=view,
            who=header(frame.workspace, customer_id),
            facts=list(_facts(page, view)),
            cells=[
                [_cell(page, *pair) for pair in zip(view.evidence.rows.columns, row, strict=True)]
                for row in view.evidence.rows.rows
            ]
            if view.evidence.rows
            else [],
            cuts=list(_cuts(page, view.evidence)),
            cell=lambda column, value: _cell(page, column, value),
        )

    return router


def _facts(page: Page, view: WhyView) -> Iterator[tuple[str, str, bool]]:
    """What is known of the tag: a word, its text, and whether that is code."""
    tag, evidence = view.tag, view.evidence
    yield "name", tag.name, True
    yield "group", page.t(f"groups.{tag.group}"), False
    yield "method", page.t(f"methods.{tag.method}"), False
    if tag.owner:
        yield "owner", tag.owner, False
    if evidence.table:
        yield "from", page.text(TABLES[evidence.table].title), False
    if evidence.formula:
        yield "formula", evidence.formula, True
    if evidence.where:
        yield "where", evidence.where, True
    if evidence.since and evidence.until:
        yield "window", page.t("why.window_range", **{"from": evidence.since, "to": evidence.until}), False
    yield "confidence", _confidence(page, view), False
    yield "at", page.write(view.as_of), False


def _confidence(page: Page, view: WhyView) -> str:
    stated = view.evidence.stated
    share = page.write(Quantity(view.evidence.confidence, "share"))
    return f"{share} · {page.t('why.stated' if stated else 'why.observed')}"


def _cell(page: Page, column: Column, value: Any) -> str:
    if value is None or column.type == Type.TEXT or isinstance(value, str):
        return page.known(KNOWN.get(column.name, ""), value) if value else "–"
    if column.type == Type.TIME:
        return page.writing.minute(value)
    unit = "money" if column.type == Type.MONEY else UNITS.get(column.name, "")
    return page.write(Quantity(value, unit), "cents") if column.type.numeric else page.write(value)


def _cuts(page: Page, evidence: Evidence) -> Iterator[tuple[Cut, str]]:
    if evidence.of is None:
        return
    of = evidence.of.tag
    write = partial(page.value, of) if of else page.write
    way = "falls" if evidence.falling else "rises"
    for cut in evidence.cuts:
        ends = {name: write(end) for name, end in (("low", cut.low), ("high", cut.high)) if end is not None}
        yield cut, page.t(f"cuts.{way}_{'_'.join(ends)}", **ends) if ends else "–"
