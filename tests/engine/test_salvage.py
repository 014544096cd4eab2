"""Salvage: what is TOML of a text that is not, and what is wrong with the rest."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portraits.engine.salvage import salvage

GOOD = '[tags.a]\nx = 1\n\n[[tags.a.cases]]\nwhen = "y"\n'


@pytest.mark.parametrize(
    "bad",
    [
        "x = one",
        'x = "one',
        'x = """one\ntwo',
        "x = [1,",
        "x = { a = 1",
        "x",
        "x = 1\nx = 2",
        "x = 1 y = 2",
        'x = "\\q"',
    ],
)
def test_a_bad_block_keeps_no_other_out(bad: str) -> None:
    rest, broken = salvage(f"{GOOD}[tags.b]\n{bad}\n[tags.c]\nz = 3\n")
    assert tomllib.loads(rest) == {"tags": {"a": {"x": 1, "cases": [{"when": "y"}]}, "c": {"z": 3}}}
    (only,) = broken
    assert (only.section, only.name, only.line) == ("tags", "b", 6)
    assert 6 < only.at <= 9
    assert rest.count("\n") == f"{GOOD}[tags.b]\n{bad}\n[tags.c]\nz = 3\n".count("\n")


def test_a_block_goes_with_all_its_tables() -> None:
    rest, (only,) = salvage('[mappings.m]\nsource = "s"\n[mappings.m.columns]\na = b c\n[sources.s]\nkind = "files"\n')
    assert tomllib.loads(rest) == {"sources": {"s": {"kind": "files"}}}
    assert (only.name, only.at) == ("m", 4)


def test_of_two_blocks_of_one_name_the_first_stays() -> None:
    rest, (only,) = salvage("[tags.a]\nx = 1\n[tags.b]\n[tags.a]\nx = 2\n")
    assert tomllib.loads(rest) == {"tags": {"a": {"x": 1}, "b": {}}}
    assert (only.name, only.at) == ("a", 4)


def test_a_header_without_its_bracket_breaks_its_own_block() -> None:
    rest, (only,) = salvage("[tags.a]\nx = 1\n[tags.b\ny = 2\n[tags.c]\n")
    assert tomllib.loads(rest) == {"tags": {"a": {"x": 1}, "c": {}}}
    assert (only.name, only.at) == ("b", 3)


def test_what_can_be_read_of_a_bad_block_is_kept_apart() -> None:
    _, (only,) = salvage(
        '[settings]\ntitle = "Shop"\nbusiness = retail\npacks = ["natural"]\n[settings.rfm]\nwindow = "9 days"\n'
    )
    assert only.values == {"title": "Shop", "packs": ["natural"]}


def test_every_fault_of_several_blocks_is_told() -> None:
    _, broken = salvage("[a.x]\nq = one\n[a.y]\nq = 1\n[a.z]\nq = [\n")
    assert [(each.name, each.at) for each in broken] == [("x", 2), ("z", 7)]


@given(st.text(alphabet="[]ab.=\"'\n#{}, 1x\\", max_size=60))
def test_whatever_is_written_what_is_left_is_toml(text: str) -> None:
    rest, broken = salvage(text)
    tomllib.loads(rest)
    assert all(0 < each.at <= text.count("\n") + 1 for each in broken)
