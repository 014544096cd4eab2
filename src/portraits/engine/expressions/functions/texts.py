"""Functions over text."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from portraits.engine.expressions.functions.function import Function, Parameter, call, constant, grouped
from portraits.vocabulary.phrase import say
from portraits.vocabulary.text import text
from portraits.vocabulary.types import Type

BLANKS = " \t\n\r\u00a0\u200b\u3000\ufeff"
_LONGEST = 4_000

_TEXT = Parameter("text", (Type.TEXT,))
_COUNT = Parameter("count", (Type.INTEGER,), lambda n: 0 <= n <= _LONGEST, say("a whole number from 0"))
_PLACE = Parameter("place", (Type.INTEGER,), lambda n: 1 <= n <= _LONGEST, say("a whole number from 1"))
_SOUGHT = Parameter("sought", (Type.TEXT,), lambda sought: sought != "", say("a text that is not empty"))


def lower(value: str) -> str:
    """Each character in its one-character lower case."""
    return "".join(character.lower()[0] for character in value)


def upper(value: str) -> str:
    """Each character in its one-character upper case."""
    return "".join("ẞ" if each == "ß" else each if len(each.upper()) > 1 else each.upper() for each in value)


def _trim(arguments: Sequence[exp.Expr], _: str) -> exp.Expr:
    return exp.Trim(this=arguments[0], expression=constant(BLANKS))


def _part(arguments: Sequence[exp.Expr], _: str) -> exp.Expr:
    whole, separator, place = arguments
    found = exp.SplitPart(this=whole, delimiter=separator, part_index=place)
    return exp.Nullif(this=found, expression=constant(""))


def _part_of(whole: str, separator: str, place: int) -> str | None:
    parts = whole.split(separator)
    return (parts[place - 1] or None) if place <= len(parts) else None


def _concat(arguments: Sequence[exp.Expr], _: str) -> exp.Expr:
    joined = grouped(arguments[0])
    for argument in arguments[1:]:
        joined = exp.DPipe(this=joined, expression=grouped(argument))
    return exp.Paren(this=joined)


def _right(value: str, count: int) -> str:
    return value[-count:] if count else ""


def _field(arguments: Sequence[exp.Expr], dialect: str) -> exp.Expr:
    json, name = arguments
    if dialect == "spark":
        return call("GET_JSON_OBJECT", json, constant(f"$.{name.name}"))
    found = call("JSON_EXTRACT_STRING", json, constant(f'$."{name.name}"'))
    return exp.Case(ifs=[exp.If(this=call("JSON_VALID", json), true=found)])


def _field_of(value: str, name: str) -> str | None:
    import json

    try:
        found = json.loads(value)
    except ValueError:
        return None
    inside = found.get(name) if isinstance(found, dict) else None
    if inside is None or isinstance(inside, str):
        return inside
    return json.dumps(inside, ensure_ascii=False, separators=(",", ":"))


TEXTS = (
    Function(
        "lower",
        "text",
        text("In lower case", "转小写"),
        text("The text in lower case.", "把文本转成小写。"),
        text("{0} in lower case", "{0}的小写"),
        (_TEXT,),
        Type.TEXT,
        lambda a, _: exp.Lower(this=a[0]),
        lower,
        (("lower('Ab')", "ab"),),
    ),
    Function(
        "upper",
        "text",
        text("In upper case", "转大写"),
        text("The text in upper case.", "把文本转成大写。"),
        text("{0} in upper case", "{0}的大写"),
        (_TEXT,),
        Type.TEXT,
        lambda a, _: exp.Upper(this=a[0]),
        upper,
        (("upper('Ab')", "AB"),),
    ),
    Function(
        "trim",
        "text",
        text("Without blanks around", "去首尾空白"),
        text(
            "The text without blanks, tabs and full-width spaces at both ends.",
            "去掉文本首尾的空格、制表符和全角空格。",
        ),
        text("{0} trimmed", "去掉首尾空白的{0}"),
        (_TEXT,),
        Type.TEXT,
        _trim,
        lambda value: value.strip(BLANKS),
        (("trim('  a b ')", "a b"),),
    ),
    Function(
        "length",
        "text",
        text("Length", "长度"),
        text("The number of characters.", "文本的字符数。"),
        text("length of {0}", "{0}的长度"),
        (_TEXT,),
        Type.INTEGER,
        lambda a, _: exp.Length(this=a[0]),
        len,
        (("length('北京')", "2"),),
    ),
    Function(
        "left",
        "text",
        text("First characters", "开头几个字符"),
        text("The first characters of the text.", "文本开头的若干个字符。"),
        text("first {1} characters of {0}", "{0}的前 {1} 个字符"),
        (_TEXT, _COUNT),
        Type.TEXT,
        lambda a, _: exp.Left(this=a[0], expression=a[1]),
        lambda value, count: value[:count],
        (("left('shop-7', 4)", "shop"),),
    ),
    Function(
        "right",
        "text",
        text("Last characters", "末尾几个字符"),
        text("The last characters of the text.", "文本末尾的若干个字符。"),
        text("last {1} characters of {0}", "{0}的后 {1} 个字符"),
        (_TEXT, _COUNT),
        Type.TEXT,
        lambda a, _: exp.Right(this=a[0], expression=a[1]),
        _right,
        (("right('shop-7', 1)", "7"),),
    ),
    Function(
        "substring",
        "text",
        text("Part by place", "按位置截取"),
        text("Characters from a place on, counted from 1.", "从第几个字符起截取若干个字符，从 1 数起。"),
        text("{2} characters of {0} from place {1}", "{0}从第 {1} 个起的 {2} 个字符"),
        (_TEXT, _PLACE, _COUNT),
        Type.TEXT,
        lambda a, _: exp.Substring(this=a[0], start=a[1], length=a[2]),
        lambda value, place, count: value[place - 1 : place - 1 + count],
        (("substring('2024-05', 6, 2)", "05"),),
    ),
    Function(
        "replace",
        "text",
        text("Replaced", "替换"),
        text("The text with every place of one text replaced by another.", "把文本中的某段文字全部换成另一段。"),
        text("{0} with {2} for {1}", "把 {1} 换成 {2} 后的{0}"),
        (_TEXT, _SOUGHT, Parameter("replacement", (Type.TEXT,), lambda _: True, say("a text"))),
        Type.TEXT,
        lambda a, _: exp.Replace(this=a[0], expression=a[1], replacement=a[2]),
        lambda value, sought, replacement: value.replace(sought, replacement),
        (("replace('1 380', ' ', '')", "1380"),),
    ),
    Function(
        "concat",
        "text",
        text("Joined", "拼接"),
        text(
            "Texts joined, as by ||; missing where one of them is missing.", "拼接文本，同 ||；有一个缺失则结果缺失。"
        ),
        text("{0} followed by {1}", "{0}接{1}"),
        (_TEXT, _TEXT),
        Type.TEXT,
        _concat,
        lambda *values: "".join(values),
        (("concat('a', '-', 'b')", "a-b"),),
        many=True,
    ),
    Function(
        "part",
        "text",
        text("Part by separator", "按分隔符取段"),
        text(
            "The n-th part between separators; missing where there is none.",
            "按分隔符切开后的第几段；没有这一段则缺失。",
        ),
        text("part {2} of {0} between {1}", "{0}按 {1} 分开的第 {2} 段"),
        (_TEXT, _SOUGHT, _PLACE),
        Type.TEXT,
        _part,
        _part_of,
        (("part('food/fruit/apple', '/', 2)", "fruit"),),
    ),
    Function(
        "starts_with",
        "text",
        text("Starts with", "开头是"),
        text("Whether the text starts with another.", "文本是否以另一段文字开头。"),
        text("{0} starts with {1}", "{0} 以 {1} 开头"),
        (_TEXT, _TEXT),
        Type.BOOLEAN,
        lambda a, _: exp.StartsWith(this=a[0], expression=a[1]),
        str.startswith,
        (("starts_with('13800', '138')", "true"),),
    ),
    Function(
        "ends_with",
        "text",
        text("Ends with", "结尾是"),
        text("Whether the text ends with another.", "文本是否以另一段文字结尾。"),
        text("{0} ends with {1}", "{0} 以 {1} 结尾"),
        (_TEXT, _TEXT),
        Type.BOOLEAN,
        lambda a, _: exp.EndsWith(this=a[0], expression=a[1]),
        str.endswith,
        (("ends_with('a@b.cn', '.cn')", "true"),),
    ),
    Function(
        "contains",
        "text",
        text("Contains", "包含"),
        text("Whether the text contains another.", "文本是否包含另一段文字。"),
        text("{0} contains {1}", "{0} 包含 {1}"),
        (_TEXT, _TEXT),
        Type.BOOLEAN,
        lambda a, _: exp.Contains(this=a[0], expression=a[1]),
        lambda value, sought: sought in value,
        (("contains('fresh milk', 'milk')", "true"),),
    ),
    Function(
        "field",
        "text",
        text("Field of attributes", "属性中的字段"),
        text(
            "One field of a JSON column such as attributes, as raw text.",
            "JSON 列（如 attributes）中的一个字段，作为原始文本。",
        ),
        text("field {1} of {0}", "{0}的字段{1}"),
        (
            Parameter("json", (Type.JSON,)),
            Parameter(
                "name",
                (Type.TEXT,),
                lambda name: name.replace("_", "a").isalnum() and len(name) <= 63,
                say("a name of letters, digits and _"),
            ),
        ),
        Type.RAW,
        _field,
        _field_of,
        (("field(attributes, 'floor')", "3"),),
    ),
)
