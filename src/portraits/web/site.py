"""The site: pages and API of one workspace as one application."""

from __future__ import annotations

from collections.abc import Collection

from fastapi import FastAPI, Request
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response

import portraits
from portraits.api import answer_api
from portraits.engine.workspace import Workspace
from portraits.web import assets
from portraits.web.frame import Frame
from portraits.web.gate import LOOPBACK, Gate
from portraits.web.pages import (
    api_page,
    audience,
    audience_views,
    audiences,
    crosstab,
    customers,
    data,
    embed,
    forms,
    held,
    help,
    history,
    identify,
    identity,
    identity_report,
    importing,
    jobs,
    mappings,
    matching,
    memberships,
    moments,
    moves,
    person_identity,
    portrait,
    preview,
    provenance,
    quality,
    runs,
    search,
    segments,
    shared_form,
    sides,
    tag_hand,
    tag_writing,
    tags,
    today,
    why,
)
from portraits.web.pages.errors import answer_errors

# In this order: a path that takes anything comes after those that are more exact.
PAGES = (
    today,
    help,
    search,
    api_page,
    data,
    quality,
    identity,
    identity_report,
    matching,
    identify,
    forms,
    shared_form,
    importing,
    mappings,
    jobs,
    runs,
    crosstab,
    moves,
    segments,
    tag_writing,
    tag_hand,
    tags,
    audiences,
    audience_views,
    audience,
    customers,
    sides,
    moments,
    held,
    history,
    memberships,
    person_identity,
    provenance,
    preview,
    embed,
    why,
    portrait,
)


def site(workspace: Workspace, hosts: Collection[str] = LOOPBACK) -> FastAPI:
    """The application of a workspace.

    Args:
        workspace: what it shows.
        hosts: the names by which it may be called.
    """
    app = FastAPI(
        title="Portraits",
        version=portraits.__version__,
        description="Customer portraits: lists, portraits, tags and audiences of the published run.",
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    frame = Frame(workspace)
    answer_api(app, workspace)
    for pages in PAGES:
        app.include_router(pages.routes(frame), include_in_schema=False)
    app.add_api_route("/static/{name:path}", _asset, include_in_schema=False)
    answer_errors(app, frame)
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=5)
    app.add_middleware(Gate, hosts=hosts)
    return app


def _asset(request: Request) -> Response:
    return assets.respond(request)
