"""Rules of audiences over HTTP while somebody writes them: counts of all parts, values, drafts."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from portraits.api.actor import actor
from portraits.api.audiences import LONGEST
from portraits.app.audiences import audience_records, drafts, trees
from portraits.app.tags import suggesting
from portraits.engine.workspace import Workspace
from portraits.vocabulary.text import Text

DRAFT = Annotated[str, Path(pattern="^[a-z0-9]{8,32}$", description="The draft's id.", examples=["k3v9x2m4q7"])]


class AskedTree(BaseModel):
    """A rule as a tree of groups, or as text where there is no tree."""

    tree: dict[str, Any] | None = Field(
        None,
        examples=[{"group": "all", "rules": [{"name": "recency_days", "operator": ">", "value": 180}]}],
    )
    text: str = Field("", max_length=LONGEST)


class PartAnswer(BaseModel):
    """A part by its path ("0.2" is the third of the first); `matches` is what an excluding group finds."""

    path: str
    n: int | None
    matches: int | None
    fault: Text | None
    hint: Text | None


class TreeAnswer(BaseModel):
    """The rule as tree, text and sentence, with the number of every part; `reason` says why there is no tree."""

    tree: dict[str, Any] | None
    text: str
    sentence: Text | None
    parts: list[PartAnswer]
    n: int
    base: int
    share: float
    personal: bool
    complete: bool
    reason: Text | None
    as_of: datetime
    run: int


class AskedValues(BaseModel):
    """A tag, and what its values or their names shall contain."""

    tag: str = Field(max_length=200, examples=["lifecycle"])
    search: str = Field("", max_length=200)


class ValueItem(BaseModel):
    """A value, what it is called, and how many customers have it."""

    value: Any
    label: Text | None
    n: int


class ValuesAnswer(BaseModel):
    """The most frequent values of a tag; none of a personal one."""

    tag: str
    values: list[ValueItem]
    personal: bool
    known: int
    distinct: int
    low: float | None
    high: float | None
    mean: float | None
    as_of: datetime
    run: int


class DraftContent(BaseModel):
    """What is kept of a draft: the tree with everything typed, and the text of what can be read."""

    audience: str = Field("", max_length=200)
    content: dict[str, Any]


class DraftAnswer(DraftContent):
    """A rule that somebody works on."""

    id: str
    actor: str
    created_at: datetime
    updated_at: datetime


class DraftsAnswer(BaseModel):
    """All drafts, the last one worked on first."""

    drafts: list[DraftAnswer]


def routes(workspace: Workspace) -> APIRouter:
    """The routes of rules and drafts."""
    router = APIRouter()
    _counting(router, workspace)
    _drafting(router, workspace)
    return router


def _counting(router: APIRouter, workspace: Workspace) -> None:
    @router.post("/audiences/tree", operation_id="count_tree")
    def count_tree(asked: AskedTree) -> TreeAnswer:
        """Count every condition, every group and the whole of a rule in one question."""
        found = (
            trees.count_text(workspace, asked.text) if asked.tree is None else trees.count_tree(workspace, asked.tree)
        )
        return TreeAnswer(**audience_records.tree(found))

    @router.post("/audiences/values", operation_id="tag_values")
    def tag_values(asked: AskedValues) -> ValuesAnswer:
        """The values of a tag with how many customers have each."""
        return ValuesAnswer(**audience_records.values(suggesting.values(workspace, asked.tag, asked.search)))


def _drafting(router: APIRouter, workspace: Workspace) -> None:
    @router.get("/audiences/drafts", operation_id="list_drafts")
    def list_drafts() -> DraftsAnswer:
        """The rules that somebody works on."""
        return DraftsAnswer(drafts=[DraftAnswer(**audience_records.draft(each)) for each in drafts.drafts(workspace)])

    @router.get("/audiences/drafts/{number}", operation_id="get_draft")
    def get_draft(number: DRAFT) -> DraftAnswer:
        """One draft."""
        return DraftAnswer(**audience_records.draft(drafts.draft(workspace, number)))

    @router.put("/audiences/drafts/{number}", operation_id="keep_draft")
    def keep_draft(number: DRAFT, asked: DraftContent) -> DraftAnswer:
        """Write a draft, over the one of its id where there is one."""
        kept = drafts.keep_draft(workspace, number, asked.content, asked.audience, actor=actor(), now=datetime.now(UTC))
        return DraftAnswer(**audience_records.draft(kept))

    @router.delete("/audiences/drafts/{number}", operation_id="drop_draft", status_code=HTTPStatus.NO_CONTENT)
    def drop_draft(number: DRAFT) -> None:
        """Throw a draft away."""
        drafts.drop_draft(workspace, number)
