"""Window: a stretch of time counted back from a build's `as_of`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from portraits.vocabulary.errors import Unfit
from portraits.vocabulary.phrase import say

_DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}
_SPAN = re.compile(r"(\d{1,5})(?:\s*(day|week|month|year)s?)?")
_FORM = re.compile(rf"{_SPAN.pattern}(?:\s*(?:to|-|and)\s*{_SPAN.pattern})?(?:\s+before(?:\s+as_of)?)?")
_FORMS = say("Write '90 days' or '30 to 90 days'.")


@dataclass(frozen=True, order=True)
class Window:
    """Rows with `as_of - far < time <= as_of - near`, both in days (a month is 30, a year 365).

    Written `90 days`, `12 weeks`, or `30 to 90 days` (from 90 up to 30 days before as_of).
    """

    near: int
    far: int

    @classmethod
    def parse(cls, written: str) -> Window:
        """Read a window as a person writes it; ValueError says what is right."""
        match = _FORM.fullmatch(written.strip().removeprefix("between ").strip())
        if match is None:
            raise Unfit(say("'{written}' is not a window.", written=written), _FORMS)
        first, first_unit, second, second_unit = match.groups()
        if second is None:
            spans = (0, int(first) * _DAYS[first_unit or "day"])
        else:
            unit = second_unit or first_unit or "day"
            spans = (int(first) * _DAYS[first_unit or unit], int(second) * _DAYS[unit])
        near, far = sorted(spans)
        if near == far:
            raise Unfit(say("'{written}' holds no day.", written=written), _FORMS)
        return cls(near, far)

    def __str__(self) -> str:
        return f"{self.far} days" if self.near == 0 else f"{self.near} to {self.far} days"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            lambda value: value if isinstance(value, cls) else cls.parse(str(value)),
            serialization=core_schema.to_string_ser_schema(),
        )
