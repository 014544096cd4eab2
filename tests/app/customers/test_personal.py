"""Personal values as they may be shown."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portraits.app.customers.personal import hidden, masked, scrubbed


@pytest.mark.parametrize(
    ("column", "value", "left"),
    [
        ("phone", "+86 138 0013 8000", "+861******8000"),
        ("phone", "13800138000", "138****8000"),
        ("email", "jo@example.com", "j***@example.com"),
        ("email", "no address", "n***s"),
        ("birth_date", date(1966, 10, 7), "1966-**-**"),
        ("birth_date", datetime(1966, 10, 7, 8), "1966-**-**"),
        ("birth_date", "1966-10-07", "1966-**-**"),
        ("address", "5 High Street", "5***t"),
        ("postal_code", "123", "***"),
        ("attributes", '{"a": "b"}', "***"),
        ("attributes.level", "gold", "gold"),
        ("text", "call 13800138000", "call 138****8000"),
        ("name", "王芳", "王芳"),
        ("phone", None, ""),
    ],
)
def test_a_column_is_masked_in_its_own_way(column: str, value: object, left: str) -> None:
    assert masked(column, value) == left


def test_of_several_columns_the_most_telling_decides() -> None:
    assert hidden(("name",), "王芳") == "王芳"
    assert hidden(("family_name", "given_name"), "王芳") == "王芳"
    assert hidden(("name", "phone"), "王芳 13800138000") == "王***0"
    assert hidden(("attributes.level", "text"), "gold 13800138000") == "gold 138****8000"
    assert hidden(("birth_date", "address"), date(1966, 10, 7)) == "1966-**-**"
    assert hidden(("?",), "whatever it was") == "w***s"


@given(
    st.lists(st.sampled_from(["phone", "email", "address", "wechat_id"]), min_size=1, unique=True),
    st.text("abc123@.+- ", min_size=9),
)
def test_no_long_value_of_strict_columns_comes_through_whole(columns: list[str], value: str) -> None:
    assert hidden(columns, value) != value or "*" in value


def test_free_text_keeps_all_but_contacts_and_long_numbers() -> None:
    assert scrubbed("aged 35-44, me@x.org, born 1990-01-02") == "aged 35-44, m***@x.org, born 199*0102"
