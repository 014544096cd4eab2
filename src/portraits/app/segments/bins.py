"""Bins: the values of a tag in a few parts, each with the condition that chooses exactly its customers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from portraits.app.customers.personal import free
from portraits.app.customers.subject import shown
from portraits.app.reading import Reading, TagColumn
from portraits.engine.expressions import Node, write
from portraits.engine.expressions.nodes import And, Compare, In, Name, Not
from portraits.engine.expressions.nodes import Literal as Constant
from portraits.engine.warehouse import quote
from portraits.tags.piece import Ranked
from portraits.vocabulary.errors import Refused
from portraits.vocabulary.phrase import say
from portraits.vocabulary.types import Type

MOST = 12  # bins that a person takes in at a glance
PARTS = 5  # ranges of a number that nobody has cut, of about as many customers each
_MEANINGFUL = 3  # digits of a limit that nobody has written

Form = Literal["value", "range", "rest"]


@dataclass(frozen=True)
class Bin:
    """One value, the range between two limits, or all values that have no bin of their own.

    Rising ranges hold `low <= value < high`, falling ones `low < value <= high`; a limit of None
    is none. `rule` is the condition that chooses exactly the customers of the bin.
    """

    form: Form
    rule: str
    value: Any = None
    low: Any = None
    high: Any = None
    falls: bool = False


def tabled(run: Reading) -> list[TagColumn]:
    """The tags whose values may stand in a table: those that point at no person."""
    return [tag for tag in run.tags.values() if _open(tag)]


def equals(tag: TagColumn, value: Any) -> str:
    """The condition that chooses the customers with one value of a tag."""
    return write(_compare(tag, "=", value))


def both(*rules: str) -> str:
    """The condition that holds where all of these hold, each of which joins nothing by `or`."""
    return " and ".join(rules)


def bins(run: Reading, tag: TagColumn) -> tuple[Bin, ...]:
    """The bins of a tag, empty where nobody has a value; every known value is in exactly one."""
    if not _open(tag):
        what = say("The values of {tag} point at persons and stand in no table.", tag=tag.name)
        raise Refused(what, say("Choose another tag."))
    if not (tag.numeric or tag.type.temporal):
        return tuple(_texts(run, tag))
    few = _few(run, tag)
    if few is not None:
        return tuple(Bin("value", equals(tag, value), value=value) for value in few)
    return tuple(_ranges(tag, *_limits(run, tag)))


def _open(tag: TagColumn) -> bool:
    return tag.type not in (Type.JSON, Type.RAW) and all(free(column) for column in tag.personal)


def _compare(tag: TagColumn, operator: str, value: Any) -> Node:
    return Compare(Type.BOOLEAN, operator, Name(tag.type, tag.name), _constant(tag, value))


def _constant(tag: TagColumn, value: Any) -> Constant:
    return Constant(tag.type, _exact(value) if isinstance(value, float) else value)


def _exact(value: float) -> Decimal | int:
    """A number whose text reads back as the same number."""
    return int(value) if value.is_integer() else Decimal(repr(value))


def _texts(run: Reading, tag: TagColumn) -> Iterator[Bin]:
    column = quote(tag.name)
    found = run.rows(
        f"""SELECT {column} FROM portrait WHERE {column} IS NOT NULL
        GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT {MOST + 1}"""
    )
    # What is masked has no bin of its own: its condition would tell it.
    values = [value for (value,) in found[:MOST] if shown(tag, value) == value]
    for value in sorted(values, key=lambda value: _place(tag, value)):
        yield Bin("value", equals(tag, value), value=value)
    if len(values) < len(found):
        yield Bin("rest", write(_others(tag, values)) if values else f"{write(_name(tag))} is not null")


def _place(tag: TagColumn, value: Any) -> int:
    """Values with a label stand in the order of the labels, before all others."""
    labels = list(tag.labels)
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return labels.index(text) if text in labels else len(labels)


def _others(tag: TagColumn, values: Sequence[Any]) -> Node:
    return Not(Type.BOOLEAN, In(Type.BOOLEAN, _name(tag), tuple(_constant(tag, value) for value in values)))


def _name(tag: TagColumn) -> Name:
    return Name(tag.type, tag.name)


def _few(run: Reading, tag: TagColumn) -> list[Any] | None:
    """All values of a whole number where they are few, None otherwise."""
    if tag.type != Type.INTEGER:
        return None
    column = quote(tag.name)
    found = run.rows(f"SELECT DISTINCT {column} FROM portrait WHERE {column} IS NOT NULL LIMIT {MOST + 1}")
    return sorted(value for (value,) in found) if len(found) <= MOST else None


def _limits(run: Reading, tag: TagColumn) -> tuple[list[Any], bool]:
    """The limits between the ranges of a number or a day, and whether they fall: as a rank cuts them, else fifths."""
    for name, entry in run.entries.items():
        cut = entry.piece
        if isinstance(cut, Ranked) and cut.of == tag.name and tag.numeric and name in run.tags:
            found = run.rows("SELECT DISTINCT low FROM cut_points WHERE tag = ? ORDER BY low", [name])
            if found:
                return [low for (low,) in found], cut.order == "descending"
    return _fifths(run, tag), False


def _fifths(run: Reading, tag: TagColumn) -> list[Any]:
    column = quote(tag.name)
    kind = "DOUBLE" if tag.numeric else "DATE"
    shares = [part / PARTS for part in range(1, PARTS)]
    [(low, found)] = run.rows(
        f"SELECT min(CAST({column} AS {kind})), quantile_disc(CAST({column} AS {kind}), {shares}) FROM portrait"
    )
    limits = [_rounded(each, tag) for each in found or ()]
    # The lowest value as a limit would leave a range without anybody.
    return sorted({limit for limit in limits if _day(limit, tag) > _day(low, tag)})


def _rounded(limit: Any, tag: TagColumn) -> Any:
    if isinstance(limit, float):
        return float(f"{limit:.{_MEANINGFUL}g}")
    return datetime(limit.year, limit.month, limit.day) if tag.type == Type.TIME else limit


def _day(limit: Any, tag: TagColumn) -> Any:
    return limit.date() if tag.type == Type.TIME and isinstance(limit, datetime) else limit


def _ranges(tag: TagColumn, limits: Sequence[Any], falls: bool) -> Iterator[Bin]:
    if not limits:
        yield Bin("range", f"{write(_name(tag))} is not null", falls=falls)
        return
    for low, high in zip([None, *limits], [*limits, None], strict=True):
        yield Bin("range", write(_between(tag, low, high, falls)), low=low, high=high, falls=falls)


def _between(tag: TagColumn, low: float | date | None, high: float | date | None, falls: bool) -> Node:
    above, below = (">", "<=") if falls else (">=", "<")
    parts = [] if low is None else [_compare(tag, above, low)]
    parts += [] if high is None else [_compare(tag, below, high)]
    return parts[0] if len(parts) == 1 else And(Type.BOOLEAN, tuple(parts))
