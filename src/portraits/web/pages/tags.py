"""Tags as pages: the catalogue as a tree, and all about one tag."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from portraits.api.actor import actor
from portraits.app.tags.authoring import restore_tag, retire_tag
from portraits.app.tags.meaning import Sentence
from portraits.app.tags.tagpage import TagPage, tag_page
from portraits.app.tags.tagtree import tag_tree
from portraits.vocabulary.errors import PortraitsError
from portraits.vocabulary.text import Text
from portraits.web.frame import Frame
from portraits.web.lineage_map import HEIGHT, WIDTH, lineage_map
from portraits.web.page import Page
from portraits.web.spark import spark
from portraits.web.tag_charts import distribution, found
from portraits.web.words import spaced

METHODS = ("fact", "rule", "model")
STATES = ("built", "new", "changed", "retired")


def routes(frame: Frame) -> APIRouter:
    """The catalogue, and the page of a tag."""
    router = APIRouter()
    _looking(router, frame)
    _retiring(router, frame)
    return router


def _looking(router: APIRouter, frame: Frame) -> None:
    @router.get("/tags")
    def listed(
        request: Request, search: str = "", group: str = "", method: str = "", state: str = "", owner: str = ""
    ) -> Response:
        tree = tag_tree(frame.workspace, search[:200], group, method, state, owner)
        asked = {"search": search, "group": group, "method": method, "state": state, "owner": owner}
        view: dict[str, Any] = {"tree": tree, "asked": asked, "spark": spark, "methods": METHODS, "states": STATES}
        return frame.render(frame.page(request), "tags.html", **view)

    @router.get("/tags/{name}")
    def shown(request: Request, name: str, done: str = "") -> Response:
        return _page(frame, request, name, done=done)


def _retiring(router: APIRouter, frame: Frame) -> None:
    @router.post("/tags/{name}/retire")
    def retired(request: Request, name: str) -> Response:
        try:
            retire_tag(frame.workspace, name, actor=actor(), now=datetime.now(UTC))
        except PortraitsError as error:
            if error.status == HTTPStatus.NOT_FOUND:
                raise
            return _page(frame, request, name, error=error)
        return to_tag(name, "retired")

    @router.post("/tags/{name}/restore")
    def restored(name: str) -> Response:
        restore_tag(frame.workspace, name, actor=actor(), now=datetime.now(UTC))
        return to_tag(name, "restored")


def to_tag(name: str, done: str) -> Response:
    """To the page of a tag, which says what was done."""
    return RedirectResponse(f"/tags/{name}?done={done}", HTTPStatus.SEE_OTHER)


def _page(frame: Frame, request: Request, name: str, done: str = "", error: PortraitsError | None = None) -> Response:
    page, view = frame.page(request), tag_page(frame.workspace, name)
    chart = distribution(page, view.entry, view.course)
    return frame.render(
        page,
        "tag.html",
        HTTPStatus(error.status) if error else HTTPStatus.OK,
        view=view,
        done=done if done in DONE else "",
        error=error,
        chart=chart,
        specs={chart.id: chart.spec()} if chart else {},
        found=found(page, view.entry),
        sentences=[spaced(page.language, page.t(each.key, **_texts(page, each))) for each in view.meaning],
        map=lineage_map(page, view),
        box={"width": WIDTH, "height": HEIGHT},
        spark=spark,
        uses=_uses(view),
    )


DONE = ("written", "retired", "restored", "put", "taken")


def _texts(page: Page, sentence: Sentence) -> dict[str, Any]:
    return {name: page.text(value) if isinstance(value, Text) else value for name, value in sentence.values.items()}


def _uses(view: TagPage) -> list[tuple[str, str, Text]]:
    """What uses a tag: its family, its address and its title."""
    places = {"tags": "/tags/", "segments": "/segments/", "audiences": "/audiences/"}
    return [
        (family, f"{places[family]}{name}", view.titles.get(f"{family}.{name}") or Text(en=name, zh=name))
        for family, names in view.users.items()
        for name in names
    ]
