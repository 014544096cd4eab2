"""Order: every column of the portrait with its type, each after the tags it is computed from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from portraits.engine.expressions import Expression, Scope, parse
from portraits.tags import piece
from portraits.tags.piece import Constant
from portraits.tags.tag import RESERVED, Tag
from portraits.vocabulary.errors import DefinitionError, Fault, NotFound, all_known, nearest
from portraits.vocabulary.name import NAME
from portraits.vocabulary.phrase import Phrase, listed, say
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
    reader = _Reader(tags, {})
    reader.read()
    if reader.faults:
        raise DefinitionError(reader.faults)
    return reader.entries


def typed(tags: Mapping[str, Tag], unread: Mapping[str, Type]) -> tuple[dict[str, Type], list[Fault]]:
    """The types of all columns and all faults; `unread` are names of tags whose blocks cannot be read.

    What a fault leaves open is RAW, which fits everywhere: so no fault is told by those who follow.
    """
    reader = _Reader(tags, unread)
    reader.read()
    return {**unread, **{name: entry.type for name, entry in reader.entries.items()}}, reader.faults


def misnamed(name: str, reserved: frozenset[str] = RESERVED) -> Fault | None:
    """The fault of a name that cannot be one, None for any other."""
    if name in reserved:
        return Fault(say("'{name}' cannot be a name.", name=name), hint=say("It has a meaning of its own."))
    if not NAME.fullmatch(name):
        hint = say("A name begins with a letter and has small letters, digits and _ only.")
        return Fault(
            say("'{name}' cannot be a name.", name=name),
            hint=hint if len(name) < _LONG else say("63 letters are the most."),
        )
    return None


_LONG = 64


class _Reader:
    """Reads tags on demand: a rule asks for the type of a tag, which is then read first."""

    def __init__(self, tags: Mapping[str, Tag], unread: Mapping[str, Type]) -> None:
        self.faults: list[Fault] = []
        self.entries: dict[str, Entry] = {}
        self.owners: dict[str, tuple[str, Tag, piece.Piece]] = {}
        self.unread = unread
        self._open: list[str] = []
        for name, tag in tags.items():
            self._take(name, tag)

    def read(self) -> None:
        """Read all columns."""
        for name in self.owners:
            self.type_of(name)

    def _take(self, name: str, tag: Tag) -> None:
        if fault := misnamed(name):
            self.faults.append(replace(fault, block=f"tags.{name}"))
        for each in tag.pieces(name):
            if each.tag in self.owners:
                what = say("{tag} is made by the tag {owner} already.", tag=each.tag, owner=self.owners[each.tag][0])
                self.faults.append(Fault(what, block=f"tags.{name}", hint=say("Choose another name.")))
            else:
                self.owners[each.tag] = name, tag, each

    def type_of(self, name: str) -> Type:
        """The type of a column; DefinitionError where that column is just being read."""
        if name in self._open:
            path = [*self._open[self._open.index(name) :], name]
            hint = say("One of them has to be computed without the others.")
            raise DefinitionError(
                [Fault(say("tags need each other in a circle: {path}.", path=" -> ".join(path)), hint=hint)]
            )
        if name not in self.entries:
            self._open.append(name)
            read = _Read(self, *self.owners[name])
            self.entries[name] = read.entry()
            told = dict.fromkeys(replace(each, block=f"tags.{read.owner}") for each in read.faults)
            self.faults += [each for each in told if each not in self.faults]  # companions share their fields
            self._open.pop()
        return self.entries[name].type


class _Types(Mapping[str, Type]):
    """Tag name -> type, each found when it is asked for."""

    def __init__(self, reader: _Reader) -> None:
        self._reader = reader

    def __getitem__(self, name: str) -> Type:
        if name in self._reader.owners:
            return self._reader.type_of(name)
        return self._reader.unread[name]

    def __contains__(self, name: object) -> bool:
        return name in self._reader.owners or name in self._reader.unread

    def __iter__(self) -> Iterator[str]:
        return iter({**self._reader.owners, **self._reader.unread})

    def __len__(self) -> int:
        return len({**self._reader.owners, **self._reader.unread})


class _Read:
    """One column being read, field by field: a fault in one field keeps no other from being read."""

    def __init__(self, reader: _Reader, owner: str, tag: Tag, of: piece.Piece) -> None:
        self.owner, self.tag, self.piece = owner, tag, of
        self.tags = Scope(columns=_Types(reader), subject=say("tags"))
        self.wanted = tag.type if of.tag == owner else None
        self.expressions: dict[str, Expression] = {}
        self.faults: list[Fault] = []

    def entry(self) -> Entry:
        kind = self._type()
        if self.wanted and not _go_together(kind, self.wanted):
            self._fault(
                "type",
                say("the value is {kind}, not {wanted}.", kind=kind.word, wanted=self.wanted.word),
                say('Write type = "{kind}" or leave it out.', kind=kind),
            )
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
            case piece.Stated() | piece.Kept():
                return self.piece.type
            case _:
                return self._of_tags(self.piece)

    def _of_tags(self, of: piece.Derived | piece.Condition | piece.Chosen | piece.Ranked) -> Type:
        match of:
            case piece.Derived():
                return self._parse("value", of.value, self.tags, self.wanted)
            case piece.Condition():
                return self._parse("when", of.when, self.tags, Type.BOOLEAN)
            case piece.Chosen():
                return self._chosen(of)
            case piece.Ranked():
                return self._ranked(of)

    def _fact(self, fact: piece.Fact) -> Type:
        found = self._table(fact)
        if found is None:
            return Type.RAW
        self._rows(found, fact.where)
        kind = self._parse("value", fact.value, replace(_scope(found), aggregates=True), self.wanted)
        value = self.expressions.get("value")
        if value and not value.aggregates:
            hint = say("A customer has many rows: write sum(...), last(...), count(*).")
            self._fault("value", say("the value is taken from no row."), hint)
        return kind

    def _favourite(self, favourite: piece.Favourite) -> Type:
        found = self._table(favourite)
        if found is None:
            return Type.RAW
        self._rows(found, favourite.where)
        kind = self._parse("of", favourite.of, _scope(found))
        if favourite.by:
            self._number("by", favourite.by, _scope(found))
        return kind if favourite.measure == "value" else Type.NUMBER

    def _latest(self, latest: piece.Latest) -> Type:
        found = self._table(latest)
        if found and latest.column not in found.scope:
            hint = nearest(latest.column, found.scope) or all_known(found.scope)
            self._fault("column", say("{table} has no column {name}.", table=latest.table, name=latest.column), hint)
        return found.scope.get(latest.column, Type.RAW) if found else Type.RAW

    def _chosen(self, chosen: piece.Chosen) -> Type:
        for number, case in enumerate(chosen.cases):
            self._parse(f"cases.{number}.when", case.when, self.tags, Type.BOOLEAN)
        given = [case.value for case in chosen.cases]
        types = {_constant(value) for value in [*given, chosen.otherwise] if value is not None}
        if types == {Type.INTEGER, Type.NUMBER}:
            return Type.NUMBER
        if len(types) > 1:
            field = "cases" if len({_constant(value) for value in given}) > 1 else "otherwise"
            self._fault(
                field,
                say("the values are of several types: {words}.", words=listed(each.word for each in sorted(types))),
                say("Choose one."),
            )
            return Type.RAW
        return types.pop()

    def _ranked(self, ranked: piece.Ranked) -> Type:
        if ranked.where:
            self._parse("where", ranked.where, self.tags, Type.BOOLEAN)
        self._number("of", ranked.of, self.tags)
        return Type.INTEGER

    def _number(self, name: str, text: str, scope: Scope) -> None:
        kind = self._parse(name, text, scope)
        if not (kind.numeric or kind == Type.RAW):
            self._fault(
                name,
                say("{text} is {kind}, not a number.", text=text, kind=kind.word),
                say("A number can be weighed and ranked."),
            )

    def _rows(self, found: Table, where: str) -> None:
        if where:
            self._parse("where", where, _scope(found), Type.BOOLEAN)
        if getattr(self.piece, "within", None) and not found.time:
            self._fault("within", say("the rows of {name} have no time.", name=found.name), say("Leave within out."))

    def _table(self, of: piece.Fact | piece.Favourite | piece.Latest) -> Table | None:
        try:
            found = table(of.table)
        except NotFound as error:
            self._fault("table", error.what, error.hint)
            return None
        if not found.of_customers:
            hint = say("Choose orders, events or the like.")
            self._fault("table", say("the rows of {name} belong to no customer.", name=found.name), hint)
        return found

    def _parse(self, name: str, text: str, scope: Scope, expect: Type | None = None) -> Type:
        """The type of a field's expression; RAW where it cannot be read."""
        try:
            found = parse(text, scope, expect=expect)
        except DefinitionError as error:
            self.faults += [Fault(each.what, field=name, hint=each.hint) for each in error.faults]
            return expect or Type.RAW
        self.expressions[name] = found
        return found.type

    def _check_empty(self, kind: Type) -> None:
        empty = self.tag.empty
        if empty is None or self.piece.title:
            return
        found = _constant(empty)
        if not _go_together(found, kind):
            self._fault(
                "empty",
                say(
                    "{empty} is {found}, and the value is {kind}.", empty=repr(empty), found=found.word, kind=kind.word
                ),
                say("Both must be of one type."),
            )

    def _fault(self, name: str, what: Phrase, hint: Phrase) -> None:
        self.faults.append(Fault(what, field=name, hint=hint))


def _go_together(one: Type, other: Type) -> bool:
    return one == other or (one.numeric and other.numeric) or Type.RAW in (one, other)


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
