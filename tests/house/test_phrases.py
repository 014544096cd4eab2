"""Phrases: whatever an error or a finding says is a phrase, and every phrase is known in Chinese."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from portraits.app.plugins import BUILT_IN
from portraits.engine.workspace import Workspace
from portraits.vocabulary import errors
from portraits.vocabulary.errors import PortraitsError, Unfit
from portraits.vocabulary.families import Family
from portraits.vocabulary.phrase import LISTS, parameters, translations
from tests.house.tree import FUNCTIONS, code, own, source, syntax

HAN = re.compile(r"[\u4e00-\u9fff]")
ERRORS = {name for name, each in vars(errors).items() if isinstance(each, type) and issubclass(each, PortraitsError)}
SAYING = ERRORS - {"DefinitionError"} | {"Fault", Unfit.__name__}
# The arguments that a person reads, by their places and names.
TEXTS = {"Fault": ((0, 5), ("what", "hint"))}
OTHERS = ((0, 1), ("what", "hint"))
# What a call of `say` looks like -> the import that makes it one of phrases.
_IMPORTED = {"say": r"vocabulary\.phrase import [^\n]*\bsay\b", "phrase.say": r"vocabulary import phrase\b"}
# Only joins what it is given, and says nothing of its own.
WORDLESS = {"{place}: {what}"}


@dataclass(frozen=True)
class Said:
    """A call of `say` in the code: where, its template and the names of its values."""

    place: str
    template: str
    names: frozenset[str]
    open: bool  # whether more values come from a mapping


@cache
def said() -> tuple[Said, ...]:
    return tuple(each for path in code("src") for each in _said(path))


def _said(path: Path) -> Iterator[Said]:
    known = {name for name, module in _IMPORTED.items() if re.search(module, source(path))}
    for node in ast.walk(syntax(path)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in known:
            place = f"{path}:{node.lineno}"
            assert node.args and _text(node.args[0]), f"{place}: a template is written out, so that lists can know it"
            names = frozenset(each.arg for each in node.keywords if each.arg)
            many = any(each.arg is None for each in node.keywords)
            yield Said(place, str(ast.literal_eval(node.args[0])), names, many)


def _is(node: ast.expr | None, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def test_errors_and_faults_say_phrases() -> None:
    assert [each for path in code("src") for each in _bare(path)] == []


def _bare(path: Path) -> Iterator[str]:
    """Texts that errors are made of without being phrases."""
    tree = syntax(path)
    for scope in (node for node in ast.walk(tree) if isinstance(node, (*FUNCTIONS, ast.Module))):
        for node in own(scope):
            if isinstance(node, ast.Call) and _name(node) in SAYING:
                for argument in _texts(node):
                    yield from (f"{path}:{each.lineno}: {ast.unparse(each)}" for each in _literals(argument, scope))


def _name(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else ""


def _texts(node: ast.Call) -> Iterator[ast.expr]:
    places, names = TEXTS.get(_name(node), OTHERS)
    yield from (argument for place, argument in enumerate(node.args) if place in places)
    yield from (each.value for each in node.keywords if each.arg in names)


def _literals(node: ast.expr, scope: ast.AST) -> Iterator[ast.expr]:
    """Texts that stand where a phrase should, followed through names and choices."""
    match node:
        case ast.Constant(value=str()) | ast.JoinedStr() | ast.BinOp():
            yield node
        case ast.IfExp(body=body, orelse=orelse):
            yield from (*_literals(body, scope), *_literals(orelse, scope))
        case ast.BoolOp(values=values):
            yield from (found for value in values for found in _literals(value, scope))
        case ast.Name(id=name):
            for each in own(scope):
                if isinstance(each, ast.Assign) and any(_is(target, name) for target in each.targets):
                    yield from _literals(each.value, scope)


def test_a_template_names_exactly_the_values_it_is_given() -> None:
    wrong = [each.place for each in said() if not each.open and each.names and parameters(each.template) != each.names]
    assert wrong == []


def test_a_template_without_values_needs_none() -> None:
    """Braces stand for themselves then, so a forgotten value would be printed as `{name}`."""
    held = re.compile(r"(?<!\$)\{[a-z_]+\}")
    assert [each.place for each in said() if not each.names and not each.open and held.search(each.template)] == []


def test_every_phrase_is_known_in_chinese() -> None:
    known = translations("zh")
    assert sorted({f"{each.template} ({each.place})" for each in said() if each.template not in known}) == []


def test_no_translation_is_left_over() -> None:
    used = {each.template for each in said()} | _named(Workspace(Path("nowhere")))
    assert sorted(translations("zh").keys() - used) == []


def test_kinds_and_families_are_described_in_chinese() -> None:
    assert sorted(_named(Workspace(Path("nowhere"))) - translations("zh").keys()) == []


def _named(nowhere: Workspace) -> set[str]:
    """What the classes of built-in kinds say of themselves: their names and texts are templates, too."""
    from portraits.app.tags.kinds import kinds

    listed = kinds(nowhere)  # which loads them
    families = [each for each in Family.__subclasses__() if _own_kind(each)]
    built_in = {
        (family.__name__.lower(), name) for family in families for name, each in family.kinds.items() if _own_kind(each)
    }
    described = {str(each.about) for each in listed if (each.family, each.kind) in built_in}
    assert described
    return described | {family.__name__.lower() for family in families}


def _own_kind(kind: type[Family]) -> bool:
    return kind.__module__.startswith(tuple(each.rpartition(".")[0] for each in BUILT_IN))


def test_both_languages_take_the_same_values() -> None:
    taking = {each.template for each in said() if each.names or each.open}
    pairs = [(english, own) for english, own in translations("zh").items() if english in taking]
    assert [english for english, own in pairs if parameters(english) != parameters(own)] == []


def test_chinese_is_chinese() -> None:
    assert [
        english for english, own in translations("zh").items() if not HAN.search(own) and english not in WORDLESS
    ] == []


def test_the_list_is_sorted_and_holds_each_phrase_once() -> None:
    written = (LISTS / "zh.toml").read_text(encoding="utf-8")
    keys = list(tomllib.loads(written)["phrases"])
    assert keys == sorted(keys)
    assert sum(" = " in line for line in written.splitlines() if line.startswith(('"', "'"))) == len(keys)
