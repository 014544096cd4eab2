"""RFM segment: customers scored by recency, frequency and money, and the cells named."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field, model_validator

from portraits.engine.settings import Rfm
from portraits.segments.segment import Block, Part, Segment, part_labels
from portraits.vocabulary.errors import Unfit
from portraits.vocabulary.phrase import say
from portraits.vocabulary.tables import table

FIFTHS = (1, 2, 3, 4, 5)
CELLS = tuple(f"{recency}{value}" for recency in FIFTHS for value in FIFTHS)


def fifth(score: int, into: int) -> int:
    """The fifth from 1 to 5 that the middle of a score from 1 to `into` lies in."""
    return (2 * score - 1) * 5 // (2 * into) + 1


def _is_cell(cell: str) -> str:
    if cell not in CELLS:
        raise Unfit(say("'{cell}' is not a cell; write two digits from 1 to 5, recency first.", cell=cell))
    return cell


class RfmPart(Part):
    """A named part and its cells: recency, then frequency and money together, in fifths."""

    cells: tuple[Annotated[str, AfterValidator(_is_cell)], ...] = Field(min_length=1)


@cache
def _written() -> dict[str, Any]:
    return tomllib.loads((resources.files("portraits.segments") / "rfm.toml").read_text(encoding="utf-8"))


@cache
def named_parts() -> tuple[RfmPart, ...]:
    """The eleven named RFM segments, best first."""
    return tuple(RfmPart.read(part) for part in _written()["parts"])


class RfmSegment(Rfm, Segment, kind="rfm"):
    """Recency over all history, frequency and money over the window, each scored 1 to `into`.

    Only customers who bought within the window are scored; who bought only before it belongs
    to the part `outside`, who never bought to none.
    """

    table: str = "orders"
    where: str = "status = 'completed'"
    frequency: str = "count(*)"
    money: str = "sum(amount)"
    parts: tuple[RfmPart, ...] = Field(default_factory=named_parts)
    outside: str = "lost"

    @model_validator(mode="after")
    def _every_cell_once(self) -> Self:
        given = [cell for part in self.parts for cell in part.cells]
        for cell in CELLS:
            if given.count(cell) != 1:
                raise Unfit(
                    say(
                        "cell {cell} belongs to {n} parts; each belongs to exactly one.", cell=cell, n=given.count(cell)
                    )
                )
        if self.outside not in {part.value for part in self.parts}:
            raise Unfit(say("outside is '{outside}', which is no part.", outside=self.outside))
        return self

    @model_validator(mode="after")
    def _in_time(self) -> Self:
        if not (table(self.table).of_customers and table(self.table).time):
            raise Unfit(say("{table} has no customers in time; orders, deals and events have.", table=self.table))
        return self

    @property
    def named(self) -> tuple[Part, ...]:
        """The named parts, best first."""
        return self.parts

    def tags(self, name: str) -> dict[str, Block]:
        """Three facts, three scores, F and M together, the cell and the named segment."""
        blocks = {**self._facts(name), **self._scores(name), **self._names(name)}
        return {f"{name}_{each}": {**self._texts(each), "group": "value", **block} for each, block in blocks.items()}

    def segment_of(self, recency: int, frequency: int, money: int) -> str:
        """The part of a customer with these three scores."""
        cell = f"{fifth(recency, self.into)}{fifth((frequency + money + 1) // 2, self.into)}"
        return next(part.value for part in self.parts if cell in part.cells)

    def _facts(self, name: str) -> dict[str, Block]:
        rows: Block = {"kind": "fact", "table": self.table, "where": self.where}
        window: Block = {**rows, "within": str(self.window), "empty": 0}
        return {
            "recency": {**rows, "unit": "day", "value": f"days_since(max({table(self.table).time}))"},
            "frequency": {**window, "unit": "order", "value": self.frequency},
            "money": {**window, "unit": "money", "value": self.money},
        }

    def _scores(self, name: str) -> dict[str, Block]:
        def score(fact: str, order: str, cuts: tuple[float, ...]) -> Block:
            rank = {"kind": "rank", "unit": "score", "of": f"{name}_{fact}", "into": self.into, "order": order}
            return {**rank, "where": f"{name}_frequency > 0", "cuts": list(cuts)}

        return {
            "r": score("recency", "descending", tuple(reversed(self.cuts.recency))),
            "f": score("frequency", "ascending", self.cuts.frequency),
            "m": score("money", "ascending", self.cuts.spend),
        }

    def _names(self, name: str) -> dict[str, Block]:
        r, f, m = (f"{name}_{each}" for each in "rfm")
        # Scores of two digits would run into each other.
        join = " || '-' || " if self.into > 9 else " || "
        return {
            "fm": {"kind": "rule", "unit": "score", "value": f"floor(({f} + {m} + 1) / 2)"},
            "cell": {"kind": "rule", "value": join.join(f"text({score})" for score in (r, f, m))},
            "segment": {"kind": "rule", "cases": self._cases(name), "labels": part_labels(self.parts)},
        }

    def _texts(self, each: str) -> Block:
        texts = _written()["texts"][each]
        filled = {key: _filled(texts[key], days=self.window.far, best=self.into) for key in ("title", "why")}
        if each != "segment":
            return filled
        return {**filled, "title": self.title.model_dump(), **({"why": self.why.model_dump()} if self.why.en else {})}

    def _cases(self, name: str) -> list[Block]:
        before = f"{name}_frequency = 0 and {name}_recency is not null"
        conditions = ((self._condition(name, part), part.value) for part in self.parts)
        # With few scores some parts are out of reach.
        cells = [{"when": condition, "value": value} for condition, value in conditions if condition]
        return [{"when": before, "value": self.outside}, *cells]

    def _condition(self, name: str, part: RfmPart) -> str:
        """The scores whose fifths are the part's cells: `(rfm_r in (4, 5) and rfm_fm = 3)`."""
        rows: dict[tuple[int, ...], list[int]] = {}
        for recency in range(1, self.into + 1):
            rows.setdefault(self._row(part, recency), []).append(recency)
        pairs = ((recencies, both) for both, recencies in rows.items() if both)
        return " or ".join(f"({_one_of(f'{name}_r', r)} and {_one_of(f'{name}_fm', fm)})" for r, fm in pairs)

    def _row(self, part: RfmPart, recency: int) -> tuple[int, ...]:
        here = fifth(recency, self.into)
        return tuple(fm for fm in range(1, self.into + 1) if f"{here}{fifth(fm, self.into)}" in part.cells)


def _one_of(tag: str, scores: list[int] | tuple[int, ...]) -> str:
    return f"{tag} = {scores[0]}" if len(scores) == 1 else f"{tag} in ({', '.join(map(str, scores))})"


def _filled(texts: Block, **values: int) -> Block:
    return {language: written.format(**values) for language, written in texts.items()}
