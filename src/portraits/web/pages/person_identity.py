"""The identity of a customer as pages: its records and what ties them, whose values count, its past, a split."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response

from portraits.api.actor import actor
from portraits.api.paths import WholeRoute
from portraits.app.customers.portrait import header
from portraits.app.identity.golden import golden_record
from portraits.app.identity.households import household_of
from portraits.app.identity.identity import IdentityHistory, identity_history, preview_split, split
from portraits.app.identity.repairs import customer_repairs
from portraits.app.identity.ties import ties, titled
from portraits.app.identity.touch_up import ask_touch_up, at_once
from portraits.engine.deciding import Decision
from portraits.engine.identities import Change
from portraits.vocabulary.errors import PortraitsError
from portraits.web.frame import Frame
from portraits.web.identity_charts import likely, signed, ties_picture
from portraits.web.page import Page, customer_path
from portraits.web.pages.data import see
from portraits.web.pages.matching import shared
from portraits.web.pages.person import head

BUILD = "build"  # the actor of what nobody decided
SHOWN = 3  # ties and records that a sentence names


@dataclass(frozen=True)
class Told:
    """Something that happened to the identity of a customer, in words; `act` undoes it while it stands."""

    at: datetime
    kind: str
    text: str
    evidence: tuple[str, ...]
    who: str
    act: int = 0


def routes(frame: Frame) -> APIRouter:
    """The identity of a customer."""
    router = APIRouter(route_class=WholeRoute)

    @router.get("/customers/{customer_id:path}/identity")
    def shown(request: Request, customer_id: str) -> Response:
        return _identity(frame, request, customer_id)

    _splitting(router, frame)
    return router


def _splitting(router: APIRouter, frame: Frame) -> None:
    @router.get("/customers/{customer_id:path}/identity/split")
    def previewed(request: Request, customer_id: str, record: Annotated[list[str] | None, Query()] = None) -> Response:
        try:
            view = preview_split(frame.workspace, customer_id, record or [])
        except PortraitsError as error:
            if error.status == 404:
                raise
            return _identity(frame, request, customer_id, error)
        page = frame.page(request)
        who = header(frame.workspace, customer_id)
        return frame.render(page, "person_split.html", **head(frame, page, who, "identity"), view=view)

    @router.post("/customers/{customer_id:path}/identity/split")
    def done(
        request: Request,
        customer_id: str,
        record: Annotated[list[str] | None, Form()] = None,
        why: Annotated[str, Form()] = "",
    ) -> Response:
        try:
            split(frame.workspace, customer_id, record or [], why=why, actor=actor(), now=datetime.now(UTC))
            ask_touch_up(frame.workspace, actor=actor(), now=datetime.now(UTC))
        except PortraitsError as error:
            return _identity(frame, request, customer_id, error)
        return see(customer_path(customer_id, "identity"))


def _identity(frame: Frame, request: Request, customer_id: str, error: PortraitsError | None = None) -> Response:
    page = frame.page(request)
    history, held = identity_history(frame.workspace, customer_id), ties(frame.workspace, customer_id)
    who = header(frame.workspace, customer_id)
    return frame.render(
        page,
        "person_identity.html",
        error.status if error else 200,
        **head(frame, page, who, "identity"),
        history=history,
        held=held,
        picture=ties_picture(held),
        golden=golden_record(frame.workspace, customer_id),
        home=household_of(frame.workspace, customer_id).household,
        shared=shared,
        cleaned=customer_repairs(frame.workspace, customer_id),
        told=sorted(_told(page, history), key=lambda each: each.at, reverse=True),
        at_once=at_once(frame.workspace),
        error=error,
        likely=likely,
        signed=signed,
    )


def _told(page: Page, found: IdentityHistory) -> Iterator[Told]:
    for each in found.changes:
        yield Told(
            each.at, each.kind, _change(page, each, found.customer_id), tuple(_evidence(page, each)), _who(page, each)
        )
    for act in sorted({each.act for each in found.decisions}):
        some = [each for each in found.decisions if each.act == act]
        yield from _decided(page, act, some)


def _change(page: Page, each: Change, customer: str) -> str:
    first, *others = each.customer_ids
    said = {"records": _some(page, each.record_ids), "to": first, "before": ", ".join(others) or first}
    key = "split_off" if each.kind == "split" and customer in others else each.kind
    return page.t(f"identity.changes.{key}", n=len(each.record_ids), **said)


def _evidence(page: Page, each: Change) -> Iterator[str]:
    for tie in each.evidence.get("ties", [])[:SHOWN]:
        if tie["method"] == "apart":
            yield page.t("identity.kept_apart", left=tie["left"], right=tie["right"])
        else:
            weight = "" if tie["method"] == "person" else f" {signed(tie['weight'])}"
            yield page.t(
                "identity.tied", left=tie["left"], right=tie["right"], by=page.text(titled(tie["method"])) + weight
            )


def _who(page: Page, each: Change) -> str:
    return (
        page.t("identity.by_build", run=each.run)
        if each.actor == BUILD
        else page.t("identity.by_person", who=each.actor, run=each.run)
    )


def _decided(page: Page, act: int, some: Sequence[Decision]) -> Iterator[Told]:
    """A decision, and that it was taken back."""
    verdicts = {each.verdict for each in some}
    verdict = "split" if len(verdicts) > 1 else some[0].verdict
    apart = [each for each in some if each.verdict == "apart"] or some
    pairs = _some(page, [f"{each.left_record} · {each.right_record}" for each in apart])
    first, why = some[0], tuple(dict.fromkeys(each.why for each in some if each.why))
    stands = any(each.stands for each in some)
    told = page.t(f"identity.decided.{verdict}", pairs=pairs)
    yield Told(first.at, "decided", told, why, first.actor, act if stands else 0)
    if first.withdrawn_at and not stands:
        yield Told(
            first.withdrawn_at,
            "withdrawn",
            page.t("identity.decided.withdrawn", pairs=pairs),
            (),
            first.withdrawn_by or "",
        )


def _some(page: Page, names: Sequence[str]) -> str:
    """The first few of some names."""
    shown = page.t("help.comma").join(names[:SHOWN])
    return shown if len(names) <= SHOWN else page.t("identity.and_more", some=shown, total=len(names))
