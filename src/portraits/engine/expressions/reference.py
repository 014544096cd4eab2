"""Reference: the page of the expression language, written from its own lists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from portraits.engine.expressions.aggregates import AGGREGATES
from portraits.engine.expressions.calls import ARGUMENTS, YEARS
from portraits.engine.expressions.check import OPTIONS, PATTERN, WILDCARDS
from portraits.engine.expressions.conversions import CONVERSIONS, DIRECTIVES
from portraits.engine.expressions.functions import FUNCTIONS
from portraits.engine.expressions.grammar import LENGTH, NESTING
from portraits.engine.expressions.reading import DEPTH

GROUPS = {
    "text": ("Text", "文本"),
    "number": ("Numbers", "数值"),
    "date": ("Days and moments", "日期与时间"),
    "choice": ("Choices", "取值"),
}

_GRAMMAR = """
expression  = disjunction
disjunction = conjunction { "or" conjunction }
conjunction = denial { "and" denial }
denial      = "not" denial | comparison
comparison  = sum [ ( "=" | "<>" | "!=" | "<" | "<=" | ">" | ">=" ) sum
                  | [ "not" ] "in" "(" constant { "," constant } ")"
                  | [ "not" ] "between" sum "and" sum
                  | [ "not" ] "like" text
                  | "is" [ "not" ] "null" ]
sum         = product { ( "+" | "-" ) ( product | duration ) | "||" product }
product     = factor { ( "*" | "/" | "%" ) factor }
factor      = "-" factor | constant | name | "as_of" | case | call | "(" expression ")"
case        = "case" [ expression ] { "when" expression "then" expression } [ "else" expression ] "end"
call        = function "(" [ expression { "," expression } ] ")"
            | aggregate "(" [ "*" | [ "distinct" ] expression { "," expression } ] ")"
              [ "filter" "(" "where" expression ")" ]
constant    = number | text | "true" | "false" | "null" | "date" text | "time" text
duration    = whole ( "seconds" | "minutes" | "hours" | "days" | "weeks" | "months" | "years" )
            | "interval" text
text        = "'" characters "'"                (a quote inside is written twice)
name        = letters, digits and _ | '"' any characters '"'
""".strip()

_ENGLISH = f"""
Every condition and every computed value is written in one small subset of SQL: in tags, mappings, audiences and
filters. What is written is read by an allow-list and written anew for the engine; it never reaches it as text.

**Missing values.** A condition over a missing value is *unknown*: it does not hold, and neither does its denial.
`x is null` asks for missing values. `false and unknown` is false, `true or unknown` is true, as in SQL. A branch of
`case` or `if` whose condition is unknown is not taken. What cannot be read or computed (`1 / 0`, `number('abc')`,
`ln(0)`, a whole number beyond 64 bits) is missing, never an error. A plain column of yes and no stays missing where it
is missing.

**Types.** Text, whole numbers, numbers, money (four exact decimals), yes and no, days, moments. Whole numbers become
numbers or money by themselves, days become moments and the reverse; a constant such as `'2024-01-31'` becomes what it
is compared with. Everything else is converted in writing: `number(x)`, `text(x)`, `date(x)`. Raw text of a source is
read as what its place asks for. Division gives a number with decimals; the sum of amounts stays exact.

**Time.** `as_of` is the moment the build looks from; nothing reads the clock. `as_of - 90 days` is a moment. A month
counts 30 days and a year 365, as in a tag's window; for calendar months there is `add_months`. Weeks begin on Monday.

**Limits.** {LENGTH:,} characters, {NESTING} brackets inside each other, {DEPTH} levels, {OPTIONS:,} values in a list,
{ARGUMENTS} arguments, {WILDCARDS} `%` and {PATTERN} characters in a pattern, {YEARS} years in a duration.
""".strip()

_CHINESE = f"""
标签、映射、人群和筛选里的每个条件、每个计算值，都用同一种语言书写：SQL 的一个小子集。
写下的文字按白名单读入，再由语法树重新生成给引擎的语句，原文不会到达引擎。

