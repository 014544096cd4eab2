"""Persons: the facts about each customer as they truly are: name, birth, phone, home, work."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from portraits.examples.corner_shop import names, places
from portraits.examples.corner_shop.chance import Ints, codes, pick, stream
from portraits.examples.corner_shop.customers import Customers
from portraits.examples.corner_shop.places import Address
from portraits.examples.corner_shop.world import World
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


@dataclass(frozen=True)
class Person:
    """One customer's facts; a company has a `trade` and no birth."""

    company: bool
    english: bool
    female: bool
    family: str
    given: str
    family_pinyin: str
    given_pinyin: str
    full: Text
    birth: date | None
    mobile: str
    landline: str
    email: str
    wechat: str
    card: str
    device: str
    address: Address
    old_address: Address
    occupation: Text
    education: Text
    marital: Text
    household_size: int
    income: str
    employer: str
    trade: int

    @property
    def language(self) -> Language:
        """The language the customer writes."""
        return "en" if self.english else "zh"


@dataclass(frozen=True)
class Persons:
    """The facts of all customers of a chunk, and the households some of them share."""

    all: list[Person]
    household: Ints  # the number of a household, -1 where alone
    housemates: list[tuple[int, int]]  # places in the chunk
    store: Ints  # home store


def draw(world: World, seed: int, customers: Customers, today: date) -> Persons:
    """Draw the facts of a chunk's customers; `today` is the day from which ages count."""
    rng = stream(seed, "persons", customers.chunk)
    people = _people(rng, customers, today)
    pairs = _pairs(rng, np.flatnonzero(~customers.company), world.household)
    household = np.full(len(customers), -1)
    for first, second in pairs:
        home = people[first]
        people[second] = replace(people[second], address=home.address, landline=home.landline)
        household[[first, second]] = customers.number[first]
    return Persons(people, household, pairs, places.stores(rng, len(customers)))


def _people(rng: np.random.Generator, customers: Customers, today: date) -> list[Person]:
    count = len(customers)
    female = rng.random(count) < 0.56
    homes, olds = places.addresses(rng, count), places.addresses(rng, count)
    latin, han = names.english(rng, female), names.chinese(rng, female)
    firms = _firms(rng, homes)
    mobiles, mails = _mobiles(customers.number), codes(customers.number, 1)
    cards, devices = codes(customers.number, 2), codes(customers.number, 3)
    births = _births(rng, customers.segment, today)
    facts = _Facts(rng, count)
    people = []
    for at in range(count):
        name = latin if customers.english[at] else han
        family, given = str(name.family[at]), str(name.given[at])
        sounds = str(name.family_pinyin[at]), str(name.given_pinyin[at])
        company = bool(customers.company[at])
        full = firms.title(at) if company else _full(family, given, sounds, bool(customers.english[at]))
        people.append(
            Person(
                company=company,
                english=bool(customers.english[at]),
                female=bool(female[at]),
                family=family,
                given=given,
                family_pinyin=sounds[0],
                given_pinyin=sounds[1],
                full=full,
                birth=None if company else births[at],
                mobile=mobiles[at],
                landline=f"{homes[at].city.area}-{facts.landline[at]}",
                email=_email(sounds, mails[at], facts.mail[at]),
                wechat=f"wx_{sounds[1].lower()}{mails[at][4:9]}",
                card=cards[at],
                device=devices[at][:12],
                address=homes[at],
                old_address=olds[at],
                occupation=OCCUPATIONS[facts.occupation[at]],
                education=EDUCATION[facts.education[at]],
                marital=MARITAL[facts.marital[at]],
                household_size=facts.size[at],
                income=INCOMES[facts.income[at]],
                employer=firms.title(int(facts.employer[at])).zh,
                trade=int(firms.trades[at]),
            )
        )
    return people


class _Facts:
    """Columns of small facts, each drawn for a whole chunk at once."""

    def __init__(self, rng: np.random.Generator, count: int) -> None:
        self.landline = rng.integers(61_000_000, 69_000_000, count).tolist()
        self.mail = rng.integers(0, len(_MAILS), count).tolist()
        self.occupation = pick(rng, (30, 8, 12, 7, 10, 8, 6, 6, 13), count).tolist()
        self.education = pick(rng, (25, 25, 36, 12, 2), count).tolist()
        self.marital = pick(rng, (38, 56, 6), count).tolist()
        self.size = (1 + pick(rng, (22, 26, 32, 13, 7), count)).tolist()
        self.income = pick(rng, (15, 35, 30, 15, 5), count).tolist()
        self.employer = rng.integers(0, count, count).tolist()


@dataclass(frozen=True)
class _Firms:
    zh: list[str]
    en: list[str]
    trades: Ints

    def title(self, at: int) -> Text:
        return text(self.en[at], self.zh[at])


def _firms(rng: np.random.Generator, homes: list[Address]) -> _Firms:
    return _Firms(*names.companies(rng, [(home.city.zh, home.city.en) for home in homes]))


def _full(family: str, given: str, sounds: tuple[str, str], english: bool) -> Text:
    if english:
        return text(f"{given} {family}", f"{given} {family}")
    return text(f"{sounds[1]} {sounds[0]}", f"{family}{given}")


def _email(sounds: tuple[str, str], code: str, mail: int) -> str:
    return f"{sounds[1]}.{sounds[0]}.{code[:5]}@{_MAILS[mail]}".lower()


def _mobiles(numbers: Ints) -> list[str]:
    spread = (numbers * _STRIDE + 123_456_789) % 1_000_000_000
    return [f"{_PREFIXES[each // 100_000_000]}{each % 100_000_000:08d}" for each in spread.tolist()]


def _births(rng: np.random.Generator, segment: Ints, today: date) -> list[date]:
    middle = np.array([44, 37, 25, 47, 40, 49, 40])[segment]
    ages = np.clip(rng.normal(middle, 9.0), 17.0, 86.0)
    return [today - timedelta(days=int(days)) for days in (ages * 365.25).tolist()]


def _pairs(rng: np.random.Generator, people: Ints, share: float) -> list[tuple[int, int]]:
    chosen = rng.permutation(people)[: int(people.size * share) // 2 * 2].reshape(-1, 2)
    return [(int(first), int(second)) for first, second in chosen.tolist()]
