"""Records of the first page and of the search: their answers as JSON values."""

from __future__ import annotations

from portraits.app.audiences.audiences import AudienceLine
from portraits.app.data.standing import SourceLine
from portraits.app.home.metric import Kpi
from portraits.app.home.outline import Outline
from portraits.app.home.search import Found
from portraits.app.home.today import Today
from portraits.app.records import Record, job, plain
from portraits.app.runs.changes import Changes


def today(view: Today) -> Record:
    """What is to be known first."""
    return {
        "now": plain(view.now),
        "run": view.built.number if view.built else None,
        "as_of": plain(view.built.as_of) if view.built else None,
        "customers": view.customers,
        "metric": _metric(view.kpi) if view.kpi else None,
        "changes": _changes(view.changes) if view.changes else None,
        "sources": [_source(each) for each in view.sources],
        "jobs": [job(each) for each in (*view.open_jobs, *view.failed_jobs)],
        "audiences": [_audience(each) for each in view.audiences],
        "steps": plain(view.steps),
        "faults": [str(each) for each in view.faults],
    }


def now(seen: Outline) -> Record:
    """Which run is published."""
    return {"run": seen.run, "as_of": plain(seen.as_of)}


def found(answer: Found) -> Record:
    """What a text finds."""
    return {"text": answer.text, "total": answer.total, "groups": plain(answer.groups)}


def _metric(kpi: Kpi) -> Record:
    return {**plain(kpi), "unit": kpi.unit, "share": kpi.share}


def _changes(changes: Changes) -> Record:
    ends = {"before": changes.before.number, "after": changes.after.number}
    rest = ("compared", "new", "left", "added_tags", "drifts", "drifted", "moves", "moved")
    return {**ends, **{name: plain(getattr(changes, name)) for name in rest}}


def _source(line: SourceLine) -> Record:
    last = line.last.loaded_at if line.last else None
    return {
        "name": line.name,
        "state": line.state,
        "rows": line.rows,
        "rejected": line.rejected,
        "loaded_at": plain(last),
    }


def _audience(line: AudienceLine) -> Record:
    return {"name": line.name, "title": plain(line.title), "customers": line.count.n if line.count else None}
