"""Records: answers as JSON values that lose no cent and that every program can read."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portraits.app.failures import failure, failure_of
from portraits.app.reading import TagColumn
from portraits.app.records import plain
from portraits.vocabulary.errors import DefinitionError, Fault, NotFound
from portraits.vocabulary.phrase import verbatim
from portraits.vocabulary.text import text
from portraits.vocabulary.types import Type
from portraits.vocabulary.window import Window


class _Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True)
class _Answer:
    money: Decimal
    _inner: int = 0


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, None),
        (True, True),
        (Decimal("4596039.58"), 4596039.58),
        (Decimal("12.0000"), 12),
        (float("nan"), None),
        (float("inf"), None),
        (datetime(2026, 1, 2, 3, 4), "2026-01-02T03:04:00"),
        (date(2026, 1, 2), "2026-01-02"),
        (_Colour.RED, "red"),
        (Path("a/b"), "a/b"),
        (text("Shop", "小店"), {"en": "Shop", "zh": "小店"}),
        (frozenset({"b", "a"}), ["a", "b"]),
        ({Window(0, 90): (1, 2.5)}, {"90 days": [1, 2.5]}),
        (_Answer(Decimal("0.10")), {"money": 0.1}),
        (TagColumn("vip", text("VIP", "贵宾"), "value", "rule", "rule", Type.BOOLEAN), "vip"),
        (Exception("odd"), "odd"),
    ],
)
def test_a_value_is_written_as_json_has_it(value: Any, written: Any) -> None:
    assert plain(value) == written
    assert type(plain(value)) is not _Colour


@given(st.integers(-(10**15), 10**15))
def test_no_cent_is_lost(cents: int) -> None:
    money = Decimal(cents) / 100
    read = json.loads(json.dumps(plain(money)), parse_float=Decimal)
    assert Decimal(str(read)).quantize(Decimal("0.01")) == money


def test_a_failure_has_one_shape() -> None:
    assert failure_of(NotFound(verbatim("No such tag."), verbatim("Did you mean vip?"))) == failure(
        "No such tag.", "Did you mean vip?"
    )
    faults = failure_of(
        DefinitionError([Fault(verbatim("is wrong."), "a.toml", 3, "tags.a", "value", verbatim("Write 5."))])
    )
    [fault] = faults["error"]["faults"]
    assert fault == {
        "what": "is wrong.", "file": "a.toml", "line": 3, "block": "tags.a", "field": "value", "hint": "Write 5."
    }  # fmt: skip
