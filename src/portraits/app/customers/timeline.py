"""Timeline: what happened with a customer, newest first, from every table that tells of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from portraits.app.customers.choice import MOST_SEARCH
from portraits.app.customers.personal import scrubbed
from portraits.app.customers.subject import subject
from portraits.app.paging import Paged
from portraits.app.reading import Reading, Row, reading
from portraits.engine.warehouse import literal, quote
from portraits.engine.workspace import Workspace

Kind = Literal["order", "event", "touch", "response", "feedback", "deal"]

LARGEST_PAGE = 500
LONGEST = 280  # characters of free text that a line of a timeline can carry


@dataclass(frozen=True)
class Moment:
    """One thing that happened.

    `what` is the kind as the source names it (a status, an event's kind, a rating's subject);
    `number` is money for orders and deals, a rating for feedback, a value otherwise.
    """

    at: datetime
    kind: Kind
    what: str = ""
    name: str = ""
    channel: str = ""
    place: str = ""
    number: float | None = None
    quantity: float | None = None
    scale: float | None = None
    text: str = ""


@dataclass(frozen=True)
class Timeline(Paged):
    """A page of moments, and how many there are of each kind."""

    moments: tuple[Moment, ...]
    counts: Mapping[Kind, int]
    kind: Kind | None
    page: int
    size: int

    @property
    def total(self) -> int:
        """Moments of the chosen kind, or all."""
        return self.counts.get(self.kind, 0) if self.kind else sum(self.counts.values())


@dataclass(frozen=True)
class Sought:
    """What somebody looks for: a text in what a source says, or values that a face calls by it (`spoken`)."""

    text: str
    spoken: tuple[str, ...] = ()


@dataclass(frozen=True)
class TimelineView:
    """A customer's timeline by itself."""

    customer_id: str
    timeline: Timeline
    as_of: datetime
    run: int


@dataclass(frozen=True)
class _Origin:
    """How a table's rows become moments: a column for each of their parts."""

    table: str
    kind: Kind
    at: str
    parts: Mapping[str, str]


_NAMED = ("what", "channel", "place")  # parts whose values a face may call by words of its own
_PARTS = ("what", "name", "channel", "place", "number", "quantity", "scale", "text")
_NUMBERS = ("number", "quantity", "scale")

_ORIGINS = (
    _Origin(
        "orders",
        "order",
        "ordered_at",
        {
            "what": "status",
            "name": "order_id",
            "channel": "channel",
            "place": "store",
            "number": "amount",
            "quantity": "quantity",
        },
    ),
    _Origin(
        "events",
        "event",
        "at",
        {"what": "kind", "name": "object", "channel": "channel", "number": "value", "text": "text"},
    ),
    _Origin(
        "touches", "touch", "sent_at", {"what": "arm", "name": "campaign", "channel": "channel", "place": "campaign_id"}
    ),
    _Origin(
        "responses",
        "response",
        "at",
        {"what": "kind", "name": "campaign", "channel": "channel", "place": "campaign_id", "number": "value"},
    ),
    _Origin(
        "feedback",
        "feedback",
        "at",
        {"what": "about", "channel": "channel", "number": "rating", "scale": "scale", "text": "text"},
    ),
    _Origin(
        "deals", "deal", "created_at", {"what": "status", "name": "deal_id", "channel": "origin", "number": "amount"}
    ),
)
KINDS: tuple[Kind, ...] = tuple(origin.kind for origin in _ORIGINS)


def timeline(
    run: Reading,
    customer: int,
    kind: Kind | None = None,
    page: int = 1,
    size: int = 20,
    sought: Sought | None = None,
) -> Timeline:
    """A page of a customer's timeline, of one kind of moments or of all, and of what somebody looks for."""
    parameters: dict[str, Any] = {"customer": customer}
    if sought:
        parameters |= {"text": sought.text.lower(), "spoken": [each.lower() for each in sought.spoken]}
    counts = _counts(run, parameters)
    whole = Timeline((), counts, kind, 1, size)
    page = min(max(page, 1), whole.pages)
    chosen = [origin for origin in _present(run) if counts.get(origin.kind) and kind in (None, origin.kind)]
    if not chosen:
        return whole
    sql = " UNION ALL ".join(_select(run, origin, parameters) for origin in chosen)
    sql = f'{sql} ORDER BY "at" DESC NULLS LAST, kind, name LIMIT {size} OFFSET {(page - 1) * size}'
    return Timeline(tuple(map(_moment, run.rows(sql, parameters))), counts, kind, page, size)


