"""Portrait: everything the published run knows about one customer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from portraits.app.customers.goal import telling
from portraits.app.customers.peers import Peers, peers
from portraits.app.customers.personal import masked
from portraits.app.customers.reach import Reach, reach
from portraits.app.customers.spending import Spending, spending
from portraits.app.customers.subject import Subject, shown, subject
from portraits.app.customers.taste import Taste, taste
from portraits.app.customers.timeline import Kind, Moment, Timeline, timeline
from portraits.app.reading import Reading, TagColumn, reading
from portraits.engine.workspace import Workspace
from portraits.tags.piece import Ranked

GROUPS = ("natural", "value", "consumption", "interest", "behaviour", "interaction", "social", "credit", "risk")
SEGMENT = ("rfm_segment", "segment")
LIFECYCLE = ("lifecycle", "lifecycle_stage")

SILENT = ("unknown", "none", "no", "0", "false")  # values that are known and tell nothing

# What is said of a customer beside the name, where it is known.
ABOUT = ("age_band", "income", "household_kind", "occupation", "education_level")

# The figures at the top: those of the goal, then of each line the first tag that the workspace has.
GOAL_FIGURES = 3
FIGURES = (
    ("spend_365d", "spend_all"),
    ("orders_365d", "orders_all"),
    ("basket_value", "basket_median"),
    ("recency_days",),
    ("mean_gap_days", "cycle_days"),
    ("discount_share", "discounted_share", "coupons_redeemed_365d"),
)
MOST_FIGURES = 6
COUNTED = ("money", "order", "day", "percent", "piece", "visit", "contact")  # units that make a figure

# The scores of the radar, those of recency, frequency and money first.
SCORES = (
    "rfm_r",
    "rfm_f",
    "rfm_m",
    "loyalty_score",
    "interaction_score",
    "basket_score",
    "activity_score",
    "spend_score",
)
MOST_AXES = 6
FEWEST_AXES = 3


@dataclass(frozen=True)
class TagValue:
    """A tag and its value for this customer; None where it is not known."""

    tag: TagColumn
    value: Any


@dataclass(frozen=True)
class Figure:
    """A number beside the mean of all customers; `distance` is the share above or below it."""

    tag: TagColumn
    value: Any
    base: float | None

    @property
    def distance(self) -> float | None:
        """How far above the mean (0.2 = a fifth above); None where that says nothing."""
        if self.value is None or not self.base or self.base < 0:
            return None
        return float(self.value) / self.base - 1


@dataclass(frozen=True)
class Axis:
    """A score of the radar: the customer's and the mean of all, out of `most`."""

    tag: TagColumn
    value: float | None
    base: float | None
    most: int


@dataclass(frozen=True)
class Header:
    """Who the customer is; contacts are masked."""

    customer_id: str
    name: str
    kind: str
    gender: str
    birth_date: str
    city: str
    region: str
    email: str
    phone: str
    records: int
    since: date | None
    segment: TagValue | None
    lifecycle: TagValue | None
    reach: tuple[Reach, ...]
    about: tuple[TagValue, ...]  # what is known besides: age, income, occupation
    prospect: bool  # has bought nothing yet


@dataclass(frozen=True)
class PortraitView:
    """A customer's portrait as pages and answers show it; figures and scores stand beside those of `peers`."""

    header: Header
    peers: Peers
    figures: tuple[Figure, ...]
    groups: Mapping[str, tuple[TagValue, ...]]
    axes: tuple[Axis, ...]
    spending: Spending | None
    taste: Taste | None
    timeline: Timeline
    as_of: datetime
    run: int


@dataclass(frozen=True)
class Glance:
    """A customer in a few lines: who it is, the first figures, what happened last."""

    header: Header
    figures: tuple[Figure, ...]
    moments: tuple[Moment, ...]


def portrait(
    workspace: Workspace,
    customer_id: str,
    *,
    kind: Kind | None = None,
    page: int = 1,
    size: int = 20,
    against: str = "",
) -> PortraitView:
    """A customer's portrait; NotFound where there is no such customer.

    Args:
        workspace: where to look.
        customer_id: the customer.
        kind: the kind of moments the timeline shows, all where None.
        page: the page of the timeline, from 1.
        size: moments a page.
        against: a tag: figures and scores stand beside the mean of customers with the same value
            of it, such as the same segment; "" for the mean of all customers.
    """
    with reading(workspace) as run:
        who = subject(run, customer_id)
        beside = peers(run, who.values, against, _compared(run))
        return PortraitView(
            header=header_of(run, who),
            peers=beside,
            figures=tuple(figures(run, who.values, beside.means)),
            groups=groups(run, who.values),
            axes=axes(run, who.values, beside.means),
            spending=spending(run, who.customer),
            taste=taste(run, who.customer),
            timeline=timeline(run, who.customer, kind, page, size),
            as_of=run.as_of,
            run=run.run.info.number,
        )


