"""Quality records: answers about the quality of data as JSON values, the same from every face."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portraits.app.quality.failing import FailingRows
from portraits.app.quality.results import Score
from portraits.app.quality.rulebook import Trial, said
from portraits.app.quality.scores import CoursePoint, QualityView, RuleLine, RuleView
from portraits.app.quality.stopped import StoppedRows
from portraits.app.quality.stopping import StoppedBuild
from portraits.app.records import Record, plain
from portraits.app.said import both


def quality(view: QualityView) -> Record:
    """How good the data is."""
    return {
        "rules": [_line(each) for each in view.rules],
        "sources": [
            {
                "source": each.source,
                "reliability": plain(each.reliability),
                **_score(each.score),
                "dimensions": {name: _score(score) for name, score in each.dimensions.items()},
            }
            for each in view.sources
        ],
        "fields": [{"table": each.table, "field": each.column, **_score(each.score)} for each in view.fields],
        "course": [_point(each) for each in view.course],
        "accepted_by": view.accepted_by,
        "accepted": list(view.accepted),
        "run": view.run,
        "as_of": plain(view.as_of),
    }


def rule(view: RuleView) -> Record:
    """One rule, its course and what its bad rows hurt."""
    return {
        "rule": _line(view.line),
        "said": plain(list(said(view.line.rule)) if not view.line.rule.faults() else []),
        "course": [_point(each) for each in view.course],
        "hurts": plain(view.harm),
        "run": view.run,
        "as_of": plain(view.as_of),
    }


def failing(found: FailingRows) -> Record:
    """A page of bad rows, each with its values by column."""
    names = [column.name for column in found.columns]
    rows = [
        {"customer": row.customer_id, "values": dict(zip(names, plain(row.values), strict=True))} for row in found.rows
    ]
    rest = {name: plain(getattr(found, name)) for name in ("rule", "source", "total", "page", "pages", "as_of", "run")}
    return {"rows": rows, **rest}


def stopped(build: StoppedBuild | None) -> Record:
    """The last build, where rules stopped it; without rules where none did."""
    about = {name: plain(getattr(build, name, None)) for name in ("at", "as_of", "run", "stays")}
    rules = [{**plain(each), "share": each.share, "kept": each.kept} for each in (build.rules if build else ())]
    return {**about, "rules": rules}


def stopped_rows(found: StoppedRows) -> Record:
    """A page of bad rows of a stopped build."""
    return {**failing(found), "found": found.found}


def trial(found: Trial) -> Record:
    """What a rule would find."""
    faults = [
        {"field": each.field, "what": plain(both(each.what)), "hint": plain(both(each.hint))} for each in found.faults
    ]
    return {
        "faults": faults,
        **(_score(found.score) if found.score else {"rows": None, "bad": None, "share": None}),
        "sources": {source: _score(score) for source, score in (found.sources or {}).items()},
        "said": plain(list(found.said)),
    }


def written(name: str, values: Mapping[str, Any]) -> Record:
    """A rule as it is written."""
    return {"name": name, "definition": plain(values)}


def _line(line: RuleLine) -> Record:
    about = {"name": line.name, "built_in": line.built_in, "state": line.state, **_score(line.score)}
    sources = [{"source": each.source, **_score(each.score)} for each in line.sources]
    return {**about, "sources": sources, "definition": plain(line.rule)}


def _point(point: CoursePoint) -> Record:
    sources = {source: _score(score) for source, score in point.sources.items()}
    return {"run": point.run, "as_of": plain(point.as_of), **_score(point.score), "sources": sources}


def _score(score: Score) -> Record:
    return {"rows": score.rows, "bad": score.bad, "share": score.share}
