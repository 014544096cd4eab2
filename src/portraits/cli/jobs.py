"""The commands of jobs: what waits, what is under way, what has ended; stop it or do it again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from portraits.cli.options import HERE, Folder, Json, opened, who
from portraits.cli.screen import Screen
from portraits.cli.stages import stage

if TYPE_CHECKING:
    from portraits.app.jobs.jobs import Job

Number = Annotated[int, typer.Argument(metavar="JOB")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(no_args_is_help=True)
    for name, command in (("list", listed), ("show", show), ("cancel", cancel), ("retry", retry)):
        group.command(name)(command)
    app.add_typer(group, name="jobs")


def listed(workspace: Folder = HERE, as_json: Json = False) -> None:
    """List all jobs."""
    from portraits.app import records
    from portraits.app.jobs import jobs

    place, screen = opened(workspace, as_json)
    screen.show(jobs.jobs(place), _listed, records.jobs)


def show(number: Number, workspace: Folder = HERE, as_json: Json = False) -> None:
    """Show one job with its log."""
    from portraits.app import records
    from portraits.app.jobs import jobs

    place, screen = opened(workspace, as_json)
    screen.show(jobs.job(place, number), _shown, records.job)


def cancel(number: Number, workspace: Folder = HERE, as_json: Json = False) -> None:
    """Stop a job."""
    from portraits.app import records
    from portraits.app.jobs import jobs

    place, screen = opened(workspace, as_json)
    stopped = jobs.cancel(place, number, **who())
    screen.show(stopped, lambda screen, job: screen.say("jobs-cancel", "done", number=str(job.id)), records.job)


def retry(number: Number, workspace: Folder = HERE, as_json: Json = False) -> None:
    """Do the work of a job again."""
    from portraits.app import records
    from portraits.app.jobs import jobs

    place, screen = opened(workspace, as_json)
    again = jobs.retry(place, number, **who())
    screen.show(again, lambda screen, job: screen.say("jobs-retry", "done", number=str(job.id)), records.job)


def _listed(screen: Screen, found: Sequence[Job]) -> None:
    if not found:
        screen.say("jobs-list", "none")
        return
    rows = [(str(each.id), *_about(screen, each)) for each in found]
    screen.table("jobs-list", ("job", "kind", "status", "percent", "created_at", "actor"), rows)


def _about(screen: Screen, job: Job) -> tuple[object, ...]:
    kind, status = screen.word("jobs-list", job.kind), screen.word("jobs-list", job.status)
    return kind, status, _percent(job.progress if job.open else {}), job.created_at, job.actor


def _percent(progress: Mapping[str, object]) -> str:
    share = progress.get("share")
    return f"{share:.0%}" if isinstance(share, float | int) else ""


def _shown(screen: Screen, job: Job) -> None:
    from portraits.vocabulary.phrase import phrase_of

    screen.line(f"{job.id}  {'  '.join(str(screen.value(each)) for each in _about(screen, job) if each)}")
    for entry in job.log:
        at = str(entry["at"]).replace("T", " ")
        if entry.get("stage"):
            screen.line(f"  {at}  {stage(screen, str(entry['stage']))}")
        for data in entry.get("said", ()):
            screen.line(f"  {at}  {phrase_of(data).in_(screen.language)}")
    for line in str(job.log[-1].get("trace", "") if job.log else "").splitlines():
        screen.line(f"    {line}")
