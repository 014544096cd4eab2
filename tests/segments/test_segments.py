"""Segments by rules and by a tag, and who is a member of what."""

from __future__ import annotations

from typing import Any

import pytest

from portraits.engine.warehouse import Warehouse
from portraits.segments import kinds
from portraits.segments.members import members_step, parts_sql
from portraits.segments.segment import Segment
from portraits.tags.tag import Tag
from portraits.vocabulary.errors import DefinitionError

PLAN: dict[str, Any] = {
    "kind": "rules",
    "title": {"en": "Plan", "zh": "计划"},
    "parts": [
        {"value": "vip", "title": {"en": "VIP", "zh": "贵宾"}, "when": "spend_365d > 1000"},
        {"value": "call", "title": {"en": "Call", "zh": "致电"}, "when": "churn_level = 'high'"},
    ],
}


def test_the_built_in_kinds_are_named() -> None:
    assert set(kinds.__all__) == set(Segment.kinds) == {"rfm", "rules", "tag"}


def test_a_misspelt_kind_hints_at_the_right_one() -> None:
    with pytest.raises(DefinitionError, match="Did you mean rules"):
        Segment.read({**PLAN, "kind": "rulez"})


def test_rules_become_one_tag_with_a_case_a_part() -> None:
    segment = Segment.read(PLAN)
    blocks = segment.tags("plan")
    assert segment.column("plan") == "plan_segment"
    assert list(blocks) == ["plan_segment"]
    block = blocks["plan_segment"]
    assert Tag.read(block).title.zh == "计划"
    assert [case["value"] for case in block["cases"]] == ["vip", "call"]
    assert block["otherwise"] == "other"
    assert block["labels"]["other"]["zh"] == "其他客户"


def test_the_rest_can_have_a_name_of_its_own() -> None:
    rest = {"value": "none", "title": {"en": "Leave alone", "zh": "不打扰"}}
    segment = Segment.read({**PLAN, "otherwise": rest})
    assert [part.value for part in segment.named] == ["vip", "call", "none"]
    assert segment.tags("plan")["plan_segment"]["otherwise"] == "none"


def test_two_parts_of_one_value_are_told() -> None:
    with pytest.raises(DefinitionError, match="two parts have the value 'vip'"):
        Segment.read({**PLAN, "otherwise": {"value": "vip", "title": "VIP"}})


def test_rules_without_a_part_are_told() -> None:
    with pytest.raises(DefinitionError, match="at least one part"):
        Segment.read({**PLAN, "parts": []})


def test_a_tag_parts_the_customers_without_a_new_tag() -> None:
    segment = Segment.read({"kind": "tag", "title": "Tier", "of": "value_tier"})
    assert segment.tags("tier") == {}
    assert segment.column("tier") == "value_tier"
    assert segment.named == ()


def test_a_family_without_kind_says_so() -> None:
    with pytest.raises(TypeError, match="does not say"):
        Segment.tags(Segment.model_construct(kind="x"), "x")


def portrait(warehouse: Warehouse) -> None:
    rows = "(0, 'A', 'vip', 100), (1, 'B', 'vip', 300), (2, NULL, 'other', NULL)"
    warehouse.execute(
        f"CREATE TABLE portrait AS SELECT * FROM (VALUES {rows}) AS t (customer, value_tier, plan_segment, spend)"
    )


def test_each_customer_is_in_one_part_of_each_segment_or_in_none() -> None:
    segments = {
        "plan": Segment.read(PLAN),
        "tier": Segment.read({"kind": "tag", "title": "Tier", "of": "value_tier"}),
    }
    with Warehouse.create() as warehouse:
        portrait(warehouse)
        warehouse.run([members_step(segments)])
        found = warehouse.rows("SELECT segment, member, customer FROM segment_members")
    assert found == [
        ("plan", "other", 2),
        ("plan", "vip", 0),
        ("plan", "vip", 1),
        ("tier", "A", 0),
        ("tier", "B", 1),
    ]


def test_no_segments_make_an_empty_table() -> None:
    with Warehouse.create() as warehouse:
        warehouse.run([members_step({})])
        assert warehouse.columns("segment_members") == {
            "segment": "VARCHAR",
            "member": "VARCHAR",
            "customer": "INTEGER",
        }
        assert warehouse.rows("SELECT * FROM segment_members") == []


def test_parts_are_shown_with_their_share_of_customers_and_money() -> None:
    with Warehouse.create() as warehouse:
        portrait(warehouse)
        found = warehouse.query(parts_sql("plan_segment", "spend")).to_pylist()
        tiers = warehouse.query(parts_sql("value_tier", "spend")).to_pylist()
    assert [(row["member"], row["customers"], row["money"]) for row in found] == [("vip", 2, 400), ("other", 1, 0)]
    assert found[0]["share"] == pytest.approx(2 / 3)
    assert found[0]["money_share"] == pytest.approx(1.0)
    assert [(row["member"], row["money_share"]) for row in tiers] == [("A", 0.25), ("B", 0.75)]