**缺失值。** 对缺失值的条件是“未知”：既不成立，其否定也不成立。用 `x is null` 查找缺失值。
与 SQL 相同，`false and 未知` 为否，`true or 未知` 为是。`case`、`if` 中条件未知的分支不取。
读不出或算不出的值（`1 / 0`、`number('abc')`、`ln(0)`、超出 64 位的整数）一律为缺失，不会报错。
是/否类型的列本身缺失时仍为缺失。

**类型。** 文本、整数、数值、金额（四位精确小数）、是否、日期、时间。整数可自动变为数值或金额，日期与时间可互相转换；
`'2024-01-31'` 这样的常量会变成与之比较的类型。其余转换需写明：`number(x)`、`text(x)`、`date(x)`。
数据源的原始文本按所在位置需要的类型读取。除法得小数，金额求和保持精确。

**时间。** `as_of` 是构建所站的时点，任何表达式都不读时钟。`as_of - 90 days` 是一个时间。
一个月按 30 天、一年按 365 天计，与标签的时间窗相同；自然月请用 `add_months`。每周从周一开始。

**上限。** {LENGTH:,} 个字符，括号最多 {NESTING} 层，表达式最多 {DEPTH} 层，列表最多 {OPTIONS:,} 个值，
函数最多 {ARGUMENTS} 个参数，模式中最多 {WILDCARDS} 个 `%`、{PATTERN} 个字符，时长最多 {YEARS} 年。
""".strip()


def markdown() -> str:
    """The page in both languages, ready to be written to docs/reference/expressions.md."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield from ["# Expressions · 表达式", "", _ENGLISH, "", _CHINESE, "", "## Grammar · 语法", "", "```ebnf"]
    yield from [
        _GRAMMAR,
        "```",
        "",
        "Words and names of functions may be written in capitals. 关键字与函数名不分大小写。",
    ]
    for group, (english, chinese) in GROUPS.items():
        yield from _section(f"{english} · {chinese}", _functions(group))
    yield from _section("Conditional values · 条件取值", _CONDITIONAL)
    yield from _section("Conversions · 转换", _conversions())
    letters = " ".join(f"`%{letter}`" for letter in DIRECTIVES)
    yield from ["", f"Formats hold {letters} and the signs between them. 格式由以上代号与分隔符组成。"]
    yield from _section("Aggregates, in fact tags · 聚合（事实标签）", _aggregates())
    yield from ["", "Each may be followed by `filter (where ...)`. 均可加 `filter (where ...)` 限定行。"]


_CONDITIONAL = (
    (
        "if(condition, value [, otherwise])",
        "The value where the condition holds, else the other one or nothing.",
        "条件成立取前值，否则取后值或缺失。",
        "`if(amount > 100, 'large', 'small')`",
    ),
    (
        "case when ... then ... else ... end",
        "The value of the first branch that holds.",
        "第一个成立的分支的值。",
        "`case when age < 18 then 'young' else 'adult' end`",
    ),
)


def _functions(group: str) -> Iterator[Sequence[str]]:
    for function in FUNCTIONS.values():
        if function.group == group:
            examples = "; ".join(f"`{written}` → {value}" for written, value in function.examples)
            yield function.form, function.doc.en, function.doc.zh, examples


def _conversions() -> Iterator[Sequence[str]]:
    for conversion in CONVERSIONS.values():
        written, value = conversion.example
        yield conversion.form, conversion.doc.en, conversion.doc.zh, f"`{written}` → {value}"


def _aggregates() -> Iterator[Sequence[str]]:
    for over in AGGREGATES.values():
        yield over.form, over.doc.en, over.doc.zh, f"`{over.example}`"


def _section(title: str, rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield from ["", f"## {title}", "", "| form · 写法 | what | 说明 | example · 例 |", "|---|---|---|---|"]
    for form, english, chinese, example in rows:
        cells = (f"`{form}`", english, chinese, example)
        yield f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"
