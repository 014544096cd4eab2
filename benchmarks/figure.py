"""A figure: a promise with a number, its bound, and the function that measures it."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from portraits.vocabulary.errors import NotFound, PortraitsError, nearest
from portraits.vocabulary.phrase import NOTHING, verbatim
from portraits.vocabulary.text import Text, text

_COMPARE: dict[str, Callable[[float, float], bool]] = {"<=": operator.le, ">=": operator.ge, "=": operator.eq}
_FORM = re.compile(r"(<=|>=|=) (-?\d+(?:\.\d+)?)")


class Unmeasured(PortraitsError):
    """The figure could not be measured here; the text says why and what would let it."""

    def __init__(self, what: str, hint: str = "") -> None:
        super().__init__(verbatim(what), verbatim(hint) if hint else NOTHING)


@dataclass(frozen=True)
class Bound:
    """What a value must keep to, written `<= 1.15`, `>= 40000` or `= 0`."""

    written: str

    def __post_init__(self) -> None:
        if not _FORM.fullmatch(self.written):
            raise ValueError(f"'{self.written}' is not a bound. Write '<= 1.15', '>= 60' or '= 0'.")

    def holds(self, value: float) -> bool:
        """Whether the value keeps to it; a value that is not a number never does."""
        sign, limit = self.written.split()
        return _COMPARE[sign](value, float(limit))

    def __str__(self) -> str:
        return self.written


@dataclass(frozen=True)
class Measured:
    """One measurement: the value that is compared, and what else is worth knowing."""

    value: float
    details: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Figure:
    """A promised figure, the issue that asks for it, and how it is measured."""

    id: str
    title: Text
    bound: Bound
    unit: str
    topic: str
    issue: int
    measure: Callable[[], Measured]

    @property
    def command(self) -> str:
        """How anybody measures it again."""
        return f"make figure ID={self.id}"


FIGURES: dict[str, Figure] = {}


def figure(
    name: str, *, bound: str, unit: str, topic: str, en: str, zh: str, issue: int = 2
) -> Callable[[Callable[[], Measured]], Callable[[], Measured]]:
    """Name a measuring function as the one of a figure."""

    def register(measure: Callable[[], Measured]) -> Callable[[], Measured]:
        FIGURES[name] = Figure(name, text(en, zh), Bound(bound), unit, topic, issue, measure)
        return measure

    return register


def find(name: str) -> Figure:
    """The figure of that id; NotFound names the nearest one."""
    if name not in FIGURES:
        what = verbatim(f"There is no figure {name or '(none given)'}.")
        raise NotFound(what, nearest(name, FIGURES) or verbatim(_known()))
    return FIGURES[name]


def _known() -> str:
    return f"Known: {', '.join(FIGURES)}."
