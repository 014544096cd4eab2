"""Facts: the columns that come straight from rows, and what each is put together from."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from portraits.engine.expressions import Aggregate, Node, aggregates_in, basic, sql
from portraits.engine.warehouse import quote
from portraits.tags import piece
from portraits.tags.atoms import Atom, Recipe
from portraits.tags.order import Entry
from portraits.tags.recipes import Taken, favourite, newest, recipe


@dataclass(frozen=True)
class Made:
    """A fact's recipes, by the aggregate they are for, and the SQL over the columns these fill.

    `node` is None where the one recipe is the value.
    """

    entry: Entry
    recipes: Mapping[Aggregate | None, Recipe]
    node: Node | None = None

    @property
    def atoms(self) -> Iterator[Atom]:
        """All atoms of the recipes."""
        for found in self.recipes.values():
            yield from found.atoms

    @property
    def columns(self) -> dict[Aggregate | None, str]:
        """A column name for the value of each recipe; no tag's name begins with _."""
        return {aggregate: f"_{self.entry.name}_{number}" for number, aggregate in enumerate(self.recipes)}

    def recipe_sql(self, aggregate: Aggregate | None, names: Mapping[Atom, str]) -> str:
        """The value of a recipe over the columns of its atoms; without its table, what nothing gives."""
        found = self.recipes[aggregate]
        kind = aggregate.type if aggregate else self.entry.type
        if any(atom not in names for atom in found.atoms):
            return f"CAST({found.nothing} AS {kind.duckdb})"
        return found.finish(tuple(names[atom] for atom in found.atoms))

    def sql(self, as_of: datetime) -> str:
        """The value of the fact over the columns of its recipes."""
        if self.node is None:
            return quote(self.columns[None])
        held = {aggregate: name for aggregate, name in self.columns.items() if aggregate is not None}
        return sql(self.node, as_of=as_of, replace=held)


def made(entry: Entry, as_of: datetime) -> Made:
    """How a column that comes from rows is put together."""
    of = entry.piece
    match of:
        case piece.Fact():
            taken = Taken(of.table, _node(entry, "where"), of.within, as_of)
            node = basic(entry.expressions["value"].node, of.within)
            return Made(entry, {each: recipe(each, taken) for each in aggregates_in(node)}, node)
        case piece.Favourite():
            taken = Taken(of.table, _node(entry, "where"), of.within, as_of)
            key = entry.expressions["of"].node
            return Made(entry, {None: favourite(taken, key, of.measure, _node(entry, "by"))})
        case piece.Latest():
            return Made(entry, {None: newest(Taken(of.table, None, None, as_of), of.column)})
        case _:
            raise TypeError(f"{entry.name} does not come from rows.")


def of_customers(entry: Entry) -> bool:
    """Whether the golden record of `customers` holds the value already."""
    return isinstance(entry.piece, piece.Latest) and entry.piece.table == "people"


def from_customers(entry: Entry, tables: Collection[str]) -> str:
    """The newest known value of a column of `people`, as identity resolution settled it."""
    assert isinstance(entry.piece, piece.Latest)  # noqa: S101 (see of_customers)
    return f"c.{quote(entry.piece.column)}" if "people" in tables else f"CAST(NULL AS {entry.type.duckdb})"


def _node(entry: Entry, field: str) -> Node | None:
    found = entry.expressions.get(field)
    return found.node if found else None
