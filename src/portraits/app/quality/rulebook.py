"""Rulebook: rules of quality tried, made, changed and switched off without a text editor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portraits.app.definitions import read_definitions
from portraits.app.editing import amend_block, drafted, new_faults, remove_block, write_block
from portraits.app.quality.judging import measured
from portraits.app.quality.results import Score
from portraits.app.reading import defined, reading
from portraits.engine.expressions import parse, sentence
from portraits.engine.runs import current
from portraits.engine.workspace import Workspace
from portraits.insights.measures import tally
from portraits.insights.quality import QualityRule
from portraits.tags.order import misnamed
from portraits.vocabulary.errors import DefinitionError, Fault, NotFound, nearest
from portraits.vocabulary.phrase import say
from portraits.vocabulary.tables import TABLES
from portraits.vocabulary.text import Text
from portraits.vocabulary.types import Type

FAMILY = "quality"
RESERVED = frozenset({"new", "try"})  # words that are pages where a rule's name would stand
Values = Mapping[str, Any]


@dataclass(frozen=True)
class Trial:
    """What a rule would find in the published run; only `faults` where it cannot be read.

    `score` is None before the first build, and counts no row where nothing can be judged; `said` are its conditions
    in words.
    """

    faults: tuple[Fault, ...] = ()
    score: Score | None = None
    sources: Mapping[str, Score] | None = None
    said: tuple[Text, ...] = ()


def try_rule(workspace: Workspace, name: str, values: Values) -> Trial:
    """What a rule of these values would find; faults of its fields are part of the answer, nothing is written."""
    draft = drafted(workspace, FAMILY, name, values)
    if faults := new_faults(workspace, FAMILY, name, draft):
        return Trial(tuple(faults))
    known, _ = read_definitions(draft)
    rule = known.quality[name]
    if current(workspace) is None:
        return Trial(said=said(rule))
    with reading(workspace) as run:
        found = measured(known, [table for table in TABLES if table in run.columns], run.as_of)
        measure = next((each for group in found.values() for each in group if each.name == name), None)
        rows = run.rows(tally(measure)) if measure else []
    sources = {source: Score(judged, bad) for source, judged, bad in rows}
    whole = Score(sum(each.rows for each in sources.values()), sum(each.bad for each in sources.values()))
    return Trial(score=whole, sources=sources, said=said(rule))


def said(rule: QualityRule) -> tuple[Text, ...]:
    """The conditions of a rule in words: what a good row fulfils, then which rows are judged."""
    titles = {column.name: column.title for column in rule.target.columns}
    texts = [text for text in (rule.rule, rule.where) if text]
    return tuple(sentence(parse(text, rule.scope, Type.BOOLEAN), titles) for text in texts)


def rule_definition(workspace: Workspace, name: str) -> Values:
    """The keys of a rule as they are written, or as it is built in; NotFound names the nearest rule."""
    known = defined(workspace)
    if name not in known.quality:
        raise NotFound(say("There is no rule of quality {name}.", name=name), nearest(name, known.quality))
    return known.blocks[f"{FAMILY}.{name}"].values


def is_rule(workspace: Workspace, name: str) -> bool:
    """Whether something defines a rule of that name."""
    return name in defined(workspace).quality


def create_rule(workspace: Workspace, name: str, values: Values, *, actor: str, now: datetime) -> None:
    """Write a rule that there is not yet; DefinitionError lists what is wrong with it."""
    if fault := misnamed(name, RESERVED):
        raise DefinitionError([Fault(fault.what, block=f"{FAMILY}.{name}", field="name", hint=fault.hint)])
    if name in defined(workspace).quality:
        what, hint = say("there is a rule {name} already.", name=name), say("Choose another name, or edit that rule.")
        raise DefinitionError([Fault(what, block=f"{FAMILY}.{name}", field="name", hint=hint)])
    write_block(workspace, FAMILY, name, values, actor=actor, now=now, seen="")


def edit_rule(
    workspace: Workspace, name: str, values: Values, *, actor: str, now: datetime, seen: str | None = None
) -> None:
    """Make a rule say these values; a built-in one is written into the workspace and so takes its place.

    Args:
        workspace: whose rule it is.
        name: of the rule; it stays.
        values: all keys of its block.
        actor: who does it.
        now: the present moment, with its zone.
        seen: the fingerprint of the block that the person saw; Busy where it has changed since.
    """
    rule_definition(workspace, name)
    write_block(workspace, FAMILY, name, values, actor=actor, now=now, seen=seen)


def retire_rule(workspace: Workspace, name: str, *, actor: str, now: datetime) -> None:
    """Switch a rule off; from the next build on it judges nothing."""
    amend_block(workspace, FAMILY, name, rule_definition(workspace, name), {"retired": True}, actor=actor, now=now)


def restore_rule(workspace: Workspace, name: str, *, actor: str, now: datetime) -> None:
    """Switch a rule on again."""
    amend_block(workspace, FAMILY, name, rule_definition(workspace, name), {"retired": None}, actor=actor, now=now)


def remove_rule(workspace: Workspace, name: str, *, actor: str, now: datetime) -> None:
    """Remove a rule that the workspace's files hold; a built-in one is then again as it was."""
    rule_definition(workspace, name)
    remove_block(workspace, FAMILY, name, actor=actor, now=now)
