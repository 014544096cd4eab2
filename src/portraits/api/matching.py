"""Matching over HTTP: what cleaning repaired, what was learnt from the records, who lives together."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from portraits.api.actor import actor
from portraits.api.parameters import CUSTOMER, PAGE
from portraits.api.paths import WholeRoute
from portraits.app.identity import households, matching_records, models, repairs
from portraits.engine.workspace import Workspace


class RepairsAnswer(BaseModel):
    """What cleaning did, the most frequent first: field, repair or flag, records, and how many are unusable."""

    counts: list[dict[str, Any]]
    records: int
    repaired: int = Field(description="Records that have any value which was repaired or flagged.")
    as_of: datetime
    run: int


class RepairedValuesAnswer(BaseModel):
    """Values as they were written and as they are compared, personal ones masked, with what was done to each."""

    values: list[dict[str, Any]]
    total: int
    as_of: datetime
    run: int


class ModelsAnswer(BaseModel):
    """The models of the run: what each degree of agreement is worth, thresholds, blocks, guards."""

    models: list[dict[str, Any]]
    training: int
    learnt: int = Field(description="What `training` was when these models were learnt.")
    file: str = Field(description="The file of the workspace whose settings hold `training`.")
    asked: bool = Field(description="Whether the next build will learn anew.")
    as_of: datetime
    run: int


class RetrainAnswer(BaseModel):
    """That the next build learns anew; `training` counts how often that was asked."""

    training: int


class HouseholdsAnswer(BaseModel):
    """A page of households, the largest first."""

    households: list[dict[str, Any]]
    sizes: list[dict[str, Any]] = Field(description="Of all households: how many of each size, and what they bought.")
    alone: dict[str, Any] = Field(description="Persons who live with no other customer, as far as is known.")
    total: int
    customers: int = Field(description="Customers in all households.")
    page: int
    pages: int
    size: int
    as_of: datetime
    run: int


class HouseholdAnswer(BaseModel):
    """The household of a customer; null where the customer lives alone, as far as is known."""

    customer: str
    household: dict[str, Any] | None
    as_of: datetime
    run: int


def routes(workspace: Workspace) -> APIRouter:
    """The routes of cleaning and matching."""
    router, whole = APIRouter(), APIRouter(route_class=WholeRoute)
    _repairs(router, whole, workspace)
    _models(router, workspace)
    _households(router, whole, workspace)
    router.include_router(whole)
    return router


def _repairs(router: APIRouter, whole: APIRouter, workspace: Workspace) -> None:
    @router.get("/identity/repairs", operation_id="list_repairs")
    def list_repairs() -> RepairsAnswer:
        """What cleaning repaired and flagged, counted by field."""
        return RepairsAnswer(**matching_records.repairs(repairs.repairs(workspace)))

    @router.get("/identity/repairs/values", operation_id="repaired_values")
    def repaired_values(
        field: Annotated[str, Query(max_length=100, description="A column of people.", examples=["phone"])],
        note: Annotated[str, Query(max_length=100, description="A repair or a flag.", examples=["country_code"])],
    ) -> RepairedValuesAnswer:
        """Some values of a field that were repaired or flagged in one way."""
        found = repairs.repaired_values(workspace, field, note)
        return RepairedValuesAnswer(**matching_records.repaired_values(found))

    @whole.get("/customers/{customer_id:path}/repairs", operation_id="customer_repairs")
    def customer_repairs(customer_id: Annotated[str, CUSTOMER]) -> RepairedValuesAnswer:
        """What cleaning did to the values of a customer's records."""
        found = repairs.customer_repairs(workspace, customer_id)
        return RepairedValuesAnswer(**matching_records.repaired_values(found))


def _models(router: APIRouter, workspace: Workspace) -> None:
    @router.get("/identity/models", operation_id="list_identity_models")
    def list_models() -> ModelsAnswer:
        """What matching has learnt: the shares and the worth of every degree of agreement."""
        return ModelsAnswer(**matching_records.models(models.models(workspace)))

    @router.post("/identity/models/retrain", operation_id="retrain_identity", status_code=HTTPStatus.ACCEPTED)
    def retrain() -> RetrainAnswer:
        """Let the next build learn anew how records are compared, and compare all of them."""
        done = models.retrain(workspace, actor=actor(), now=datetime.now(UTC))
        return RetrainAnswer(**matching_records.asked(done))


def _households(router: APIRouter, whole: APIRouter, workspace: Workspace) -> None:
    @router.get("/households", operation_id="list_households")
    def list_households(
        page: Annotated[int, PAGE] = 1,
        size: Annotated[int, Query(ge=1, le=households.LARGEST_PAGE, description="Households a page.")] = 20,
    ) -> HouseholdsAnswer:
        """Customers who live together, the largest households first."""
        return HouseholdsAnswer(**matching_records.households(households.households(workspace, page, size)))

    @whole.get("/customers/{customer_id:path}/household", operation_id="household_of")
    def household_of(customer_id: Annotated[str, CUSTOMER]) -> HouseholdAnswer:
        """Who lives with a customer; a former id will do."""
        return HouseholdAnswer(**matching_records.household_of(households.household_of(workspace, customer_id)))
