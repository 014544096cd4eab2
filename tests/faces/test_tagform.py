"""The form of a tag: what is written becomes inputs, and inputs become what is written."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portraits.app.tags.shapes import Shape, shapes
from portraits.engine.workspace import Workspace
from portraits.tags.packs import catalogue
from portraits.web.tagform import constant, filled, literal, meant, placed, written

SHAPES = shapes(Workspace(Path(__file__).parent))
PACKED = [(name, block) for pack in catalogue().values() for name, block in pack.tags.items()]
RULE: dict[str, Any] = {
    "title": {"en": "Stage", "zh": "阶段"},
    "kind": "rule",
    "cases": [
        {"when": "a >= 1", "value": "1", "label": {"en": "One", "zh": "一"}},
        {"when": "a >= 0", "value": "x"},
    ],
    "otherwise": "0.5",
    "labels": {"x": "X", "1": {"en": "One", "zh": "一"}},
    "retired": True,
}


def shape(kind: str) -> Shape:
    return SHAPES[kind]


@pytest.mark.parametrize(("name", "block"), PACKED, ids=[name for name, _ in PACKED])
def test_every_built_in_tag_goes_through_its_form_unchanged(name: str, block: dict[str, Any]) -> None:
    kind = shape(str(block["kind"]))
    assert meant(kind, written(kind, block), block) == dict(block)
    anew = meant(kind, written(kind, block), {})
    assert anew.keys() >= {"kind", "title"}
    assert type(kind).__name__ == "Shape"


def test_what_is_not_touched_keeps_its_way_of_being_written() -> None:
    inputs = written(shape("rule"), RULE)
    assert inputs["cases.0.value"] == '"1"'  # a text that looks like a number
    assert inputs["otherwise"] == '"0.5"'
    assert meant(shape("rule"), inputs, RULE) == RULE
    changed = meant(shape("rule"), {**inputs, "cases.1.when": "a > 0"}, RULE)
    assert changed["cases"] == [RULE["cases"][0], {"when": "a > 0", "value": "x"}]
    assert {key: changed[key] for key in changed if key != "cases"} == {k: v for k, v in RULE.items() if k != "cases"}
    assert list(changed) == list(RULE)


def test_rows_that_were_emptied_are_gone() -> None:
    inputs = {key: "" if key.startswith("cases.0.") else value for key, value in written(shape("rule"), RULE).items()}
    assert meant(shape("rule"), inputs, RULE)["cases"] == [RULE["cases"][1]]
    assert "labels" not in meant(shape("rule"), {"title.en": "T"}, {"kind": "rule", "labels": {"x": "X"}})


def test_another_kind_begins_with_what_both_share() -> None:
    found = meant(shape("fact"), {"title.en": "T", "table": "orders"}, RULE)
    assert found == {"title": "T", "kind": "fact", "table": "orders"}


@pytest.mark.parametrize(
    ("inputs", "title"),
    [
        ({"title.en": " A "}, "A"),
        ({"title.zh": "甲"}, "甲"),
        ({"title.en": "A", "title.zh": "A"}, "A"),
        ({"title.en": "A", "title.zh": "甲"}, {"en": "A", "zh": "甲"}),
        ({"title.en": " "}, None),
    ],
)
def test_a_text_in_one_language_serves_for_both(inputs: dict[str, str], title: Any) -> None:
    assert meant(shape("fact"), inputs, {}).get("title") == title


def test_usual_choices_are_not_written() -> None:
    found = meant(shape("rank"), {"order": "ascending", "group": "value", "cuts": "1, 2.5，3", "into": "4"}, {})
    assert found == {"kind": "rank", "cuts": [1, 2.5, 3], "into": 4}
    assert meant(shape("rank"), {"order": "descending"}, {})["order"] == "descending"
    assert meant(shape("rank"), {"order": "ascending"}, {"kind": "rank", "order": "descending"})["order"] == "ascending"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0),
        ("-1.5", -1.5),
        ("true", True),
        ("new", "new"),
        ('"0"', "0"),
        ("2026-01-31", date(2026, 1, 31)),
        ("", None),
        ("1\nx = 2", "1\nx = 2"),
        ("[1]", "[1]"),
        ("{ a = 1 }", "{ a = 1 }"),
        ("新客", "新客"),
        ("'", "'"),
    ],
)
def test_a_constant_is_read_as_one_types_it(text: str, value: Any) -> None:
    found = constant(text)
    assert (found, type(found)) == (value, type(value))


@given(st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False, allow_infinity=False) | st.text())
def test_a_constant_survives_the_form(value: Any) -> None:
    wanted = value.strip() if isinstance(value, str) else value
    if wanted == "":
        return
    found = constant(literal(wanted))
    assert (found, type(found)) == (wanted, type(wanted))


def test_faults_find_their_inputs_and_others_are_told_above() -> None:
    inputs = written(shape("rule"), RULE)
    faults = [
        ("cases.1.when", "no tag a"),
        ("cases.0", "half a case"),
        ("title", "is missing"),
        ("labels.x", "no text"),
        ("", "exactly one of when, value and cases"),
        ("unknown", "not known"),
    ]
    told, general = placed(shape("rule"), faults, inputs)
    assert told == {
        "cases.1.when": ["no tag a"],
        "cases": ["half a case"],
        "title": ["is missing"],
        "labels": ["no text"],
    }
    assert general == ["exactly one of when, value and cases", "not known"]


def test_rows_have_an_empty_one_at_the_end() -> None:
    rows = {each.field.name: each.rows for each in filled(shape("rule"), written(shape("rule"), RULE), {})}
    assert len(rows["cases"]) == 3
    assert [each.inputs[""].name for each in rows["cases"][2][:2]] == ["cases.2.when", "cases.2.value"]
    more = {each.field.name: each.rows for each in filled(shape("rule"), {}, {}, "cases")}
    assert (len(more["cases"]), len(more["labels"])) == (2, 1)


def test_every_kind_names_its_fields_in_a_fixed_order() -> None:
    for kind in SHAPES.values():
        names = [each.name for each in kind.fields]
        assert names[:3] == ["title", "why", "group"]
        assert names[-2:] == ["owner", "type"]
        assert {"kind", "retired"}.isdisjoint(names)
    assert [each.form for each in shape("fact").fields if each.name in ("table", "value", "within")] == [
        "choice",
        "code",
        "window",
    ]
