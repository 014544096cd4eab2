"""Today: what somebody who opens the workspace should know first, and what to do next."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeVar

from portraits.app.audiences.audiences import AudienceLine, audiences
from portraits.app.data.standing import SourceLine, standing
from portraits.app.home.metric import Kpi, kpi
from portraits.app.jobs.jobs import Job, jobs
from portraits.app.reading import defined, reading
from portraits.app.runs.changes import Changes, changes
from portraits.app.store import here
from portraits.engine.runs import RunInfo, current, run_info
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import DefinitionError, Fault, NotFound, PortraitsError

T = TypeVar("T")

Key = Literal["load", "map", "build", "audience"]
State = Literal["done", "next", "wrong", "later"]
RECENT_AUDIENCES = 6
RECENT_DAYS = 7  # so long a failed job is worth a place on the first page


@dataclass(frozen=True)
class Step:
    """A step of a newcomer: done, wrong, the next one, or one for later; `n` counts what it is about."""

    key: Key
    state: State
    n: int = 0


@dataclass(frozen=True)
class Today:
    """The first page: parts of which nothing is known are None or empty."""

    now: datetime  # in the workspace's time zone
    built: RunInfo | None
    customers: int
    kpi: Kpi | None
    changes: Changes | None
    sources: tuple[SourceLine, ...]
    stale: int  # batches that came after the published run was built
    open_jobs: tuple[Job, ...]
    failed_jobs: tuple[Job, ...]
    audiences: tuple[AudienceLine, ...]
    audiences_total: int
    steps: tuple[Step, ...]
    faults: tuple[Fault, ...]

    @property
    def guided(self) -> bool:
        """Whether some step of a newcomer is still to be taken."""
        return any(step.state != "done" for step in self.steps)


def today(workspace: Workspace, *, now: datetime) -> Today:
    """What is to be known first; `now` is the present moment, with its zone."""
    faults = _faults(workspace)
    at = now.replace(tzinfo=None) if faults else here(workspace, now)
    sources = _all(lambda: standing(workspace, now=now))
    built = run_info(workspace, number) if (number := current(workspace)) else None
    chosen = () if faults or not built else _all(lambda: audiences(workspace))
    work = _all(lambda: jobs(workspace))
    figures, changed, customers = _read(workspace) if built and not faults else (None, None, 0)
    stale = _stale(sources, built)
    total = 0 if faults else len(defined(workspace).audiences)
    return Today(
        now=at,
        built=built,
        customers=customers,
        kpi=figures,
        changes=changed,
        sources=sources,
        stale=stale,
        open_jobs=tuple(each for each in work if each.open),
        failed_jobs=tuple(_failed(work, at)),
        audiences=chosen[:RECENT_AUDIENCES],
        audiences_total=total,
        steps=tuple(_steps(sources, built, stale, total, faults)),
        faults=faults,
    )


def _faults(workspace: Workspace) -> tuple[Fault, ...]:
    try:
        defined(workspace)
    except DefinitionError as error:
        return error.faults
    return ()


def _all(part: Callable[[], Sequence[T]]) -> tuple[T, ...]:
    """A part of the page, empty where it cannot be made: the other parts are shown still."""
    try:
        return tuple(part())
    except PortraitsError:
        return ()


def _read(workspace: Workspace) -> tuple[Kpi | None, Changes | None, int]:
    try:
        with reading(workspace) as run:
            [(customers,)] = run.rows("SELECT count(*) FROM portrait")
            return kpi(workspace, run), changes(workspace, run), customers
    except NotFound:
        return None, None, 0


def _stale(sources: Sequence[SourceLine], built: RunInfo | None) -> int:
    """Sources with rows that the published run has not seen."""
    return sum(1 for each in sources if built and each.last and each.last.loaded_at > built.created_at)


def _failed(work: Sequence[Job], now: datetime) -> Iterator[Job]:
    """Work that failed lately and has not been done since."""
    done: set[str] = set()
    for each in work:
        what = f"{each.kind} {each.arguments}"
        if each.status == "done":
            done.add(what)
        elif each.status == "failed" and what not in done and (now - each.created_at).days < RECENT_DAYS:
            done.add(what)
            yield each


def _steps(
    sources: Sequence[SourceLine], built: RunInfo | None, stale: int, audiences: int, faults: Sequence[Fault]
) -> Iterator[Step]:
    loaded = sum(each.rows for each in sources)
    wrong = sum(each.state in ("faulty", "unmapped") for each in sources) + len(faults)
    mapped = bool(sources) and not wrong and (loaded > 0 or built is not None)
    done = [bool(loaded) or built is not None, mapped or (built is not None and not wrong), bool(built) and not stale]
    done.append(bool(audiences) and built is not None)
    counts = (loaded, wrong, stale, audiences)
    keys: tuple[Key, ...] = ("load", "map", "build", "audience")
    upcoming = True
    for key, ready, n in zip(keys, done, counts, strict=True):
        if key == "map" and wrong:
            yield Step(key, "wrong", n)
        else:
            yield Step(key, "done" if ready else "next" if upcoming else "later", n)
        upcoming = upcoming and ready
