"""Kept: columns that a run holds already, read from its portrait instead of from the rows again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from portraits.engine.warehouse import quote
from portraits.tags import piece
from portraits.tags.order import Entry

PORTRAIT = "portrait"


def kept(entry: Entry) -> Entry:
    """The same column, read from the run."""
    return replace(entry, piece=piece.Kept(entry.name, entry.type, entry.piece.title), expressions={})


def all_kept(entries: Mapping[str, Entry]) -> list[Entry]:
    """Those of some columns that are read from the run."""
    return [entry for entry in entries.values() if isinstance(entry.piece, piece.Kept)]


def values(entries: Iterable[Entry], ranged: str) -> str:
    """The SELECT of `customer` and these columns of the portrait."""
    columns = ", ".join(f"{quote(each.name)} AS {value(each)}" for each in entries)
    return f"SELECT customer, {columns} FROM {PORTRAIT} WHERE {ranged}"


def value(entry: Entry) -> str:
    """The column of `values` that holds an entry."""
    return quote(f"_kept_{entry.name}")
