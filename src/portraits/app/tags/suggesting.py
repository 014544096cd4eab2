"""Suggesting: the values that a tag has, with how many customers have each, for who writes a rule."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portraits.app.customers.choice import MOST_SEARCH
from portraits.app.customers.personal import free
from portraits.app.customers.subject import shown
from portraits.app.reading import Reading, TagColumn, reading
from portraits.app.tags.tags import entry
from portraits.engine.warehouse import quote
from portraits.engine.workspace import Workspace
from portraits.vocabulary.text import Text

MOST = 20


@dataclass(frozen=True)
class ValueCount:
    """A value, what it is called, and how many customers have it."""

    value: Any
    label: Text | None
    n: int


@dataclass(frozen=True)
class Values:
    """The most frequent values of a tag that fit what was typed; personal ones are never told.

    `low`, `high` and `mean` are of numbers.
    """

    tag: str
    values: tuple[ValueCount, ...]
    personal: bool
    known: int
    distinct: int
    low: float | None
    high: float | None
    mean: float | None
    as_of: datetime
    run: int


def values(workspace: Workspace, tag: str, search: str = "") -> Values:
    """The values of a tag that contain a text, or whose names do, the most frequent first."""
    with reading(workspace) as run:
        column, figures = run.tag(tag), entry(run, tag)
        told = all(free(each) for each in column.personal)
        return Values(
            tag=tag,
            values=tuple(_values(run, column, search.strip()[:MOST_SEARCH].lower())) if told else (),
            personal=bool(column.personal),
            known=figures.known,
            distinct=figures.distinct,
            low=figures.low,
            high=figures.high,
            mean=figures.mean,
            as_of=run.as_of,
            run=run.run.info.number,
        )


def _values(run: Reading, tag: TagColumn, search: str) -> Iterator[ValueCount]:
    named = [value for value, text in tag.labels.items() if search and search in f"{text.en}\n{text.zh}".lower()]
    written = f"CAST({quote(tag.name)} AS VARCHAR)"
    sql = f"""SELECT {quote(tag.name)}, count(*) FROM portrait
        WHERE {quote(tag.name)} IS NOT NULL
            AND (contains(lower({written}), $text) OR list_contains(CAST($named AS VARCHAR[]), {written}))
        GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {MOST}"""
    for value, n in run.rows(sql, {"text": search, "named": named}):
        if shown(tag, value) == value:
            yield ValueCount(value, tag.label(value), n)
