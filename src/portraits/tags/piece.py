"""Piece: what one column of the portrait is made of; kinds give pieces, the planner takes them.

A piece holds expressions as a person wrote them, so that a kind needs to know nothing of SQL.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from portraits.vocabulary.text import Text
from portraits.vocabulary.types import Type
from portraits.vocabulary.window import Window

Measure = Literal["value", "share", "entropy"]
Constant = bool | int | float | str | date | datetime


@dataclass(frozen=True)
class Fact:
    """An aggregate over a customer's rows of one canonical table.

    Customers without rows get `empty` (None = NULL).
    """

    tag: str
    table: str
    value: str
    where: str = ""
    within: Window | None = None
    empty: Constant | None = None
    title: Text | None = None


@dataclass(frozen=True)
class Favourite:
    """What stands out among a customer's values of `of`, each weighing `by` (or 1 a row).

    `measure` is the favourite itself, its share of the whole weight, or the entropy (in bits)
    of the shares. Equal weights: the smallest value is the favourite.
    """

    tag: str
    table: str
    of: str
    measure: Measure = "value"
    by: str = ""
    where: str = ""
    within: Window | None = None
    title: Text | None = None


@dataclass(frozen=True)
class Derived:
    """A value computed from other tags of the same customer."""

    tag: str
    value: str
    title: Text | None = None


@dataclass(frozen=True)
class Condition:
    """Whether a condition over other tags holds; unknown is false."""

    tag: str
    when: str
    title: Text | None = None


@dataclass(frozen=True)
class Case:
    """One condition over tags and the value it gives."""

    when: str
    value: Constant


@dataclass(frozen=True)
class Chosen:
    """The value of the first condition that holds, else `otherwise` (None = NULL)."""

    tag: str
    cases: tuple[Case, ...]
    otherwise: Constant | None = None
    title: Text | None = None


@dataclass(frozen=True)
class Ranked:
    """A score from 1 to `into`, high for large values of `of` (descending: for small ones).

    Cut points are quantiles over the customers where `where` holds, unless `cuts` names the
    lowest values of the scores 2, 3 ... (descending: the highest ones). Equal values, equal scores.
    """

    tag: str
    of: str
    into: int = 5
    order: Literal["ascending", "descending"] = "ascending"
    where: str = ""
    cuts: tuple[float, ...] = ()
    title: Text | None = None


@dataclass(frozen=True)
class Latest:
    """The newest known value of a column among a customer's rows; conflicts are kept as evidence."""

    tag: str
    column: str
    table: str = "people"
    confidence: float = 0.9
    title: Text | None = None


@dataclass(frozen=True)
class Stated:
    """What people say of a customer by hand."""

    tag: str
    type: Type = Type.TEXT
    title: Text | None = None


@dataclass(frozen=True)
class Kept:
    """What a run holds already; no kind makes it, only who computes other columns over that run."""

    tag: str
    type: Type
    title: Text | None = None


Piece = Fact | Favourite | Derived | Condition | Chosen | Ranked | Latest | Stated | Kept
