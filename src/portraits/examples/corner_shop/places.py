"""Places: the stores, and the cities and streets that customers live in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from portraits.examples.corner_shop.chance import Ints, pick
from portraits.examples.corner_shop.lists import lists, with_pinyin
from portraits.vocabulary.text import Language, Text, text

STORES: tuple[str, ...] = tuple(lists("places")["stores"])
_STREETS, _STREET_PINYIN = with_pinyin(lists("places")["streets"])
_SIDES = (text("East", "东"), text("West", "西"), text("South", "南"), text("North", "北"), text("", ""), text("", ""))


@dataclass(frozen=True)
class City:
    """A city: its names, province, area code of telephones and start of the postal code."""

    name: Text
    region: Text
    area: str
    postal: str


CITIES = tuple(
    City(text(each["en"], each["zh"]), Text(**each["region"]), each["area"], each["postal"])
    for each in lists("places")["cities"]
)
_WEIGHTS = [each["weight"] for each in lists("places")["cities"]]


@dataclass(frozen=True)
class Address:
    """Where somebody lives, in parts."""

    city: City
    street: int
    side: int
    number: int
    building: int
    room: int

    def in_(self, language: Language) -> str:
        """The address without its city, as written in a language."""
        side = _SIDES[self.side].in_(language)
        if language == "zh":
            return f"{_STREETS[self.street]}{side}路{self.number}号{self.building}幢{self.room}室"
        street = " ".join(f"{_STREET_PINYIN[self.street].capitalize()} {side} Rd".split())
        return f"Room {self.room}, Bldg {self.building}, {self.number} {street}"

    @property
    def postal_code(self) -> str:
        """The postal code, one for each street of a city."""
        return f"{self.city.postal}{self.street:03d}"


def addresses(rng: np.random.Generator, count: int) -> list[Address]:
    """Addresses of `count` customers, most of them near the stores."""
    city = pick(rng, _WEIGHTS, count).tolist()
    street = rng.integers(0, _STREETS.size, count).tolist()
    side = rng.integers(0, len(_SIDES), count).tolist()
    number, building, door = (rng.integers(1, top, count).tolist() for top in (900, 40, 30))
    floor = rng.integers(1, 20, count).tolist()
    rows = zip(city, street, side, number, building, floor, door, strict=True)
    return [Address(CITIES[a], b, c, d, e, 100 * f + g) for a, b, c, d, e, f, g in rows]


def stores(rng: np.random.Generator, count: int) -> Ints:
    """The home store of each customer."""
    return pick(rng, (5, 4, 3, 3, 2, 2), count)
