"""Assertions: every test says itself what it expects, so that a reader need not look elsewhere."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.house.tree import FUNCTIONS, code, own, syntax

EXPECTING = {"pytest.raises", "pytest.warns", "expect"}


def silent(tree: ast.Module) -> Iterator[str]:
    """The names of tests that neither assert nor expect anything in their own lines."""
    for node in ast.walk(tree):
        if isinstance(node, FUNCTIONS) and node.name.startswith("test_") and not any(map(_expects, own(node))):
            yield node.name


def _expects(node: ast.AST) -> bool:
    return isinstance(node, ast.Assert) or (isinstance(node, ast.Call) and ast.unparse(node.func) in EXPECTING)


def test_every_test_asserts_something_itself() -> None:
    files = [path for path in code("tests") if path.name.startswith("test_")]
    assert len(files) > 100
    assert [f"{path}: {each}" for path in files for each in silent(syntax(path))] == []


@pytest.mark.parametrize(
    "line",
    [
        "assert made() == 1",
        "with pytest.raises(ValueError, match='no'):\n        made()",
        "for each in made():\n        assert each",
        "expect(page.locator('p')).to_be_visible()",
    ],
)
def test_what_asserts_is_not_silent(line: str) -> None:
    assert list(silent(ast.parse(f"def test_made():\n    {line}"))) == []


@pytest.mark.parametrize("line", ["check(made())", "made()", "def inner():\n        assert made()", "'assert made()'"])
def test_what_leaves_it_to_others_is_silent(line: str) -> None:
    assert list(silent(ast.parse(f"def test_made():\n    {line}"))) == ["test_made"]
