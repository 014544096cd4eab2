"""Order: every column of the portrait with its type, each after the tags it is computed from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from portraits.engine.expressions import Expression, Scope, parse
from portraits.tags import piece
from portraits.tags.piece import Constant
from portraits.tags.tag import NAME, RESERVED, Tag
from portraits.vocabulary.errors import DefinitionError, ExpressionError, Fault, NotFound, nearest
from portraits.vocabulary.table import Table
from portraits.vocabulary.tables import table
from portraits.vocabulary.text import Text
from portraits.vocabulary.types import Type


@dataclass(frozen=True)
class Entry:
    """One column of the portrait: its tag, what it is made of, its type and its expressions by field."""

    name: str
    tag: Tag
    piece: piece.Piece
    type: Type
    expressions: Mapping[str, Expression] = field(default_factory=dict)

    @property
    def title(self) -> Text:
        """What the column is called; a companion has a title of its own."""
        return self.piece.title or self.tag.title

    @property
    def empty(self) -> Constant | None:
        """What stands where the value is missing; companions stay missing."""
        return None if self.piece.title else self.tag.empty

    @property
    def table(self) -> str:
        """The canonical table it is taken from, empty where it is computed from other tags."""
        return getattr(self.piece, "table", "")

    @property
    def names(self) -> frozenset[str]:
        """The columns or tags it reads."""
        latest = {self.piece.column} if isinstance(self.piece, piece.Latest) else frozenset[str]()
        return frozenset(latest).union(*(each.names for each in self.expressions.values()))

    @property
    def uses(self) -> frozenset[str]:
        """The tags it is computed from."""
        return frozenset() if self.table else self.names


def catalogue(tags: Mapping[str, Tag]) -> dict[str, Entry]:
    """Every column that these tags make, each after those it needs.

    Raises DefinitionError with all faults at once: names, types, unknown words, cycles with
    their path.
    """
    reader = _Reader(tags)
    for name in reader.owners:
        reader.entry(name)
    if reader.faults:
        raise DefinitionError(reader.faults)
    return reader.entries


class _Skipped(Exception):
    """A tag cannot be read because one that it needs cannot; that one has its own fault."""


class _Reader:
    """Reads tags on demand: a rule asks for the type of a tag, which is then read first."""

    def __init__(self, tags: Mapping[str, Tag]) -> None:
        self.faults: list[Fault] = []
        self.entries: dict[str, Entry] = {}
        self.owners: dict[str, tuple[str, Tag, piece.Piece]] = {}
        self._open: list[str] = []
        self._failed: set[str] = set()
        for name, tag in tags.items():
            self._take(name, tag)

    def _take(self, name: str, tag: Tag) -> None:
        if not NAME.fullmatch(name) or name in RESERVED:
            hint = "Small letters, digits and _, a letter first, 63 at most."
            hint = f"{name} has a meaning of its own." if name in RESERVED else hint
            self.faults.append(Fault(f"{name} cannot be the name of a tag.", block=f"tags.{name}", hint=hint))
        for each in tag.pieces(name):
            if each.tag in self.owners:
                what = f"{each.tag} is made by the tag {self.owners[each.tag][0]} already."
                self.faults.append(Fault(what, block=f"tags.{name}", hint="Choose another name."))
            else:
                self.owners[each.tag] = name, tag, each

    def entry(self, name: str) -> Entry | None:
        """The column of that name, None where it has a fault."""
        if name in self.entries or name in self._failed:
            return self.entries.get(name)
        self._open.append(name)
        try:
            self.entries[name] = _Read(self, *self.owners[name]).entry()
        except _Skipped:
            self._failed.add(name)
        except DefinitionError as error:
            self._failed.add(name)
            block = f"tags.{self.owners[name][0]}"
            self.faults.extend(Fault(each.what, block=block, field=each.field, hint=each.hint) for each in error.faults)
        finally:
            self._open.pop()
        return self.entries.get(name)

    def type_of(self, name: str) -> Type:
        """The type of a tag that another one names."""
        if name in self._open:
            path = [*self._open[self._open.index(name) :], name]
            hint = "One of them has to be computed without the others."
            raise DefinitionError([Fault(f"tags need each other in a circle: {' -> '.join(path)}.", hint=hint)])
        found = self.entry(name)
        if found is None:
            raise _Skipped
        return found.type


class _Types(Mapping[str, Type]):
    """Tag name -> type, each found when it is asked for."""

    def __init__(self, reader: _Reader) -> None:
        self._reader = reader

    def __getitem__(self, name: str) -> Type:
        if name not in self._reader.owners:
            raise KeyError(name)
        return self._reader.type_of(name)

    def __contains__(self, name: object) -> bool:
        return name in self._reader.owners

    def __iter__(self) -> Iterator[str]:
        return iter(self._reader.owners)

    def __len__(self) -> int:
        return len(self._reader.owners)


class _Read:
    """One column being read."""

    def __init__(self, reader: _Reader, owner: str, tag: Tag, of: piece.Piece) -> None:
        self.tag, self.piece = tag, of
        self.tags = Scope(columns=_Types(reader), subject="tags")
        self.wanted = tag.type if of.tag == owner else None
        self.expressions: dict[str, Expression] = {}

    def entry(self) -> Entry:
        kind = self._type()
        if self.wanted and kind != self.wanted and not (kind.numeric and self.wanted.numeric):
            raise _fault("type", f"the value is {kind}, not {self.wanted}.", f'Write type = "{kind}" or leave it out.')
        kind = self.wanted or kind
        self._check_empty(kind)
        return Entry(self.piece.tag, self.tag, self.piece, kind, self.expressions)

    def _type(self) -> Type:
        match self.piece:
            case piece.Fact():
                return self._fact(self.piece)
            case piece.Favourite():
                return self._favourite(self.piece)
            case piece.Latest():
                return self._latest(self.piece)
            case piece.Derived():
                return self._parse("value", self.piece.value, self.tags, self.wanted).type
            case piece.Condition():
                return self._parse("when", self.piece.when, self.tags, Type.BOOLEAN).type
            case piece.Chosen():
                return self._chosen(self.piece)
            case piece.Ranked():
                return self._ranked(self.piece)

    def _fact(self, fact: piece.Fact) -> Type:
        found = self._table(fact)
        self._rows(found, fact.where)
        scope = replace(_scope(found), aggregates=True)
        value = self._parse("value", fact.value, scope, self.wanted)
        if not value.aggregates:
            hint = "A customer has many rows: write sum(...), last(...), count(*)."
            raise _fault("value", "the value is taken from no row.", hint)
        return value.type

    def _favourite(self, favourite: piece.Favourite) -> Type:
        found = self._table(favourite)
        self._rows(found, favourite.where)
        of = self._parse("of", favourite.of, _scope(found))
        if favourite.by:
            self._number("by", favourite.by, _scope(found))
        return of.type if favourite.measure == "value" else Type.NUMBER

    def _latest(self, latest: piece.Latest) -> Type:
        types = self._table(latest).scope
        if latest.column not in types:
            raise _fault("column", f"{latest.table} has no column {latest.column}.", nearest(latest.column, types))
        return types[latest.column]

    def _chosen(self, chosen: piece.Chosen) -> Type:
        for number, case in enumerate(chosen.cases, 1):
            self._parse(f"cases.{number}.when", case.when, self.tags, Type.BOOLEAN)
        given = [case.value for case in chosen.cases]
        types = {_constant(value) for value in [*given, chosen.otherwise] if value is not None}
        if types == {Type.INTEGER, Type.NUMBER}:
            return Type.NUMBER
        if len(types) > 1:
            raise _fault("cases", f"the values are of several types: {', '.join(sorted(types))}.", "Choose one.")
        return types.pop()

    def _ranked(self, ranked: piece.Ranked) -> Type:
        if ranked.where:
            self._parse("where", ranked.where, self.tags, Type.BOOLEAN)
        self._number("of", ranked.of, self.tags)
        return Type.INTEGER

    def _number(self, name: str, text: str, scope: Scope) -> None:
        found = self._parse(name, text, scope)
        if not found.type.numeric:
            raise _fault(name, f"{text} is {found.type}, not a number.", "A number can be weighed and ranked.")

    def _rows(self, found: Table, where: str) -> None:
        if where:
            self._parse("where", where, _scope(found), Type.BOOLEAN)
        if getattr(self.piece, "within", None) and not found.time:
            raise _fault("within", f"the rows of {found.name} have no time.", "Leave within out.")

    def _table(self, of: piece.Fact | piece.Favourite | piece.Latest) -> Table:
        try:
            found = table(of.table)
        except NotFound as error:
            raise _fault("table", error.what, error.hint) from None
        if not found.of_customers:
            raise _fault(
                "table", f"the rows of {found.name} belong to no customer.", "Choose orders, events or the like."
            )
        return found

    def _parse(self, name: str, text: str, scope: Scope, expect: Type | None = None) -> Expression:
        try:
            found = parse(text, scope, expect=expect)
        except ExpressionError as error:
            raise _fault(name, error.what, error.hint) from None
        self.expressions[name] = found
        return found

    def _check_empty(self, kind: Type) -> None:
        empty = self.tag.empty
        if empty is None or self.piece.title:
            return
        found = _constant(empty)
        if found != kind and not (found.numeric and kind.numeric):
            raise _fault("empty", f"{empty!r} is {found}, and the value is {kind}.", "Both must be of one type.")


def _scope(found: Table) -> Scope:
    return Scope(columns=found.scope, subject=found.name, time=found.time)


def _constant(value: object) -> Type:
    for kind, found in _CONSTANTS:
        if isinstance(value, kind):
            return found
    return Type.TEXT


# In this order: a bool is an int to Python, and a datetime is a date.
_CONSTANTS = (
    (bool, Type.BOOLEAN),
    (int, Type.INTEGER),
    (float, Type.NUMBER),
    (datetime, Type.TIME),
    (date, Type.DATE),
)


def _fault(name: str, what: str, hint: str) -> DefinitionError:
    return DefinitionError([Fault(what, field=name, hint=hint)])
