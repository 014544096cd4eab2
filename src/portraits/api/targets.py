"""The target over HTTP: what the metric is to reach, and by which day."""

from __future__ import annotations

from datetime import UTC, date, datetime

from fastapi import APIRouter
from pydantic import BaseModel, Field

from portraits.api.actor import actor
from portraits.app.home import target
from portraits.app.records import plain
from portraits.engine.settings import Metric
from portraits.engine.workspace import Workspace


class Wanted(BaseModel):
    """A target to set; without a metric that of the settings stays."""

    amount: float = Field(examples=[120000])
    by: date = Field(examples=["2026-12-31"])
    metric: str = Field("", max_length=40, examples=["revenue"])


class TargetSaid(BaseModel):
    """What is to be reached, and by which day."""

    amount: float
    by: date


class AimAnswer(BaseModel):
    """What is measured, and its target; null where none is set."""

    metric: Metric
    target: TargetSaid | None


def routes(workspace: Workspace) -> APIRouter:
    """The routes of the target."""
    router = APIRouter()

    @router.put("/target", operation_id="set_target")
    def set_target(wanted: Wanted) -> AimAnswer:
        """Write what the metric is to reach into the settings."""
        by = wanted.by.isoformat()
        aim = target.set_target(workspace, wanted.amount, by, wanted.metric, actor=actor(), now=datetime.now(UTC))
        return AimAnswer(**plain(aim))

    @router.delete("/target", operation_id="drop_target")
    def drop_target() -> AimAnswer:
        """Take the target away."""
        return AimAnswer(**plain(target.drop_target(workspace, actor=actor(), now=datetime.now(UTC))))

    return router
