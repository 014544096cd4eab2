"""Chance: streams of random numbers, one for each noun and chunk, so that all follow from the seed."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Words = npt.NDArray[np.object_]


def stream(seed: int, noun: str, chunk: int = 0) -> np.random.Generator:
    """The stream of one noun in one chunk; what another noun draws never moves it."""
    return np.random.default_rng([seed, chunk, zlib.crc32(noun.encode())])


def pick(rng: np.random.Generator, weights: Sequence[float] | Floats, size: int) -> Ints:
    """`size` positions, drawn in proportion to the weights."""
    steps = np.cumsum(np.asarray(weights, dtype=np.float64))
    return np.asarray(np.searchsorted(steps, rng.random(size) * steps[-1], side="right"), dtype=np.int64)


def pick_rows(rng: np.random.Generator, table: Floats, rows: Ints) -> Ints:
    """One position for each of `rows`, drawn in proportion to the weights in that row of the table."""
    steps = np.cumsum(table, axis=1)
    steps /= steps[:, -1:]
    return np.asarray((rng.random(rows.size)[:, None] >= steps[rows]).sum(axis=1), dtype=np.int64)


def words(values: Sequence[object]) -> Words:
    """An array of Python objects, to be taken by positions."""
    array = np.empty(len(values), dtype=object)
    array[:] = list(values)
    return array


def codes(numbers: Ints, salt: int) -> list[str]:
    """Sixteen hexadecimal digits for each number, all different (splitmix64)."""
    mixed = numbers.astype(np.uint64) + np.uint64(salt * 0x9E3779B97F4A7C15 % 2**64)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    mixed ^= mixed >> np.uint64(31)
    return [f"{number:016x}" for number in mixed.tolist()]
