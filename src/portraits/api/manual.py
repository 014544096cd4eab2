"""Manual tags over HTTP: values put on customers and taken off, and all that was said."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from portraits.api.actor import actor
from portraits.api.parameters import TAG
from portraits.api.receiving import BoundedBody
from portraits.app.tags import manual, tag_records
from portraits.app.tags.handlist import LARGEST
from portraits.app.tags.manual import BY_HAND
from portraits.engine.workspace import Workspace

Name = Annotated[str, TAG]
OfCustomer = Annotated[str, Query(description="Only of this customer.")]
HowKnown = Annotated[str, Query(description="How you know.")]
SinceWhen = Annotated[str, Query(description="Since when it holds, such as 2026-01-31.")]
MOST = 10_000  # customers named in one request; a list takes more


class Said(BaseModel):
    """How somebody knows, and since when it holds."""

    source: str = Field("", max_length=200, examples=["phone call"])
    at: str = Field("", max_length=40, examples=["2026-01-31"])


class PutValue(Said):
    """A value, and the customers that get it: by their ids, or by a rule."""

    value: str = Field(max_length=400, examples=["gold"])
    customers: list[str] = Field(default_factory=list, max_length=MOST, examples=[["2199"]])
    rule: str = Field("", max_length=10_000)


class TakeValue(BaseModel):
    """The customers that lose their value."""

    customers: list[str] = Field(max_length=MOST, examples=[["2199"]])
    source: str = Field(BY_HAND, max_length=200)


class PutAnswer(BaseModel):
    """For how many customers it was noted, and what was left out."""

    tag: str
    value: str | None
    customers: int
    left_out: int
    troubles: list[dict[str, Any]]


class ManualAnswer(BaseModel):
    """All that was said of a tag by hand, the newest first."""

    tag: str
    total: int
    customers: int
    waiting: int
    values: dict[str, int]
    statements: list[dict[str, Any]]


def routes(workspace: Workspace) -> APIRouter:
    """The routes of manual tags."""
    router = APIRouter()

    @router.get("/tags/{name}/manual", operation_id="manual_history")
    def manual_history(name: Name, customer: OfCustomer = "") -> ManualAnswer:
        """What was said of a manual tag; `in_run` is false for what the next build will know."""
        return ManualAnswer(**tag_records.history(manual.history(workspace, name, customer)))

    @router.post("/tags/{name}/manual", operation_id="put_manual")
    def put_manual(name: Name, said: PutValue) -> PutAnswer:
        """Put a value on customers; the next build makes it theirs."""
        told = _told(said.source, at=said.at)
        if said.rule:
            return _answer(manual.put_by_rule(workspace, name, said.rule, said.value, **told))
        return _answer(manual.put(workspace, name, said.customers, said.value, **told))

    @router.post("/tags/{name}/manual/list", operation_id="put_manual_list")
    def put_manual_list(name: Name, body: BoundedBody, source: HowKnown = "", at: SinceWhen = "") -> PutAnswer:
        """Put the values of a CSV list of customer_id,value, sent as the body."""
        return _answer(manual.put_list(workspace, name, _first_bytes(body), **_told(source[:200], at=at)))

    @router.post("/tags/{name}/manual/take", operation_id="take_manual")
    def take_manual(name: Name, said: TakeValue) -> PutAnswer:
        """Take values off customers; the history keeps them."""
        return _answer(manual.take(workspace, name, said.customers, **_told(said.source)))

    return router


def _told(source: str, **more: str) -> dict[str, Any]:
    """Who says it, how they know, and when."""
    return {"source": source, "actor": actor(), "now": datetime.now(UTC), **more}


def _first_bytes(body: Iterable[bytes]) -> bytes:
    """A body, up to where it is known to be too large."""
    content = b""
    for chunk in body:
        content += chunk[: LARGEST + 1 - len(content)]
    return content


def _answer(done: manual.Put) -> PutAnswer:
    return PutAnswer(**tag_records.put(done))
