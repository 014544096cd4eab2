"""Scores: every rule with what it found, the sources by the sides of quality, and their course over the runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from portraits.app.definitions import BUILT_IN, Definitions
from portraits.app.quality.harm import Harm, harm_of
from portraits.app.quality.results import Findings, Result, Score, over_runs, published, score
from portraits.app.reading import defined
from portraits.engine.workspace import Workspace
from portraits.insights.quality import DIMENSIONS, QualityRule
from portraits.vocabulary.errors import NotFound, nearest
from portraits.vocabulary.phrase import say

# What became of a rule: enough rows are good; too few; so few that a build stops; it is only watched; no row was
# judged by it; it is switched off.
State = Literal["good", "warn", "stop", "watched", "unjudged", "retired"]
ORDER: tuple[State, ...] = ("stop", "warn", "good", "watched", "unjudged", "retired")


@dataclass(frozen=True)
class SourceShare:
    """What a rule found in the rows of one source."""

    source: str
    score: Score


@dataclass(frozen=True)
class RuleLine:
    """A rule and what it found in the published run, the sources with most bad rows first."""

    name: str
    rule: QualityRule
    built_in: bool
    state: State
    score: Score
    sources: tuple[SourceShare, ...] = ()

    @property
    def troubled(self) -> bool:
        """Whether somebody should know."""
        return self.state in ("warn", "stop")


@dataclass(frozen=True)
class SourceScore:
    """A source by the sides of quality; `reliability` is None where no rule tells whether what it says is right."""

    source: str
    score: Score
    dimensions: Mapping[str, Score]
    reliability: float | None = None


@dataclass(frozen=True)
class FieldScore:
    """A column of a table, as the rules about it see it; `column` is empty for rules about whole rows."""

    table: str
    column: str
    score: Score


@dataclass(frozen=True)
class CoursePoint:
    """A run: the score of all its rows, and of those of each source."""

    run: int
    as_of: datetime
    score: Score
    sources: Mapping[str, Score] = field(default_factory=dict)


@dataclass(frozen=True)
class QualityView:
    """How good the data is; `run` is None before the first build. Rules that are only watched give no scores."""

    run: int | None
    as_of: datetime | None
    rules: tuple[RuleLine, ...]
    sources: tuple[SourceScore, ...] = ()
    fields: tuple[FieldScore, ...] = ()
    course: tuple[CoursePoint, ...] = ()
    accepted_by: str = ""
    accepted: tuple[str, ...] = ()

    @property
    def troubled(self) -> tuple[RuleLine, ...]:
        """The rules of which somebody should know."""
        return tuple(each for each in self.rules if each.troubled)

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The sides of quality that any source was judged by."""
        return tuple(name for name in DIMENSIONS if any(name in each.dimensions for each in self.sources))


@dataclass(frozen=True)
class RuleView:
    """One rule: what it found, its course over the runs, and what its bad rows hurt."""

    line: RuleLine
    course: tuple[CoursePoint, ...]
    harm: Harm
    run: int | None
    as_of: datetime | None


def quality(workspace: Workspace) -> QualityView:
    """How good the data of the published run is, and was in the runs that are kept; the worst rules come first."""
    known, found = defined(workspace), published(workspace)
    lines = _lines(known, found)
    if found is None:
        return QualityView(None, None, lines)
    counting = {name for name, rule in known.quality.items() if not (rule.watched or rule.retired)}
    results = _counting(found, counting)
    return QualityView(
        run=found.run,
        as_of=found.as_of,
        rules=lines,
        sources=tuple(_sources(results, found.reliability)),
        fields=tuple(_fields(results)),
        course=tuple(_course(over_runs(workspace), counting)),
        accepted_by=found.accepted_by,
        accepted=found.accepted,
    )


def quality_rule(workspace: Workspace, name: str) -> RuleView:
    """One rule with what it found; NotFound names the nearest one."""
    known, found = defined(workspace), published(workspace)
    line = next((each for each in _lines(known, found) if each.name == name), None)
    if line is None:
        raise NotFound(say("There is no rule of quality {name}.", name=name), nearest(name, known.quality))
    return RuleView(
        line=line,
        course=tuple(_course(over_runs(workspace), {name})),
        harm=harm_of(known, line.rule),
        run=found.run if found else None,
        as_of=found.as_of if found else None,
    )


def _lines(known: Definitions, found: Findings | None) -> tuple[RuleLine, ...]:
    results = found.results if found else ()
    lines = [_line(name, rule, known, results) for name, rule in known.quality.items()]
    return tuple(sorted(lines, key=lambda line: (ORDER.index(line.state), line.score.share or 0, line.name)))


def _line(name: str, rule: QualityRule, known: Definitions, results: Sequence[Result]) -> RuleLine:
    own = [] if rule.retired else [each for each in results if each.rule == name]
    shares = sorted(own, key=lambda each: (-each.bad, each.source))
    whole = score(own)
    return RuleLine(
        name=name,
        rule=rule,
        built_in=known.blocks[f"quality.{name}"].file == BUILT_IN,
        state=_state(rule, whole.share),
        score=whole,
        sources=tuple(SourceShare(each.source, Score(each.rows, each.bad)) for each in shares),
    )


def _state(rule: QualityRule, share: float | None) -> State:
    if rule.retired:
        return "retired"
    if share is None:
        return "unjudged"
    if rule.watched:
        return "watched"
    if share < rule.stop_below:
        return "stop"
    return "warn" if share < rule.warn_below else "good"


def _counting(found: Findings, rules: Iterable[str]) -> list[Result]:
    return [each for each in found.results if each.rule in rules]


def _sources(results: Sequence[Result], reliability: Mapping[str, float]) -> Iterator[SourceScore]:
    for source, own in sorted(_by(results, "source").items()):
        dimensions = {name: score(each) for name, each in _by(own, "dimension").items()}
        yield SourceScore(source, score(own), dimensions, reliability.get(source))


def _fields(results: Sequence[Result]) -> Iterator[FieldScore]:
    """The fields, the worst first."""
    found = [
        FieldScore(table, column, score(each))
        for table, own in _by(results, "table").items()
        for column, each in _by(own, "field").items()
    ]
    yield from sorted(found, key=lambda each: (each.score.share or 0, each.table, each.column))


def _course(every: Iterable[Findings], rules: Iterable[str]) -> Iterator[CoursePoint]:
    for found in every:
        results = _counting(found, rules)
        if results:
            shares = {source: score(own) for source, own in sorted(_by(results, "source").items())}
            yield CoursePoint(found.run, found.as_of, score(results), shares)


def _by(results: Iterable[Result], key: str) -> dict[str, list[Result]]:
    found: dict[str, list[Result]] = {}
    for each in results:
        found.setdefault(getattr(each, key), []).append(each)
    return found
