"""Expressions: the one language of conditions and computed values, a small subset of SQL."""

from __future__ import annotations

from portraits.engine.expressions.aggregates import basic, where_of, within
from portraits.engine.expressions.expression import Expression, parse
from portraits.engine.expressions.nodes import Aggregate, Node, Value, aggregates_in, all_of, names_in
from portraits.engine.expressions.scope import Formats, Scope
from portraits.engine.expressions.sql import sql, where

__all__ = [
    "Aggregate",
    "Expression",
    "Formats",
    "Node",
    "Scope",
    "Value",
    "aggregates_in",
    "all_of",
    "basic",
    "names_in",
    "parse",
    "sql",
    "where",
    "where_of",
    "within",
]
