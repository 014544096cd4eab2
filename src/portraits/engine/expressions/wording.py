"""Wording: the words of sentences, for one language each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from portraits.vocabulary.text import Language


@dataclass(frozen=True)
class Wording:
    """How one language says comparisons, lists and lengths of time."""

    language: Language
    numbers: Mapping[str, str]
    texts: Mapping[str, str]
    times: Mapping[str, str]
    forms: Mapping[str, str]
    units: Mapping[str, str]
    both: str
    either: str
    comma: str
    last: str
    brackets: tuple[str, str]
    yes: str
    no: str
    nothing: str
    empty: str


ENGLISH = Wording(
    language="en",
    numbers={
        "=": "{0} is {1}",
        "<>": "{0} is not {1}",
        ">": "{0} is more than {1}",
        ">=": "{0} is at least {1}",
        "<": "{0} is less than {1}",
        "<=": "{0} is at most {1}",
    },
    texts={
        "=": "{0} is {1}",
        "<>": "{0} is not {1}",
        ">": "{0} comes after {1}",
        ">=": "{0} is {1} or comes after it",
        "<": "{0} comes before {1}",
        "<=": "{0} is {1} or comes before it",
    },
    times={
        "=": "{0} is {1}",
        "<>": "{0} is not {1}",
        ">": "{0} is after {1}",
        ">=": "{0} is not before {1}",
        "<": "{0} is before {1}",
        "<=": "{0} is not after {1}",
    },
    forms={
        "in": "{0} is one of {1}",
        "not in": "{0} is none of {1}",
        "between": "{0} is from {1} to {2}",
        "not between": "{0} is not from {1} to {2}",
        "like": "{0} looks like {1}",
        "not like": "{0} does not look like {1}",
        "starts_with": "{0} starts with {1}",
        "not starts_with": "{0} does not start with {1}",
        "ends_with": "{0} ends with {1}",
        "not ends_with": "{0} does not end with {1}",
        "contains": "{0} contains {1}",
        "not contains": "{0} does not contain {1}",
        "is null": "{0} is unknown",
        "is not null": "{0} is known",
        "is true": "{0} is yes",
        "is false": "{0} is no",
        "not": "not ({0})",
        "recent": "{0} is in the last {1}",
        "old": "{0} is more than {1} ago",
        "as_of": "the reference date",
        "before": "{1} before {0}",
        "after": "{1} after {0}",
        "when": "{1} if {0}",
        "otherwise": "otherwise {0}",
        "rows": "number of rows",
        "distinct": "number of different {0}",
        "filter": "{0} where {1}",
        "more": "{0} ... ({1} values)",
    },
    units={"day": "{} day{s}", "hour": "{} hour{s}", "minute": "{} minute{s}", "second": "{} second{s}"},
    both=" and ",
    either=" or ",
    comma=", ",
    last=" or ",
    brackets=("(", ")"),
    yes="yes",
    no="no",
    nothing="unknown",
    empty="an empty text",
)

CHINESE = Wording(
    language="zh",
    numbers={
        "=": "{0} 等于 {1}",
        "<>": "{0} 不等于 {1}",
        ">": "{0} 大于 {1}",
        ">=": "{0} 不小于 {1}",
        "<": "{0} 小于 {1}",
        "<=": "{0} 不超过 {1}",
    },
    texts={
        "=": "{0} 是 {1}",
        "<>": "{0} 不是 {1}",
        ">": "{0} 排在 {1} 之后",
        ">=": "{0} 是 {1} 或排在其后",
        "<": "{0} 排在 {1} 之前",
        "<=": "{0} 是 {1} 或排在其前",
    },
    times={
        "=": "{0} 是 {1}",
        "<>": "{0} 不是 {1}",
        ">": "{0} 晚于 {1}",
        ">=": "{0} 不早于 {1}",
        "<": "{0} 早于 {1}",
        "<=": "{0} 不晚于 {1}",
    },
    forms={
        "in": "{0} 是 {1}",
        "not in": "{0} 不是 {1}",
        "between": "{0} 在 {1} 到 {2} 之间",
        "not between": "{0} 不在 {1} 到 {2} 之间",
        "like": "{0} 形如 {1}",
        "not like": "{0} 不形如 {1}",
        "starts_with": "{0} 以 {1} 开头",
        "not starts_with": "{0} 不以 {1} 开头",
        "ends_with": "{0} 以 {1} 结尾",
        "not ends_with": "{0} 不以 {1} 结尾",
        "contains": "{0} 包含 {1}",
        "not contains": "{0} 不包含 {1}",
        "is null": "{0} 未知",
        "is not null": "{0} 已知",
        "is true": "{0} 为是",
        "is false": "{0} 为否",
        "not": "并非（{0}）",
        "recent": "{0} 在最近 {1}内",
        "old": "{0} 在 {1}以前",
        "as_of": "统计时点",
        "before": "{0}前 {1}",
        "after": "{0}后 {1}",
        "when": "{0} 时为 {1}",
        "otherwise": "否则为 {0}",
        "rows": "行数",
        "distinct": "不同{0}的个数",
        "filter": "{0}（限 {1}）",
        "more": "{0}……（共 {1} 个）",
    },
    units={"day": "{} 天", "hour": "{} 小时", "minute": "{} 分钟", "second": "{} 秒"},
    both="，且 ",
    either="，或 ",
    comma="、",
    last=" 或 ",
    brackets=("（", "）"),
    yes="是",
    no="否",
    nothing="未知",
    empty="空文本",
)