def moments(
    workspace: Workspace,
    customer_id: str,
    kind: Kind | None = None,
    search: str = "",
    page: int = 1,
    size: int = 50,
    spoken: Sequence[str] = (),
) -> TimelineView:
    """What happened with a customer, newest first; NotFound where there is no such customer.

    Args:
        workspace: where to look.
        customer_id: the customer.
        kind: the kind of moments, all where None.
        search: a text to look for in what the sources say of a moment.
        page: the page, from 1; one past the end shows the last.
        size: moments a page, at most 500.
        spoken: kinds, states and channels that the search means in the language of the face.
    """
    text = search.strip()[:MOST_SEARCH]
    size = min(max(size, 1), LARGEST_PAGE)
    with reading(workspace) as run:
        who = subject(run, customer_id)
        found = timeline(run, who.customer, kind, page, size, Sought(text, tuple(spoken)) if text else None)
        return TimelineView(who.customer_id, found, run.as_of, run.run.info.number)


def _present(run: Reading) -> Iterator[_Origin]:
    return (origin for origin in _ORIGINS if "customer" in run.columns.get(origin.table, {}))


def _counts(run: Reading, parameters: dict[str, Any]) -> dict[Kind, int]:
    each = [
        f"SELECT {literal(origin.kind)}, count(*) FROM {quote(origin.table)} WHERE {_where(run, origin, parameters)}"
        for origin in _present(run)
    ]
    found: dict[Any, int] = dict(run.rows(" UNION ALL ".join(each), parameters)) if each else {}
    return {kind: found[kind] for kind in KINDS if found.get(kind)}


def _select(run: Reading, origin: _Origin, parameters: Mapping[str, Any]) -> str:
    held = run.columns[origin.table]
    columns = ", ".join(_part(part, origin.parts.get(part, ""), held) for part in _PARTS)
    return (
        f'SELECT {quote(origin.at)} AS "at", {literal(origin.kind)} AS kind, {columns} '
        f"FROM {quote(origin.table)} WHERE {_where(run, origin, parameters)}"
    )


def _where(run: Reading, origin: _Origin, parameters: Mapping[str, Any]) -> str:
    """The customer's rows, and of these the ones that hold the text that is sought."""
    own = f"customer = $customer AND {quote(origin.at)} IS NOT NULL"
    if "text" not in parameters:
        return own
    held = run.columns[origin.table]
    columns = {part: quote(column) for part, column in origin.parts.items() if column in held and part not in _NUMBERS}
    tests = [f"contains(lower(CAST({column} AS VARCHAR)), $text)" for column in columns.values()]
    tests += [f"list_contains($spoken, lower(CAST({columns[part]} AS VARCHAR)))" for part in _NAMED if part in columns]
    return f"{own} AND ({' OR '.join([*tests, _is_kind(origin)])})"


def _is_kind(origin: _Origin) -> str:
    return f"list_contains($spoken, {literal(origin.kind)})"


def _part(part: str, column: str, held: Mapping[str, str]) -> str:
    kind = "DOUBLE" if part in _NUMBERS else "VARCHAR"
    value = quote(column) if column in held else "NULL"
    return f"CAST({value} AS {kind}) AS {part}"


def _moment(row: Row) -> Moment:
    at, kind, what, name, channel, place, number, quantity, scale, text = row
    return Moment(
        at=at,
        kind=kind,
        what=what or "",
        name=name or "",
        channel=channel or "",
        place=place or "",
        number=number,
        quantity=quantity,
        scale=scale,
        text=scrubbed(text or "")[:LONGEST],
    )
