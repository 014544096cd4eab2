"""Expressions: the one language of conditions and computed values, a small subset of SQL."""

from __future__ import annotations

from portraits.engine.expressions.composed import basic, where_of, within
from portraits.engine.expressions.evaluation import evaluate
from portraits.engine.expressions.explanation import Explanation, Verdict, explain
from portraits.engine.expressions.expression import Expression, parse
from portraits.engine.expressions.nodes import Aggregate, Node, Value, aggregates_in, all_of, names_in
from portraits.engine.expressions.normal import normal
from portraits.engine.expressions.scope import Formats, Scope
from portraits.engine.expressions.sentences import sentence
from portraits.engine.expressions.sql import sql, where
from portraits.engine.expressions.tree import from_tree, to_tree
from portraits.engine.expressions.writing import write

__all__ = [
    "Aggregate",
    "Explanation",
    "Expression",
    "Formats",
    "Node",
    "Scope",
    "Value",
    "Verdict",
    "aggregates_in",
    "all_of",
    "basic",
    "evaluate",
    "explain",
    "from_tree",
    "names_in",
    "normal",
    "parse",
    "sentence",
    "sql",
    "to_tree",
    "where",
    "where_of",
    "within",
    "write",
]
