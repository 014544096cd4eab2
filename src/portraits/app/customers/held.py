"""Held: the tags that a customer holds, each with how it came about, how sure it is and what contradicts it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from portraits.app.customers.portrait import groups
from portraits.app.customers.subject import subject
from portraits.app.customers.sureness import sureness
from portraits.app.reading import Reading, TagColumn, reading
from portraits.engine.workspace import Workspace
from portraits.tags.evidence import confidence


@dataclass(frozen=True)
class HeldTag:
    """A tag's value, None where it is not known, beside everybody's.

    `confidence` is from 0 to 1, less where the source that says the value is not wholly reliable, None where nobody
    can tell; `claims` counts the different values
    that records give, 0 where none disagrees.
    """

    tag: TagColumn
    value: Any
    mean: float | None
    coverage: float
    confidence: float | None
    claims: int


@dataclass(frozen=True)
class HeldTags:
    """Tags by group, those that a search leaves; `known` of `total` have a value, `conflicts` are disputed."""

    customer_id: str
    groups: Mapping[str, tuple[HeldTag, ...]]
    known: int
    total: int
    conflicts: int
    as_of: datetime
    run: int


def held_tags(workspace: Workspace, customer_id: str, search: str = "", *, empty: bool = True) -> HeldTags:
    """The tags of a customer; NotFound where there is no such customer.

    Args:
        workspace: where to look.
        customer_id: the customer.
        search: a part of a tag's name or title, in either language.
        empty: whether tags without a value are among them.
    """
    with reading(workspace) as run:
        who = subject(run, customer_id)
        disputed, sure = _disputed(run, who.customer), sureness(run, who.customer, who.values)
        everything = [each for tags in groups(run, who.values).values() for each in tags]
        found: dict[str, list[HeldTag]] = {}
        for each in everything:
            if _is_sought(each.tag, search) and (empty or each.value is not None):
                held = _held(run, each.tag, each.value, disputed.get(each.tag.name, 0), sure)
                found.setdefault(each.tag.group, []).append(held)
        return HeldTags(
            customer_id=who.customer_id,
            groups={group: tuple(tags) for group, tags in found.items()},
            known=sum(each.value is not None for each in everything),
            total=len(everything),
            conflicts=len(disputed),
            as_of=run.as_of,
            run=run.run.info.number,
        )


def _held(run: Reading, tag: TagColumn, value: Any, claims: int, reliable: Mapping[str, float]) -> HeldTag:
    mean, coverage = _statistics(run).get(tag.name, (None, 0.0))
    sure = confidence(run.entries, tag.name, reliable) if tag.name in run.entries else None
    return HeldTag(tag, value, mean if tag.numeric else None, coverage, sure, claims)


def _is_sought(tag: TagColumn, search: str) -> bool:
    text = search.strip().lower()
    return not text or any(text in each.lower() for each in (tag.name, tag.title.en, tag.title.zh))


def _disputed(run: Reading, customer: int) -> dict[str, int]:
    """Tag -> how many different values its records give, where they are several."""
    sql = "SELECT tag, count(DISTINCT value) AS n FROM evidence WHERE customer = ? GROUP BY tag HAVING n > 1"
    return {tag: n for tag, n in run.rows(sql, [customer]) if tag in run.tags}


@lru_cache(maxsize=8)
def _statistics(run: Reading) -> Mapping[str, tuple[float | None, float]]:
    """Tag -> mean and coverage."""
    rows = run.rows("SELECT tag, mean, known / nullif(customers, 0) FROM tag_statistics")
    return {tag: (mean, float(coverage or 0)) for tag, mean, coverage in rows}
