"""Ratchets: what the house counts may fall, never rise."""

from __future__ import annotations

import json

import pytest

from tests.house.ratchets import ALLOWED, RATCHETS
from tests.house.tree import code, lines


@pytest.mark.parametrize("name", RATCHETS)
def test_a_ratchet_never_rises_and_is_lowered_when_it_falls(name: str) -> None:
    allowed = json.loads(ALLOWED.read_text())[name]
    found = list(RATCHETS[name]())
    assert len(found) <= allowed, f"{name}: at most {allowed}, and now {len(found)}:\n" + "\n".join(found)
    assert len(found) == allowed, f"{name} fell to {len(found)}: write that into {ALLOWED.name}"


def test_every_line_of_code_has_a_line_of_test() -> None:
    tests, product = (sum(map(lines, code(folder))) for folder in ("tests", "src"))
    assert tests >= product, f"{tests} lines of test for {product} lines of code"


def test_every_module_says_what_it_is() -> None:
    silent = [str(path) for path in code() if not _first_sentence(path)]
    assert not silent, f"no docstring: {silent}"


def _first_sentence(path: object) -> str:
    import ast
    from pathlib import Path

    from tests.house.tree import syntax

    assert isinstance(path, Path)
    module = syntax(path)
    return (ast.get_docstring(module) or "").strip() or ("-" if not module.body else "")
