"""Talk: what people write: opinions, complaints and notes of calls, in Chinese and English."""

from __future__ import annotations

from functools import cache
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from portraits.examples.corner_shop import products
from portraits.examples.corner_shop.chance import Ints
from portraits.examples.corner_shop.columns import words
from portraits.examples.corner_shop.lists import lists
from portraits.examples.corner_shop.world import CATEGORIES

if TYPE_CHECKING:
    import pyarrow as pa

LANGUAGES = ("zh", "en")
SUBJECTS = ("food", "goods", "service", "store")
MOODS = ("bad", "fair", "good")
GOODS = ("kitchen", "clothing", "baby", "gifts")


def opinions(rng: np.random.Generator, language: Ints, subject: Ints, mood: Ints, item: Ints) -> pa.Array:
    """A sentence for each opinion; `item` is the place of a product among all, used by food and goods."""
    import pyarrow.compute as pc

    openings = _Lists([_openings(*group) for group in product(LANGUAGES, SUBJECTS, MOODS)])
    ends = _Lists([lists("sentences")[tongue]["end"][tone] for tongue, tone in product(LANGUAGES, MOODS)])
    opening = openings.draw(rng, (language * len(SUBJECTS) + subject) * len(MOODS) + mood)
    end = ends.draw(rng, language * len(MOODS) + mood)
    before, _, after = zip(*(each.partition("{item}") for each in openings.flat), strict=True)
    named = np.where(subject < 2, language * (len(_items()) // 2) + item, -1)
    pieces = (words(before, opening), words(_items(), named), words(after, opening), words(ends.flat, end))
    return pc.binary_join_element_wise(*pieces, "", null_handling="skip")


def said(rng: np.random.Generator, what: str, language: Ints) -> pa.Array:
    """A complaint, chat or note for each."""
    found = _Lists([lists("sentences")[tongue]["said"][what] for tongue in LANGUAGES])
    return words(found.flat, found.draw(rng, language))


class _Lists:
    """Lists laid one after another, so that one draw serves rows of different lists."""

    def __init__(self, lists: list[list[str]]) -> None:
        self.flat = [each for one in lists for each in one]
        self._sizes = np.array([len(one) for one in lists])
        self._starts = np.cumsum(self._sizes) - self._sizes

    def draw(self, rng: np.random.Generator, which: Ints) -> Ints:
        return np.asarray(self._starts[which] + rng.integers(0, self._sizes[which]), dtype=np.int64)


def _openings(language: str, subject: str, mood: str) -> list[str]:
    openings: list[str] = lists("sentences")[language][subject][mood]
    return openings


@cache
def _items() -> tuple[str, ...]:
    titles = [title for category in CATEGORIES for title in products.names(category)]
    return (*(title.zh for title in titles), *(_inside(title.en) for title in titles))


def _inside(name: str) -> str:
    return name if name.startswith(("New", "T-")) else name[0].lower() + name[1:]
