"""Streams of random numbers, and draws by weight."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portraits.examples.corner_shop.chance import codes, pick, pick_rows, stream, words


def test_the_same_seed_noun_and_chunk_give_the_same_numbers() -> None:
    assert stream(1, "orders", 2).random(5).tolist() == stream(1, "orders", 2).random(5).tolist()


@pytest.mark.parametrize("other", [(2, "orders", 2), (1, "events", 2), (1, "orders", 3)])
def test_another_seed_noun_or_chunk_gives_other_numbers(other: tuple[int, str, int]) -> None:
    assert stream(1, "orders", 2).random(5).tolist() != stream(*other).random(5).tolist()


def test_pick_draws_in_proportion_to_the_weights() -> None:
    drawn = pick(stream(1, "test"), (1, 0, 3), 40_000)
    shares = np.bincount(drawn, minlength=3) / drawn.size
    assert shares == pytest.approx([0.25, 0, 0.75], abs=0.01)


def test_pick_rows_draws_each_by_its_own_row() -> None:
    table = np.array([[1.0, 0.0], [0.0, 2.0], [1.0, 1.0]])
    rows = np.repeat([0, 1, 2], 10_000)
    drawn = pick_rows(stream(1, "test"), table, rows)
    assert not drawn[rows == 0].any()
    assert drawn[rows == 1].all()
    assert drawn[rows == 2].mean() == pytest.approx(0.5, abs=0.02)


@given(st.lists(st.floats(0, 100), min_size=1, max_size=8).filter(lambda weights: sum(weights) > 0.001))
def test_pick_never_leaves_the_list_and_never_takes_what_weighs_nothing(weights: list[float]) -> None:
    drawn = pick(stream(3, "test"), weights, 200)
    assert drawn.min() >= 0
    assert drawn.max() < len(weights)
    assert all(weights[at] > 0 for at in drawn)


def test_codes_are_sixteen_hexadecimal_digits_all_different() -> None:
    found = codes(np.arange(50_000), 1)
    assert len(set(found)) == 50_000
    assert all(len(code) == 16 and int(code, 16) >= 0 for code in found[:100])
    assert not set(found) & set(codes(np.arange(50_000), 2))


def test_words_are_taken_by_place() -> None:
    assert words(["a", "b", "c"])[np.array([2, 0])].tolist() == ["c", "a"]
