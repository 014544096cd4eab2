"""Company: everything about the corner shop, made chunk by chunk, with the truth beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np

from portraits.examples.corner_shop import campaigns, effects, products, spend
from portraits.examples.corner_shop.chance import Ints
from portraits.examples.corner_shop.chunk import Chunk
from portraits.examples.corner_shop.shop import open_shop
from portraits.examples.corner_shop.world import AS_OF, CHUNK, World

if TYPE_CHECKING:
    import pyarrow as pa

    Tables = dict[str, pa.Table]


@dataclass
class Company:
    """The corner shop of a seed; `chunks()` makes its tables, and after it the totals are known."""

    size: int = 300
    seed: int = 1
    as_of: datetime = AS_OF
    world: World = field(default_factory=World)

    def __post_init__(self) -> None:
        self.shop = open_shop(self.world, self.seed, self.as_of)
        self._effects = self._nothing()

    def chunks(self) -> Iterator[Chunk]:
        """The chunks, one after another, so that a million customers fit into little memory."""
        self._effects = self._nothing()
        for number, first in enumerate(range(0, self.size, CHUNK)):
            chunk = Chunk(self.shop, number, first, min(CHUNK, self.size - first))
            self._effects += chunk.effects()
            yield chunk

    def parts(self) -> Iterator[tuple[Tables, Tables]]:
        """Tables and truth of every chunk, then of the whole."""
        for chunk in self.chunks():
            yield chunk.tables()
        yield self.whole(), self.truth()

    def whole(self) -> Tables:
        """The tables that belong to no customer; complete after the last chunk."""
        planned = campaigns.table(self.shop, self._effects[:, :, 0].sum(axis=1))
        cents = np.array([int(100 * cost) for cost in planned["cost"].to_pylist()], dtype=np.int64)
        return {
            "products": products.table(self.shop),
            "campaigns": planned,
            "spend": spend.table(self.shop, self.size, cents),
        }

    def truth(self) -> Tables:
        """The truth that belongs to no customer; complete after the last chunk."""
        return {"campaigns": effects.table(self.shop, self._effects)}

    def _nothing(self) -> Ints:
        shape = (len(self.shop.flights), len(self.world.segments), len(effects.MEASURES))
        return np.zeros(shape, dtype=np.int64)
