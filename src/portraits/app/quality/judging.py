"""Judging: the part of a build that counts bad rows, and stops it where there are too many, before it publishes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Self

from portraits.app.definitions import Definitions
from portraits.app.quality.bad_rows import every, order, telling
from portraits.app.quality.given import given
from portraits.app.quality.results import Result, Score, score
from portraits.app.quality.stopping import StoppedBuild, StoppingRule, keep
from portraits.app.store import store
from portraits.engine.audit import Entry, note
from portraits.engine.runs import current
from portraits.engine.warehouse import Step, Warehouse, quote
from portraits.engine.workspace import Workspace
from portraits.insights.measures import RELIABILITY, RESULTS, Measure, measures, quality_steps
from portraits.vocabulary.errors import BadInput, DefinitionError
from portraits.vocabulary.phrase import Phrase, Phrases, say
from portraits.vocabulary.tables import TABLES

EXAMPLES = 3  # rows that an error names


def measured(known: Definitions, tables: Collection[str], as_of: datetime) -> dict[str, list[Measure]]:
    """Table -> the rules of the workspace that can be judged; DefinitionError where one has a fault."""
    faults = [fault for name, rule in known.quality.items() for fault in known.faults(f"quality.{name}", rule.faults())]
    if faults:
        raise DefinitionError(faults)
    return measures(known.quality, {name: TABLES[name].types for name in tables}, given(known), as_of)


@dataclass(frozen=True)
class Judging:
    """The rules that a build judges its rows by, and in whose name it goes on where one would stop it."""

    workspace: Workspace
    known: Definitions
    measured: Mapping[str, list[Measure]]
    accepted_by: str = ""

    @classmethod
    def of(
        cls, workspace: Workspace, known: Definitions, tables: Collection[str], as_of: datetime, accepted_by: str = ""
    ) -> Self:
        """The judging of a build with these canonical tables."""
        return cls(workspace, known, measured(known, tables, as_of), accepted_by)

    @cached_property
    def steps(self) -> list[Step]:
        """The steps that count bad rows, after those of the canonical tables."""
        return quality_steps(self.measured)

    def card(self, warehouse: Warehouse, run: int, present: datetime) -> dict[str, Any]:
        """What the card of a run says of its quality, once the steps are done.

        Raises:
            BadInput: a rule stops the build and nobody accepts that, and its bad rows are kept; what was accepted is
                noted in the audit trail.
        """
        if not self.steps:
            return {}
        columns = ", ".join(map(quote, Result.__dataclass_fields__))
        results = [Result(*row) for row in warehouse.rows(f"SELECT {columns} FROM {RESULTS}")]
        reliability = dict(warehouse.rows(f"SELECT source, reliability FROM {RELIABILITY}"))
        card: dict[str, Any] = {"results": [vars(each) for each in results], "reliability": reliability}
        stopping = list(self._stopping(results))
        if not stopping:
            return card
        if not self.accepted_by:
            self._keep(warehouse, run, present, [self._stopped(name, results) for name in stopping])
            raise BadInput(Phrases([self._told(warehouse, name, results) for name in stopping], "lines"), _NEXT)
        with store(self.workspace) as opened:
            note(opened, Entry(present, self.accepted_by, "accept", f"run {run}", {"rules": stopping}))
        return {**card, "accepted": {"actor": self.accepted_by, "rules": stopping}}

    def _stopping(self, results: Sequence[Result]) -> Iterator[str]:
        for name in dict.fromkeys(each.rule for each in results):
            share = _of(name, results).share
            if share is not None and share < self.known.quality[name].stop_below:
                yield name

    def _stopped(self, name: str, results: Sequence[Result]) -> StoppingRule:
        """What is kept of a rule that stops the build."""
        rule, found = self.known.quality[name], _of(name, results)
        bad = sorted(((each.source, each.bad) for each in _by_source(name, results)), key=lambda each: -each[1])
        return StoppingRule(
            name=name,
            title=rule.title,
            table=rule.table,
            columns=tuple(column.name for column in telling(rule.target, rule)),
            rows=found.rows,
            bad=found.bad,
            least=rule.stop_below,
            sources=dict(bad),
        )

    def _keep(self, warehouse: Warehouse, run: int, present: datetime, rules: Sequence[StoppingRule]) -> None:
        """Keep what stops the build, and all its bad rows: the draft that holds them goes."""
        found = {each.name: self._measure(each.name) for each in rules}
        as_of = next(iter(found.values())).as_of
        build = StoppedBuild(present, as_of, run, current(self.workspace), tuple(rules))
        keep(self.workspace, build, {name: _whole(each) for name, each in found.items()}, warehouse)

    def _measure(self, name: str) -> Measure:
        return next(each for group in self.measured.values() for each in group if each.name == name)

    def _told(self, warehouse: Warehouse, name: str, results: Sequence[Result]) -> Phrase:
        """Which rule stops the build, by how many rows of which sources, and some of them."""
        rule, found = self.known.quality[name], _of(name, results)
        return say(
            "quality.{rule}: {bad} of {rows} rows of {table} are bad: {share} are good, {least} are asked for. "
            "By source: {sources}. For example: {examples}.",
            rule=name,
            bad=f"{found.bad:,}",
            rows=f"{found.rows:,}",
            table=rule.target.name,
            share=f"{found.share:.1%}",
            least=f"{rule.stop_below:.1%}",
            sources=", ".join(f"{each.source} {each.bad:,}" for each in _by_source(name, results)),
            examples="; ".join(self._examples(warehouse, name)),
        )

    def _examples(self, warehouse: Warehouse, name: str) -> Iterator[str]:
        """Some bad rows by their keys; the canonical tables are seen by the steps of the build alone."""
        table = self.known.quality[name].target
        columns = ", ".join(f"t.{quote(column)}" for column in table.key)
        shown = f"quality_examples_{name}"
        warehouse.run([Step(shown, f"{self._measure(name).rows(columns)} LIMIT {EXAMPLES}")])
        for row in warehouse.rows(f"SELECT * FROM {quote(shown)}"):
            yield " ".join(f"{column} {value}" for column, value in zip(table.key, row, strict=True))


def _of(rule: str, results: Sequence[Result]) -> Score:
    return score(each for each in results if each.rule == rule)


def _by_source(rule: str, results: Iterable[Result]) -> Iterator[Result]:
    """The sources with bad rows."""
    return (each for each in results if each.rule == rule and each.bad)


def _whole(measure: Measure) -> str:
    """A SELECT of all bad rows of a rule in order, with all their columns."""
    table = measure.rule.target
    return f"{measure.rows(every(table))} ORDER BY {order(table)}"


_NEXT = say(
    "Nothing was published; the run before stays. The bad rows are on the page /data/quality and in "
    "`portraits quality stopped`. Mend them and load them again, or take their batch back. "
    "`portraits build --accept-quality` builds all the same."
)
