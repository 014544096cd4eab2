"""Reading: the published run of a workspace together with what its tags mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Generic, Literal, TypeVar

from portraits.app.definitions import Definitions, definitions, settings_of
from portraits.engine.blocks import definition_files
from portraits.engine.reader import OpenRun, RunReader
from portraits.engine.settings import Settings
from portraits.engine.warehouse import quote
from portraits.engine.workspace import Workspace
from portraits.tags.kinds.rule import Rule
from portraits.tags.lineage import CARRYING, personal
from portraits.tags.order import Entry
from portraits.tags.order import catalogue as ordered
from portraits.tags.piece import Piece
from portraits.tags.tag import Tag
from portraits.vocabulary.errors import DefinitionError, NotFound, nearest
from portraits.vocabulary.phrase import say
from portraits.vocabulary.tables import TABLES
from portraits.vocabulary.text import Text
from portraits.vocabulary.types import Type

Method = Literal["fact", "rule", "model"]
Row = tuple[Any, ...]
T = TypeVar("T")

UNSURE = "?"  # stands for the columns of a tag whose definition is gone

# How a kind of tag comes by its value; a kind that a plug-in adds counts as a model.
METHODS: Mapping[str, Method] = {
    "fact": "fact",
    "latest": "fact",
    "preference": "fact",
    "rule": "rule",
    "rank": "rule",
    "manual": "fact",
}


@dataclass(frozen=True)
class TagColumn:
    """One column of the portrait: what it means and how its values are written.

    `personal` names the personal columns that reach its values, which are masked where there is
    any; `held` is false where the run does not hold the column, as that of a retired tag.
    """

    name: str
    title: Text
    group: str
    kind: str
    method: Method
    type: Type
    why: Text | None = None
    unit: str = ""
    owner: str = ""
    personal: tuple[str, ...] = ()
    labels: Mapping[str, Text] = field(default_factory=dict)
    piece: Piece | None = None
    held: bool = True

    @property
    def numeric(self) -> bool:
        """Whether its values are numbers."""
        return self.type.numeric

    def label(self, value: object) -> Text | None:
        """What a value is called, where it has a name of its own."""
        return self.labels.get(str(value).lower() if isinstance(value, bool) else str(value))


@dataclass(frozen=True, eq=False)
class Reading:
    """An open run and the definitions it is read by; the same object for as long as both stay."""

    settings: Settings
    run: OpenRun
    defined: Mapping[str, Tag]

    @property
    def as_of(self) -> datetime:
        """The moment the run tells of, in the workspace's time zone."""
        return self.run.info.as_of

    def rows(self, sql: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> list[Row]:
        """The rows of a SELECT over the run."""
        return self.run.warehouse.rows(sql, parameters)

    @cached_property
    def columns(self) -> Mapping[str, Mapping[str, str]]:
        """Relation -> its columns with their DuckDB types."""
        return _columns(self.run)

    @property
    def entries(self) -> Mapping[str, Entry]:
        """The columns that the definitions make, read and typed; those with a fault are left out."""
        return readable(self.defined)

    @cached_property
    def tags(self) -> Mapping[str, TagColumn]:
        """The tags of this run in the order of their definitions."""
        types = self.columns["portrait"]
        found = {name: tag for name, tag in self.defined_tags.items() if tag.held}
        return {name: found.get(name) or _unknown(name, kind) for name, kind in _ordered(types, found)}

    @cached_property
    def defined_tags(self) -> Mapping[str, TagColumn]:
        """All tags of the definitions, those that the run does not hold as well."""
        return _defined_columns(self.defined, self.columns["portrait"])

    @cached_property
    def newest(self) -> Mapping[str, datetime]:
        """Table -> the moment of its newest row, of those that have rows and moments."""
        found = {name: each.time for name, each in TABLES.items() if each.time in self.columns.get(name, ())}
        moments = {
            name: self.rows(f"SELECT max({quote(time)}) FROM {quote(name)}")[0][0] for name, time in found.items()
        }
        return {name: moment for name, moment in moments.items() if moment is not None}

    def tag(self, name: str) -> TagColumn:
        """The tag of that name; NotFound names the nearest one."""
        if name not in self.tags:
            raise NotFound(say("There is no tag {name}.", name=name), nearest(name, self.tags))
        return self.tags[name]


@contextmanager
def reading(workspace: Workspace) -> Iterator[Reading]:
    """The published run, open for as long as the block lasts; NotFound before the first build."""
    known = defined(workspace)
    with _reader(workspace.folder.resolve()).current() as run:
        yield _joined(_Same(run), _Same(known))


@contextmanager
def kept_run(workspace: Workspace, number: int) -> Iterator[OpenRun]:
    """A run by its number, published or not, open for as long as the block lasts; NotFound where it is gone."""
    with _reader(workspace.folder.resolve()).run(number) as run:
        yield run


@contextmanager
def reading_run(workspace: Workspace, number: int) -> Iterator[Reading]:
    """A kept run read by the definitions of now; NotFound where it is gone."""
    known = defined(workspace)
    with kept_run(workspace, number) as run:
        yield _joined(_Same(run), _Same(known))


def defined(workspace: Workspace) -> Definitions:
    """The workspace's definitions, read again only when a file has changed."""
    folder = workspace.folder.resolve()
    return _defined(folder, _stamps(folder))


def settings(workspace: Workspace) -> Settings:
    """The workspace's settings, read again only when a file has changed; faults of other blocks do not matter."""
    folder = workspace.folder.resolve()
    return _settings(folder, _stamps(folder))


def readable(tags: Mapping[str, Tag]) -> Mapping[str, Entry]:
    """The columns that these tags make, read and typed; those with a fault are left out."""
    return _readable(_Same(tags))


def columns_to_be(tags: Mapping[str, Tag]) -> Mapping[str, TagColumn]:
    """The columns that these tags will make, before any run holds them."""
    return _defined_columns(tags, {})


@lru_cache(maxsize=8)
def _reader(folder: Path) -> RunReader:
    """One handle a folder: opening a run costs more than asking it."""
    return RunReader(Workspace(folder))


def _stamps(folder: Path) -> tuple[tuple[str, int], ...]:
    """What changes when a definition file or a plug-in does."""
    paths = sorted((*definition_files(folder), *folder.glob("plugins/*.py")))
    return tuple((path.name, path.stat().st_mtime_ns) for path in paths)


@lru_cache(maxsize=8)
def _defined(folder: Path, stamps: tuple[tuple[str, int], ...]) -> Definitions:
    return definitions(Workspace(folder))


@lru_cache(maxsize=8)
def _settings(folder: Path, stamps: tuple[tuple[str, int], ...]) -> Settings:
    return settings_of(Workspace(folder))


class _Same(Generic[T]):
    """A thing equal to itself alone, so that it can be the key of a cache."""

    def __init__(self, thing: T) -> None:
        self.thing = thing

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.thing is self.thing

    def __hash__(self) -> int:
        return id(self.thing)


@lru_cache(maxsize=8)
def _readable(same: _Same[Mapping[str, Tag]]) -> Mapping[str, Entry]:
    tags = dict(same.thing)
    while True:
        try:
            return ordered(tags)
        except DefinitionError as error:
            faulty = {fault.block.removeprefix("tags.") for fault in error.faults} & tags.keys()
            tags = {name: tag for name, tag in tags.items() if faulty and name not in faulty}


@lru_cache(maxsize=8)
def _joined(run: _Same[OpenRun], known: _Same[Definitions]) -> Reading:
    """One reading a run and definitions, so that what it works out is worked out once."""
    return Reading(known.thing.settings, run.thing, known.thing.tags)


def _defined_columns(tags: Mapping[str, Tag], types: Mapping[str, str]) -> Mapping[str, TagColumn]:
    """Column -> what it means; `types` are those that a run holds."""
    lineage = personal(readable(tags))
    return {
        column.name: column for name, each in tags.items() for column in _tag_columns(tags, types, lineage, name, each)
    }


def _tag_columns(
    tags: Mapping[str, Tag], types: Mapping[str, str], lineage: Mapping[str, frozenset[str]], name: str, tag: Tag
) -> Iterator[TagColumn]:
    entries = readable(tags)
    for piece in tag.pieces(name):
        own, entry = piece.tag == name, entries.get(piece.tag)
        held = piece.tag in types and not tag.retired
        kind = type_of(types[piece.tag]) if held else entry.type if entry else Type.TEXT
        yield TagColumn(
            name=piece.tag,
            title=piece.title or tag.title,
            group=tag.group,
            kind=tag.kind,
            method=METHODS.get(tag.kind, "model"),
            type=kind,
            why=tag.why,
            unit=tag.unit if own else _companion_unit(piece.tag),
            owner=tag.owner,
            personal=tuple(sorted(lineage[piece.tag])) if entry else _unsure(kind),
            labels=_labels(tag) if own else {},
            piece=piece,
            held=held,
        )


def _labels(tag: Tag) -> Mapping[str, Text]:
    cases = tag.cases if isinstance(tag, Rule) else ()
    return {**{str(case.value): case.label for case in cases if case.label}, **tag.labels}


def _companion_unit(name: str) -> str:
    return "percent" if name.endswith("_share") else ""


def _unknown(name: str, kind: str) -> TagColumn:
    """A column of an older run whose definition is gone: still shown, by its name."""
    found = type_of(kind)
    return TagColumn(name, Text(en=name, zh=name), "behaviour", "fact", "fact", found, personal=_unsure(found))


def _unsure(kind: Type) -> tuple[str, ...]:
    """What nobody can tell the origin of is masked as if it were personal."""
    return (UNSURE,) if kind in CARRYING else ()


def _ordered(types: Mapping[str, str], found: Mapping[str, TagColumn]) -> Iterator[tuple[str, str]]:
    yield from ((name, types[name]) for name in found)
    yield from ((name, kind) for name, kind in types.items() if name not in found and name not in _KEYS)


_KEYS = ("customer", "customer_id")


def type_of(kind: str) -> Type:
    """The type of a DuckDB column."""
    name = kind.partition("(")[0]
    return _TYPES.get(name, Type.TEXT)


_TYPES = {
    **dict.fromkeys(("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UBIGINT", "UINTEGER"), Type.INTEGER),
    **dict.fromkeys(("DOUBLE", "FLOAT"), Type.NUMBER),
    "DECIMAL": Type.MONEY,
    "BOOLEAN": Type.BOOLEAN,
    "DATE": Type.DATE,
    "TIMESTAMP": Type.TIME,
}


def _columns(run: OpenRun) -> Mapping[str, Mapping[str, str]]:
    sql = """SELECT table_name, column_name, data_type FROM information_schema.columns
        ORDER BY table_name, ordinal_position"""
    found: dict[str, dict[str, str]] = {}
    for table, column, kind in run.warehouse.rows(sql):
        found.setdefault(table, {})[column] = kind
    return found
