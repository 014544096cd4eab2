"""Rules of quality as they are written: what is wrong with one, and that the built-in ones are right."""

from __future__ import annotations

from typing import Any

import pytest

from portraits.insights.packs import packs
from portraits.insights.quality import DIMENSIONS, QualityRule
from portraits.vocabulary.errors import DefinitionError

PAID: dict[str, Any] = {"title": "Paid", "table": "orders", "dimension": "range", "rule": "amount >= 0"}


def told(**changes: Any) -> str:
    """What is said of a rule with some keys changed; one that is None is left out."""
    with pytest.raises(DefinitionError) as raised:
        QualityRule.read({key: value for key, value in {**PAID, **changes}.items() if value is not None})
    return str(raised.value)


def test_a_rule_is_read_with_what_it_leaves_out() -> None:
    rule = QualityRule.read(PAID)
    assert (rule.warn_below, rule.stop_below, rule.watched, rule.retired) == (0.95, 0, False, False)
    assert rule.columns == {"amount"}
    assert rule.about == "amount"


def test_a_rule_that_neither_warns_nor_stops_is_only_watched() -> None:
    assert QualityRule.read({**PAID, "warn_below": 0}).watched
    assert not QualityRule.read({**PAID, "warn_below": 0, "stop_below": 0.5}).watched


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"table": "order"}, "there is no table order. Did you mean orders?"),
        ({"dimension": "validty"}, "validity"),
        ({"rule": None}, "says nothing that a good row fulfils."),
        ({"unique": ["order_id"]}, "in two ways"),
        ({"rule": None, "unique": ["order"]}, "orders has no column order. Did you mean order_id?"),
        ({"field": "amont"}, "Did you mean amount?"),
        ({"rule": None, "refers": "people.record_id"}, "a reference is looked up from a column"),
        ({"rule": None, "field": "record_id", "refers": "peple.record_id"}, "Did you mean people?"),
        ({"rule": None, "field": "record_id", "refers": "people.recordid"}, "Did you mean record_id?"),
        ({"warn_below": 0.8, "stop_below": 0.9}, "stops a build before anybody is warned"),
        ({"warn_below": 95}, "warn_below"),
        ({"rulee": "amount > 1"}, "Did you mean rule?"),
    ],
)
def test_what_is_wrong_with_a_rule_says_what_would_be_right(changes: dict[str, Any], words: str) -> None:
    assert words in told(**changes)


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"rule": "amont >= 0"}, "rule"), ({"where": "amount"}, "where"), ({"rule": "sum(amount) > 0"}, "rule")],
)
def test_a_condition_that_cannot_be_read_is_told_at_its_field(changes: dict[str, str], field: str) -> None:
    assert [fault.field for fault in QualityRule.read({**PAID, **changes}).faults()] == [field]


def test_columns_that_only_choose_rows_are_not_what_a_rule_is_about() -> None:
    rule = QualityRule.read({**PAID, "where": "status = 'completed'"})
    assert rule.columns == {"amount"}
    assert rule.names("rule", "where") == {"amount", "status"}
    assert QualityRule.read({**PAID, "rule": "", "unique": ["source", "phone"], "table": "people"}).about == "phone"


@pytest.mark.parametrize("name", packs())
def test_every_built_in_rule_is_right_and_in_both_languages(name: str) -> None:
    rule = QualityRule.read(packs()[name])
    assert rule.faults() == ()
    assert rule.title.en != rule.title.zh
    assert rule.why is None or rule.why.en != rule.why.zh
    assert rule.stop_below == 0  # nobody's build stops by what they did not write


def test_the_built_in_rules_know_every_side_of_quality() -> None:
    assert {block["dimension"] for block in packs().values()} == set(DIMENSIONS)
