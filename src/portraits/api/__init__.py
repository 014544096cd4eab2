"""The API: the use cases over HTTP, as JSON, a file a noun, with one shape of error."""

from __future__ import annotations

from fastapi import APIRouter

from portraits.api import audiences, customers, jobs, runs, segments, tags
from portraits.api.errors import ERRORS
from portraits.engine.workspace import Workspace


def api(workspace: Workspace) -> APIRouter:
    """The routes over one workspace."""
    router = APIRouter(prefix="/api", responses=ERRORS)
    for noun in (customers, tags, audiences, segments, runs, jobs):
        router.include_router(noun.routes(workspace))
    return router
