"""Names: people's and companies' names put together from lists of parts; any likeness is chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from portraits.examples.corner_shop.chance import Flags, Ints, Words, pick, words
from portraits.examples.corner_shop.lists import lists, with_pinyin
from portraits.examples.corner_shop.places import Address
from portraits.vocabulary.text import Text, text

_CHINESE, _ENGLISH, _COMPANIES = (lists("names")[each] for each in ("chinese", "english", "companies"))
_SURNAME, _SURNAME_PINYIN = with_pinyin(_CHINESE["surnames"])
_GIVEN = {sex: with_pinyin(_CHINESE[name]) for sex, name in ((True, "female"), (False, "male"))}
_LATIN_GIVEN = {sex: words(_ENGLISH[name].split()) for sex, name in ((True, "female"), (False, "male"))}
_LATIN_FAMILY = words(_ENGLISH["surnames"].split())
_HEAD, _HEAD_PINYIN = with_pinyin(_COMPANIES["heads"])
INDUSTRIES = tuple(Text(**trade["industry"]) for trade in _COMPANIES["trades"])
ALIKE = dict(lists("names")["alike"]["pairs"].split())  # character -> one mistaken for it
WELL_KNOWN = frozenset(_CHINESE["well_known"].split())
NICKNAMES = tuple(lists("names")["nicknames"]["chosen"].split())
_TWO_CHARACTERS = 0.78  # share of Chinese given names


@dataclass(frozen=True)
class Names:
    """Family and given names; the pinyin is the name itself where it is Latin."""

    family: Words
    given: Words
    family_pinyin: Words
    given_pinyin: Words


@dataclass(frozen=True)
class Companies:
    """Names of companies and their trades."""

    names: list[Text]
    trades: Ints


def chinese(rng: np.random.Generator, female: Flags) -> Names:
    """Chinese names; frequent surnames come first in the list and are drawn more often."""
    size = female.size
    surname = pick(rng, 1 / (np.arange(_SURNAME.size) + 4.0), size)
    double = rng.random(size) < _TWO_CHARACTERS
    given, pinyin = words([""] * size), words([""] * size)
    for sex, (characters, sounds) in _GIVEN.items():
        mine = female == sex
        first, second = rng.integers(0, characters.size, (2, int(mine.sum())))
        known = [name in WELL_KNOWN for name in _SURNAME[surname[mine]] + characters[first]]
        two = double[mine] | np.array(known, dtype=bool)
        given[mine] = characters[first] + np.where(two, characters[second], "")
        pinyin[mine] = sounds[first] + np.where(two, sounds[second], "")
    return Names(_SURNAME[surname], given, _titled(_SURNAME_PINYIN[surname]), _titled(pinyin))


def english(rng: np.random.Generator, female: Flags) -> Names:
    """English names."""
    family = _LATIN_FAMILY[rng.integers(0, _LATIN_FAMILY.size, female.size)]
    drawn = {sex: names[rng.integers(0, names.size, female.size)] for sex, names in _LATIN_GIVEN.items()}
    given = np.where(female, drawn[True], drawn[False])
    return Names(family, given, family, given)


def companies(rng: np.random.Generator, seats: list[Address]) -> Companies:
    """A company for each seat, named after its city."""
    heads = rng.integers(0, _HEAD.size, (3, len(seats)))
    trades = rng.integers(0, len(INDUSTRIES), len(seats))
    rows = zip(seats, heads.T.tolist(), trades.tolist(), strict=True)
    return Companies([_company(seat, head, trade) for seat, head, trade in rows], trades)


def _company(seat: Address, head: list[int], trade: int) -> Text:
    calls = _COMPANIES["trades"][trade]
    brand = "".join(_HEAD_PINYIN[at] for at in head).capitalize()
    chinese_name = f"{seat.city.name.zh}{''.join(_HEAD[at] for at in head)}{calls['zh']}有限公司"
    return text(f"{brand} {calls['en']} ({seat.city.name.en}) Co., Ltd.", chinese_name)


def _titled(array: Words) -> Words:
    return words([str(each).capitalize() for each in array])
