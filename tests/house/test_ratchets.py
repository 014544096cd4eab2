"""Ratchets: what the house counts may fall, never rise."""

from __future__ import annotations

import ast
import json

import pytest

from tests.house.ratchets import ALLOWED, RATCHETS, UNTESTED, untested_lines
from tests.house.tree import code, syntax


@pytest.mark.parametrize("name", RATCHETS)
def test_a_ratchet_never_rises_and_is_lowered_when_it_falls(name: str) -> None:
    allowed = json.loads(ALLOWED.read_text())[name]
    found = list(RATCHETS[name]())
    assert len(found) <= allowed, f"{name}: at most {allowed}, and now {len(found)}:\n" + "\n".join(found)
    assert len(found) == allowed, f"{name} fell to {len(found)}: write that into {ALLOWED.name}"


def test_lines_of_test_keep_up_with_lines_of_code() -> None:
    assert untested_lines() <= json.loads(ALLOWED.read_text())[UNTESTED]


def test_every_module_says_what_it_is() -> None:
    silent = [str(path) for path in code() if syntax(path).body and not ast.get_docstring(syntax(path))]
    assert silent == []
