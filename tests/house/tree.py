"""The tree: the project's files as its own rules look at them."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@cache
def tracked() -> tuple[Path, ...]:
    """Every file that git knows or would add, relative to the root."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    return tuple(Path(name) for name in sorted(set(listed)) if (ROOT / name).is_file())


def code(*folders: str) -> tuple[Path, ...]:
    """The Python files of some top folders, all of them where none is named."""
    return tuple(path for path in tracked() if path.suffix == ".py" and (not folders or path.parts[0] in folders))


@cache
def source(path: Path) -> str:
    """The text of a file."""
    return (ROOT / path).read_text(encoding="utf-8")


@cache
def syntax(path: Path) -> ast.Module:
    """The syntax tree of a Python file."""
    return ast.parse(source(path))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function of a file, however deep."""
    return (node for node in ast.walk(syntax(path)) if isinstance(node, FUNCTIONS))


def own(scope: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a scope, without those of functions inside it."""
    for node in ast.iter_child_nodes(scope):
        if not isinstance(node, FUNCTIONS):
            yield node
            yield from own(node)


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function, its docstring not counted."""
    lines = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    documented = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    return lines - ((first.end_lineno or 0) - first.lineno + 1 if documented else 0)


def lines(path: Path) -> int:
    """Lines that say something: not empty, not only a comment."""
    return sum(1 for line in source(path).splitlines() if line.strip() and not line.strip().startswith("#"))
