"""Windows as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from portraits.vocabulary.window import Window


@pytest.mark.parametrize(
    ("written", "near", "far"),
    [
        ("90 days", 0, 90),
        ("1 day", 0, 1),
        ("12 weeks", 0, 84),
        ("12 months", 0, 360),
        ("2 years", 0, 730),
        ("30 to 90 days", 30, 90),
        ("90 to 30 days", 30, 90),
        ("between 30 and 90 days before as_of", 30, 90),
        ("1 to 3 months before", 30, 90),
        ("1 week to 1 year", 7, 365),
        ("7", 0, 7),
    ],
)
def test_a_window_is_read_as_it_is_said(written: str, near: int, far: int) -> None:
    assert Window.parse(written) == Window(near, far)


@pytest.mark.parametrize("written", ["", "ninety days", "90 dys", "-5 days", "30 to 30 days", "0 days", "5 days 3"])
def test_what_is_no_window_says_what_one_looks_like(written: str) -> None:
    with pytest.raises(ValueError, match="Write '90 days' or '30 to 90 days'"):
        Window.parse(written)


@given(st.integers(0, 9000), st.integers(1, 900))
def test_a_window_written_out_reads_as_itself(near: int, longer: int) -> None:
    window = Window(near, near + longer)
    assert Window.parse(str(window)) == window


def test_a_definition_takes_a_window_and_gives_it_back_as_text() -> None:
    class Block(BaseModel):
        within: Window

    block = Block.model_validate({"within": "3 weeks"})
    assert block.within == Window(0, 21)
    assert Block.model_validate({"within": block.within}) == block
    assert block.model_dump(mode="json") == {"within": "21 days"}
