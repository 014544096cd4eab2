"""Meaning: what a tag is, in words: sentences made of its definition, each with the texts of its parts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from portraits.app.reading import Reading
from portraits.engine.expressions import Expression, sentence
from portraits.tags import piece
from portraits.tags.order import Entry
from portraits.vocabulary.tables import TABLES
from portraits.vocabulary.text import Text
from portraits.vocabulary.window import Window

Part = Text | str | int | float | bool | None


@dataclass(frozen=True)
class Sentence:
    """One sentence of a definition: the key of its words and the texts that go into it."""

    key: str
    values: Mapping[str, Part]


def meaning(run: Reading, name: str) -> list[Sentence]:
    """What a tag is in words; nothing where its kind makes it in a way of its own."""
    entry = run.entries.get(name)
    if entry is None:
        return []
    return [*_MADE[type(entry.piece)](_Words(run, entry)), *_empty(entry)]


@dataclass(frozen=True)
class _Words:
    run: Reading
    entry: Entry

    def text(self, field: str) -> Text | str:
        """An expression of the definition as a sentence."""
        found = self.entry.expressions.get(field)
        return sentence(found, self.titles(found), self.labels(found)) if found else ""

    def titles(self, expression: Expression) -> dict[str, Text]:
        table = TABLES.get(self.entry.table)
        if table is None:
            return {name: self.run.entries[name].title for name in expression.names if name in self.run.entries}
        borrowed = {here: each.table.column(there).title for each in table.lookups for here, there in each.columns}
        return {**borrowed, **{column.name: column.title for column in table.columns}}

    def labels(self, expression: Expression) -> dict[str, Mapping[str, Text]]:
        tags = self.run.defined_tags
        return {name: tags[name].labels for name in expression.names if name in tags and not self.entry.table}

    @property
    def table(self) -> Text | str:
        table = TABLES.get(self.entry.table)
        return table.title if table else self.entry.table

    def rows(self) -> Iterator[Sentence]:
        """Which rows count."""
        if window := getattr(self.entry.piece, "within", None):
            yield _window(window)
        if where := self.text("where"):
            yield Sentence("meaning.where", {"condition": where})


def _window(window: Window) -> Sentence:
    if window.near:
        return Sentence("meaning.between", {"near": window.near, "far": window.far})
    return Sentence("meaning.within", {"n": window.far})


def _fact(words: _Words) -> Iterator[Sentence]:
    yield Sentence("meaning.fact", {"value": words.text("value"), "table": words.table})
    yield from words.rows()


def _favourite(words: _Words) -> Iterator[Sentence]:
    of = words.entry.piece
    measure = of.measure if isinstance(of, piece.Favourite) else "value"
    by = words.text("by")
    key = f"meaning.{measure}{'_by' if by else ''}"
    yield Sentence(key, {"of": words.text("of"), "by": by, "table": words.table})
    yield from words.rows()


def _latest(words: _Words) -> Iterator[Sentence]:
    column = words.entry.piece.column if isinstance(words.entry.piece, piece.Latest) else ""
    table = TABLES.get(words.entry.table)
    title = table.column(column).title if table and column in table.types else column
    yield Sentence("meaning.latest", {"column": title, "table": words.table})


def _derived(words: _Words) -> Iterator[Sentence]:
    yield Sentence("meaning.derived", {"value": words.text("value")})


def _condition(words: _Words) -> Iterator[Sentence]:
    yield Sentence("meaning.condition", {"condition": words.text("when")})


def _chosen(words: _Words) -> Iterator[Sentence]:
    chosen = words.entry.piece
    if not isinstance(chosen, piece.Chosen):
        return
    tag = words.run.defined_tags.get(words.entry.name)
    for number, case in enumerate(chosen.cases):
        value = (tag and tag.label(case.value)) or str(case.value)
        yield Sentence("meaning.case", {"value": value, "condition": words.text(f"cases.{number}.when")})
    if chosen.otherwise is not None:
        yield Sentence("meaning.otherwise", {"value": (tag and tag.label(chosen.otherwise)) or str(chosen.otherwise)})


def _ranked(words: _Words) -> Iterator[Sentence]:
    ranked = words.entry.piece
    if not isinstance(ranked, piece.Ranked):
        return
    yield Sentence(f"meaning.{ranked.order}", {"of": words.text("of"), "into": ranked.into})
    yield Sentence("meaning.cuts" if ranked.cuts else "meaning.quantiles", {"into": ranked.into})
    if where := words.text("where"):
        yield Sentence("meaning.ranked_where", {"condition": where})


def _stated(words: _Words) -> Iterator[Sentence]:
    yield Sentence("meaning.manual", {})


def _empty(entry: Entry) -> Iterator[Sentence]:
    if entry.empty is not None:
        value = entry.empty if isinstance(entry.empty, int | float | str) else str(entry.empty)
        yield Sentence("meaning.empty", {"value": value})


_MADE: Mapping[type, Callable[[_Words], Iterator[Sentence]]] = {
    piece.Fact: _fact,
    piece.Favourite: _favourite,
    piece.Latest: _latest,
    piece.Derived: _derived,
    piece.Condition: _condition,
    piece.Chosen: _chosen,
    piece.Ranked: _ranked,
    piece.Stated: _stated,
    piece.Kept: lambda words: iter(()),
}
