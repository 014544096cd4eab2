"""Screen: answers as text that cannot steer a terminal, or as JSON that loses nothing."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

import pytest

from portraits.cli.screen import Screen, printable
from portraits.vocabulary.text import text


class _Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True)
class _Answer:
    money: Decimal
    at: datetime
    day: date
    colour: _Colour
    title: object
    names: frozenset[str]
    path: Path


ANSWER = _Answer(
    Decimal("4596039.58"), datetime(2026, 1, 2, 3, 4), date(2026, 1, 2), _Colour.RED, text("Shop", "小店"),
    frozenset({"b", "a"}), Path("a/b"),
)  # fmt: skip


def _screen(language: str = "en", *, as_json: bool = False) -> tuple[Screen, io.StringIO]:
    out = io.StringIO()
    return Screen("zh" if language == "zh" else "en", as_json, out), out


def test_an_answer_as_json_loses_no_cent() -> None:
    screen, out = _screen(as_json=True)
    screen.show(ANSWER, lambda screen, answer: screen.line("never"))
    assert json.loads(out.getvalue()) == {
        "money": 4596039.58,
        "at": "2026-01-02T03:04:00",
        "day": "2026-01-02",
        "colour": "red",
        "title": {"en": "Shop", "zh": "小店"},
        "names": ["a", "b"],
        "path": "a/b",
    }


def test_json_holds_chinese_as_chinese() -> None:
    screen, out = _screen(as_json=True)
    screen.show({"name": "王小明"}, lambda screen, answer: None)
    assert "王小明" in out.getvalue()


def test_an_answer_for_a_person_goes_through_its_words() -> None:
    screen, out = _screen("zh")
    screen.show(3, lambda screen, n: screen.say("audience-count", "done", n=n, base=12_345, share="0.0%"))
    assert out.getvalue() == "12,345 位客户中的 3 位（0.0%）。\n"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "–"),
        (True, "yes"),
        (1234567, "1,234,567"),
        (Decimal("1234.5"), "1,234.50"),
        (0.123456, "0.1235"),
        (1234.5678, "1,234.57"),
        (float("nan"), "–"),
        (datetime(2026, 1, 2, 3, 4, 5), "2026-01-02 03:04"),
        (text("Tea", "茶"), "Tea"),
        ("plain", "plain"),
    ],
)
def test_a_value_is_written_as_a_person_reads_it(value: object, shown: str) -> None:
    assert _screen()[0].value(value) == shown


@pytest.mark.parametrize("evil", ["\x1b[2J", "\x1b]0;title\x07", "a\x08b", "\x9b31m", "\u202egpj.exe", "\r"])
def test_customers_data_cannot_steer_the_terminal(evil: str) -> None:
    screen, out = _screen()
    screen.table("tags", ("tag", "value"), [("name", evil)])
    screen.line(evil)
    for letter in evil:
        if not letter.isprintable():
            assert letter not in out.getvalue()
    assert "\N{REPLACEMENT CHARACTER}" in printable(evil)


def test_a_table_keeps_long_words_whole_where_nobody_looks() -> None:
    screen, out = _screen()
    screen.table("tags", ("tag", "value"), [("orders_90d", 3), ("[bold]name[/bold]", "x" * 60)])
    assert "Tag" in out.getvalue()
    assert "[bold]name[/bold]" in out.getvalue()
    assert "x" * 60 in out.getvalue()


def test_a_word_that_is_missing_is_shown_by_its_key() -> None:
    assert _screen()[0].word("stages", "tags_orders") == "tags_orders"
