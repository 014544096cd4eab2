"""Suggestion: the columns of a table with those of an uploaded file that are proposed for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from portraits.app.data.staging import Staged
from portraits.app.definitions import Definitions
from portraits.engine.expressions import Scope
from portraits.engine.imports import Import
from portraits.sources.mapping import PROVENANCE, Layout, hoped, read_mapping
from portraits.sources.mapping import Mapping as SourceMapping
from portraits.sources.matching import fits
from portraits.sources.profile import Profile, profiles
from portraits.sources.suggest import Proposal, reference, suggested
from portraits.vocabulary.errors import DefinitionError
from portraits.vocabulary.phrase import NOTHING, Phrase, say
from portraits.vocabulary.table import Column, Table
from portraits.vocabulary.tables import TABLES
from portraits.vocabulary.tables import table as table_of
from portraits.vocabulary.types import Type

SAMPLES = 3
UPLOADED = "data/uploads/"


@dataclass(frozen=True)
class ColumnChoice:
    """A column of the table: the file's column or the expression for it, how sure that is, and why."""

    column: Column
    expression: str
    source: str  # the file's column where the expression is one alone
    confidence: float | None  # None where a person chose it
    note: Phrase = NOTHING


@dataclass(frozen=True)
class FileColumn:
    """A column of the file: how expressions write it, and some of its values."""

    name: str
    reference: str
    samples: tuple[str, ...]
    used: bool


@dataclass(frozen=True)
class DateChoice:
    """A column whose days can be read in more than one way."""

    column: str
    format: str
    formats: tuple[str, ...]
    examples: tuple[str, ...]


@dataclass(frozen=True)
class ColumnsView:
    """The step of matching columns: the table, its columns, the file's columns, and what is ambiguous."""

    table: Table
    tables: tuple[tuple[Table, float], ...]  # all tables, the likeliest first, with their scores
    columns: tuple[ColumnChoice, ...]
    file: tuple[FileColumn, ...]
    dates: tuple[DateChoice, ...]
    where: str
    like: str = ""  # the mapping whose expressions were taken over, as its file had the same columns

    @property
    def unused(self) -> tuple[FileColumn, ...]:
        """Columns of the file that no column of the table takes."""
        return tuple(each for each in self.file if not each.used)

    @property
    def keeps_others(self) -> bool:
        """Whether the table keeps what no column takes."""
        return any(column.type is Type.JSON for column in self.table.columns)


def columns_view(each: Import, found: Staged, table: str, known: Definitions) -> ColumnsView:
    """What was chosen, or where nothing was: what an equal file was mapped to, or what names and values tell."""
    sample = found.sample()
    looked = profiles(sample, dict(found.layout.columns))
    ranked = tuple((fit.table, min(1.0, fit.score)) for fit in fits(looked, each.file.rpartition(".")[0]))
    scope = Scope(found.layout.columns, subject=say("the file"))
    before = each.choices if table in ("", each.choices.get("table")) else {}
    twin = "" if before.get("columns") else _twin(found, known, table)
    wanted = table or before.get("table") or (known.mappings[twin].table if twin else "")
    proposal = suggested(each.file, found.layout.columns, found.facts, sample, wanted)
    target = table_of(proposal.table)
    proposed = {one.column: one for one in proposal.columns}
    written = before.get("columns") or (known.mappings[twin].columns if twin else {})
    chosen = tuple(_choices(target, written, proposed, looked, scope))
    used = " ".join(one.expression for one in chosen)
    file = tuple(_file_column(one, scope, used) for one in looked)
    where = before.get("where") or (known.mappings[twin].where if twin else "")
    return ColumnsView(target, ranked, chosen, file, tuple(_dates(found)), where, twin)


def _twin(found: Staged, known: Definitions, table: str) -> str:
    """The mapping of an earlier import that names only columns which this file has, as last month's did."""
    headings = set(found.layout.columns)
    for name, mapping in known.mappings.items():
        path = getattr(known.sources.get(mapping.source), "path", "")
        if path.startswith(UPLOADED) and table in ("", mapping.table) and _enough(_names(mapping), headings):
            return name
    return ""


def _enough(names: frozenset[str], headings: set[str]) -> bool:
    """Whether a mapping speaks of this file: it uses most of its columns and no other ones."""
    return names <= headings and 2 * len(names) > len(headings)


def _names(mapping: SourceMapping) -> frozenset[str]:
    try:
        return read_mapping(mapping, hoped(Layout({}))).names
    except DefinitionError:
        return frozenset()


def _choices(
    target: Table,
    written: Mapping[str, str],
    proposed: Mapping[str, Proposal],
    looked: Sequence[Profile],
    scope: Scope,
) -> Iterator[ColumnChoice]:
    references = {reference(one.name, scope): one.name for one in looked}
    for column in target.columns:
        if column.name in PROVENANCE or column.type is Type.JSON:
            continue
        if written:
            expression = written.get(column.name, "")
            yield ColumnChoice(column, expression, references.get(expression, ""), None)
        elif column.name in proposed:
            one = proposed[column.name]
            expression = reference(one.source, scope) if one.source else one.expression
            yield ColumnChoice(column, expression, one.source, one.confidence, one.note)
        else:
            yield ColumnChoice(column, "", "", None)


def _file_column(one: Profile, scope: Scope, used: str) -> FileColumn:
    written = reference(one.name, scope)
    return FileColumn(one.name, written, tuple(one.samples[:SAMPLES]), written in used)


def _dates(found: Staged) -> Iterator[DateChoice]:
    for name, each in found.facts.get("dates", {}).items():
        formats = (each["format"], *each.get("or", ()))
        twins = tuple(dict.fromkeys((*formats, *(_swapped(one) for one in formats))))
        if each.get("or") or _swapped(each["format"]) != each["format"]:
            yield DateChoice(name, each["format"], twins, tuple(each.get("examples", ())))


def _swapped(form: str) -> str:
    """A format with day and month the other way round, where both are written as numbers."""
    for first, second in (("%d/%m", "%m/%d"), ("%d-%m", "%m-%d")):
        if form.startswith(first):
            return form.replace(first, second, 1)
        if form.startswith(second):
            return form.replace(second, first, 1)
    return form


def tables() -> tuple[Table, ...]:
    """All tables that something can be imported into."""
    return tuple(TABLES.values())
