"""Peers: the customers whom one is put beside: all of them, or those with the same value of a tag."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from portraits.app.customers.subject import shown
from portraits.app.reading import Reading, TagColumn
from portraits.engine.warehouse import quote


@dataclass(frozen=True)
class Peers:
    """Who they are (`tag` has `value`; no tag: everybody), how many, and their means."""

    customers: int
    means: Mapping[str, float] = field(repr=False, default_factory=dict)
    tag: TagColumn | None = None
    value: Any = None


def peers(run: Reading, values: Mapping[str, Any], against: str, wanted: Iterable[TagColumn]) -> Peers:
    """The peers of a customer with these values, and their means of the wanted tags.

    Args:
        run: where to look.
        values: tag -> value of the customer.
        against: the tag that peers share with it; "" for all customers. NotFound where there is none.
        wanted: the tags whose means are asked for; only numbers have one.
    """
    tag = run.tag(against) if against else None
    if tag is None or values.get(tag.name) is None:
        return Peers(_everybody(run), means(run))
    names = tuple(sorted({each.name for each in wanted if each.numeric}))
    number, found = _alike(run, tag.name, values[tag.name], names)
    return Peers(number, found, tag, shown(tag, values[tag.name]))


@lru_cache(maxsize=8)
def means(run: Reading) -> Mapping[str, float]:
    """Tag -> the mean over all customers for whom it is known."""
    return dict(run.rows("SELECT tag, mean FROM tag_statistics WHERE mean IS NOT NULL"))


@lru_cache(maxsize=8)
def _everybody(run: Reading) -> int:
    return int(run.rows("SELECT count(*) FROM portrait")[0][0])


@lru_cache(maxsize=256)
def _alike(run: Reading, tag: str, value: Any, names: tuple[str, ...]) -> tuple[int, Mapping[str, float]]:
    columns = "".join(f", avg({quote(name)})" for name in names)
    [(number, *found)] = run.rows(f"SELECT count(*){columns} FROM portrait WHERE {quote(tag)} = ?", [value])
    return number, {name: float(mean) for name, mean in zip(names, found, strict=True) if mean is not None}
