"""Pack: how records of one kind are compared, written as data and read from the package."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Literal

from portraits.identity.match.model import equal
from portraits.vocabulary.definition import Definition
from portraits.vocabulary.errors import NotFound, nearest
from portraits.vocabulary.phrase import say
from portraits.vocabulary.text import Text

Kind = Literal["person", "company"]


class Level(Definition):
    """One degree of agreement of a comparison: its SQL condition, empty for all that is left."""

    name: str
    title: Text
    when: str = ""
    m: float  # share of true pairs on this level, until data tell
    u: float = 0.0  # share of strangers on this level, until data tell; 0: only data tell
    tf: str = ""  # column whose rare values weigh more
    shared: float = 0.0  # other customers that hold the same value, on average


class Comparison(Definition):
    """What is compared, and from what degree on it speaks for or against one customer."""

    name: str
    title: Text
    unknown: str
    levels: tuple[Level, ...]


class Keys(Definition):
    """Columns in which two records are equal."""

    on: tuple[str, ...]

    @property
    def sql(self) -> str:
        """The condition over `l` and `r`."""
        return equal(self.on)


class Rule(Keys):
    """An identifier, or several, so strong that records that share it are one; `unless` says what speaks against it."""

    name: str
    title: Text
    unless: str = ""  # SQL over `l` and `r`

    @property
    def sql(self) -> str:
        """The condition over `l` and `r`."""
        return f"{super().sql} AND NOT coalesce({self.unless}, false)" if self.unless else super().sql


class Pack(Definition):
    """All that decides how records of a kind are matched; weights are log2 odds."""

    kind: Kind
    title: Text
    link: float
    review: float
    doubt: str  # SQL over the shares of a weight: pairs that go to review whatever they weigh
    careful: str = "false"  # SQL: further ones, where there are fewer records than `few` to learn from
    few: int = 0
    comparisons: tuple[Comparison, ...]
    blocking: tuple[Keys, ...]
    training: tuple[Keys, ...]
    sure: tuple[Keys, ...]
    certain: tuple[Rule, ...]
    population: dict[str, int]  # column -> records of people at large that its frequencies are drawn towards
    guards: dict[str, int]  # identifier -> most different names behind one value that may still link

    def doubts(self, records: int) -> str:
        """SQL of the pairs to be reviewed in a set of so many records."""
        return f"({self.doubt}) OR ({self.careful})" if records < self.few else self.doubt


PACKS = ("person", "company")


def pack(name: str) -> Pack:
    """The pack of that name; NotFound names the nearest one."""
    if name not in PACKS:
        raise NotFound(say("There is no matching pack {name}.", name=name), nearest(name, PACKS))
    written = files(__package__).joinpath("packs", f"{name}.toml").read_text(encoding="utf-8")
    return Pack.model_validate(tomllib.loads(written))
