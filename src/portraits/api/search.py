"""Search over HTTP: customers, tags, audiences, segments and pages by one text."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from portraits.app.home import search, today_records
from portraits.app.home.search import LONGEST
from portraits.engine.workspace import Workspace
from portraits.vocabulary.text import Text


class HitAnswer(BaseModel):
    """Something that was found, and the page where it is."""

    kind: str = Field(examples=["tag"])
    name: str = Field(examples=["recency_days"])
    title: Text
    about: Text | None
    href: str = Field(examples=["/tags/recency_days"])


class GroupAnswer(BaseModel):
    """Hits of one kind, the best first."""

    kind: str = Field(examples=["tag"])
    hits: list[HitAnswer]
    total: int


class SearchAnswer(BaseModel):
    """All that a text finds; kinds without hits are left out."""

    text: str
    total: int
    groups: list[GroupAnswer]


def routes(workspace: Workspace) -> APIRouter:
    """The route of the search."""
    router = APIRouter()

    @router.get("/search", operation_id="search")
    def get_search(
        q: Annotated[str, Query(max_length=LONGEST, description="What to look for.")] = "",
        size: Annotated[int, Query(ge=1, le=50, description="Hits of a kind, at most.")] = 5,
    ) -> SearchAnswer:
        """Customers, tags, audiences, segments and pages that hold a text; phone numbers are masked."""
        return SearchAnswer(**today_records.found(search.search(workspace, q, size)))

    return router
