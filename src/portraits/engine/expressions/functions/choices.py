"""Functions that choose one of their arguments; they see missing values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlglot import exp

from portraits.engine.expressions.functions.function import ANY, ORDERED, Function, Parameter, call
from portraits.engine.expressions.nodes import Value
from portraits.vocabulary.text import text
from portraits.vocabulary.types import Type

_VALUE = Parameter("value", (*ANY, Type.RAW))
_ORDERED = Parameter("value", ORDERED)


def _same(types: Sequence[Type]) -> Type:
    return types[0]


def _known(values: Sequence[Value]) -> list[Any]:
    return [value for value in values if value is not None]


CHOICES = (
    Function(
        "coalesce",
        "choice",
        text("First known", "取首个已知值"),
        text("The first argument that is not missing.", "第一个不缺失的参数。"),
        text("{0}, or {1} where missing", "{0}（缺失时取 {1}）"),
        (_VALUE, _VALUE),
        _same,
        lambda a, _: exp.Coalesce(this=a[0], expressions=list(a[1:])),
        lambda *values: next(iter(_known(values)), None),
        (("coalesce(null, 0)", "0"),),
        many=True,
        alike=True,
        strict=False,
    ),
    Function(
        "nullif",
        "choice",
        text("Missing where equal", "相等则视为缺失"),
        text("The first argument; missing where it equals the second.", "第一个参数；与第二个相等则视为缺失。"),
        text("{0} unless it is {1}", "{0}（为 {1} 时视为缺失）"),
        (_VALUE, _VALUE),
        _same,
        lambda a, _: exp.Nullif(this=a[0], expression=a[1]),
        lambda value, other: None if value == other else value,
        (("nullif(0, 0)", "null"),),
        alike=True,
        strict=False,
    ),
    Function(
        "least",
        "choice",
        text("Least", "最小者"),
        text("The least argument; missing ones are left out.", "参数中最小的一个，缺失的不算。"),
        text("the least of {0} and {1}", "{0}与{1}中较小者"),
        (_ORDERED, _ORDERED),
        _same,
        lambda a, _: call("LEAST", *a),
        lambda *values: min(_known(values), default=None),
        (("least(3, 1, 2)", "1"),),
        many=True,
        alike=True,
        strict=False,
    ),
    Function(
        "greatest",
        "choice",
        text("Greatest", "最大者"),
        text("The greatest argument; missing ones are left out.", "参数中最大的一个，缺失的不算。"),
        text("the greatest of {0} and {1}", "{0}与{1}中较大者"),
        (_ORDERED, _ORDERED),
        _same,
        lambda a, _: call("GREATEST", *a),
        lambda *values: max(_known(values), default=None),
        (("greatest(3, 1, 2)", "3"),),
        many=True,
        alike=True,
        strict=False,
    ),
)
