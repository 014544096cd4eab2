"""Audiences over HTTP: which there are, whom one chooses and why, written, frozen and removed."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from portraits.api.actor import actor
from portraits.api.customers import CustomersAnswer
from portraits.app import records
from portraits.app.audiences import audience_records, audiences, keeping
from portraits.app.customers.customers import LARGEST_PAGE
from portraits.engine.workspace import Workspace
from portraits.vocabulary.text import Text

NAME = Annotated[str, Path(description="The audience's name.", examples=["sleepers"])]
LONGEST = 10_000


class Rule(BaseModel):
    """A condition over tags, or the name of an audience."""

    rule: str = Field(min_length=1, max_length=LONGEST, examples=["recency_days > 180 and spend_365d > 100"])


class AskedMembers(Rule):
    """A page of the members of an audience."""

    page: int = Field(1, ge=1, le=10_000_000)
    size: int = Field(50, ge=1, le=LARGEST_PAGE)


class AskedWhy(Rule):
    """A customer, and an audience that it is or is not in."""

    customer: str = Field(max_length=400, examples=["2199"])


class CountAnswer(BaseModel):
    """How many customers a rule chooses, and the rule in words."""

    n: int
    base: int
    share: float
    sentence: Text
    as_of: datetime
    run: int


class AudienceItem(BaseModel):
    """A defined audience; `count` is null where its rule has faults, `frozen` is the list of a static one."""

    name: str
    title: Text
    rule: str
    owner: str
    why: Text | None
    static: bool
    frozen: dict[str, Any] | None
    count: CountAnswer | None
    faults: list[dict[str, Any]]


class AudiencesAnswer(BaseModel):
    """All audiences in the order of their definitions."""

    audiences: list[AudienceItem]


class AudienceDefinition(BaseModel):
    """An audience as it is written; `members` are chosen anew in every run, or frozen once."""

    title: Text
    rule: str = Field(min_length=1, max_length=LONGEST)
    why: Text | None = None
    owner: str = Field("", max_length=200)
    members: Literal["live", "static"] = "live"


class WhyAnswer(BaseModel):
    """Whether a customer is in an audience; `explanation` holds each condition with its value, operator and limit."""

    customer_id: str
    rule: str
    inside: bool
    listed: bool | None
    explanation: dict[str, Any]
    sentence: Text
    as_of: datetime


class FreezeAnswer(BaseModel):
    """The members of a static audience as they were in a run."""

    audience: str
    rule: str
    run: int
    as_of: datetime
    customers: int
    actor: str
    frozen_at: datetime


class FileAnswer(BaseModel):
    """The file of the workspace that was written."""

    file: str


def routes(workspace: Workspace) -> APIRouter:
    """The routes of audiences."""
    router = APIRouter()
    _looking(router, workspace)
    _writing(router, workspace)
    return router


def _looking(router: APIRouter, workspace: Workspace) -> None:
    @router.get("/audiences", operation_id="list_audiences")
    def list_audiences() -> AudiencesAnswer:
        """The audiences that are defined, with their counts."""
        return AudiencesAnswer(**audience_records.audiences(audiences.audiences(workspace)))

    @router.post("/audiences/count", operation_id="count_audience")
    def count_audience(asked: Rule) -> CountAnswer:
        """How many customers a rule chooses; the rule is checked, and put into words."""
        return CountAnswer(**records.count(audiences.count(workspace, asked.rule)))

    @router.post("/audiences/members", operation_id="audience_members")
    def audience_members(asked: AskedMembers) -> CustomersAnswer:
        """A page of the customers that an audience or a rule chooses."""
        return CustomersAnswer(**records.customers(audiences.members(workspace, asked.rule, asked.page, asked.size)))

    @router.post("/audiences/explain", operation_id="explain_audience")
    def explain_audience(asked: AskedWhy) -> WhyAnswer:
        """Why a customer is, or is not, in an audience."""
        return WhyAnswer(**audience_records.verdict(audiences.explain(workspace, asked.rule, asked.customer)))


def _writing(router: APIRouter, workspace: Workspace) -> None:
    @router.put("/audiences/{name}", operation_id="save_audience")
    def save_audience(name: NAME, asked: AudienceDefinition) -> FileAnswer:
        """Write an audience into the workspace's files; a static one is frozen at the published run."""
        values = asked.model_dump(mode="json", exclude_defaults=True)
        file = keeping.save(workspace, name, values, actor=actor(), now=datetime.now(UTC))
        return FileAnswer(file=file.name)

    @router.delete("/audiences/{name}", operation_id="remove_audience", status_code=HTTPStatus.OK)
    def remove_audience(name: NAME) -> FileAnswer:
        """Remove an audience from the workspace's files."""
        return FileAnswer(file=keeping.remove(workspace, name, actor=actor(), now=datetime.now(UTC)).name)

    @router.post("/audiences/{name}/freeze", operation_id="freeze_audience")
    def freeze_audience(name: NAME) -> FreezeAnswer:
        """Keep who the rule of a static audience chooses now as its members."""
        made = keeping.freeze(workspace, name, actor=actor(), now=datetime.now(UTC))
        return FreezeAnswer(**audience_records.frozen(made))
