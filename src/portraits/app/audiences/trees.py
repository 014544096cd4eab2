"""Trees: a rule as groups of conditions, and how many customers each part chooses, in one question.

The page edits a tree of at most three levels; the same rule as text says it too. A tree may hold
parts that are not finished: each has its fault in its place, and everything else is counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from portraits.app.audiences.chosen import EVERYBODY, Chosen, all_customers, is_personal, ruled
from portraits.app.audiences.rule import said
from portraits.app.customers.choice import condition, scope
from portraits.app.reading import Reading, reading
from portraits.app.said import both
from portraits.engine.expressions import from_tree, to_tree
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import BadInput, ExpressionError
from portraits.vocabulary.phrase import say
from portraits.vocabulary.text import Text

LEVELS = 3
MOST_NODES = 100
_TRUTHS = {("=", True): "is true", ("=", False): "is false", ("<>", True): "is false", ("<>", False): "is true"}

NOTHING = Text(en="", zh="")

Tree = Mapping[str, Any]


@dataclass(frozen=True)
class Part:
    """A group or a condition of a tree, by its path: "" is the root, "0.2" the third of the first.

    `n` are the customers for whom it holds. An excluding group says two numbers: `matches` are those
    that its rules find, `n` those that it leaves; the rest has values that are not known. With a
    fault there is no number.
    """

    path: str
    n: int | None = None
    matches: int | None = None
    fault: Text | None = None
    hint: Text | None = None


@dataclass(frozen=True)
class TreeCount:
    """A rule in all its forms, with the numbers of all its parts.

    `tree` is None where the text has no form as a tree of the page, and `reason` says why. `complete`
    is false where parts with faults were left out of the count.
    """

    tree: Tree | None
    text: str
    sentence: Text | None
    parts: tuple[Part, ...]
    n: int
    base: int
    personal: bool
    complete: bool
    as_of: datetime
    run: int
    reason: Text | None = None

    @property
    def share(self) -> float:
        """The share of all customers, 0 where there are none."""
        return self.n / self.base if self.base else 0.0


def count_tree(workspace: Workspace, tree: Tree) -> TreeCount:
    """Count every part of a tree and the whole; BadInput where it is no tree of the page."""
    with reading(workspace) as run:
        return _count(run, _checked(tree), None)


def count_text(workspace: Workspace, text: str) -> TreeCount:
    """Read a rule written as text, and count it and its parts; ExpressionError says what is wrong with it."""
    with reading(workspace) as run:
        tree, reason = _shape(run, text)
        return _count(run, tree, text) if tree is not None else _whole(run, text, reason)


def _count(run: Reading, tree: Tree, text: str | None) -> TreeCount:
    root = _Node(run, tree, "")
    numbers = _numbers(run, [sql for node in root.walk() for sql in node.conditions])
    who = root.chosen
    return TreeCount(
        tree=tree,
        text=root.text if text is None else text,
        sentence=said(run, who.expression) if who.expression else None,
        parts=tuple(node.part(numbers) for node in root.walk()),
        n=numbers[who.where],
        base=all_customers(run),
        personal=is_personal(run, who.names),
        complete=all(node.fault is None for node in root.walk()),
        as_of=run.as_of,
        run=run.run.info.number,
    )


def _whole(run: Reading, text: str, reason: Text) -> TreeCount:
    """A rule without a tree: the whole alone is counted."""
    who = ruled(run, text)
    return TreeCount(
        tree=None,
        text=text,
        sentence=said(run, condition(run, text)),
        parts=(),
        n=_numbers(run, [who.where])[who.where],
        base=all_customers(run),
        personal=is_personal(run, who.names),
        complete=True,
        as_of=run.as_of,
        run=run.run.info.number,
        reason=reason,
    )


def _numbers(run: Reading, conditions: Sequence[str]) -> dict[str, int]:
    """How many customers each condition chooses: one statement, a count of its own for each.

    A condition in WHERE lets the scan leave rows and columns out; as filters of counts in one scan
    the same conditions take several times as long.
    """
    distinct = list(dict.fromkeys(each for each in conditions if each != EVERYBODY))
    found = {EVERYBODY: all_customers(run)}
    counts = (f"SELECT {at} AS at, count(*) FROM portrait p WHERE {each}" for at, each in enumerate(distinct))
    sql = " UNION ALL ".join(counts)
    return found | ({distinct[at]: n for at, n in run.rows(sql)} if sql else {})


class _Node:
    """A part of a tree while it is read: its text where it is sound, else its fault."""

    def __init__(self, run: Reading, tree: Tree, path: str) -> None:
        head = f"{path}." if path else ""
        rules = tree["rules"] if "group" in tree else ()
        self.path, self._run, self._tree = path, run, tree
        self.children = [_Node(run, rule, f"{head}{at}") for at, rule in enumerate(rules)]
        self.fault: ExpressionError | None = None
        self.text = self.excluded = ""
        try:
            self._read()
        except ExpressionError as error:
            self.fault = error

    def _read(self) -> None:
        sound = [child.sound for child in self.children if child.text]
        if "group" not in self._tree or sound:
            self.text = from_tree(self.sound, scope(self._run))
        if sound and self._tree["group"] == "none":
            self.excluded = from_tree({"group": "any", "rules": sound}, scope(self._run))

    @property
    def sound(self) -> dict[str, Any]:
        """The part without what has a fault or is empty."""
        if "group" not in self._tree:
            return dict(self._tree)
        return {"group": self._tree["group"], "rules": [child.sound for child in self.children if child.text]}

    def walk(self) -> Iterator[_Node]:
        """The part and all within it."""
        yield self
        for child in self.children:
            yield from child.walk()

    @cached_property
    def chosen(self) -> Chosen:
        """Whom the part chooses; where it says nothing yet, everybody."""
        return ruled(self._run, self.text)

    @cached_property
    def matched(self) -> Chosen:
        """Whom the rules of an excluding group find."""
        return ruled(self._run, self.excluded)

    @property
    def conditions(self) -> Iterator[str]:
        """What is to be counted for it."""
        if self.text or not self.path:
            yield self.chosen.where
        if self.excluded:
            yield self.matched.where

    def part(self, numbers: Mapping[str, int]) -> Part:
        """The part with its numbers."""
        n = numbers[self.chosen.where] if self.text or not self.path else None
        matches = numbers[self.matched.where] if self.excluded else None
        fault, hint = (both(self.fault.what), both(self.fault.hint)) if self.fault else (None, None)
        return Part(self.path, n, matches, fault, hint)


def _checked(tree: object, level: int = 1) -> Tree:
    """A tree as the page may send it; BadInput where it is none, whatever its conditions say."""
    if not isinstance(tree, Mapping):
        raise BadInput(say("That is not a tree of rules."), say("Write groups of rules."))
    if "group" not in tree:
        return tree
    rules = tree.get("rules")
    if tree["group"] not in ("all", "any", "none") or not isinstance(rules, list):
        raise BadInput(say("That is not a group of rules."), say("A group is all, any or none of its rules."))
    if level > LEVELS:
        raise BadInput(say("Groups nest {levels} levels deep at most.", levels=LEVELS))
    checked = {"group": tree["group"], "rules": [_checked(rule, level + 1) for rule in rules]}
    if level == 1 and _size(checked) > MOST_NODES:
        raise BadInput(say("A tree holds {most} rules and groups at most.", most=MOST_NODES))
    return checked


def _size(tree: Tree) -> int:
    return 1 + sum(_size(rule) for rule in tree.get("rules", ()))


def _shape(run: Reading, text: str) -> tuple[Tree | None, Text]:
    """The tree of a text, or why the page has none for it."""
    if not text.strip():
        return {"group": "all", "rules": []}, NOTHING
    made = to_tree(condition(run, text))
    tree = made if made["group"] != "none" else {"group": "all", "rules": [made]}
    free, deep = next(_free(tree), ""), _depth(tree)
    if free:
        return None, both(
            say("“{text}” is more than a tag held against a value, so the tree has no form for it.", text=free)
        )
    if deep > LEVELS:
        return None, both(
            say("This rule nests {deep} levels of groups; the tree shows {levels}.", deep=deep, levels=LEVELS)
        )
    if _size(tree) > MOST_NODES:
        return None, both(say("A tree holds {most} rules and groups at most.", most=MOST_NODES))
    return _plain(tree), NOTHING


def _free(tree: Tree) -> Iterator[str]:
    """The conditions that have no form of their own."""
    if "text" in tree:
        yield str(tree["text"])
    for rule in tree.get("rules", ()):
        yield from _free(rule)


def _depth(tree: Tree) -> int:
    return 1 + max((_depth(rule) for rule in tree["rules"]), default=0) if "group" in tree else 0


def _plain(tree: Tree) -> Tree:
    """Truth is asked for in one way: `x = true` is `x`."""
    if "group" in tree:
        return {"group": tree["group"], "rules": [_plain(rule) for rule in tree["rules"]]}
    value = tree.get("value")
    test = _TRUTHS.get((tree["operator"], value)) if isinstance(value, bool) else None
    return {"name": tree["name"], "operator": test} if test else tree
