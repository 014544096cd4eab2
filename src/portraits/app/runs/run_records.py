"""Run records: what a run says of itself and how two differ, as JSON values for the API and for commands."""

from __future__ import annotations

from dataclasses import fields

from portraits.app.records import Record, plain
from portraits.app.runs.diff import RunDifference
from portraits.app.runs.runs import RunReport
from portraits.engine.runs import RunInfo


def moment(info: RunInfo) -> Record:
    """A run by its number and what it tells of."""
    return {"number": info.number, "as_of": plain(info.as_of), "created_at": plain(info.created_at)}


def report(found: RunReport) -> Record:
    """All about one run; `changes` is null where nobody noted what was defined."""
    info = found.line.info
    return {
        **moment(info),
        "version": info.version,
        "current": found.line.current,
        "touch_up": plain(found.line.touch_up) or None,
        "seconds": found.line.seconds,
        "rows": plain(info.rows),
        "before": found.before,
        "stages": plain(found.stages),
        "left_out": plain(found.left_out),
        "changes": plain(found.changes),
    }


def difference(found: RunDifference) -> Record:
    """What changed from one run to another, the largest drift first."""
    rest = {each.name: plain(getattr(found, each.name)) for each in fields(found)}
    return {**rest, "before": moment(found.before), "after": moment(found.after)}
