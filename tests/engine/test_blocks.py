"""Blocks: what the files say, and where."""

from __future__ import annotations

from pathlib import Path

import pytest

from portraits.engine.blocks import Block, Made, blocks_of, read_blocks
from portraits.engine.places import places
from portraits.vocabulary.errors import Fault
from portraits.vocabulary.phrase import verbatim

TEXT = '''
# a comment with a [header] in it
[settings]
title = { en = "Shop", zh = "小店" }   # trailing [comment]
note = """
[not.a.header]
key = "not a key"
"""

[tags.orders_90d]
kind = "fact"
cases = [
  # a comment, with a comma
  { when = "a = 1, b", value = "]" },
  { when = 'x', value = "new" }, { when = "y" },
]
"odd key" = 1

[mappings.lines]
source = "till"
[mappings.lines.columns]
amount = "sales - discount"
customer.id = 3
[[steps]]
a = 1
[[steps]]
a = 2
'''


def line_of(part: str) -> int:
    return next(n for n, line in enumerate(TEXT.splitlines(), 1) if part in line)


def test_every_key_knows_its_line() -> None:
    found = places(TEXT)
    assert found["settings"] == line_of("[settings]")
    assert found["settings.note"] == line_of("note =")
    assert found["tags.orders_90d.cases.0"] == line_of("a = 1, b")
    assert found["tags.orders_90d.cases.1"] == found["tags.orders_90d.cases.2"] == line_of("when = 'x'")
    assert "tags.orders_90d.cases.3" not in found
    assert found["tags.orders_90d.odd key"] == line_of("odd key")
    assert found["mappings.lines.columns.amount"] == line_of("amount =")
    assert found["mappings.lines.columns.customer.id"] == line_of("customer.id")
    assert found["steps.1.a"] == line_of("a = 2")
    assert "not.a.header" not in found


def test_a_block_places_faults_at_their_line() -> None:
    block = next(block for block in blocks_of(TEXT, "shop.toml") if block.section == "mappings")
    assert (block.title, block.line) == ("mappings.lines", line_of("[mappings.lines]"))
    fault = block.fault(verbatim("is no column."), "columns.amount", verbatim("Did you mean sales?"))
    assert str(fault) == (
        f"shop.toml:{line_of('amount =')} [mappings.lines.columns.amount]: is no column. Did you mean sales?"
    )
    assert block.fault(verbatim("is missing."), "table").line == block.line


def test_faults_inside_a_list_point_at_the_element() -> None:
    block = next(block for block in blocks_of(TEXT) if block.section == "tags")
    [fault] = block.placed([Fault(verbatim("x"), field="when")], "cases.0")
    assert (fault.line, fault.field, fault.block) == (line_of("a = 1, b"), "cases.0.when", "tags.orders_90d")


def test_a_table_known_only_by_its_parts_has_the_line_of_the_first() -> None:
    [block] = blocks_of('[sources.till.options]\ndelimiter = ";"\n')
    assert (block.title, block.line) == ("sources.till", 1)


def test_all_files_are_read_and_a_name_written_twice_is_told_with_both_places(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text('[tags.x]\nkind = "fact"\n[settings]\n', encoding="utf-8")
    (tmp_path / "b.toml").write_text('\n[tags.x]\nkind = "rule"\n[tags.y]\n', encoding="utf-8")
    found = read_blocks(tmp_path)
    assert [block.title for block in found.blocks] == ["tags.x", "settings", "tags.y"]
    assert [str(fault) for fault in found.faults] == [
        "b.toml:2 [tags.x]: is already written at a.toml:1. Rename or remove one."
    ]
    assert [block.name for block in found.of("tags")] == ["x", "y"]
    assert found.sections == ("tags", "settings")


def test_files_that_cannot_be_read_are_named_and_the_others_still_read(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text("[tags.x]\nkind = fact\n", encoding="utf-8")
    (tmp_path / "b.toml").write_bytes("[tags.x]\ntitle = '客户'\n".encode("gb18030"))
    (tmp_path / "c.toml").write_text("[tags.y]\n", encoding="utf-8")
    (tmp_path / "d.toml").write_text("[tags.z]\nx = [1,\n", encoding="utf-8")
    found = read_blocks(tmp_path)
    assert [block.title for block in found.blocks] == ["tags.y"]
    assert [(fault.file, fault.line) for fault in found.faults] == [("a.toml", 2), ("b.toml", 0), ("d.toml", 3)]
    assert "not TOML" in found.faults[0].what


def test_a_key_outside_any_block_is_kept_for_the_check_to_refuse() -> None:
    blocks = blocks_of('name = "shop"\n[tags]\nx = 1\n')
    assert [(block.section, block.name, dict(block.values)) for block in blocks] == [
        ("name", "", {"": "shop"}),
        ("tags", "", {"x": 1}),
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[a.q]\nx = 1\n[a.q]\n", "a.toml:3: [a.q] is written twice. Rename or remove one."),
        ("[a.q]\nx = 1\nx = 2\n", "a.toml:3: is not TOML: this key is written twice. Remove one."),
        ("[a.q]\nx = one\n", 'a.toml:2: is not TOML: this is not a value. Write text in quotes: "...".'),
        ("[a.q]\nx = 'one\n", "a.toml:3: is not TOML: a quote is not closed."),
        ("[a.q]\nx\n", 'a.toml:2: is not TOML: a key is followed by =. Write name = "value".'),
    ],
)
def test_what_is_not_toml_is_told_in_plain_words(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "a.toml").write_text(text, encoding="utf-8")
    assert str(read_blocks(tmp_path).faults[0]).startswith(told)


def test_a_fault_of_what_was_made_of_a_block_stands_in_that_block() -> None:
    written = Block("segments", "s", {"parts": []}, "a.toml", 3, {"parts": 4, "parts.1": 6})
    made = Block("tags", "s_segment", {}, "built-in", made_by=Made(written, {"cases": "parts"}))
    assert str(made.fault(verbatim("x."), "cases.1.when")) == "a.toml:6 [segments.s.parts.1.when]: x."
    assert str(made.fault(verbatim("x."), "value")) == "a.toml:3 [segments.s]: x."
