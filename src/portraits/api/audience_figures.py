"""Figures of audiences over HTTP: profile, comparison, overlap, sizes over runs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from portraits.api.audiences import LONGEST, Rule
from portraits.app.audiences import audience_records, overlaps, profiles, sizes
from portraits.engine.workspace import Workspace
from portraits.vocabulary.text import Text


class AskedComparison(Rule):
    """An audience and another one; all customers where the other is empty."""

    other: str = Field("", max_length=LONGEST, examples=["orders_90d >= 5"])


class SideItem(BaseModel):
    """One side of a comparison."""

    audience: str
    title: Text | None
    rule: str
    n: int


class TraitItem(BaseModel):
    """A value, or a band up to below `upto`, that one side has more often; `index` is the TGI, 100 for equal shares.

    Shares are of those for whom the tag is known.
    """

    tag: str
    title: Text
    value: Any
    upto: float | None
    banded: bool
    label: Text | None
    n: int
    known: int
    share: float
    other_n: int
    other_known: int
    other_share: float
    index: float | None
    strength: float


class ProfileAnswer(BaseModel):
    """What sets an audience apart, the clearest first; nothing where a side is smaller than `least`."""

    audience: SideItem
    other: SideItem
    both: int
    traits: list[TraitItem]
    left_out: list[str]
    least: int
    small: bool
    as_of: datetime
    run: int


class AskedOverlap(BaseModel):
    """Two or more audiences, by names or rules."""

    audiences: list[str] = Field(max_length=overlaps.MOST, examples=[["sleepers", "orders_90d >= 5"]])


class OverlapAnswer(BaseModel):
    """`cells[i][j]` customers are in both the i-th and the j-th."""

    sets: list[dict[str, Any]]
    cells: list[list[int]]
    base: int
    as_of: datetime
    run: int


class HistoryAnswer(BaseModel):
    """The size of an audience in each run, oldest first; null where a run cannot answer the rule."""

    audience: str
    title: Text | None
    rule: str
    frozen: dict[str, Any] | None
    sizes: list[dict[str, Any]]


def routes(workspace: Workspace) -> APIRouter:
    """The routes of figures."""
    router = APIRouter()

    @router.post("/audiences/profile", operation_id="profile_audience")
    def profile_audience(asked: Rule) -> ProfileAnswer:
        """What sets an audience apart from all customers, by TGI."""
        return ProfileAnswer(**audience_records.profile(profiles.profile(workspace, asked.rule)))

    @router.post("/audiences/compare", operation_id="compare_audiences")
    def compare_audiences(asked: AskedComparison) -> ProfileAnswer:
        """What sets one audience apart from another."""
        return ProfileAnswer(**audience_records.profile(profiles.compare(workspace, asked.rule, asked.other)))

    @router.post("/audiences/overlap", operation_id="overlap_audiences")
    def overlap_audiences(asked: AskedOverlap) -> OverlapAnswer:
        """How many customers audiences share, two by two."""
        return OverlapAnswer(**audience_records.overlap(overlaps.overlap(workspace, asked.audiences)))

    @router.post("/audiences/history", operation_id="audience_history")
    def audience_history(asked: Rule) -> HistoryAnswer:
        """How the size of an audience changed over runs."""
        return HistoryAnswer(**audience_records.history(sizes.history(workspace, asked.rule)))

    return router
