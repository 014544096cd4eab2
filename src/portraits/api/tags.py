"""Tags over HTTP: the catalogue, and one tag with its definition."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from portraits.api.parameters import TAG
from portraits.app import records
from portraits.app.tags import tags
from portraits.engine.workspace import Workspace
from portraits.vocabulary.text import Text


class TagAnswer(BaseModel):
    """A tag: what it means and how its values are made."""

    name: str = Field(examples=["recency_days"])
    title: Text
    why: Text | None
    group: str = Field(examples=["consumption"])
    kind: str = Field(examples=["fact"])
    method: str = Field(examples=["fact"])
    type: str = Field(examples=["integer"])
    unit: str = Field(examples=["day"])
    owner: str


class CatalogueItem(TagAnswer):
    """A tag with the figures of its values; `distribution` holds at most 13 bars."""

    customers: int
    known: int
    coverage: float
    distinct: int
    low: float | None
    high: float | None
    mean: float | None
    distribution: list[dict[str, Any]] = Field(examples=[[{"value": 0, "upto": 30, "n": 1200}]])


class CatalogueAnswer(BaseModel):
    """All tags, those that tell most about the goal first."""

    tags: list[CatalogueItem]
    as_of: datetime
    run: int


class LineageAnswer(BaseModel):
    """What reaches a tag through all the tags it is made of, and what uses it itself."""

    tables: list[str] = Field(examples=[["orders"]])
    columns: list[str] = Field(examples=[["orders.ordered_at"]])
    tags: list[str]
    used_by_tags: list[str]
    used_by_audiences: list[str]
    used_by_segments: list[str]


class TagDetail(BaseModel):
    """One tag, its definition as written and its lineage."""

    tag: CatalogueItem
    definition: dict[str, Any]
    lineage: LineageAnswer
    as_of: datetime
    run: int


def routes(workspace: Workspace) -> APIRouter:
    """The routes of tags."""
    router = APIRouter()

    @router.get("/tags", operation_id="list_tags")
    def list_tags() -> CatalogueAnswer:
        """All tags with coverage and distribution."""
        return CatalogueAnswer(**records.catalogue(tags.catalogue(workspace)))

    @router.get("/tags/{name}", operation_id="get_tag")
    def get_tag(name: Annotated[str, TAG]) -> TagDetail:
        """One tag with its definition and its lineage."""
        return TagDetail(**records.tag(tags.tag(workspace, name)))

    return router
