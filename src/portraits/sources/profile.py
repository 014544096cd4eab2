"""Profile: what the values of a source's column look like, from a sample."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from portraits.sources import patterns
from portraits.sources.child.columns import written
from portraits.vocabulary.types import Type

if TYPE_CHECKING:
    import pyarrow as pa

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[A-Za-z]{2,}")
_CHINESE_MOBILE = re.compile(r"(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}")
_PHONE = re.compile(r"\+?[\d(][\d\s()./-]{5,18}\d")
_SEPARATED = re.compile(r"[+() /-]")
_SAMPLES = 3
_FEW = 100


@dataclass(frozen=True)
class Profile:
    """A column of a source: name, type, and its values that are not empty, as text."""

    name: str
    type: Type
    values: tuple[str, ...]
    rows: int

    def share(self, looks: Callable[[str], object]) -> float:
        """The share of values that look so."""
        return sum(bool(looks(value)) for value in self.values) / len(self.values) if self.values else 0.0

    @cached_property
    def counts(self) -> Counter[str]:
        """How often each value stands."""
        return Counter(self.values)

    @property
    def samples(self) -> list[str]:
        """A few different values."""
        return list(self.counts)[:_SAMPLES]

    @cached_property
    def unique(self) -> float:
        """The share of values that are different ones."""
        return len(self.counts) / len(self.values) if self.values else 0.0

    @cached_property
    def temporal(self) -> bool:
        """Whether the values are days or moments."""
        return self.type.temporal or (self.type is Type.RAW and bool(patterns.date_formats(self.values)))

    @cached_property
    def numeric(self) -> bool:
        """Whether the values are numbers."""
        return self.type.numeric or self.share(lambda each: patterns.number(each) or patterns.comma_number(each)) > 0.97

    @cached_property
    def email(self) -> float:
        """The share of values that look like e-mail addresses."""
        return self.share(lambda each: _EMAIL.fullmatch(each.strip()))

    @cached_property
    def chinese_mobile(self) -> float:
        """The share of values that look like Chinese mobile numbers."""
        return self.share(lambda each: _CHINESE_MOBILE.fullmatch(each.strip()))

    @cached_property
    def phone(self) -> float:
        """The share of values that look like telephone numbers of any country."""
        return max(self.chinese_mobile, self.share(lambda each: _PHONE.fullmatch(each.strip())))

    @cached_property
    def written_phone(self) -> float:
        """The share of values that are written as only telephone numbers are."""
        return max(self.chinese_mobile, self.share(_apart))

    @cached_property
    def length(self) -> float:
        """The mean length of the values."""
        return sum(map(len, self.values)) / len(self.values) if self.values else 0.0

    @cached_property
    def year(self) -> bool:
        """Whether the values are years in which people are born."""
        return self.share(lambda each: re.fullmatch(r"(?:19|20)\d\d(?:\.0)?", each.strip())) > 0.97


def _apart(value: str) -> bool:
    phone = _PHONE.fullmatch(value.strip()) and not patterns.dated(value)
    return bool(phone) and len(_SEPARATED.findall(value.strip())) > 1


def profiles(batch: pa.RecordBatch, types: dict[str, Type], most: int = 2_000) -> list[Profile]:
    """The columns of a batch, from rows all over it."""
    step = max(1, batch.num_rows // most)
    return [Profile(name, kind, _sampled(batch.column(name), step), batch.num_rows) for name, kind in types.items()]


def _sampled(column: pa.Array, step: int) -> tuple[str, ...]:
    """Values at equal distances, and all different ones where there are few."""
    values = column.to_pylist()[::step]
    different = column.unique()
    if len(different) <= _FEW:
        values += sorted(set(different.to_pylist()) - set(values), key=str)
    return _texts(values)


def _texts(values: Sequence[Any]) -> tuple[str, ...]:
    found = (value.isoformat() if type(value) is date else written(value) for value in values)
    return tuple(text for text in found if text is not None and text.strip() and text not in ("None", "NULL", "null"))
