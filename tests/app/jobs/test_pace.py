"""Pace: how far long work is."""

from __future__ import annotations

import pytest

from portraits.app.jobs.pace import Pace
from portraits.engine.warehouse import Timing


def timing(name: str, seconds: float) -> Timing:
    return Timing(name, seconds, seconds, 1)


def test_stages_count_as_long_as_they_took_the_last_time() -> None:
    pace = Pace([timing("people", 1.0), timing("orders", 3.0)])
    pace.plan(["people", "orders"])
    pace.stage("people", 1)
    assert pace.share == 0
    pace.advance()
    assert pace.share == pytest.approx(0.25)
    pace.stage("orders", 3)
    pace.advance(2)
    assert pace.share == pytest.approx(0.75)
    pace.advance(5)
    assert pace.share == 1


def test_a_stage_that_nobody_has_timed_counts_as_the_others_do() -> None:
    pace = Pace([timing("people", 2.0)])
    pace.plan(["people", "deals"])
    pace.stage("people")
    pace.stage("deals")
    assert pace.share == pytest.approx(0.5)


def test_where_nobody_knows_the_whole_there_is_no_share() -> None:
    pace = Pace()
    pace.stage("till")
    pace.advance(100)
    assert pace.share is None


def test_a_stage_that_was_not_planned_moves_nothing() -> None:
    pace = Pace()
    pace.plan(["a", "b"])
    pace.stage("a")
    pace.advance()
    pace.stage("surprise")
    pace.advance()
    assert pace.share == pytest.approx(0.5)
