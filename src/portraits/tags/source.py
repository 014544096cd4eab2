"""Source: what the statements of a plan are made from."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from portraits.tags import facts
from portraits.tags.atoms import Atom
from portraits.tags.order import Entry


@dataclass(frozen=True)
class Source:
    """All columns, the moment, the tables there are, and what is settled already.

    `settled` is a relation whose columns hold the atoms in `held`; `cuts` are relations that
    hold cut points of ranks.
    """

    entries: Mapping[str, Entry]
    as_of: datetime
    tables: Collection[str]
    settled: str = ""
    held: frozenset[Atom] = frozenset()
    cuts: tuple[str, ...] = ()

    @cached_property
    def made(self) -> dict[str, facts.Made]:
        """How each column that comes from rows is put together."""
        found = (entry for entry in self.entries.values() if entry.table and not facts.of_customers(entry))
        return {entry.name: facts.made(entry, self.as_of) for entry in found}

    @cached_property
    def names(self) -> dict[Atom, str]:
        """A column name for each atom of a table that is there; no tag's name begins with _."""
        every = (atom for made in self.made.values() for atom in made.atoms)
        found = dict.fromkeys(atom for atom in every if atom.rows.table in self.tables)
        return {atom: f"_a{number}" for number, atom in enumerate(found)}

    def atoms(self, names: Iterable[str]) -> Iterator[Atom]:
        """The atoms that these columns are put together from."""
        for name in names:
            if name in self.made:
                yield from (atom for atom in self.made[name].atoms if atom in self.names)

    def closure(self, names: Iterable[str]) -> dict[str, Entry]:
        """These columns and all that they need, each after those it needs."""
        wanted, found = list(names), set[str]()
        while wanted:
            name = wanted.pop()
            if name not in found:
                found.add(name)
                wanted.extend(self.entries[name].uses)
        return {name: entry for name, entry in self.entries.items() if name in found}
