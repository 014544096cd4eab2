"""Scope: what an expression may name, and what it is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from portraits.vocabulary.phrase import say
from portraits.vocabulary.types import Type


@dataclass(frozen=True)
class Formats:
    """How the text of a source writes numbers and dates.

    `decimal` is `.` or `,` where the other one separates thousands; empty means a point and
    nothing between thousands. `dates` are patterns such as `%d.%m.%Y`; none means ISO 8601.
    A moment that says its distance from UTC is told as the clocks of `zone` show it.
    """

    decimal: str = ""
    dates: tuple[str, ...] = ()
    zone: str = "UTC"


PLAIN = Formats()


@dataclass(frozen=True)
class Scope:
    """Names with their types, whether aggregates are allowed, and the time that orders rows."""

    columns: Mapping[str, Type] = field(hash=False)
    aggregates: bool = False
    subject: str = say("this")  # for messages: "orders", "tags", "the source web_orders"
    time: str = ""
    formats: Formats = PLAIN
