"""Value matching: the different values of a source's column, and the canonical words they stand for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from portraits.app.data.trial import Seen
from portraits.engine.expressions import Scope, parse, sql
from portraits.engine.warehouse import Warehouse, literal
from portraits.sources.mapping import Layout, read_mapping
from portraits.sources.mapping import Mapping as SourceMapping
from portraits.sources.matching import word_for, worded, words_of
from portraits.sources.rows import BATCH, clock, condition, read
from portraits.vocabulary.errors import DefinitionError
from portraits.vocabulary.phrase import say
from portraits.vocabulary.table import Column
from portraits.vocabulary.types import Type

MOST = 100  # different values that are shown of a column


@dataclass(frozen=True)
class SourceValue:
    """A value of the source: how many rows have it, and the word it stands for, empty where none."""

    value: str
    rows: int
    word: str


@dataclass(frozen=True)
class ColumnValues:
    """The values of one canonical column as its source says them; `more` are not shown."""

    column: Column
    values: tuple[SourceValue, ...]
    more: int

    @property
    def words(self) -> tuple[str, ...]:
        """The canonical words to choose from."""
        return words_of(self.column)

    @property
    def closed(self) -> bool:
        """Whether the column takes nothing but its words."""
        return bool(self.column.choices)


def matched_columns(table: str, columns: Mapping[str, str], layout: Layout) -> tuple[str, ...]:
    """The mapped columns whose values have words, and come from the source rather than being fixed."""
    scope = Scope(layout.columns, subject=say("the file"))
    return tuple(name for name in columns if worded(table, name) and parse(columns[name], scope).names)


def column_values(
    table: str, columns: Mapping[str, str], chosen: Mapping[str, Mapping[str, str]], seen: Seen, where: str = ""
) -> list[ColumnValues]:
    """The values of every column that has words, the commonest first, with the words chosen or proposed."""
    return [
        _of_column(table, name, columns[name], chosen.get(name), seen, where)
        for name in matched_columns(table, columns, seen.layout)
    ]


def _of_column(
    table: str, name: str, written: str, chosen: Mapping[str, str] | None, seen: Seen, where: str
) -> ColumnValues:
    mapping = SourceMapping.model_construct(source="file", table=table, columns={name: written}, where=where)
    mapped = read_mapping(mapping, seen.layout)
    hand = clock(mapped, seen.settings, seen.now)
    paths = ", ".join(literal(str(path)) for path in seen.files)
    everything = f"(SELECT *, '' AS {BATCH} FROM read_parquet([{paths}]))"
    said = f"CAST({sql(mapped.expressions[name], as_of=seen.now)} AS VARCHAR)"
    rows = f"{read(mapped, everything, seen.layout, hand)} WHERE {condition(mapped, hand)}"
    counted = f"SELECT {said} AS v, count(*) AS n FROM {rows} GROUP BY v HAVING v IS NOT NULL"
    with Warehouse.create() as warehouse:
        found = warehouse.rows(f"SELECT v, n, count(*) OVER () FROM ({counted}) ORDER BY n DESC, v LIMIT {MOST}")
    known = [SourceValue(v, n, word_for(table, name, v) if chosen is None else chosen.get(v, "")) for v, n, _ in found]
    return ColumnValues(mapping.target.column(name), tuple(known), found[0][2] - len(found) if found else 0)


def composed(column: Column, written: str, words: Mapping[str, str], layout: Layout) -> str:
    """An expression that gives canonical words for a source's values.

    Of a column that takes its words alone, a value without one becomes unknown; of any other, it
    stays as it is.
    """
    grouped: dict[str, list[str]] = {}
    kind = parse(written, Scope(layout.columns, subject=say("the file"))).type
    for value, word in words.items():
        if word and (word != value or column.choices):
            grouped.setdefault(word, []).append(_constant(value, kind))
    if all(word == value for value, word in words.items()) or not grouped:
        return written
    whens = (f"when {written} in ({', '.join(each)}) then {_text(word)}" for word, each in grouped.items())
    otherwise = "" if column.choices else f" else {written}"
    return f"case {' '.join(whens)}{otherwise} end"


def composed_columns(
    table: str, columns: Mapping[str, str], chosen: Mapping[str, Mapping[str, str]], layout: Layout
) -> dict[str, str]:
    """All expressions of a mapping, with the words that were chosen for their values."""
    return dict(_composed(table, columns, chosen, layout))


def _composed(
    table: str, columns: Mapping[str, str], chosen: Mapping[str, Mapping[str, str]], layout: Layout
) -> Iterator[tuple[str, str]]:
    target = SourceMapping.model_construct(source="file", table=table, columns={}).target
    for name, written in columns.items():
        try:
            words = chosen.get(name, {})
            yield name, composed(target.column(name), written, words, layout) if words else written
        except DefinitionError:
            yield name, written


def _text(word: str) -> str:
    return "'" + word.replace("'", "''") + "'"


def _constant(value: str, kind: Type) -> str:
    """A value as an expression of a type writes it."""
    return value if kind.numeric or kind is Type.BOOLEAN else _text(value)
