"""Audiences over HTTP: how many customers a rule chooses, and who."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel, Field

from portraits.app import audiences, records
from portraits.engine.workspace import Workspace
from portraits.vocabulary.text import Text


class Rule(BaseModel):
    """A condition over tags."""

    rule: str = Field(min_length=1, max_length=10_000, examples=["recency_days > 180 and spend_365d > 100"])


class CountAnswer(BaseModel):
    """How many customers a rule chooses, and the rule in words."""

    n: int
    base: int
    share: float
    sentence: Text
    as_of: datetime
    run: int


def routes(workspace: Workspace) -> APIRouter:
    """The routes of audiences."""
    router = APIRouter()

    @router.post("/audiences/count", operation_id="count_audience")
    def count_audience(asked: Rule) -> CountAnswer:
        """How many customers a rule chooses; the rule is checked, and put into words."""
        return CountAnswer(**records.count(audiences.count(workspace, asked.rule)))

    return router
