"""Texts and types."""

from __future__ import annotations

import pytest

from portraits.vocabulary.text import Text, text
from portraits.vocabulary.types import Type


def test_a_text_is_said_in_the_language_asked_for() -> None:
    said = text("Orders", "订单")
    assert (said.in_("en"), said.in_("zh")) == ("Orders", "订单")


def test_a_plain_string_serves_for_both_languages() -> None:
    assert Text.model_validate("VIP") == text("VIP", "VIP")


def test_half_a_text_is_refused() -> None:
    with pytest.raises(ValueError, match="zh"):
        Text.model_validate({"en": "Orders"})


def test_types_know_what_can_be_added_and_what_is_a_time() -> None:
    assert [kind for kind in Type if kind.numeric] == [Type.INTEGER, Type.NUMBER, Type.MONEY]
    assert [kind for kind in Type if kind.temporal] == [Type.DATE, Type.TIME]
    assert all(kind.duckdb for kind in Type)
