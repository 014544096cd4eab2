"""The API: the use cases over HTTP, as JSON, a file a noun, with one shape of error."""

from __future__ import annotations

from fastapi import FastAPI

from portraits.api import (
    audience_figures,
    audience_rules,
    audiences,
    authoring,
    customers,
    forms,
    identities,
    identity_report,
    imports,
    jobs,
    manual,
    matching,
    portraits,
    quality,
    runs,
    search,
    segments,
    sources,
    tags,
    targets,
    today,
    views,
)
from portraits.api.errors import ERRORS
from portraits.engine.workspace import Workspace

_NOUNS = (
    identities,
    identity_report,
    matching,
    portraits,
    customers,
    views,
    authoring,
    manual,
    tags,
    audience_rules,
    audience_figures,
    audiences,
    segments,
    runs,
    jobs,
    today,
    targets,
    search,
    sources,
    quality,
    imports,
    forms,
)


def answer_api(app: FastAPI, workspace: Workspace) -> None:
    """Let an application answer for the API of a workspace.

    Every router is included by itself: one in another is worked out twice, which is a third of the time to begin.
    """
    for noun in _NOUNS:
        app.include_router(noun.routes(workspace), prefix="/api", responses=ERRORS)
