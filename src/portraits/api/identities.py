"""Identity over HTTP: who somebody is, pairs to look at, what people decide, and how a customer came about."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from portraits.api.actor import actor
from portraits.api.parameters import CUSTOMER, PAGE
from portraits.api.paths import WholeRoute
from portraits.app.identity import golden, identify, identity, identity_records, likeness, touch_up
from portraits.app.identity.queue import Wanted
from portraits.engine.workspace import Workspace


class RecognisedAnswer(BaseModel):
    """Who it may be, the most likely first."""

    candidates: list[dict[str, Any]] = Field(
        examples=[[{"customer": {"customer_id": "2199", "name": "王芳"}, "probability": 0.997, "by": ["phone"]}]]
    )
    fitting: int = Field(description="How many customers fit; the most likely of them are told.")
    unreadable: list[str] = Field(description="Fields that could not be made sense of.")
    crowded: list[str] = Field(description="Fields that fit so many customers that alone they tell nothing.")
    as_of: datetime
    run: int


class CandidatesAnswer(BaseModel):
    """A page of pairs to look at; weights are log2 odds, `start` and `shares` add up to `weight`."""

    pairs: list[dict[str, Any]]
    total: int
    kinds: dict[str, int] = Field(description="How many of all pairs are of persons and of companies.")
    reasons: dict[str, int] = Field(description="How many of all pairs are unsure, in doubt, or weak.")
    likely: dict[str, int] = Field(description="How many of the same kind and reason, from some probabilities on.")
    page: int
    pages: int
    size: int
    by: str = Field(description="How the customers of the run were found: records, key or match.")
    waiting: int = Field(description="Decisions that no build has taken up yet.")
    as_of: datetime
    run: int


class NewDecision(BaseModel):
    """Two customers or records that are one, or are to be kept apart."""

    verdict: Literal["link", "apart"]
    one: str = Field(max_length=400, examples=["2199"])
    other: str = Field(max_length=400, examples=["web-17"])
    why: str = Field("", max_length=2000)


class Parting(BaseModel):
    """Records that are to leave a customer."""

    customer: str = Field(max_length=400, examples=["2199"])
    records: list[str] = Field(max_length=1000, examples=[["web-17"]])
    why: str = Field("", max_length=2000)


class ActAnswer(BaseModel):
    """What was decided; `act` is the number that undoes it."""

    act: int
    verdict: str
    pairs: int
    customer_ids: list[str]
    job: int | None = Field(None, description="The job that lets it count now; null where it waits for a build.")


class DecisionsAnswer(BaseModel):
    """All that people decided, the newest first."""

    decisions: list[dict[str, Any]]


class TouchUpAnswer(BaseModel):
    """The job that lets decisions count now; null where the workspace wants them to wait for a build."""

    job: int | None


class SplitAnswer(BaseModel):
    """What a customer would come apart into: the side that stays, and the one that leaves."""

    customer_id: str
    parts: list[dict[str, Any]]
    as_of: datetime
    run: int


class IdentityAnswer(DecisionsAnswer):
    """Who a customer is and how it came about."""

    customer: str
    record_ids: list[str]
    former_ids: list[str]
    changes: list[dict[str, Any]] = Field(description="The journal: the first of customer_ids has the records now.")
    waiting: int
    as_of: datetime
    run: int


class GoldenAnswer(BaseModel):
    """Each field of a customer that is known: rule, winner and losers (value, record_id, source, at, same)."""

    customer: str
    fields: list[dict[str, Any]] = Field(
        description="A loser that is the `same` says what the winner says, in another writing; others dispute it."
    )
    records: int
    as_of: datetime
    run: int


ACT = Annotated[int, Path(ge=1, description="The number of what was decided.", examples=[1])]
_SAID = Query(max_length=400, description="As somebody says or writes it.")


def routes(workspace: Workspace) -> APIRouter:
    """The routes of identity."""
    router, whole = APIRouter(), APIRouter(route_class=WholeRoute)
    _looking(router, workspace)
    _deciding(router, workspace)
    _splitting(router, workspace)
    _history(whole, workspace)
    router.include_router(whole)
    return router


def _looking(router: APIRouter, workspace: Workspace) -> None:
    @router.get("/identify", operation_id="identify")
    def who_is_it(
        phone: Annotated[str, _SAID] = "",
        email: Annotated[str, _SAID] = "",
        wechat: Annotated[str, _SAID] = "",
        name: Annotated[str, _SAID] = "",
    ) -> RecognisedAnswer:
        """The customer that a phone, an e-mail, a WeChat id or a name belongs to, or several with their odds."""
        found = identify.identify(workspace, phone=phone, email=email, wechat=wechat, name=name)
        return RecognisedAnswer(**identity_records.recognised(found))

    @router.get("/identity/candidates", operation_id="list_candidates")
    def list_candidates(
        page: Annotated[int, PAGE] = 1,
        size: Annotated[int, Query(ge=1, le=likeness.LARGEST_PAGE, description="Pairs a page.")] = 20,
        kind: Annotated[str, Query(max_length=20, description="Only persons or companies.", examples=["person"])] = "",
        reason: Annotated[str, Query(max_length=20, description="unsure, doubt or weak.", examples=["unsure"])] = "",
        least: Annotated[float, Query(ge=0, le=1, description="From this probability on.", examples=[0.2])] = 0.0,
    ) -> CandidatesAnswer:
        """Pairs of records that may be one customer, with all that speaks for and against."""
        wanted = Wanted(kind, reason, least)
        return CandidatesAnswer(**identity_records.candidates(likeness.review(workspace, page, size, wanted)))


def _deciding(router: APIRouter, workspace: Workspace) -> None:
    @router.get("/identity/decisions", operation_id="list_identity_decisions")
    def list_decisions() -> DecisionsAnswer:
        """What people decided about records, also what they took back."""
        return DecisionsAnswer(**identity_records.decisions(identity.decisions(workspace)))

    @router.post("/identity/decisions", operation_id="decide_identity", status_code=HTTPStatus.CREATED)
    def decide(asked: NewDecision) -> ActAnswer:
        """Decide that two are one customer, or that they are not; a job lets it count at once."""
        verdict = {"link": identity.link, "apart": identity.keep_apart}[asked.verdict]
        done = verdict(workspace, asked.one, asked.other, why=asked.why, actor=actor(), now=datetime.now(UTC))
        return acted(workspace, done)

    @router.post("/identity/decisions/{act}/undo", operation_id="undo_identity_decision")
    def undo(act: ACT) -> ActAnswer:
        """Take back what was decided."""
        done = identity.undo(workspace, act, actor=actor(), now=datetime.now(UTC))
        return acted(workspace, done)

    @router.post("/identity/touch-ups", operation_id="touch_up", status_code=HTTPStatus.ACCEPTED)
    def touched() -> TouchUpAnswer:
        """Let all that was decided or said by hand since the published run count now."""
        return TouchUpAnswer(job=_touch_up(workspace))


def acted(workspace: Workspace, done: identity.Act) -> ActAnswer:
    """What was decided, and the job that lets it count."""
    return ActAnswer(**identity_records.act(done), job=_touch_up(workspace))


def _touch_up(workspace: Workspace) -> int | None:
    job = touch_up.ask_touch_up(workspace, actor=actor(), now=datetime.now(UTC))
    return job.id if job else None


def _splitting(router: APIRouter, workspace: Workspace) -> None:
    @router.post("/identity/splits/preview", operation_id="preview_split")
    def preview(asked: Parting) -> SplitAnswer:
        """What a customer would come apart into."""
        found = identity.preview_split(workspace, asked.customer, asked.records)
        return SplitAnswer(**identity_records.split_preview(found))

    @router.post("/identity/splits", operation_id="split_customer", status_code=HTTPStatus.CREATED)
    def split(asked: Parting) -> ActAnswer:
        """Decide that some records of a customer are somebody else."""
        by: dict[str, Any] = {"actor": actor(), "now": datetime.now(UTC)}
        done = identity.split(workspace, asked.customer, asked.records, why=asked.why, **by)
        return acted(workspace, done)


def _history(router: APIRouter, workspace: Workspace) -> None:
    @router.get("/customers/{customer_id:path}/identity", operation_id="identity_history")
    def history(customer_id: Annotated[str, CUSTOMER]) -> IdentityAnswer:
        """The records of a customer, its former ids, and how it came about; a former id will do."""
        return IdentityAnswer(**identity_records.identity_history(identity.identity_history(workspace, customer_id)))

    @router.get("/customers/{customer_id:path}/golden", operation_id="golden_record")
    def golden_record(customer_id: Annotated[str, CUSTOMER]) -> GoldenAnswer:
        """Which record each field of a customer comes from, by which rule, and what lost; a former id will do."""
        return GoldenAnswer(**identity_records.golden_record(golden.golden_record(workspace, customer_id)))
