"""Harm: the tags that bad rows make wrong, by the columns they are made of, and the audiences that ask for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from portraits.app.definitions import Definitions
from portraits.app.reading import readable
from portraits.engine.expressions import Scope, parse
from portraits.insights.quality import QualityRule
from portraits.tags.order import Entry
from portraits.tags.origins import Column, origins, tables_of
from portraits.vocabulary.errors import DefinitionError
from portraits.vocabulary.phrase import say
from portraits.vocabulary.text import Text
from portraits.vocabulary.types import Type

OWNER = "record_id"  # whose a row is: without it the whole row is nobody's


@dataclass(frozen=True)
class Hurt:
    """A tag or an audience that bad rows make wrong."""

    name: str
    title: Text


@dataclass(frozen=True)
class Harm:
    """What the bad rows of a rule hurt, by name."""

    tags: tuple[Hurt, ...] = ()
    audiences: tuple[Hurt, ...] = ()


def harm_of(known: Definitions, rule: QualityRule) -> Harm:
    """What is made of the columns that a rule is about; nothing where its condition has a fault."""
    if rule.faults():
        return Harm()
    entries = readable(known.tags)
    columns, whole = touched(rule), OWNER in rule.columns
    tags = {
        name: entry
        for name, entry in entries.items()
        if not entry.tag.retired
        and (columns & origins(name, entries) or (whole and rule.table in tables_of(name, entries)))
    }
    hurt = (Hurt(name, entry.title) for name, entry in tags.items())
    chosen = (Hurt(name, known.audiences[name].title) for name in _audiences(known, entries, tags))
    return Harm(tuple(sorted(hurt, key=_named)), tuple(sorted(chosen, key=_named)))


def touched(rule: QualityRule) -> frozenset[Column]:
    """The columns that are wrong where a row is bad: its own, and those it borrows by a key that leads nowhere."""
    borrowed = {
        (lookup.table.name, there)
        for lookup in rule.target.lookups
        for _, there in lookup.columns
        if lookup.key in rule.columns
    }
    return frozenset({(rule.table, name) for name in rule.columns} | borrowed)


def _audiences(known: Definitions, entries: Mapping[str, Entry], tags: Mapping[str, Entry]) -> Iterator[str]:
    scope = Scope(columns={name: entry.type for name, entry in entries.items()}, subject=say("tags"))
    for name, audience in known.audiences.items():
        try:
            if tags.keys() & parse(audience.rule, scope, Type.BOOLEAN).names:
                yield name
        except DefinitionError:
            continue


def _named(each: Hurt) -> str:
    return each.name
