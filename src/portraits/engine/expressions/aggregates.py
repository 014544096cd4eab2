"""Aggregates: one value over many rows, for fact tags.

Most are one aggregate of the engine; `composed` says which are made of those.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlglot import exp

from portraits.engine.expressions.functions.function import (
    ANY,
    NUMERIC,
    ORDERED,
    Build,
    Parameter,
    call,
    cast,
    try_cast,
)
from portraits.vocabulary.errors import ExpressionError
from portraits.vocabulary.phrase import say
from portraits.vocabulary.text import Text, text
from portraits.vocabulary.types import Type


def _composed(_: Sequence[exp.Expr], __: str) -> exp.Expr:
    raise ExpressionError(say("a composed aggregate has no SQL of its own."), say("Write it out by basic() first."))


@dataclass(frozen=True)
class Over:
    """An aggregate function: what it takes, what it gives, and its words.

    `timed` ones get the time of the row as last argument; composed ones have no SQL of their own.
    """

    name: str
    title: Text
    doc: Text
    phrase: Text
    parameters: tuple[Parameter, ...]
    result: Type | Callable[[Sequence[Type]], Type]
    build: Build = _composed
    timed: bool = False
    example: str = ""

    def result_of(self, types: Sequence[Type]) -> Type:
        """The type of the result for arguments of these types."""
        return self.result(types) if callable(self.result) else self.result

    @property
    def form(self) -> str:
        """How it is written: `percentile(number, part)`."""
        return f"{self.name}({', '.join(each.name for each in self.parameters)})"


def _same(types: Sequence[Type]) -> Type:
    return types[0]


def _extreme(name: str) -> Callable[[Sequence[exp.Expr], str], exp.Expr]:
    # Of several rows at the same moment the first one has the smallest value, the last one the largest.
    def build(arguments: Sequence[exp.Expr], dialect: str) -> exp.Expr:
        value, time = arguments
        if dialect == "spark":
            return call(f"{name}_BY", value, call("STRUCT", time, value.copy()))
        return call(f"ARG_{name}", value, call("ROW", time, value.copy()))

    return build


def _histogram(value: exp.Expr) -> exp.Expr:
    return call("HISTOGRAM", value)


def _most_frequent(arguments: Sequence[exp.Expr], dialect: str) -> exp.Expr:
    value = arguments[0]
    if dialect == "spark":
        return call("MODE", value, exp.true())
    # A histogram is ordered by value: the first place of the greatest count has the smallest value.
    counts = call("MAP_VALUES", _histogram(value))
    place = call("LIST_POSITION", counts, call("LIST_MAX", counts.copy()))
    return call("LIST_EXTRACT", call("MAP_KEYS", _histogram(value.copy())), place)


def _top_share(arguments: Sequence[exp.Expr], dialect: str) -> exp.Expr:
    _needs_planner("top_share", dialect)
    value = arguments[0]
    most = call("LIST_MAX", call("MAP_VALUES", _histogram(value)))
    below = exp.Nullif(this=exp.Count(this=value.copy()), expression=exp.Literal.number(0))
    return exp.Paren(this=exp.Div(this=cast(most, "DOUBLE"), expression=below))


def _entropy(arguments: Sequence[exp.Expr], dialect: str) -> exp.Expr:
    _needs_planner("entropy", dialect)
    return call("ENTROPY", arguments[0])


def _needs_planner(name: str, dialect: str) -> None:
    if dialect == "spark":
        raise ExpressionError(
            say("{name} has no single expression in Spark.", name=name), say("It is planned in two steps there.")
        )


def _summed(arguments: Sequence[exp.Expr], _: str) -> exp.Expr:
    return exp.Sum(this=arguments[0])


def settled(total: exp.Expr, type_: Type) -> exp.Expr:
    """A sum in the type of what was summed; NULL where it no longer fits."""
    to = {Type.INTEGER: "BIGINT", Type.MONEY: "DECIMAL(18, 4)"}.get(type_)
    return try_cast(total, to) if to else total


_NUMBER = Parameter("number", NUMERIC)
_REAL = Parameter("number", (Type.NUMBER,))
_ORDERED = Parameter("value", ORDERED)
_ANY = Parameter("value", ANY)
_PART = Parameter("part", (Type.NUMBER,), lambda part: 0 <= part <= 1, say("a number from 0 to 1"))
_PIECES = Parameter("pieces", (Type.INTEGER,), lambda n: 2 <= n <= 24, say("a whole number from 2 to 24"))

AGGREGATES: dict[str, Over] = {
    each.name: each
    for each in (
        Over(
            "count",
            text("Count", "计数"),
            text(
                "The number of rows, of known values, or with distinct of different values.",
                "行数；给出参数时为非缺失值的个数；加 distinct 为不同值的个数。",
            ),
            text("number of {0}", "{0}的个数"),
            (Parameter("value", (*ANY, Type.JSON)),),
            Type.INTEGER,
            lambda a, _: exp.Count(this=a[0], big_int=True),
            example="count(distinct category)",
        ),
        Over(
            "sum",
            text("Sum", "合计"),
            text("The sum of the known values.", "非缺失值之和。"),
            text("sum of {0}", "{0}合计"),
            (_NUMBER,),
            _same,
            _summed,
            example="sum(amount)",
        ),
        Over(
            "avg",
            text("Mean", "平均"),
            text("The mean of the known values.", "非缺失值的平均数。"),
            text("mean of {0}", "{0}平均"),
            (_REAL,),
            Type.NUMBER,
            lambda a, _: exp.Avg(this=a[0]),
            example="avg(amount)",
        ),
        Over(
            "min",
            text("Least", "最小"),
            text("The least known value.", "最小的非缺失值。"),
            text("least {0}", "{0}的最小值"),
            (_ORDERED,),
            _same,
            lambda a, _: exp.Min(this=a[0]),
            example="min(ordered_at)",
        ),
        Over(
            "max",
            text("Greatest", "最大"),
            text("The greatest known value.", "最大的非缺失值。"),
            text("greatest {0}", "{0}的最大值"),
            (_ORDERED,),
            _same,
            lambda a, _: exp.Max(this=a[0]),
            example="days_since(max(ordered_at))",
        ),
        Over(
            "median",
            text("Median", "中位数"),
            text("The value in the middle, between two of them their mean.", "居中的值；有两个时取平均。"),
            text("median of {0}", "{0}的中位数"),
            (_REAL,),
            Type.NUMBER,
            lambda a, _: exp.Median(this=a[0]),
            example="median(amount)",
        ),
        Over(
            "percentile",
            text("Percentile", "分位数"),
            text(
                "The value below which a part of the values lies, interpolated.", "某一比例的值不超过的数，线性插值。"
            ),
            text("percentile {1} of {0}", "{0}的 {1} 分位数"),
            (_REAL, _PART),
            Type.NUMBER,
            lambda a, dialect: call("PERCENTILE" if dialect == "spark" else "QUANTILE_CONT", *a),
            example="percentile(amount, 0.9)",
        ),
        Over(
            "stddev",
            text("Spread", "标准差"),
            text("The sample standard deviation; missing for one row.", "样本标准差；只有一行时缺失。"),
            text("spread of {0}", "{0}的标准差"),
            (_REAL,),
            Type.NUMBER,
            lambda a, _: exp.StddevSamp(this=a[0]),
            example="stddev(amount)",
        ),
        Over(
            "first",
            text("First", "首次"),
            text(
                "The known value of the earliest row; of several at that moment the smallest.",
                "最早一行的非缺失值；同一时刻有多行时取最小者。",
            ),
            text("first {0}", "首次的{0}"),
            (_ANY,),
            _same,
            _extreme("MIN"),
            timed=True,
            example="first(channel)",
        ),
        Over(
            "last",
            text("Last", "最近一次"),
            text(
                "The known value of the latest row; of several at that moment the largest.",
                "最晚一行的非缺失值；同一时刻有多行时取最大者。",
            ),
            text("last {0}", "最近一次的{0}"),
            (_ANY,),
            _same,
            _extreme("MAX"),
            timed=True,
            example="last(channel)",
        ),
        Over(
            "most_frequent",
            text("Most frequent", "最常见"),
            text(
                "The value of most rows; of equally frequent ones the smallest.", "出现最多的值；次数相同时取最小者。"
            ),
            text("most frequent {0}", "最常见的{0}"),
            (_ANY,),
            _same,
            _most_frequent,
            example="most_frequent(store)",
        ),
        Over(
            "share",
            text("Share of rows", "占比"),
            text("The part of the rows for which a condition holds.", "满足条件的行所占的比例。"),
            text("share with {0}", "{0}的占比"),
            (Parameter("condition", (Type.BOOLEAN,)),),
            Type.NUMBER,
            example="share(is_weekend(ordered_at))",
        ),
        Over(
            "top_share",
            text("Share of the favourite", "首选占比"),
            text("The part of the known values that equals the most frequent one.", "最常见的值在非缺失值中的比例。"),
            text("share of the most frequent {0}", "最常见{0}的占比"),
            (_ANY,),
            Type.NUMBER,
            _top_share,
            example="top_share(category)",
        ),
        Over(
            "entropy",
            text("Variety", "多样性"),
            text(
                "The Shannon entropy of the known values in bits; 0 for one value.",
                "非缺失值的香农熵（比特）；只有一种值时为 0。",
            ),
            text("variety of {0}", "{0}的多样性"),
            (_ANY,),
            Type.NUMBER,
            _entropy,
            example="entropy(category)",
        ),
        Over(
            "mean_gap",
            text("Mean gap", "平均间隔"),
            text(
                "Mean days between consecutive different days with rows; missing for one day.",
                "相邻两个有记录的日子之间的平均天数；只有一天则缺失。",
            ),
            text("mean days between rows", "平均间隔天数"),
            (),
            Type.NUMBER,
            timed=True,
            example="mean_gap()",
        ),
        Over(
            "slope",
            text("Trend", "趋势"),
            text(
                "The least-squares slope of the sums over n equal sub-windows of the tag's window, per sub-window.",
                "把标签的时间窗等分成 n 段，各段合计的最小二乘斜率（每段的变化）。",
            ),
            text("trend of {0} over {1} parts", "{0}在 {1} 段中的趋势"),
            (_NUMBER, _PIECES),
            Type.NUMBER,
            timed=True,
            example="slope(amount, 6)",
        ),
        Over(
            "months_active",
            text("Active months", "活跃月数"),
            text("The number of different calendar months with rows.", "有记录的不同自然月的个数。"),
            text("number of active months", "活跃月数"),
            (),
            Type.INTEGER,
            timed=True,
            example="months_active()",
        ),
    )
}
