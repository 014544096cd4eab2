"""Customers: the list of all customers, searched, filtered by a rule, sorted and cut into pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from portraits.app.customers.choice import Choice, choose
from portraits.app.customers.personal import masked
from portraits.app.customers.subject import nobody, present_id
from portraits.app.customers.subject import shown as veiled
from portraits.app.paging import Paged, within
from portraits.app.reading import Reading, Row, TagColumn, reading
from portraits.engine.warehouse import quote
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import DefinitionError, Fault, PortraitsError, nearest
from portraits.vocabulary.phrase import say

LARGEST_PAGE = 500
MANUAL = "manual"  # the kind of tags that people put on customers

# What a list shows where nobody chose: of each line the first tag that the workspace has.
USUAL = (
    ("rfm_segment", "segment"),
    ("lifecycle", "lifecycle_stage"),
    ("recency_days",),
    ("orders_365d", "orders_all"),
    ("spend_365d", "spend_all"),
    ("basket_value", "basket_median"),
)


@dataclass(frozen=True)
class Person:
    """Who a customer is, as far as it may be shown: contacts are masked."""

    customer_id: str
    name: str = ""
    email: str = ""
    phone: str = ""


@dataclass(frozen=True)
class CustomerRow:
    """One line of the list: who it is, and the values of the chosen tags in their order."""

    person: Person
    values: tuple[Any, ...]


@dataclass(frozen=True)
class CustomerList(Paged):
    """A page of customers; with `faults` nothing was chosen and the page is empty."""

    rows: tuple[CustomerRow, ...]
    columns: tuple[TagColumn, ...]
    tags: tuple[TagColumn, ...]  # all that could be columns
    total: int
    base: int
    page: int
    size: int
    as_of: datetime
    run: int
    faults: tuple[Fault, ...] = ()
    by_hand: tuple[TagColumn, ...] = ()  # tags that people put on customers

    @property
    def first(self) -> int:
        """The number of the first row shown, from 1."""
        return (self.page - 1) * self.size + 1 if self.rows else 0


@dataclass(frozen=True)
class Neighbours:
    """Where a customer stands in a list: the ids before and after, and its place from 1."""

    previous: str | None
    next: str | None
    place: int | None
    total: int


def customers(
    workspace: Workspace,
    search: str = "",
    rule: str = "",
    sort: str = "",
    page: int = 1,
    size: int = 50,
    columns: Sequence[str] = (),
) -> CustomerList:
    """A page of the customers that a search and a rule leave.

    Args:
        workspace: where to look.
        search: beginning of an id, or part of a name, e-mail address or phone number.
        rule: a condition over tags, for example `recency_days > 180`.
        sort: a tag, with `-` before it for falling order; "" for the order of ids.
        page: the page, from 1; one past the end shows the last.
        size: rows a page, at most 500.
        columns: the tags to show; the usual ones where empty.

    Returns:
        The page; where `rule`, `sort` or `columns` are wrong, an empty one with `faults`.
    """
    with reading(workspace) as run:
        try:
            choice, shown, faults = choose(run, search, rule, sort), _shown(run, columns), ()
        except PortraitsError as error:
            return _page(run, None, _shown(run, ()), page, size, _faults(error))
        return _page(run, choice, shown, page, size, faults)


def sound(found: CustomerList) -> CustomerList:
    """The same list; DefinitionError where it has faults, for faces that keep no input."""
    if found.faults:
        raise DefinitionError(found.faults)
    return found


def neighbours(workspace: Workspace, customer_id: str, search: str = "", rule: str = "", sort: str = "") -> Neighbours:
    """The customers before and after one, in the list that the arguments choose."""
    with reading(workspace) as run:
        choice = choose(run, search, rule, sort)
        if choice == choose(run):
            return _beside(run, customer_id)
        total = _count(run, choice)
        here = _position(run, choice, customer_id)
        if here is None:
            return Neighbours(None, None, None, total)
        before, after = _sides(choice)
        parameters = {**choice.parameters, **here}
        place = run.rows(f"SELECT count(*) {choice.source} AND {before}", parameters)[0][0] + 1
        return Neighbours(
            _nearest_one(run, f"{choice.source} AND {before} ORDER BY {_reversed(choice)}", parameters),
            _nearest_one(run, f"{choice.source} AND {after} ORDER BY {choice.order}", parameters),
            place,
            total,
        )


def _beside(run: Reading, customer_id: str) -> Neighbours:
    """The neighbours in the list of all customers, numbered in its order with gaps where some were merged."""
    found = run.rows(
        "SELECT customer FROM customers WHERE customer_id = ?", [present_id(run, customer_id) or customer_id]
    )
    if not found:
        raise nobody(customer_id)
    beside = "SELECT customer_id FROM customers WHERE customer = (SELECT {} FROM customers WHERE customer {} $here)"
    here = {"here": found[0][0]}
    before = run.rows(beside.format("max(customer)", "<"), here)
    after = run.rows(beside.format("min(customer)", ">"), here)
    [(place,)] = run.rows("SELECT count(*) FROM customers WHERE customer <= $here", here)
    return Neighbours(before[0][0] if before else None, after[0][0] if after else None, place, _base(run))


def person(run: Reading, row: Row) -> Person:
    """A person from `customer_id, name, email, phone`."""
    customer_id, name, email, phone = row
    return Person(customer_id, name or "", masked("email", email), masked("phone", phone))


def person_columns(run: Reading) -> str:
    """The SQL of what `person` takes; what this run does not hold is NULL."""
    held = run.columns["customers"]
    return ", ".join(["c.customer_id", *(f"c.{name}" if name in held else "NULL" for name in _PERSON)])


_PERSON = ("name", "email", "phone")


def _shown(run: Reading, columns: Sequence[str]) -> tuple[TagColumn, ...]:
    unknown = [name for name in columns if name not in run.tags]
    if unknown:
        raise DefinitionError(
            Fault(say("there is no tag {name} to show.", name=name), field="columns", hint=nearest(name, run.tags))
            for name in unknown
        )
    usual = (next((name for name in names if name in run.tags), "") for names in USUAL)
    return tuple(run.tags[name] for name in columns or usual if name)


def _page(
    run: Reading,
    choice: Choice | None,
    shown: tuple[TagColumn, ...],
    page: int,
    size: int,
    faults: tuple[Fault, ...],
) -> CustomerList:
    size = min(max(size, 1), LARGEST_PAGE)
    base = _base(run)
    total = _count(run, choice) if choice else 0
    page = within(page, total, size)
    return CustomerList(
        rows=_rows(run, choice, shown, page, size) if choice else (),
        columns=shown,
        tags=tuple(run.tags.values()),
        total=total,
        base=base,
        page=page,
        size=size,
        as_of=run.as_of,
        run=run.run.info.number,
        faults=faults,
        by_hand=tuple(_by_hand(run)),
    )


def _by_hand(run: Reading) -> Iterator[TagColumn]:
    """The manual tags that are defined, those that no run holds yet as well."""
    for name, tag in run.defined.items():
        if tag.kind == MANUAL and not tag.retired and name in run.defined_tags:
            yield run.defined_tags[name]


@lru_cache(maxsize=8)
def _base(run: Reading) -> int:
    return int(run.rows("SELECT count(*) FROM portrait")[0][0])


def _count(run: Reading, choice: Choice) -> int:
    return int(run.rows(f"SELECT count(*) {choice.source}", choice.parameters)[0][0])


def _rows(run: Reading, choice: Choice, shown: tuple[TagColumn, ...], page: int, size: int) -> tuple[CustomerRow, ...]:
    wanted = "".join(f", p.{quote(tag.name)}" for tag in shown)
    sql = (
        f"SELECT {person_columns(run)}{wanted} {choice.source} "
        f"ORDER BY {choice.order} LIMIT {size} OFFSET {(page - 1) * size}"
    )
    found = run.rows(sql, choice.parameters)
    return tuple(CustomerRow(person(run, row[:4]), tuple(map(veiled, shown, row[4:]))) for row in found)


def _faults(error: PortraitsError) -> tuple[Fault, ...]:
    found = error.faults if isinstance(error, DefinitionError) else (Fault(error.what, hint=error.hint),)
    return tuple(fault if fault.field else Fault(fault.what, field="rule", hint=fault.hint) for fault in found)


def _position(run: Reading, choice: Choice, customer_id: str) -> dict[str, Any] | None:
    """Where a customer stands in the order; None where the choice leaves it out."""
    value = f"p.{quote(choice.sort)}" if choice.sort else "NULL"
    customer_id = present_id(run, customer_id) or customer_id
    sql = f"SELECT p.customer, {value} {choice.source} AND c.customer_id = $id"
    found = run.rows(sql, {**choice.parameters, "id": customer_id})
    if not found:
        _known(run, customer_id)
        return None
    here = {"here": found[0][0]}
    return {**here, "value": found[0][1]} if choice.sort else here


def _known(run: Reading, customer_id: str) -> None:
    if not run.rows("SELECT 1 FROM customers WHERE customer_id = ?", [customer_id]):
        raise nobody(customer_id)


def _sides(choice: Choice) -> tuple[str, str]:
    """SQL for "stands before" and "stands after" the position; missing values stand last."""
    if not choice.sort:
        return "p.customer < $here", "p.customer > $here"
    column = f"p.{quote(choice.sort)}"
    less, more = (">", "<") if choice.falling else ("<", ">")
    tie = f"{column} IS NOT DISTINCT FROM $value AND p.customer"
    before = f"({column} {less} $value OR ($value IS NULL AND {column} IS NOT NULL) OR ({tie} < $here))"
    after = f"({column} {more} $value OR ($value IS NOT NULL AND {column} IS NULL) OR ({tie} > $here))"
    return before, after


def _reversed(choice: Choice) -> str:
    if not choice.sort:
        return "p.customer DESC"
    return f"p.{quote(choice.sort)} {'ASC' if choice.falling else 'DESC'} NULLS FIRST, p.customer DESC"


def _nearest_one(run: Reading, rest: str, parameters: dict[str, Any]) -> str | None:
    found = run.rows(f"SELECT c.customer_id {rest} LIMIT 1", parameters)
    return found[0][0] if found else None