def glance(workspace: Workspace, customer_id: str, figures_at_most: int = 4, moments_at_most: int = 1) -> Glance:
    """What somebody must know of a customer at a glance; NotFound where there is no such customer."""
    with reading(workspace) as run:
        who = subject(run, customer_id)
        found = tuple(figures(run, who.values, peers(run, who.values, "", ()).means))
        moments = timeline(run, who.customer, size=moments_at_most).moments
        return Glance(header_of(run, who), found[:figures_at_most], moments)


def header(workspace: Workspace, customer_id: str) -> Header:
    """Who a customer is; NotFound where there is no such customer."""
    with reading(workspace) as run:
        return header_of(run, subject(run, customer_id))


def header_of(run: Reading, who: Subject) -> Header:
    """Who a customer is."""
    record = who.record
    created = record.get("created_at")
    said: dict[str, Any] = {name: record.get(name) or "" for name in ("name", "kind", "gender", "city", "region")}
    said |= {name: masked(name, record.get(name)) for name in ("birth_date", "email", "phone")}
    return Header(
        customer_id=record["customer_id"],
        records=record.get("records") or 1,
        since=created.date() if created else None,
        segment=_first(run, who.values, SEGMENT),
        lifecycle=_first(run, who.values, LIFECYCLE),
        reach=reach(run, who),
        about=tuple(_known(run, who.values, ABOUT)),
        prospect=_is_prospect(run, who.customer),
        **said,
    )


def _is_prospect(run: Reading, customer: int) -> bool:
    """Whether a customer has not bought anything yet, as far as orders are known."""
    if "customer" not in run.columns.get("orders", {}):
        return True
    sql = "SELECT 1 FROM orders WHERE customer = ? AND ordered_at IS NOT NULL LIMIT 1"
    return not run.rows(sql, [customer])


def _known(run: Reading, values: Mapping[str, Any], names: Iterable[str]) -> Iterator[TagValue]:
    for name in names:
        if name in run.tags and values.get(name) is not None:
            yield TagValue(run.tags[name], shown(run.tags[name], values[name]))


def _first(run: Reading, values: Mapping[str, Any], names: tuple[str, ...]) -> TagValue | None:
    name = next((name for name in names if values.get(name) is not None and name in run.tags), None)
    return TagValue(run.tags[name], values[name]) if name else None


def figures(run: Reading, values: Mapping[str, Any], means: Mapping[str, float]) -> Iterator[Figure]:
    """The figures that tell most, beside their means."""
    for tag in _figures(run):
        yield Figure(tag, values.get(tag.name), means.get(tag.name))


def _figures(run: Reading) -> list[TagColumn]:
    first = [tag.name for tag in telling(run) if tag.unit in COUNTED][:GOAL_FIGURES]
    usual = [next((name for name in names if name in run.tags), "") for names in FIGURES]
    spare = [tag.name for tag in run.tags.values() if tag.unit in COUNTED]
    chosen = list(dict.fromkeys((*first, *filter(None, usual), *spare)))[:MOST_FIGURES]
    return [run.tags[name] for name in chosen]


def groups(run: Reading, values: Mapping[str, Any]) -> dict[str, tuple[TagValue, ...]]:
    """All tags by group, values as they may be shown."""
    found: dict[str, list[TagValue]] = {group: [] for group in GROUPS}
    for tag in run.tags.values():
        found.setdefault(tag.group, []).append(TagValue(tag, shown(tag, values.get(tag.name))))
    return {group: tuple(tags) for group, tags in found.items() if tags}


def axes(run: Reading, values: Mapping[str, Any], means: Mapping[str, float]) -> tuple[Axis, ...]:
    """The scores of the workspace that make a figure; none where they are too few."""
    found = tuple(
        Axis(tag, _number(values.get(tag.name)), means.get(tag.name), tag.piece.into)
        for tag in _scores(run)
        if isinstance(tag.piece, Ranked)
    )
    return found if len(found) >= FEWEST_AXES else ()


def _scores(run: Reading) -> list[TagColumn]:
    scores = {name: tag for name, tag in run.tags.items() if isinstance(tag.piece, Ranked)}
    usual = [scores[name] for name in SCORES if name in scores]
    chosen = usual if len(usual) >= FEWEST_AXES else list(scores.values())
    return chosen[:MOST_AXES]


def _compared(run: Reading) -> list[TagColumn]:
    """The tags that stand beside a mean."""
    return [*_figures(run), *_scores(run)]


def _number(value: Any) -> float | None:
    return None if value is None else float(value)
