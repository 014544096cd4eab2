"""Slips: the mistakes that people and systems make when they write down a customer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

from portraits.examples.corner_shop.names import ALIKE
from portraits.examples.corner_shop.persons import Person
from portraits.examples.corner_shop.places import Address
from portraits.vocabulary.text import Language

Row = dict[str, Any]
Change = Callable[[Row, Person, Random], None]
SHOP_PHONES = ("400-000-0199", "021-6100 0199")  # the shop's own, typed in where a customer gives none


@dataclass(frozen=True)
class Slip:
    """A kind of mistake, and the share of the records of each source that have it."""

    name: str
    shares: dict[str, float]
    change: Change


def make(row: Row, person: Person, source: str, chance: Random) -> list[str]:
    """Let chance make its mistakes in a record; the names of those made."""
    made = []
    for slip in SLIPS:
        if chance.random() < slip.shares.get(source, 0.0):
            slip.change(row, person, chance)
            made.append(slip.name)
    return made


def _alike(row: Row, person: Person, chance: Random) -> None:
    name = row["name"]
    near = [at for at, character in enumerate(name or "") if at and character in ALIKE]
    if near:
        at = chance.choice(near)
        row["name"] = name[:at] + ALIKE[name[at]] + name[at + 1 :]
    elif name and name.isascii():
        row["name"] = typo(name, chance)


def _order(row: Row, person: Person, chance: Random) -> None:
    if row["name"] and row["name"].isascii() and not person.company:
        row["name"] = " ".join(reversed(row["name"].replace(",", "").split()))


def _transposed(row: Row, person: Person, chance: Random) -> None:
    if row["phone"]:
        at = chance.randrange(4, len(row["phone"]) - 1)
        phone = row["phone"]
        row["phone"] = phone[:at] + phone[at + 1] + phone[at] + phone[at + 2 :]


def _own_phone(row: Row, person: Person, chance: Random) -> None:
    row["phone"] = chance.choice(SHOP_PHONES)


def _home_phone(row: Row, person: Person, chance: Random) -> None:
    row["phone"] = person.reach.landline


def _mail(row: Row, person: Person, chance: Random) -> None:
    if row["email"]:
        local, at, domain = row["email"].partition("@")
        row["email"] = typo(local, chance) + at + domain


def _day_month(row: Row, person: Person, chance: Random) -> None:
    born = row["birth_date"]
    if born and born.day <= 12:
        row["birth_date"] = date(born.year, born.day, born.month)


def _year(row: Row, person: Person, chance: Random) -> None:
    born = row["birth_date"]
    if born and (born.month, born.day) != (2, 29):
        row["birth_date"] = born.replace(year=born.year + chance.choice((-10, -1, 1, 10)))


def _placeholder(row: Row, person: Person, chance: Random) -> None:
    row["birth_date"] = date(1900, 1, 1)


def _moved(row: Row, person: Person, chance: Random) -> None:
    home = person.old_address
    row.update(where(home, person.language))


def _roomless(row: Row, person: Person, chance: Random) -> None:
    if row["address"]:
        zh = person.language == "zh"
        row["address"] = row["address"].split("号")[0] + "号" if zh else row["address"].split(", ", 1)[-1]


def _other_sex(row: Row, person: Person, chance: Random) -> None:
    row["gender"] = "male" if person.female else "female"


def _swapped(row: Row, person: Person, chance: Random) -> None:
    row["phone"], row["email"] = row["email"], row["phone"]


def _without(field: str) -> Change:
    def change(row: Row, person: Person, chance: Random) -> None:
        row[field] = None

    return change


def where(home: Address, language: Language) -> Row:
    """The fields of an address."""
    city = home.city
    return {
        "address": home.in_(language),
        "city": city.name.in_(language),
        "region": city.region.in_(language),
        "postal_code": home.postal_code,
    }


def typo(word: str, chance: Random) -> str:
    """The word with one letter left out, doubled or exchanged with its neighbour."""
    at = chance.randrange(1, max(len(word) - 1, 2))
    kind = chance.randrange(3)
    if kind == 0:
        return word[:at] + word[at + 1 :]
    if kind == 1:
        return word[:at] + word[at - 1] + word[at:]
    return word[:at] + word[at + 1 : at + 2] + word[at : at + 1] + word[at + 2 :]


def _shares(crm: float, shop: float, mini: float, till: float) -> dict[str, float]:
    return {"crm": crm, "shop": shop, "mini": mini, "till": till}


# Missing first, then formats of what is there; the order is the order in which they are made.
SLIPS = (
    Slip("name missing", _shares(0.002, 0.01, 0.0, 0.04), _without("name")),
    Slip("name alike", _shares(0.03, 0.03, 0.0, 0.06), _alike),
    Slip("name order", _shares(0.02, 0.05, 0.0, 0.01), _order),
    Slip("phone digits", _shares(0.01, 0.01, 0.0, 0.015), _transposed),
    Slip("phone missing", _shares(0.03, 0.04, 0.04, 0.02), _without("phone")),
    Slip("household phone", _shares(0.02, 0.005, 0.0, 0.02), _home_phone),
    Slip("own phone", _shares(0.002, 0.0, 0.0, 0.008), _own_phone),
    Slip("email missing", _shares(0.30, 0.03, 1.0, 1.0), _without("email")),
    Slip("email typo", _shares(0.015, 0.02, 0.0, 0.0), _mail),
    Slip("birth missing", _shares(0.15, 0.45, 1.0, 0.30), _without("birth_date")),
    Slip("birth day and month", _shares(0.01, 0.02, 0.0, 0.01), _day_month),
    Slip("birth year", _shares(0.01, 0.01, 0.0, 0.02), _year),
    Slip("birth placeholder", _shares(0.01, 0.0, 0.0, 0.03), _placeholder),
    Slip("address missing", _shares(0.15, 0.05, 1.0, 0.60), _without("address")),
    Slip("moved", _shares(0.06, 0.05, 0.0, 0.03), _moved),
    Slip("room missing", _shares(0.06, 0.02, 0.0, 0.10), _roomless),
    Slip("gender missing", _shares(0.04, 1.0, 0.25, 0.15), _without("gender")),
    Slip("gender wrong", _shares(0.005, 0.0, 0.02, 0.01), _other_sex),
    Slip("fields swapped", _shares(0.004, 0.003, 0.0, 0.0), _swapped),
)
