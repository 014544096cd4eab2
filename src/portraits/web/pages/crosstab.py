"""The cross table as a page: two tags against each other, every cell leading to its customers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from fastapi import APIRouter, Request
from fastapi.responses import Response

from portraits.app.customers.portrait import GROUPS
from portraits.app.reading import TagColumn
from portraits.app.segments.crosstab import Choices, choices, crosstab
from portraits.vocabulary.types import Type
from portraits.web.frame import Frame
from portraits.web.segment_charts import MEASURES, crossed

# What is crossed where nobody chose: the first of each that the workspace has.
USUAL = (
    ("rfm_segment", "lifecycle", "lifecycle_stage"),
    ("age_band", "favourite_category", "income", "gender", "recency_days"),
)


def routes(frame: Frame) -> APIRouter:
    """The page of cross tables."""
    router = APIRouter()

    @router.get("/segments/cross-table")
    def shown(request: Request, rows: str = "", columns: str = "", metric: str = "", measure: str = "") -> Response:
        page, known = frame.page(request), choices(frame.workspace)
        down = rows or _usual(known, 0, columns)
        across = columns or _usual(known, 1, down)
        found = crosstab(frame.workspace, down, across, metric) if down and across else None
        usable = [each for each in MEASURES if each != "mean" or metric]
        shown_as = measure if measure in usable else usable[-1] if metric else usable[0]
        table = crossed(page, found, shown_as) if found else None
        return frame.render(
            page,
            "cross_table.html",
            found=found,
            table=table if found and found.total.customers else None,
            groups=list(_groups(known.tags)),
            metrics=list(_groups(known.metrics)),
            measures=usable,
            asked={"rows": down, "columns": across, "metric": metric, "measure": shown_as},
            specs={table.id: table.spec()} if table else {},
        )

    return router


def _usual(known: Choices, place: int, taken: str) -> str:
    """The first usual tag that is there and not taken, else the first one with few values."""
    names = {tag.name for tag in known.tags}
    kinds = [tag.name for tag in known.tags if tag.labels or tag.type == Type.BOOLEAN]
    wished = [name for name in (*USUAL[place], *kinds, *names) if name in names and name != taken]
    return next(iter(wished), "")


def _groups(tags: Iterable[TagColumn]) -> Iterator[tuple[str, list[TagColumn]]]:
    ordered = sorted(tags, key=lambda tag: GROUPS.index(tag.group))
    return ((group, list(each)) for group, each in groupby(ordered, key=lambda tag: tag.group))
