"""The frame: templates, and how a page is made of one."""

from __future__ import annotations

from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from portraits.app.home.outline import outline
from portraits.engine.workspace import Workspace
from portraits.web import assets
from portraits.web.page import Page, address, customer_path

TEMPLATES = Path(__file__).parent / "templates"

# The pages of the navigation: the key of their name, their address, the icon.
PAGES = (
    ("today", "/", "sun"),
    ("customers", "/customers", "people"),
    ("tags", "/tags", "tag"),
    ("audiences", "/audiences", "target"),
    ("segments", "/segments", "grid"),
    ("data", "/data", "box"),
    ("jobs", "/jobs", "clock"),
    ("runs", "/runs", "stack"),
    ("help", "/help", "question"),
    ("api", "/api", "code"),
)

# What the keyboard does on every page: the keys, and the key of their words.
KEYS = (
    (("/", "Ctrl K"), "search"),
    (("?",), "help"),
    (("↑", "↓"), "choose"),
    (("Enter",), "open"),
    (("Esc",), "close_list"),
    (("Tab",), "next"),
    (("A", "R"), "decide"),
    (("S",), "skip"),
    (("U",), "undo"),
)


class Frame:
    """Makes pages of one workspace; every text in them is escaped."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace

    def page(self, request: Request) -> Page:
        """The page a request asks for."""
        return Page(request, outline(self.workspace))

    def render(self, page: Page, template: str, status: int = HTTPStatus.OK, **view: Any) -> Response:
        """A template filled with a view."""
        response = HTMLResponse(self.fragment(page, template, **view), status_code=status)
        page.remember(response)
        return response

    def fragment(self, page: Page, template: str, **view: Any) -> str:
        """A template as text, for what is put into a page that is open already."""
        values = {"page": page, "t": page.t, "pages": PAGES, "all_keys": KEYS, **view}
        return _templates().get_template(template).render(values)


@cache
def _templates() -> Environment:
    """The templates, each compiled once for all sites of a process."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    paths = {"customer_path": customer_path, "address": address}
    made.filters["code"] = _code
    made.globals.update(asset=assets.url, bundle=assets.bundle_url, **paths)
    return made


def _code(text: str) -> Markup:
    """A text whose parts between backticks are commands or names in files."""
    parts = text.split("`")
    if len(parts) % 2 == 0:  # one backtick has no other
        return escape(text)
    return Markup("").join(_CODE.format(part) if place % 2 else part for place, part in enumerate(parts))


_CODE = Markup("<code>{}</code>")
