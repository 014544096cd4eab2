"""Statistics of tags, on portraits of a few customers."""

from __future__ import annotations

import json
from typing import Any

from portraits.engine.warehouse import Step, Warehouse
from portraits.tags.statistics import BARS, statistics_steps
from portraits.vocabulary.types import Type


def _statistics(portrait: str, types: dict[str, Type]) -> dict[str, dict[str, Any]]:
    warehouse = Warehouse.create()
    warehouse.run([Step("portrait", portrait), *statistics_steps(types)])
    rows = warehouse.query("SELECT * FROM tag_statistics").to_pylist()
    return {row["tag"]: {**row, "distribution": json.loads(row["distribution"])} for row in rows}


def test_coverage_counts_the_known_values() -> None:
    """An unknown value is in no bar."""
    found = _statistics("SELECT unnest([1, 1, 2, NULL]) AS visits", {"visits": Type.INTEGER})["visits"]
    assert (found["customers"], found["known"], found["low"], found["high"]) == (4, 3, 1, 2)
    assert found["distribution"] == [{"value": 1, "upto": None, "n": 2}, {"value": 2, "upto": None, "n": 1}]


def test_numbers_fall_into_bars_of_round_width() -> None:
    """All bars together hold every known value, and their edges meet."""
    found = _statistics("SELECT i * 1.0 AS spend FROM range(1000) t(i)", {"spend": Type.MONEY})["spend"]
    bars = found["distribution"]
    assert sum(bar["n"] for bar in bars) == 1000
    assert {bar["upto"] - bar["value"] for bar in bars} == {100}
    assert [bar["upto"] for bar in bars[:-1]] == [bar["value"] for bar in bars[1:]]


def test_outliers_join_the_end_bars() -> None:
    """One customer who spent a million leaves the picture readable."""
    portrait = "SELECT CASE WHEN i = 0 THEN 1000000 ELSE i END AS spend FROM range(1000) t(i)"
    found = _statistics(portrait, {"spend": Type.INTEGER})["spend"]
    assert found["high"] == 1_000_000
    assert found["distribution"][-1]["upto"] <= 1000
    assert sum(bar["n"] for bar in found["distribution"]) == 1000


def test_the_most_frequent_words_come_first_and_the_rest_together() -> None:
    """A bar without a value stands for all others."""
    portrait = "SELECT 'city ' || least(i, 40 - i) AS city FROM range(40) t(i)"
    found = _statistics(portrait, {"city": Type.TEXT})["city"]
    bars = found["distribution"]
    assert found["distinct_values"] == 21
    assert len(bars) == BARS + 1
    assert bars[-1]["value"] is None
    assert sum(bar["n"] for bar in bars) == 40


def test_days_are_counted_since_1970() -> None:
    """Dates and moments share one scale."""
    found = _statistics("SELECT DATE '1970-01-11' AS born", {"born": Type.DATE})["born"]
    assert (found["low"], found["distribution"]) == (10, [{"value": 10, "upto": None, "n": 1}])


def test_a_tag_that_nobody_has_shows_no_bars() -> None:
    """Coverage zero is a fact, not a fault."""
    portrait = "SELECT NULL::DOUBLE AS income, NULL::VARCHAR AS city"
    found = _statistics(portrait, {"income": Type.NUMBER, "city": Type.TEXT})
    assert [found[name]["known"] for name in ("income", "city")] == [0, 0]
    assert [found[name]["distribution"] for name in ("income", "city")] == [[], []]
