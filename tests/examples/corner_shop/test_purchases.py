"""Purchases follow BG/NBD: as many as the theory says, none after leaving."""

from __future__ import annotations

import numpy as np
import pytest

from portraits.examples.corner_shop import customers, purchases
from portraits.examples.corner_shop.chunk import Chunk
from portraits.examples.corner_shop.shop import open_shop
from portraits.examples.corner_shop.world import AS_OF, DAYS, World


def hypergeometric(a: float, b: float, c: float, z: float) -> float:
    """The Gauss hypergeometric function 2F1 by its series, for |z| < 1."""
    term = total = 1.0
    for n in range(100_000):
        term *= (a + n) * (b + n) / (c + n) / (n + 1) * z
        total += term
        if abs(term) < 1e-12 * abs(total):
            return total
    raise AssertionError("the series does not end")


def expected(world: World, time: float) -> float:
    """Expected repeat purchases up to `time` (Fader, Hardie, Lee 2005, equation 9)."""
    r, alpha, a, b = world.rate_shape, world.rate_scale, world.drop_a, world.drop_b
    z = time / (alpha + time)
    inner = (alpha / (alpha + time)) ** r * hypergeometric(r, b, a + b - 1, z)
    return float((a + b - 1) / (a - 1) * (1 - inner))


def test_the_theory_itself_is_right_for_short_times() -> None:
    world = World()
    assert expected(world, 0.01) == pytest.approx(0.01 * world.rate_shape / world.rate_scale, rel=0.01)


def test_mean_repeat_purchases_are_those_of_the_theory(crowd: Chunk) -> None:
    people, made = crowd.customers, crowd.purchases
    calendar = crowd.shop.days
    observed = calendar.process_time(people.segment, np.full(len(people), float(DAYS)))
    observed -= calendar.process_time(people.segment, people.joined)
    repeats = np.bincount(made.customer, minlength=len(people)) - 1
    buyers = np.flatnonzero(people.buys)
    grid = np.linspace(1, DAYS, 60)
    theory = np.interp(observed[buyers], grid, [expected(World(), time) for time in grid])
    error = repeats[buyers].std() / np.sqrt(buyers.size)
    assert repeats[buyers].mean() == pytest.approx(theory.mean(), abs=4 * error)
    assert error < 0.03 * theory.mean()


def test_long_observed_customers_have_the_mean_of_two_years() -> None:
    world = World(early=1.0)
    shop = open_shop(world, 7, AS_OF)
    people = customers.draw(shop, 0, 0, 15_000)
    made = purchases.draw(shop, people)
    repeats = (np.bincount(made.customer, minlength=len(people)) - 1)[people.buys]
    assert repeats.mean() == pytest.approx(expected(world, DAYS - 30), rel=0.06)


def test_prospects_buy_nothing_and_everybody_else_on_joining(crowd: Chunk) -> None:
    people, made = crowd.customers, crowd.purchases
    first = np.full(len(people), np.inf)
    np.minimum.at(first, made.customer, made.time)
    assert np.isinf(first[~people.buys]).all()
    assert first[people.buys] == pytest.approx(people.joined[people.buys], abs=1e-6)


def test_nobody_buys_after_leaving(crowd: Chunk) -> None:
    made = crowd.purchases
    assert (made.time <= made.left[made.customer] + 1e-6).all()
    last = np.zeros(len(crowd.customers))
    np.maximum.at(last, made.customer, made.time)
    gone = np.isfinite(made.left)
    assert last[gone] == pytest.approx(made.left[gone], abs=1e-6)


def test_only_repeat_buyers_can_leave(crowd: Chunk) -> None:
    number = np.bincount(crowd.purchases.customer, minlength=len(crowd.customers))
    assert (number[np.isfinite(crowd.purchases.left)] >= 2).all()


def test_those_likely_to_leave_do_leave(crowd: Chunk) -> None:
    gone = np.isfinite(crowd.purchases.left)
    likely = crowd.customers.drop > 0.3
    number = np.bincount(crowd.purchases.customer, minlength=len(crowd.customers))
    assert gone[likely & (number > 1)].mean() > 2 * gone[(crowd.customers.drop < 0.05) & (number > 1)].mean()


def test_purchases_stay_within_the_two_years(crowd: Chunk) -> None:
    assert crowd.purchases.time.min() >= 0
    assert crowd.purchases.time.max() < DAYS


def test_a_world_where_nobody_leaves_has_poisson_purchases() -> None:
    shop = open_shop(World(drop_a=1e-9, early=1.0), 3, AS_OF)
    people = customers.draw(shop, 0, 0, 5_000)
    made = purchases.draw(shop, people)
    assert np.isinf(made.left).all()
    calendar = shop.days
    span = calendar.process_time(people.segment, np.full(len(people), float(DAYS)))
    span -= calendar.process_time(people.segment, people.joined)
    repeats = np.bincount(made.customer, minlength=len(people))[people.buys] - 1
    means = (people.rate * span)[people.buys]
    assert repeats.mean() == pytest.approx(means.mean(), rel=0.02)
    assert ((repeats - means) ** 2 / np.maximum(means, 0.5)).mean() == pytest.approx(1, abs=0.15)
