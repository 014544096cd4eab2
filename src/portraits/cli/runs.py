"""The commands of runs: build one, list them, compare two, go back to one."""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from portraits.cli.differences import Names, write_difference, write_drift
from portraits.cli.options import HERE, AsOf, Folder, Json, opened, who
from portraits.cli.screen import Screen
from portraits.cli.stages import stage
from portraits.cli.watching import watching

if TYPE_CHECKING:
    from portraits.app.runs.runs import RunLine, RunReport
    from portraits.engine.runs import RunInfo
    from portraits.engine.warehouse import Timing
    from portraits.engine.workspace import Workspace


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for command in (build, runs, diff, rollback):
        app.command()(command)


def build(
    workspace: Folder = HERE,
    as_of: AsOf = None,
    accept_quality: Annotated[bool, typer.Option("--accept-quality")] = False,
    as_json: Json = False,
) -> None:
    """Make a new run and publish it."""
    from portraits.app.runs import builds

    place, screen = opened(workspace, as_json)
    with watching(screen, took(place)) as progress:
        accepted_by = getpass.getuser() if accept_quality else ""
        made = builds.build(place, as_of, progress, now=datetime.now(UTC), accepted_by=accepted_by)
    screen.show(made, _built)


def took(workspace: Workspace) -> Sequence[Timing]:
    """What the steps of the last build took; nothing where none is kept."""
    from portraits.app.runs import runs as use

    return next((line.info.timings for line in use.runs(workspace) if not line.touch_up), ())


def runs(
    one: Annotated[int, typer.Argument(metavar="RUN", min=0)] = 0, workspace: Folder = HERE, as_json: Json = False
) -> None:
    """List the runs, newest first, or tell all about one."""
    from portraits.app import records
    from portraits.app.runs import run_records
    from portraits.app.runs import runs as use

    place, screen = opened(workspace, as_json)
    if one:
        screen.show(use.report(place, one), _reported, run_records.report)
    else:
        screen.show(use.runs(place), _listed, records.runs)


def diff(
    before: Annotated[int, typer.Argument()],
    after: Annotated[int, typer.Argument()],
    only: Annotated[str, typer.Option("--tag", metavar="TAG")] = "",
    workspace: Folder = HERE,
    as_json: Json = False,
) -> None:
    """Compare two runs, or one tag in them."""
    from portraits.app.runs import diff as use
    from portraits.app.runs import run_records

    place, screen = opened(workspace, as_json)
    if only:
        drifted = use.drift(place, only, before, after)
        screen.show(drifted, lambda screen, found: write_drift(screen, Names.of(place, screen), found))
    else:
        compared = use.diff(place, before, after)
        screen.show(
            compared,
            lambda screen, found: write_difference(screen, Names.of(place, screen), found),
            run_records.difference,
        )


def rollback(number: Annotated[int, typer.Argument()], workspace: Folder = HERE, as_json: Json = False) -> None:
    """Publish an earlier run again."""
    from portraits.app.runs import run_records
    from portraits.app.runs import runs as use

    place, screen = opened(workspace, as_json)
    went = use.rollback(place, number, **who())
    screen.show(went, _rolled_back, run_records.moment)


def _built(screen: Screen, run: RunInfo) -> None:
    seconds = sum(timing.seconds for timing in run.timings)
    screen.say("build", "done", number=run.number, as_of=run.as_of, customers=run.rows.get("customers"), s=seconds)
    if run.rows.get("customers") == 0:
        screen.say("build", "nobody")
    for mapping, rows in run.figures.get("left_out", {}).items():
        screen.say("build", "left_out", mapping=mapping, n=rows)
    if accepted := run.figures.get("quality", {}).get("accepted"):
        screen.say("build", "accepted", rules=", ".join(accepted["rules"]))
    if gone := run.figures.get("gone"):
        screen.say("check", "gone", n=len(gone), names=", ".join(gone))


def _listed(screen: Screen, lines: list[RunLine]) -> None:
    if not lines:
        screen.say("runs", "none")
        return
    rows = [_row(line.info, "*" if line.current else "") for line in lines]
    screen.table("runs", ("current", "number", "as_of", "created_at", "customers", "seconds"), rows)


def _row(run: RunInfo, current: str) -> tuple[object, ...]:
    seconds = sum(timing.seconds for timing in run.timings)
    return current, str(run.number), run.as_of, run.created_at, run.rows.get("customers"), seconds


def _reported(screen: Screen, found: RunReport) -> None:
    info = found.line.info
    screen.say("runs", "about", number=str(info.number), as_of=info.as_of, version=info.version, s=found.line.seconds)
    if touched := found.line.touch_up:
        acts, undone = (", ".join(map(str, touched[name])) or "-" for name in ("acts", "undone"))
        screen.say("runs", "touch_up", of=str(touched["of"]), n=touched["customers"], acts=acts, undone=undone)
    rows = [(stage(screen, each.name), each.seconds, each.rows) for each in found.stages]
    screen.table("runs", ("stage", "seconds", "rows"), rows)
    for mapping, lost in found.left_out.items():
        screen.say("runs", "left_out", mapping=mapping, n=lost)
    if found.changes:
        for kind in ("added", "changed", "removed"):
            if names := getattr(found.changes, kind):
                screen.say("runs", kind, names=", ".join(names))


def _rolled_back(screen: Screen, run: RunInfo) -> None:
    screen.say("rollback", "done", number=run.number, as_of=run.as_of)
