"""Paging: how many pages there are, and which of them is shown."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portraits.app.paging import Paged, pages, within


@dataclass(frozen=True)
class _Page(Paged):
    total: int
    size: int


@pytest.mark.parametrize(("total", "size", "count"), [(0, 10, 1), (1, 10, 1), (10, 10, 1), (11, 10, 2), (100, 7, 15)])
def test_so_many_make_so_many_pages(total: int, size: int, count: int) -> None:
    assert pages(total, size) == count
    assert _Page(total, size).pages == count


@given(page=st.integers(-5, 500), total=st.integers(0, 1000), size=st.integers(1, 50))
def test_a_page_that_is_shown_is_one_that_there_is(page: int, total: int, size: int) -> None:
    shown = within(page, total, size)
    assert 1 <= shown <= pages(total, size)
    assert (shown - 1) * size < max(total, 1)
    assert shown == page or not 1 <= page <= pages(total, size)
