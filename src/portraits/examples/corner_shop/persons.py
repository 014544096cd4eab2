"""Persons: the facts about each customer as they truly are: name, birth, phone, home, work."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from portraits.examples.corner_shop import names, places
from portraits.examples.corner_shop.chance import Flags, Ints, codes, pick
from portraits.examples.corner_shop.customers import Customers
from portraits.examples.corner_shop.places import Address
from portraits.examples.corner_shop.shop import Shop
from portraits.vocabulary.text import Language, Text, text

OCCUPATIONS = (
    text("office worker", "公司职员"),
    text("teacher", "教师"),
    text("engineer", "工程师"),
    text("doctor or nurse", "医护人员"),
    text("self-employed", "个体经营"),
    text("student", "学生"),
    text("civil servant", "公务员"),
    text("homemaker", "全职主妇"),
    text("retired", "退休"),
)
EDUCATION = (
    text("secondary school", "高中"),
    text("college", "大专"),
    text("bachelor", "本科"),
    text("master", "硕士"),
    text("doctorate (PhD)", "博士"),
)
MARITAL = (text("single", "未婚"), text("married", "已婚"), text("divorced", "离异"))
INCOMES = ("under 5K", "5-10K", "10-20K", "20-40K", "over 40K")  # yuan a month
_PREFIXES = ("130", "133", "136", "138", "139", "150", "158", "177", "186", "189")
_MAILS = ("example.com", "example.net", "example.org", "mail.example.com", "post.example.net")
_STRIDE = 387_420_489  # 3 to the 18th: prime to the 10**9 numbers, so every customer has an own one
_AGES = (44, 37, 25, 47, 40, 49, 40)  # mean age of each segment


@dataclass(frozen=True)
class Called:
    """How somebody is called; the pinyin is the name itself where it is Latin."""

    full: Text
    family: str
    given: str
    family_pinyin: str
    given_pinyin: str


@dataclass(frozen=True)
class Life:
    """Birth, home and work; a company uses the seat and the trade only."""

    birth: date
    occupation: Text
    education: Text
    marital: Text
    household_size: int
    income: str
    employer: str
    trade: int


@dataclass(frozen=True)
class Reach:
    """What reaches one customer and nobody else, but for the phone at home."""

    mobile: str
    landline: str
    email: str
    wechat: str
    card: str
    device: str


@dataclass(frozen=True)
class Person:
    """One customer's facts."""

    company: bool
    female: bool
    language: Language
    called: Called
    life: Life
    reach: Reach
    address: Address
    old_address: Address


@dataclass(frozen=True)
class Persons:
    """The facts of all customers of a chunk, and the households some of them share."""

    all: list[Person]
    household: Ints  # the number of a household, -1 where alone
    housemates: list[tuple[int, int]]  # places in the chunk
    store: Ints  # home store


def draw(shop: Shop, customers: Customers) -> Persons:
    """Draw the facts of a chunk's customers; ages count from the shop's `as_of`."""
    rng = shop.stream("persons", customers.chunk)
    people = _people(rng, customers, shop.days.as_of.date())
    pairs = _pairs(rng, np.flatnonzero(~customers.company), shop.world.household)
    household = np.full(len(customers), -1)
    for first, second in pairs:
        home = people[first]
        reach = replace(people[second].reach, landline=home.reach.landline)
        people[second] = replace(people[second], address=home.address, reach=reach)
        household[[first, second]] = customers.number[first]
    return Persons(people, household, pairs, places.stores(rng, len(customers)))


def _people(rng: np.random.Generator, customers: Customers, today: date) -> list[Person]:
    count = len(customers)
    female = rng.random(count) < 0.56
    homes, olds = places.addresses(rng, count), places.addresses(rng, count)
    firms = names.companies(rng, homes)
    called = _called(rng, customers, female, firms)
    lives = _lives(rng, customers, firms, today)
    reaches = _reaches(rng, customers, called, homes)
    languages: list[Language] = ["en" if english else "zh" for english in customers.english.tolist()]
    columns = (customers.company.tolist(), female.tolist(), languages, called, lives, reaches, homes, olds)
    return [Person(*cells) for cells in zip(*columns, strict=True)]


def _called(rng: np.random.Generator, customers: Customers, female: Flags, firms: names.Companies) -> list[Called]:
    latin, han = names.english(rng, female), names.chinese(rng, female)
    found = []
    for at, (english, company) in enumerate(zip(customers.english.tolist(), customers.company.tolist(), strict=True)):
        of = latin if english else han
        family, given, family_pinyin, given_pinyin = (
            str(each[at]) for each in (of.family, of.given, of.family_pinyin, of.given_pinyin)
        )
        latin_name = f"{given_pinyin} {family_pinyin}"
        own = text(latin_name, latin_name if english else f"{family}{given}")
        found.append(Called(firms.names[at] if company else own, family, given, family_pinyin, given_pinyin))
    return found


def _lives(rng: np.random.Generator, customers: Customers, firms: names.Companies, today: date) -> list[Life]:
    count = len(customers)
    ages = np.minimum(rng.normal(np.array(_AGES)[customers.segment], 9.0), 86.0)
    ages = 17.0 + np.abs(ages - 17.0)
    columns = (
        [today - timedelta(days=int(days)) for days in (ages * 365.25).tolist()],
        [OCCUPATIONS[at] for at in pick(rng, (30, 8, 12, 7, 10, 8, 6, 6, 13), count).tolist()],
        [EDUCATION[at] for at in pick(rng, (25, 25, 36, 12, 2), count).tolist()],
        [MARITAL[at] for at in pick(rng, (38, 56, 6), count).tolist()],
        (1 + pick(rng, (22, 26, 32, 13, 7), count)).tolist(),
        [INCOMES[at] for at in pick(rng, (15, 35, 30, 15, 5), count).tolist()],
        [firms.names[at].zh for at in rng.integers(0, count, count).tolist()],
        firms.trades.tolist(),
    )
    return [Life(*cells) for cells in zip(*columns, strict=True)]


def _reaches(rng: np.random.Generator, customers: Customers, called: list[Called], homes: list[Address]) -> list[Reach]:
    count = len(customers)
    own = codes(customers.number, 1)
    domains = rng.integers(0, len(_MAILS), count).tolist()
    lines = rng.integers(61_000_000, 69_000_000, count).tolist()
    columns = (
        _mobiles(customers.number),
        [f"{home.city.area}-{line}" for home, line in zip(homes, lines, strict=True)],
        [_email(name, code, _MAILS[at]) for name, code, at in zip(called, own, domains, strict=True)],
        [f"wx_{name.given_pinyin.lower()}{code[5:10]}" for name, code in zip(called, own, strict=True)],
        codes(customers.number, 2),
        [code[:12] for code in codes(customers.number, 3)],
    )
    return [Reach(*cells) for cells in zip(*columns, strict=True)]


def _email(name: Called, code: str, domain: str) -> str:
    return f"{name.given_pinyin}.{name.family_pinyin}.{code[:5]}@{domain}".lower()


def _mobiles(numbers: Ints) -> list[str]:
    spread = (numbers * _STRIDE + 123_456_789) % 1_000_000_000
    return [f"{_PREFIXES[each // 100_000_000]}{each % 100_000_000:08d}" for each in spread.tolist()]


def _pairs(rng: np.random.Generator, people: Ints, share: float) -> list[tuple[int, int]]:
    chosen = rng.permutation(people)[: int(people.size * share) // 2 * 2].reshape(-1, 2)
    return [(int(first), int(second)) for first, second in chosen.tolist()]
