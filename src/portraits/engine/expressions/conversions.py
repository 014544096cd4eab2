"""Conversions: a value of one type read as another, in SQL and in Python.

What cannot be read is missing, never an error: one bad row must not stop a build.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlglot import exp

from portraits.engine.expressions.functions.function import call, cast, constant, try_cast, when
from portraits.engine.expressions.functions.numbers import finite, half_up, whole
from portraits.engine.expressions.functions.texts import BLANKS
from portraits.engine.expressions.nodes import Value
from portraits.engine.expressions.scope import PLAIN, Formats
from portraits.vocabulary.text import Text, text
from portraits.vocabulary.types import Type

MONEY = "DECIMAL(18, 4)"
# A moment in ISO 8601 with its distance from UTC, the sign after the hour.
OFFSET = r"\d\d:\d\d.*(Z|[+-]\d\d(:?\d\d)?)$"
_LARGEST_MONEY = Decimal(10) ** 14
_YES = ("true", "t", "yes", "y", "1", "是", "有")
_NO = ("false", "f", "no", "n", "0", "否", "无")
# Directives of date formats, with Spark's letters for them.
DIRECTIVES = {
    "Y": "yyyy",
    "y": "yy",
    "m": "M",
    "d": "d",
    "H": "H",
    "I": "h",
    "M": "m",
    "S": "s",
    "p": "a",
    "b": "MMM",
    "B": "MMMM",
    "f": "SSSSSS",
    "z": 3 * "X",  # +08:00, or Z
}
_PADDED = {**DIRECTIVES, "m": "MM", "d": "dd", "H": "HH", "I": "hh", "M": "mm", "S": "ss"}


@dataclass(frozen=True)
class Conversion:
    """A function that reads its argument as a type, optionally by a written format."""

    name: str
    type: Type
    title: Text
    doc: Text
    phrase: Text
    format: str = ""  # what its second argument says: "decimal mark", "format"
    example: tuple[str, str] = ("", "")

    @property
    def form(self) -> str:
        """How it is written: `number(x [, decimal mark])`."""
        return f"{self.name}(x [, {self.format}])"


CONVERSIONS = {
    each.name: each
    for each in (
        Conversion(
            "text",
            Type.TEXT,
            text("As text", "转文本"),
            text("The value as text; a day or moment also by a format.", "把值转成文本；日期时间可另给格式。"),
            text("{0} as text", "{0}的文本"),
            "format",
            ("text(date '2024-05-01', '%Y-%m')", "2024-05"),
        ),
        Conversion(
            "number",
            Type.NUMBER,
            text("As number", "转数值"),
            text(
                "The value as a number; '.' or ',' says which sign marks decimals, the other separates thousands.",
                "把值转成数值；第二个参数 '.' 或 ',' 指明小数点，另一个作千位分隔。",
            ),
            text("{0} as a number", "{0}的数值"),
            "decimal mark",
            ("number('1.234,5', ',')", "1234.5"),
        ),
        Conversion(
            "integer",
            Type.INTEGER,
            text("As whole number", "转整数"),
            text("The value as a whole number, rounded.", "把值四舍五入成整数。"),
            text("{0} as a whole number", "{0}的整数"),
            "decimal mark",
            ("integer('12')", "12"),
        ),
        Conversion(
            "money",
            Type.MONEY,
            text("As money", "转金额"),
            text("The value as an amount with four exact decimals.", "把值转成金额，保留四位精确小数。"),
            text("{0} as money", "{0}的金额"),
            "decimal mark",
            ("money('19,90', ',')", "19.9000"),
        ),
        Conversion(
            "date",
            Type.DATE,
            text("As day", "转日期"),
            text("The value as a day; text also by a format.", "把值转成日期；文本可另给格式。"),
            text("day of {0}", "{0}的日期"),
            "format",
            ("date('31.01.2024', '%d.%m.%Y')", "2024-01-31"),
        ),
        Conversion(
            "time",
            Type.TIME,
            text("As moment", "转时间"),
            text("The value as a moment; text also by a format.", "把值转成时间；文本可另给格式。"),
            text("moment of {0}", "{0}的时间"),
            "format",
            ("time('31.01.2024 18:30', '%d.%m.%Y %H:%M')", "2024-01-31 18:30:00"),
        ),
    )
}


def known_format(format_: str) -> bool:
    """Whether a date format holds only known directives and plain separators."""
    pieces = format_.split("%")
    separators = [pieces[0], *(piece[1:] for piece in pieces[1:])]
    return (
        len(pieces) > 1
        and all(piece[:1] in DIRECTIVES for piece in pieces[1:])
        and all(character in " -/.:,TZ年月日时分秒" for separator in separators for character in separator)
    )


def convert(value: exp.Expr, source: Type, target: Type, formats: Formats, dialect: str) -> exp.Expr:
    """The SQL that reads a value of one type as another."""
    if source in (Type.RAW, Type.TEXT):
        return _TEXT_SQL[target](value, formats, dialect)
    if target == Type.TEXT:
        return _written(value, source, formats, dialect)
    if target == Type.INTEGER and source in (Type.NUMBER, Type.MONEY):
        return try_cast(exp.Round(this=value), "BIGINT")
    if target == Type.MONEY:
        return try_cast(value, MONEY)
    return cast(value, SQL_TYPES[target])


SQL_TYPES = {
    Type.INTEGER: "BIGINT",
    Type.NUMBER: "DOUBLE",
    Type.MONEY: MONEY,
    Type.BOOLEAN: "BOOLEAN",
    Type.DATE: "DATE",
    Type.TIME: "TIMESTAMPNTZ",
}


def _clean(value: exp.Expr, formats: Formats) -> exp.Expr:
    if not formats.decimal:
        return value
    removed, kept = (", \u00a0", "") if formats.decimal == "." else (",. \u00a0", ".")
    return call("TRANSLATE", value, constant(removed), constant(kept))


def _integer(value: exp.Expr, formats: Formats, dialect: str) -> exp.Expr:
    clean = _clean(value, formats)
    if dialect == "spark":
        clean = exp.Round(this=try_cast(clean, "DECIMAL(38, 10)"))
    return try_cast(clean, "BIGINT")


def _boolean(value: exp.Expr, _: Formats, __: str) -> exp.Expr:
    word = exp.Lower(this=exp.Trim(this=value, expression=constant(BLANKS)))
    yes = exp.In(this=word.copy(), expressions=[constant(each) for each in _YES])
    no = exp.In(this=word, expressions=[constant(each) for each in _NO])
    return exp.Case(ifs=[exp.If(this=yes, true=exp.true()), exp.If(this=no, true=exp.false())])


def _moment(value: exp.Expr, formats: Formats, dialect: str) -> exp.Expr:
    if not formats.dates:
        return _in_history(_iso(value, formats.zone), dialect)
    read = [_by_format(value.copy(), each, formats.zone, dialect) for each in formats.dates]
    moment = read[0] if len(read) == 1 else exp.Coalesce(this=read[0], expressions=read[1:])
    return moment if dialect == "spark" else when(_ordinary(value), moment)


def _iso(value: exp.Expr, zone: str) -> exp.Expr:
    """As ISO 8601 writes it; DuckDB takes an offset off, so that what remains is the time of UTC."""
    plain = try_cast(value.copy(), "TIMESTAMPNTZ")
    if zone == PLAIN.zone:
        return plain
    offset = call("REGEXP_MATCHES", value.copy(), constant(OFFSET))
    told = call("TIMEZONE", constant(zone), try_cast(value, "TIMESTAMPTZ"))
    return exp.Case(ifs=[exp.If(this=offset, true=told)], default=plain)


def _in_history(moment: exp.Expr, dialect: str) -> exp.Expr:
    # DuckDB also reads 'infinity' and years that no calendar of ours holds.
    if dialect == "spark":
        return moment
    ends = (cast(constant(each), "TIMESTAMPNTZ") for each in ("0001-01-01", "9999-12-31 23:59:59.999999"))
    return when(exp.Between(this=moment.copy(), low=next(ends), high=next(ends)), moment)


def _ordinary(value: exp.Expr) -> exp.Expr:
    # By a format DuckDB makes the first day of 1900 out of these words.
    lower = exp.Lower(this=value)
    words = (exp.Contains(this=lower.copy(), expression=constant(word)) for word in ("infinity", "epoch"))
    return exp.Not(this=exp.Paren(this=exp.Or(this=next(words), expression=next(words))))


def _by_format(value: exp.Expr, format_: str, zone: str, dialect: str) -> exp.Expr:
    if dialect == "spark":
        letters = constant(_letters(format_, DIRECTIVES))
        return cast(call("TRY_TO_TIMESTAMP", value, letters), "TIMESTAMPNTZ")
    if "%z" not in format_:
        return call("TRY_STRPTIME", value, constant(format_))
    # DuckDB does not know the letter for UTC. With an offset it gives an instant, the same wherever this runs.
    offset = call("REGEXP_REPLACE", value, constant("Z$"), constant("+00:00"))
    return call("TIMEZONE", constant(zone), call("TRY_STRPTIME", offset, constant(format_)))


def _letters(format_: str, letters: Mapping[str, str]) -> str:
    first, *pieces = format_.split("%")
    return first + "".join(letters[piece[0]] + piece[1:].replace("T", "'T'") for piece in pieces)


def _json(value: exp.Expr, _: Formats, dialect: str) -> exp.Expr:
    return value if dialect == "spark" else when(call("JSON_VALID", value.copy()), value)


_TEXT_SQL: dict[Type, Callable[[exp.Expr, Formats, str], exp.Expr]] = {
    Type.TEXT: lambda value, _, __: value,
    Type.RAW: lambda value, _, __: value,
    Type.INTEGER: _integer,
    Type.NUMBER: lambda value, formats, _: finite(try_cast(_clean(value, formats), "DOUBLE")),
    Type.MONEY: lambda value, formats, _: try_cast(_clean(value, formats), MONEY),
    Type.BOOLEAN: _boolean,
    Type.DATE: lambda value, formats, dialect: cast(_moment(value, formats, dialect), "DATE"),
    Type.TIME: _moment,
    Type.JSON: _json,
}


def _written(value: exp.Expr, source: Type, formats: Formats, dialect: str) -> exp.Expr:
    if not (source.temporal and formats.dates):
        return cast(value, "TEXT")
    format_ = formats.dates[0]
    if dialect == "spark":
        return call("DATE_FORMAT", value, constant(_letters(format_, _PADDED)))
    return call("STRFTIME", value, constant(format_))


def converted(value: Any, target: Type, formats: Formats) -> Value:
    """The same reading in Python; None where the value cannot be read."""
    if value is None:
        return None
    try:
        return _READ[target](value, formats)
    except (ValueError, InvalidOperation, OverflowError, TypeError):
        return None


def _number(value: Any, formats: Formats) -> Any:
    if not isinstance(value, str):
        return value
    if formats.decimal:
        removed, kept = (",", "") if formats.decimal == "." else (".", ".")
        value = value.replace(removed, "").replace(" ", "").replace("\u00a0", "")
        value = value.replace(",", kept)
    return Decimal(value.strip())


def _float(value: Any, formats: Formats) -> float | None:
    found = float(_number(value, formats))
    return found if found - found == 0 or not isinstance(value, str) else None


def _money(value: Any, formats: Formats) -> Decimal | None:
    found = _number(value, formats)
    amount = found if isinstance(found, Decimal) else Decimal(half_up(found, 4)).quantize(Decimal("0.0001"))
    rounded = half_up(amount, 4)
    return rounded if isinstance(rounded, Decimal) and abs(rounded) < _LARGEST_MONEY else None


def _truth(value: Any, _: Formats) -> bool | None:
    word = str(value).strip(BLANKS).lower()
    return True if word in _YES else False if word in _NO else None


def _time(value: Any, formats: Formats) -> datetime | None:
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime.combine(value, time())
    if not formats.dates:
        return datetime.fromisoformat(value.strip()).replace(tzinfo=None)
    return next((found for each in formats.dates if (found := _parsed(value, each))), None)


def _parsed(value: str, format_: str) -> datetime | None:
    try:
        found = datetime.strptime(value.strip(), format_)
        return found.astimezone(UTC).replace(tzinfo=None) if found.tzinfo else found
    except ValueError:
        return None


def _date(value: Any, formats: Formats) -> date | None:
    moment = _time(value, formats)
    return moment.date() if moment else None


def _text(value: Any, formats: Formats) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date) and formats.dates:
        return value.strftime(formats.dates[0])
    return str(value)


_READ: dict[Type, Callable[[Any, Formats], Value]] = {
    Type.TEXT: _text,
    Type.RAW: _text,
    Type.JSON: _text,
    Type.INTEGER: lambda value, formats: whole(_number(value, formats)),
    Type.NUMBER: _float,
    Type.MONEY: _money,
    Type.BOOLEAN: _truth,
    Type.DATE: _date,
    Type.TIME: _time,
}
