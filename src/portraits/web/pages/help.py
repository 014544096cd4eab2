"""Help as a page: which method answers which question, the words, the keys, where the data lives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import Response

from portraits.app.reading import TagColumn, reading
from portraits.engine.workspace import FIRST_FILE, Workspace
from portraits.vocabulary.errors import PortraitsError
from portraits.vocabulary.tables import TABLES
from portraits.web.frame import Frame


@dataclass(frozen=True)
class Question:
    """A question of a beginner: the method that answers it, the tags that hold the answer, its page.

    Without a page Portraits does not answer it yet; the method is named all the same.
    """

    key: str
    method: str
    tags: tuple[str, ...] = ()
    href: str = ""


QUESTIONS = (
    Question("value", "ranking", ("value_tier", "rfm_segment", "profit_tier", "spend_365d"), "/segments"),
    Question("amount", "statistics", ("spend_365d", "orders_365d", "basket_value"), "/tags"),
    Question("likes", "statistics", ("favourite_category", "favourite_brand", "order_channel"), "/tags"),
    Question("price", "rules", ("promotion_attitude", "price_level", "discount_share"), "/tags"),
    Question("stage", "rules", ("lifecycle", "lifecycle_stage"), "/segments"),
    Question("leaving", "rules", ("churn_risk", "churn_level", "churn_reason"), "/audiences"),
    Question("rhythm", "statistics", ("mean_gap_days", "cycle_deviation", "next_order_in_days"), "/tags"),
    Question("content", "statistics", ("mean_rating", "dissatisfied", "complaints_365d"), "/tags"),
    Question("differs", "comparison", (), "/segments"),
    Question("changed", "comparison", (), "/runs"),
    Question("choose", "rules", (), "/audiences"),
    Question("why", "evidence", (), "/customers"),
    Question("twice", "matching", (), "/data/identity"),
    Question("sound", "checks", (), "/data/quality"),
    Question("kinds", "clustering"),
    Question("predict", "classification"),
    Question("worth", "regression"),
    Question("together", "association"),
    Question("effect", "experiment"),
)
METHODS = tuple(dict.fromkeys(question.method for question in QUESTIONS))
WORDS = (
    *("workspace", "source", "record", "customer", "tag", "fact", "rule", "model", "portrait", "segment", "audience"),
    *("run", "as_of", "evidence", "coverage", "rfm", "tgi", "psi"),
)
# Where things are: a path inside the workspace, and the key of what is there.
PLACES = (
    (FIRST_FILE, "settings"),
    ("*.toml", "definitions"),
    ("plugins/", "plugins"),
    ("data/landing/", "landing"),
    ("data/store.sqlite", "store"),
    ("data/runs/", "runs"),
    ("data/current", "current"),
)


def routes(frame: Frame) -> APIRouter:
    """The help."""
    router = APIRouter()

    @router.get("/help")
    def shown(request: Request) -> Response:
        return frame.render(
            frame.page(request),
            "help.html",
            answers=[(each, list(_held(frame.workspace, each.tags))) for each in QUESTIONS],
            methods=METHODS,
            words=WORDS,
            tables=TABLES.values(),
            places=PLACES,
            folder=frame.workspace.folder.resolve(),
        )

    return router


def _held(workspace: Workspace, names: tuple[str, ...]) -> Iterator[TagColumn]:
    """Those of some tags that the published run holds."""
    try:
        with reading(workspace) as run:
            yield from (run.tags[name] for name in names if name in run.tags)
    except PortraitsError:
        return
