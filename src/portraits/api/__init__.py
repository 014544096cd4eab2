"""The API: the use cases over HTTP, as JSON, a file a noun, with one shape of error."""

from __future__ import annotations

from fastapi import APIRouter

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


def api(workspace: Workspace) -> APIRouter:
    """The routes over one workspace."""
    router = APIRouter(prefix="/api", responses=ERRORS)
    for noun in _NOUNS:
        router.include_router(noun.routes(workspace))
    return router
