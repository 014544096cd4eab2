"""Atom: one plain aggregate over some rows of a table; every fact is put together from atoms.

Equal atoms are computed once, whoever asks for them: `avg(amount)` and `sum(amount)` share the
sum, two medians over the same rows share one list of quantiles.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from portraits.vocabulary.window import Window

# What a pre-aggregation by a key can tell of one customer's values of that key.
Of = Literal["distinct", "favourite", "most", "total", "spread"]


@dataclass(frozen=True)
class Rows:
    """The rows a value is taken from: of one table, in a window, where SQL conditions hold.

    `where` is the fact's own condition, which many facts share; `also` that of one aggregate.
    """

    table: str
    window: Window | None = None
    where: str = ""
    also: str = ""


@dataclass(frozen=True)
class Plain:
    """An SQL aggregate straight over the rows, of a value or of `*`."""

    rows: Rows
    function: str
    value: str = "*"


@dataclass(frozen=True)
class Quantile:
    """One quantile of a value; those over the same rows are taken together."""

    rows: Rows
    value: str
    share: float


@dataclass(frozen=True)
class Keyed:
    """What stands out among the values of `key`, each weighing the sum of `weight` (or its rows)."""

    rows: Rows
    key: str
    of: Of
    weight: str = ""


@dataclass(frozen=True)
class End:
    """The known value of the first or last row by time; at one moment the smallest or largest."""

    rows: Rows
    value: str
    side: Literal["first", "last"]


Atom = Plain | Quantile | Keyed | End
Finish = Callable[[tuple[str, ...]], str]


@dataclass(frozen=True)
class Recipe:
    """The atoms of one aggregate, and the SQL that makes its value from their columns.

    `nothing` is the value over no rows: counts are 0, everything else is missing.
    """

    atoms: tuple[Atom, ...]
    finish: Finish
    nothing: str = "NULL"


def single(atom: Atom) -> Recipe:
    """The value is the atom itself."""
    return Recipe((atom,), lambda columns: columns[0])


def counted(atom: Atom) -> Recipe:
    """A count: 0 where no row was seen."""
    return Recipe((atom,), lambda columns: f"coalesce({columns[0]}, 0)", "0")
