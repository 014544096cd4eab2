"""Choice: which customers a list shows, and in which order: search, rule and sort as SQL."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from portraits.app.reading import Reading
from portraits.engine.expressions import Expression, Scope, parse, where
from portraits.engine.warehouse import quote
from portraits.vocabulary.errors import DefinitionError, Fault, nearest
from portraits.vocabulary.phrase import say
from portraits.vocabulary.types import Type

MOST_SEARCH = 200  # characters; nobody types more, and a longer pattern only costs time
_DIGITS_OF_A_PHONE = 4


@dataclass(frozen=True)
class Choice:
    """Customers chosen and ordered; `p` is the portrait, `c` the customer in its SQL."""

    where: str
    order: str
    sort: str = ""  # the tag sorted by, "" for the order of ids
    falling: bool = False
    parameters: dict[str, Any] = field(default_factory=dict)

    @property
    def source(self) -> str:
        """The FROM and WHERE of a query over the chosen customers."""
        return f"FROM portrait p JOIN customers c ON c.customer = p.customer WHERE {self.where}"


def choose(reading: Reading, search: str = "", rule: str = "", sort: str = "") -> Choice:
    """Read what a person typed; DefinitionError lists what is wrong with it."""
    search = search.strip()[:MOST_SEARCH]
    searched, parameters = _searched(reading, search)
    conditions = [searched, _ruled(reading, rule)]
    name, falling = sort.removeprefix("-"), sort.startswith("-")
    if name and name not in reading.tags:
        hint = nearest(name, reading.tags)
        raise DefinitionError([Fault(say("there is no tag {name} to sort by.", name=name), field="sort", hint=hint)])
    return Choice(
        where=" AND ".join(part for part in conditions if part) or "true",
        order=_order(name, falling=falling),
        sort=name,
        falling=falling,
        parameters=parameters,
    )


def scope(reading: Reading) -> Scope:
    """What a rule over the tags of the run may name."""
    types = {name: tag.type for name, tag in reading.tags.items()}
    return Scope(columns=types, aggregates=False, subject=say("tags"))


def condition(reading: Reading, rule: str) -> Expression:
    """A rule over the tags of the run; ExpressionError says what is wrong and what would be right."""
    return parse(rule, scope(reading), Type.BOOLEAN)


def condition_sql(reading: Reading, rule: str) -> str:
    """A rule as SQL over the portrait `p`."""
    return where(condition(reading, rule), as_of=reading.as_of, rename=lambda name: ("p", name))


def _ruled(reading: Reading, rule: str) -> str:
    return f"({condition_sql(reading, rule)})" if rule.strip() else ""


def _searched(reading: Reading, search: str) -> tuple[str, dict[str, str]]:
    if not search:
        return "", {}
    held, digits = reading.columns["customers"], _digits(search)
    parameters = {"text": search.lower()}
    tests = ["starts_with(lower(c.customer_id), $text)"]
    tests += [f"contains(lower(c.{name}), $text)" for name in ("name", "email") if name in held]
    if "phone" in held and len(digits) >= _DIGITS_OF_A_PHONE:
        parameters["digits"] = digits
        tests.append("contains(regexp_replace(c.phone, '[^0-9]', '', 'g'), $digits)")
    return f"({' OR '.join(tests)})", parameters


def _digits(search: str) -> str:
    return re.sub(r"\D", "", search) if re.fullmatch(r"[\d\s()+-]+", search) else ""


def _order(name: str, *, falling: bool) -> str:
    return f"p.{quote(name)} {'DESC' if falling else 'ASC'} NULLS LAST, p.customer" if name else "p.customer"
