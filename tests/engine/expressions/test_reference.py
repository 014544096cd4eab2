"""Reference: the page holds every function, conversion and aggregate, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from portraits.engine.expressions.aggregates import AGGREGATES, Over
from portraits.engine.expressions.conversions import CONVERSIONS, Conversion
from portraits.engine.expressions.functions import FUNCTIONS, Function
from portraits.engine.expressions.reference import GROUPS, markdown

LISTED: tuple[Function | Conversion | Over, ...] = (
    *FUNCTIONS.values(),
    *CONVERSIONS.values(),
    *AGGREGATES.values(),
)
PAGE = Path(__file__).parents[3] / "docs" / "reference" / "expressions.md"


@pytest.mark.parametrize("form", [each.form for each in LISTED])
def test_every_form_is_on_the_page(form: str) -> None:
    assert f"| `{form}` |" in markdown()


def test_the_page_is_written_from_the_code() -> None:
    assert markdown() in PAGE.read_text(encoding="utf-8"), "run `make docs`"


def test_every_text_is_in_both_languages() -> None:
    for each in LISTED:
        for words in (each.title, each.doc, each.phrase):
            assert re.search(r"[\u4e00-\u9fff]", words.zh), each.name
            assert not re.search(r"[\u4e00-\u9fff]", words.en), each.name


def test_every_group_of_functions_is_shown() -> None:
    assert {function.group for function in FUNCTIONS.values()} == set(GROUPS)
    assert all(f"## {english} · {chinese}" in markdown() for english, chinese in GROUPS.values())
