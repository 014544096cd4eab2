"""Results: what the rules of quality found in one run, as its card says it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from portraits.engine import runs
from portraits.engine.runs import RunInfo
from portraits.engine.workspace import Workspace


@dataclass(frozen=True)
class Result:
    """What one rule found in the rows of one source."""

    rule: str
    table: str
    source: str
    field: str
    dimension: str
    rows: int
    bad: int


@dataclass(frozen=True)
class Score:
    """How many times a row was judged, and how many times it was bad; `share` is the part that was good."""

    rows: int = 0
    bad: int = 0

    @property
    def share(self) -> float | None:
        """None where nothing was judged."""
        return 1 - self.bad / self.rows if self.rows else None


@dataclass(frozen=True)
class Findings:
    """What was found in a run: results by rule and source, how reliable a source is, and what a person let pass."""

    run: int
    as_of: datetime
    created_at: datetime
    results: tuple[Result, ...] = ()
    reliability: Mapping[str, float] = field(default_factory=dict)
    accepted_by: str = ""
    accepted: tuple[str, ...] = ()


def score(results: Iterable[Result]) -> Score:
    """The score of some results together: every row counts as often as it was judged."""
    rows = bad = 0
    for each in results:
        rows, bad = rows + each.rows, bad + each.bad
    return Score(rows, bad)


def findings(info: RunInfo) -> Findings:
    """What a run's card says; of runs older than the rules it says nothing."""
    card = info.figures.get("quality") or {}
    accepted = card.get("accepted") or {}
    return Findings(
        run=info.number,
        as_of=info.as_of,
        created_at=info.created_at,
        results=tuple(Result(**each) for each in card.get("results", ())),
        reliability=card.get("reliability", {}),
        accepted_by=accepted.get("actor", ""),
        accepted=tuple(accepted.get("rules", ())),
    )


def published(workspace: Workspace) -> Findings | None:
    """What was found in the published run; None before the first build."""
    number = runs.current(workspace)
    return findings(runs.run_info(workspace, number)) if number else None


def over_runs(workspace: Workspace) -> Iterator[Findings]:
    """What was found in every run that is kept, oldest first."""
    yield from map(findings, reversed(runs.infos(workspace)))
