"""The API as a page: what can be asked, without scripts of others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from portraits.web.frame import Frame


def routes(frame: Frame) -> APIRouter:
    """The page, made from the OpenAPI description."""
    router = APIRouter()

    @router.get("/api")
    def shown(request: Request) -> Response:
        operations = list(_operations(request.app.openapi()))
        return frame.render(frame.page(request), "api.html", operations=operations)

    return router


def _operations(description: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            yield {
                "id": operation["operationId"],
                "method": method.upper(),
                "path": path,
                "summary": operation.get("description") or operation["summary"],
                "parameters": operation.get("parameters", []),
            }
