"""Target: what the metric is to reach and by which day, set and taken away in the very file of the settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portraits.app.editing import set_keys
from portraits.app.reading import settings
from portraits.engine.settings import METRICS, Metric, Target
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import BadInput, all_known, nearest
from portraits.vocabulary.phrase import say


@dataclass(frozen=True)
class Aim:
    """What is measured, and what it is to reach; None where no target is set."""

    metric: Metric
    target: Target | None


def set_target(
    workspace: Workspace, amount: float | str, by: str, metric: str = "", *, actor: str, now: datetime
) -> Aim:
    """Write what the metric is to reach; DefinitionError names what cannot be, and nothing is written then.

    Args:
        workspace: whose settings.
        amount: to reach.
        by: the last day, such as 2026-12-31.
        metric: what is measured from now on; empty keeps what the settings say.
        actor: who sets it.
        now: the present moment, with its zone.
    """
    if metric and metric not in METRICS:
        raise BadInput(say("There is no metric {name}.", name=metric), nearest(metric, METRICS) or all_known(METRICS))
    target = Target.read({"amount": amount, "by": by})
    keys = {"metric": metric} if metric else {}
    whole = int(target.amount) if target.amount.is_integer() else target.amount  # as a person would write it
    return _written(workspace, {**keys, "target": {"amount": whole, "by": target.by}}, actor=actor, now=now)


def drop_target(workspace: Workspace, *, actor: str, now: datetime) -> Aim:
    """Take the target away; the metric stays."""
    return _written(workspace, {"target": None}, actor=actor, now=now)


def _written(workspace: Workspace, keys: Mapping[str, Any], *, actor: str, now: datetime) -> Aim:
    set_keys(workspace, "settings", "", keys, actor=actor, now=now)
    said = settings(workspace)
    return Aim(said.metric, said.target)
