"""The commands that look around: what is to be known today, and what a text finds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from portraits.cli.options import HERE, Folder, Json, opened, who
from portraits.cli.screen import Screen
from portraits.cli.values import Values

if TYPE_CHECKING:
    from portraits.app.home.metric import Kpi
    from portraits.app.home.search import Found
    from portraits.app.home.target import Aim
    from portraits.app.home.today import Today
    from portraits.app.runs.changes import Changes


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for command in (today, find):
        app.command()(command)
    group = typer.Typer(no_args_is_help=True)
    for name, change in (("set", set_target), ("drop", drop_target)):
        group.command(name)(change)
    app.add_typer(group, name="target")


def today(workspace: Folder = HERE, as_json: Json = False) -> None:
    """Show what is to be known first."""
    from portraits.app.home import today as use
    from portraits.app.home import today_records

    place, screen = opened(workspace, as_json)
    values = Values.of(place, screen)
    screen.show(use.today(place, now=datetime.now(UTC)), lambda _, view: _told(values, view), today_records.today)


def set_target(
    amount: Annotated[float, typer.Argument(metavar="AMOUNT")],
    by: Annotated[datetime, typer.Option("--by", metavar="DATE", formats=["%Y-%m-%d"])],
    metric: Annotated[str, typer.Option("--metric", metavar="METRIC")] = "",
    workspace: Folder = HERE,
    as_json: Json = False,
) -> None:
    """Write what the metric is to reach, and by which day."""
    from portraits.app.home import target

    place, screen = opened(workspace, as_json)
    screen.show(target.set_target(place, amount, by.date().isoformat(), metric, **who()), _aim)


def drop_target(workspace: Folder = HERE, as_json: Json = False) -> None:
    """Take the target away."""
    from portraits.app.home import target

    place, screen = opened(workspace, as_json)
    screen.show(target.drop_target(place, **who()), _aim)


def find(
    text: Annotated[str, typer.Argument(metavar="TEXT")],
    size: Annotated[int, typer.Option("--size", min=1, max=50)] = 5,
    workspace: Folder = HERE,
    as_json: Json = False,
) -> None:
    """Find customers, tags, audiences, segments and pages."""
    from portraits.app.home import search, today_records

    place, screen = opened(workspace, as_json)
    screen.show(search.search(place, text, size), _found, today_records.found)


def _told(values: Values, view: Today) -> None:
    screen = values.screen
    for fault in view.faults:
        screen.line(fault.phrase.in_(screen.language))
    if view.built:
        screen.say("today", "run", run=str(view.built.number), as_of=view.built.as_of, n=view.customers)
    for line in (*_metric(values, view.kpi), *_changes(screen, view.changes)):
        screen.line(line)
    if view.sources:
        rows = [
            (each.name, each.rows, each.rejected, each.last.loaded_at if each.last else None) for each in view.sources
        ]
        screen.table("today", ("source", "rows", "rejected", "loaded_at"), rows)
    for job in (*view.open_jobs, *view.failed_jobs):
        screen.say(
            "today",
            "job",
            job=str(job.id),
            kind=screen.word("jobs-list", job.kind),
            status=screen.word("jobs-list", job.status),
        )
    upcoming = next((step for step in view.steps if step.state in ("next", "wrong")), None)
    if upcoming:
        screen.say("today", f"next_{upcoming.key}")


def _aim(screen: Screen, aim: Aim) -> None:
    metric = screen.word("target", aim.metric.replace(" ", "_"))
    if aim.target is None:
        screen.say("target", "none", metric=metric)
        return
    screen.say("target", "done", metric=metric, amount=aim.target.amount, by=aim.target.by)


def _metric(values: Values, kpi: Kpi | None) -> Iterator[str]:
    if kpi is None:
        return
    from portraits.app.said import Quantity

    title = values.say(f"metrics.{kpi.metric.replace(' ', '_')}.title", {"n": kpi.days})
    value = None if kpi.value is None else Quantity(kpi.value, kpi.unit)
    yield f"{title}: {values.writing.write(value)}"
    yield from (values.say(said.key, said.values) for said in kpi.said)


def _changes(screen: Screen, changes: Changes | None) -> Iterator[str]:
    if changes is None or not changes.compared:
        return
    counts = {"new": changes.new, "left": changes.left, "moved": changes.moved, "drifted": changes.drifted}
    yield screen.words("today", "changes", run=str(changes.before.number), **counts)


def _found(screen: Screen, found: Found) -> None:
    if not found.groups:
        screen.say("find", "none")
        return
    rows = [
        (screen.word("find", group.kind), hit.title, hit.about, hit.href)
        for group in found.groups
        for hit in group.hits
    ]
    screen.table("find", ("what", "title", "about", "page"), rows)
