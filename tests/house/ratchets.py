"""Ratchets: numbers about the code that may fall but never rise.

`python -m tests.house.ratchets` prints them as they are today, for `ratchets.json`.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.house.tree import code, functions, length, lines, source, syntax

ALLOWED = Path(__file__).with_name("ratchets.json")
LONG_FILE, LONG_FUNCTION = 400, 30
UNTESTED = "lines of code without a line of test"
PRODUCT = ("src", "benchmarks", "scripts")
DRAWERS = {"manager", "service", "handler", "helper", "util", "utils", "processor", "common", "base", "misc"}
# Put together here, so that this file does not find itself.
LATER = re.compile(
    r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "X" + "XX", "raise NotImplemented" + "Error")) + r")\b"
)


def long_files() -> Iterator[str]:
    """Files of more lines than the house allows."""
    for path in code():
        count = source(path).count("\n")
        if count > LONG_FILE:
            yield f"{path}: {count} lines"


def long_functions() -> Iterator[str]:
    """Functions of more lines than the house allows, docstrings not counted."""
    for path in code(*PRODUCT):
        for function in functions(path):
            if length(function) > LONG_FUNCTION:
                yield f"{path}:{function.lineno}: {function.name} has {length(function)} lines"


def ignored_types() -> Iterator[str]:
    """Places where the type checker was told to look away."""
    return _matches(re.compile(r"# type: " + "ignore"))


def silenced_lint() -> Iterator[str]:
    """Places where the linter was told to look away."""
    return _matches(re.compile(r"# no" + "qa"))


def later() -> Iterator[str]:
    """Words that put work off."""
    return _matches(LATER)


def drawers() -> Iterator[str]:
    """Files, public classes and functions named like a drawer for anything."""
    for path in code(*PRODUCT):
        names = [(path.stem, 1)]
        named = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
        names += [(node.name, node.lineno) for node in ast.walk(syntax(path)) if isinstance(node, named)]
        for name, line in names:
            if DRAWERS & _words(name) and not name.startswith("_"):
                yield f"{path}:{line}: {name}"


def switches() -> Iterator[str]:
    """Public functions with a positional boolean parameter, which a reader of the call cannot understand."""
    for path in code("src"):
        for function in functions(path):
            for argument in function.args.args:
                boolean = isinstance(argument.annotation, ast.Name) and argument.annotation.id == "bool"
                if boolean and not function.name.startswith("_"):
                    yield f"{path}:{function.lineno}: {function.name}({argument.arg})"


RATCHETS: dict[str, Callable[[], Iterator[str]]] = {
    "files over 400 lines": long_files,
    "functions over 30 lines": long_functions,
    "type checks ignored": ignored_types,
    "lint silenced": silenced_lint,
    "work put off": later,
    "names of drawers": drawers,
    "boolean switches": switches,
}


def untested_lines() -> int:
    """Lines of code beyond the lines of test; the house wants a line of test for every line of code."""
    tests, product = (sum(map(lines, code(folder))) for folder in ("tests", "src"))
    return max(0, product - tests)


def _words(name: str) -> set[str]:
    return set(re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().split("_"))


def _matches(pattern: re.Pattern[str]) -> Iterator[str]:
    for path in code():
        for number, line in enumerate(source(path).splitlines(), 1):
            if pattern.search(line):
                yield f"{path}:{number}: {line.strip()}"


if __name__ == "__main__":
    counted = {name: sum(1 for _ in find()) for name, find in RATCHETS.items()}
    print(json.dumps({**counted, UNTESTED: untested_lines()}, indent=2))
