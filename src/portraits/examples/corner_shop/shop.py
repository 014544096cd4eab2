"""Shop: what all chunks of customers share: the laws, the seed, the days and the campaigns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from portraits.examples.corner_shop import chance
from portraits.examples.corner_shop.days import Days, days
from portraits.examples.corner_shop.world import DAYS, Campaign, World


@dataclass(frozen=True)
class Flight:
    """A campaign in a year: from day `first` up to, and without, day `after`, counted from the start."""

    campaign: Campaign
    id: str
    year: int
    first: int
    after: int


@dataclass(frozen=True)
class Shop:
    """The corner shop of a seed, before anybody has come in."""

    world: World
    seed: int
    days: Days
    flights: tuple[Flight, ...]

    def stream(self, noun: str, chunk: int = 0) -> np.random.Generator:
        """The random numbers of one noun in one chunk."""
        return chance.stream(self.seed, noun, chunk)

    @property
    def flight_ids(self) -> list[str]:
        """The ids of all flights, oldest first."""
        return [flight.id for flight in self.flights]


def open_shop(world: World, seed: int, as_of: datetime) -> Shop:
    """The shop whose two years end at `as_of`, a midnight."""
    calendar = days(world, as_of)
    return Shop(world, seed, calendar, tuple(_flights(world, calendar)))


def _flights(world: World, days: Days) -> list[Flight]:
    """The campaigns that lie wholly within the two years, and not in their first month."""
    found = []
    for year in range(days.start.year, days.as_of.year + 1):
        for campaign in world.campaigns:
            first = (datetime(year, campaign.month, campaign.day) - days.start).days
            if first >= 30 and first + campaign.length <= DAYS:
                found.append(Flight(campaign, f"{campaign.code}-{year}", year, first, first + campaign.length))
    return sorted(found, key=lambda flight: flight.first)
