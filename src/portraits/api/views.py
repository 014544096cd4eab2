"""Views over HTTP: questions to the list of customers that are kept under a name."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from portraits.api.actor import actor
from portraits.api.paths import WholeRoute
from portraits.app.customers import customer_records, views
from portraits.app.customers.views import LONGEST, Asked
from portraits.engine.workspace import Workspace

NAME = Path(max_length=LONGEST, description="The view's name.", examples=["Sleeping for a year"])


class Question(BaseModel):
    """What the list is asked for."""

    search: str = Field("", max_length=200)
    rule: str = Field("", max_length=10_000, examples=["recency_days > 365"])
    sort: str = Field("", max_length=80, examples=["-spend_365d"])
    columns: list[str] = Field([], max_length=100)


class ViewAnswer(Question):
    """A saved view."""

    name: str
    actor: str
    saved_at: datetime


class ViewsAnswer(BaseModel):
    """All saved views by name."""

    views: list[ViewAnswer]


class RemovedAnswer(BaseModel):
    """The name of the view that is gone."""

    removed: str


def routes(workspace: Workspace) -> APIRouter:
    """The routes of views."""
    router = APIRouter(route_class=WholeRoute)

    @router.get("/views", operation_id="list_views")
    def list_views() -> ViewsAnswer:
        """The saved views of the list of customers."""
        return ViewsAnswer(**customer_records.views(views.views(workspace)))

    @router.put("/views/{name:path}", operation_id="save_view")
    def save_view(name: Annotated[str, NAME], asked: Question) -> ViewAnswer:
        """Keep a question under a name, in the place of an older one of that name."""
        question = Asked(asked.search, asked.rule, asked.sort, tuple(asked.columns))
        saved = views.save_view(workspace, name, question, actor=actor(), now=datetime.now(UTC))
        return ViewAnswer(**customer_records.view(saved))

    @router.delete("/views/{name:path}", operation_id="remove_view")
    def remove_view(name: Annotated[str, NAME]) -> RemovedAnswer:
        """Forget a view."""
        views.remove_view(workspace, name, actor=actor(), now=datetime.now(UTC))
        return RemovedAnswer(removed=name)

    return router
