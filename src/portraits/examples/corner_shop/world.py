"""The world: every number from which the corner shop is made, in one place.

Purchases follow BG/NBD (Fader, Hardie, Lee 2005): a customer buys at an own rate, drawn from a
gamma distribution, and after each repeat purchase leaves for good with an own probability, drawn
from a beta distribution. Order values follow gamma-gamma (Fader, Hardie 2013). The clock of the
process runs faster on busy days, so that weeks and seasons show while the law stays exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from portraits.vocabulary.text import Text, text

AS_OF = datetime(2026, 6, 30)
DAYS = 730
CHUNK = 25_000  # customers made at a time: bounds the memory

CHANNELS = ("store", "web", "mini_program")
CATEGORIES = ("tea", "coffee", "drinks", "snacks", "bakery", "fruit", "kitchen", "clothing", "baby", "gifts")
DISCOUNTS = (0.10, 0.15, 0.20, 0.30)


@dataclass(frozen=True)
class Segment:
    """A known kind of customer; its place in a tuple is its number."""

    name: str
    title: Text
    base: float  # weight of the kind, as a logit
    by_rate: float  # how the weight moves with the log of the purchase rate
    by_spend: float  # how the weight moves with the log of the mean order value
    tastes: tuple[float, ...]  # weight of each category
    channels: tuple[float, float, float]  # weights of store, web, mini program
    peaks: tuple[tuple[float, float, float], ...]  # hours of the day: middle, spread, weight
    weekdays: tuple[float, ...]  # Monday to Sunday
    lines: float  # lines of an order above one, mean
    promotion: float  # share of orders bought at a reduced price
    response: float  # how much of a campaign's effect reaches this kind
    festive: float = 1.0  # how strongly festivals drive it


@dataclass(frozen=True)
class Campaign:
    """A campaign of every year, with the effect it truly has."""

    code: str
    month: int
    day: int
    length: int  # days
    title: Text
    channel: str  # sms, email, wechat
    extra: float  # probability that a treated customer makes one order more
    coupon: float  # taken off every order of treated customers who use it, also the ones they would make anyway
    contact_cost: float  # money for one contact


@dataclass(frozen=True)
class Stage:
    """A stage of a deal: days spent in it (log-normal) and the chance to pass to the next."""

    name: str
    median: float
    passes: float


_DAILY = (1.0, 0.95, 1.25, 0.95, 1.05, 1.0, 0.8)  # Wednesday is members' day
_WEEKEND = (0.6, 0.6, 0.75, 0.65, 0.9, 1.9, 1.6)
_OFFICE = (1.4, 1.4, 1.4, 1.4, 1.2, 0.15, 0.05)
_BARGAIN = (0.7, 0.7, 2.6, 0.7, 0.8, 0.8, 0.7)

SEGMENTS = (
    Segment(
        name="everyday",
        title=text("Everyday regulars", "日常主顾"),
        base=0.4,
        by_rate=1.2,
        by_spend=-0.4,
        tastes=(1, 2, 2, 2, 4, 4, 0.6, 0.2, 0.2, 0.1),
        channels=(0.75, 0.1, 0.15),
        peaks=((8.0, 0.9, 0.4), (18.2, 1.4, 0.6)),
        weekdays=_DAILY,
        lines=1.3,
        promotion=0.18,
        response=0.7,
    ),
    Segment(
        name="family",
        title=text("Families", "家庭采购"),
        base=0.5,
        by_rate=0.4,
        by_spend=0.5,
        tastes=(0.6, 0.6, 2, 3, 2, 4, 1.5, 1, 4, 0.3),
        channels=(0.6, 0.25, 0.15),
        peaks=((10.5, 1.2, 0.5), (16.5, 1.6, 0.5)),
        weekdays=_WEEKEND,
        lines=2.6,
        promotion=0.25,
        response=1.0,
    ),
    Segment(
        name="trendy",
        title=text("Young and trendy", "潮流青年"),
        base=0.5,
        by_rate=0.3,
        by_spend=-0.3,
        tastes=(0.6, 4, 3, 3, 2, 0.8, 0.6, 3, 0.1, 0.3),
        channels=(0.25, 0.25, 0.5),
        peaks=((13.0, 1.5, 0.3), (21.8, 1.5, 0.7)),
        weekdays=(0.9, 0.9, 1.0, 0.9, 1.3, 1.2, 0.8),
        lines=1.0,
        promotion=0.3,
        response=1.2,
    ),
    Segment(
        name="bargain",
        title=text("Bargain hunters", "精打细算"),
        base=0.3,
        by_rate=0.0,
        by_spend=-0.8,
        tastes=(0.8, 0.8, 1.5, 4, 1.5, 2, 1.5, 1, 0.8, 0.1),
        channels=(0.45, 0.25, 0.3),
        peaks=((9.5, 1.0, 0.4), (20.0, 1.5, 0.6)),
        weekdays=_BARGAIN,
        lines=1.8,
        promotion=0.6,
        response=2.2,
    ),
    Segment(
        name="gifting",
        title=text("Gift givers", "节礼客"),
        base=0.0,
        by_rate=-1.0,
        by_spend=1.0,
        tastes=(3, 0.8, 0.2, 0.8, 1.2, 1.5, 1.2, 1, 0.2, 5),
        channels=(0.4, 0.4, 0.2),
        peaks=((12.5, 1.3, 0.4), (19.5, 1.6, 0.6)),
        weekdays=(0.9, 0.9, 1.0, 1.0, 1.3, 1.1, 0.8),
        lines=0.8,
        promotion=0.12,
        response=0.6,
        festive=3.0,
    ),
    Segment(
        name="tea_lover",
        title=text("Tea lovers", "茶友"),
        base=0.0,
        by_rate=0.2,
        by_spend=0.6,
        tastes=(9, 0.3, 0.2, 1, 0.8, 0.8, 2, 0.2, 0.1, 1),
        channels=(0.5, 0.35, 0.15),
        peaks=((10.0, 1.3, 0.5), (15.5, 1.4, 0.5)),
        weekdays=_DAILY,
        lines=0.7,
        promotion=0.1,
        response=0.4,
    ),
    Segment(
        name="company",
        title=text("Companies", "企业客户"),
        base=0.0,
        by_rate=0.0,
        by_spend=0.0,
        tastes=(4, 4, 2, 2, 1, 2, 1.5, 0.1, 0.0, 3),
        channels=(0.1, 0.85, 0.05),
        peaks=((10.0, 1.0, 0.5), (15.0, 1.2, 0.5)),
        weekdays=_OFFICE,
        lines=1.8,
        promotion=0.08,
        response=0.3,
        festive=1.8,
    ),
)
COMPANY = len(SEGMENTS) - 1  # the last kind; persons are never of it, companies always

CAMPAIGNS = (
    Campaign("SPRING", 3, 10, 14, text("Spring tea tasting", "春茶品鉴"), "wechat", 0.05, 0.05, 0.10),
    Campaign("LABOUR", 4, 28, 8, text("May holiday picnic", "五一踏青"), "sms", 0.03, 0.05, 0.08),
    Campaign("JUNE", 6, 6, 12, text("Mid-year sale", "年中大促"), "wechat", 0.08, 0.10, 0.10),
    Campaign("SUMMER", 7, 15, 14, text("Cool summer", "清凉一夏"), "email", 0.0, 0.0, 0.02),  # does nothing
    Campaign("AUTUMN", 9, 5, 14, text("Mid-autumn gifts", "中秋送礼"), "sms", 0.06, 0.0, 0.08),
    Campaign(
        "NOVEMBER", 10, 28, 14, text("November sale", "双十一狂欢"), "wechat", 0.01, 0.20, 0.10
    ),  # truly loses money
    Campaign("NEWYEAR", 12, 20, 14, text("New Year goods", "年货节"), "email", 0.05, 0.05, 0.02),
)

STAGES = (
    Stage("lead", 4.0, 0.80),
    Stage("qualified", 8.0, 0.75),
    Stage("sample", 14.0, 0.80),
    Stage("quote", 10.0, 0.70),
    Stage("negotiation", 16.0, 0.75),
)
DWELL_SPREAD = 0.6  # sigma of the log-normal dwell of every stage

# Busy months: January holds the New Year's shopping, September and October the autumn festivals.
MONTHS = (1.25, 0.95, 0.95, 1.0, 1.05, 1.05, 0.9, 0.9, 1.15, 1.05, 1.1, 1.1)
FESTIVE_MONTHS = (1, 9, 12)


@dataclass(frozen=True)
class World:
    """The laws of the corner shop's world; money in yuan, rates a day."""

    rate_shape: float = 0.75  # r of BG/NBD
    rate_scale: float = 22.0  # alpha of BG/NBD, days
    drop_a: float = 0.7  # a of BG/NBD
    drop_b: float = 6.0  # b of BG/NBD
    spend_shape: float = 6.0  # p of gamma-gamma
    spend_q: float = 4.0  # q of gamma-gamma
    spend_scale: float = 40.0  # v of gamma-gamma; mean order value p * v / (q - 1)
    company_factor: float = 10.0  # an order of a company is so many times larger
    companies: float = 0.07  # share of customers
    prospects: float = 0.08  # share of customers who have bought nothing
    early: float = 0.35  # share of customers who came in the first 60 days
    english: float = 0.15  # share of customers who write English
    loyalty: float = 0.45  # chance that a line is of the customer's own favourite category
    walk_ins: float = 0.06  # orders of unknown persons, as a share of the known orders in stores
    cancelled: float = 0.015
    returned: float = 0.02
    records: tuple[float, ...] = (0.80, 0.16, 0.035, 0.005)  # share of customers with 1, 2, 3, 4 records
    same_source: float = 0.15  # chance that a second record lies in a source that has one already
    household: float = 0.14  # share of persons who live with another customer
    consent: float = 0.80  # share who agree to marketing on joining
    withdrawal: float = 0.25  # of them, share who withdraw within the two years
    reach: float = 0.60  # share of those who may be contacted that a campaign chooses
    holdout: float = 0.20  # of them, share kept out at random
    redemption: float = 0.60  # chance that a treated customer's order in the window uses the coupon
    lapsed_response: float = 0.30  # a campaign's effect on customers who had left
    feedback: float = 0.07  # share of orders followed by an opinion
    complaint_before_leaving: float = 0.30  # chance that a customer who leaves has complained
    deals: float = 1.8  # deals of a company, mean
    segments: tuple[Segment, ...] = SEGMENTS
    campaigns: tuple[Campaign, ...] = CAMPAIGNS
    stages: tuple[Stage, ...] = STAGES
