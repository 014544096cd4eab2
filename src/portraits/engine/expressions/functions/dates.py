"""Functions over days and moments."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Sequence
from datetime import date, datetime

from sqlglot import exp

from portraits.engine.expressions.functions.function import (
    Function,
    Parameter,
    call,
    cast,
    constant,
    grouped,
    try_cast,
    when,
)
from portraits.vocabulary.text import Text, text
from portraits.vocabulary.types import Type

_WHEN = Parameter("when", (Type.TIME, Type.DATE))
_TIME = Parameter("time", (Type.TIME,))
_DAY = Parameter("day", (Type.DATE,))
_FROM = Parameter("from", (Type.DATE,))
_TO = Parameter("to", (Type.DATE,))
_COUNT = Parameter("count", (Type.INTEGER,))
_SATURDAY = 6
_NIGHT = (22, 6)  # from, until
_MOST_DAYS = 90_000

# The last day of each sign as month x 100 + day; after the last one Capricorn begins again.
ZODIAC = (
    (119, "capricorn"),
    (218, "aquarius"),
    (320, "pisces"),
    (419, "aries"),
    (520, "taurus"),
    (621, "gemini"),
    (722, "cancer"),
    (822, "leo"),
    (922, "virgo"),
    (1023, "libra"),
    (1122, "scorpio"),
    (1221, "sagittarius"),
)


def _weekday(value: exp.Expr, dialect: str) -> exp.Expr:
    if dialect == "spark":
        return exp.Paren(this=exp.Add(this=call("WEEKDAY", value), expression=constant(1)))
    return call("ISODOW", value)


def _start(unit: str) -> Callable[[Sequence[exp.Expr], str], exp.Expr]:
    return lambda a, _: cast(exp.TimestampTrunc(this=a[0], unit=exp.var(unit)), "DATE")


def _start_of_week(day: date) -> date:
    return date.fromordinal(day.toordinal() - day.weekday())


def _days_between(arguments: Sequence[exp.Expr], _: str) -> exp.Expr:
    return exp.DateDiff(this=arguments[1], expression=arguments[0], unit=exp.var("DAY"))


def _months(value: exp.Expr) -> exp.Expr:
    years = exp.Mul(this=exp.Year(this=value.copy()), expression=constant(12))
    return exp.Add(this=years, expression=exp.Month(this=value.copy()))


def _months_between(arguments: Sequence[exp.Expr], _: str) -> exp.Expr:
    early, late = arguments
    between = exp.Sub(this=_months(late), expression=exp.Paren(this=_months(early)))
    short = exp.LT(this=exp.Day(this=late.copy()), expression=exp.Day(this=early.copy()))
    return exp.Paren(this=exp.Sub(this=between, expression=when(short, constant(1), constant(0))))


def _months_of(early: date, late: date) -> int:
    return (late.year * 12 + late.month) - (early.year * 12 + early.month) - (late.day < early.day)


def _month_and_day(value: exp.Expr) -> exp.Expr:
    months = exp.Mul(this=exp.Month(this=value.copy()), expression=constant(100))
    return exp.Add(this=months, expression=exp.Day(this=value.copy()))


def _age(arguments: Sequence[exp.Expr], _: str) -> exp.Expr:
    birth, today = arguments
    years = exp.Sub(this=exp.Year(this=today.copy()), expression=exp.Year(this=birth.copy()))
    early = exp.LT(this=_month_and_day(today), expression=_month_and_day(birth))
    age = exp.Sub(this=years, expression=when(early, constant(1), constant(0)))
    return when(exp.LTE(this=grouped(birth), expression=cast(today, "DATE")), age)


def _age_of(birth: date, as_of: datetime) -> int | None:
    early = (as_of.month, as_of.day) < (birth.month, birth.day)
    return as_of.year - birth.year - early if birth <= as_of.date() else None


def _zodiac(arguments: Sequence[exp.Expr], _: str) -> exp.Expr:
    day = _month_and_day(arguments[0])
    # A missing birth date fails every comparison, so it must not reach the last branch.
    signs = [_sign(exp.LTE(this=day.copy(), expression=constant(last)), sign) for last, sign in ZODIAC]
    rest = _sign(exp.GT(this=day, expression=constant(ZODIAC[-1][0])), ZODIAC[0][1])
    return exp.Case(ifs=[*signs, rest])


def _sign(condition: exp.Expr, sign: str) -> exp.Expr:
    return exp.If(this=condition, true=constant(sign))


def _zodiac_of(birth: date) -> str:
    day = birth.month * 100 + birth.day
    return next((sign for last, sign in ZODIAC if day <= last), ZODIAC[0][1])


def _is_weekend(arguments: Sequence[exp.Expr], dialect: str) -> exp.Expr:
    return exp.Paren(this=exp.GTE(this=_weekday(arguments[0], dialect), expression=constant(_SATURDAY)))


def _is_night(arguments: Sequence[exp.Expr], _: str) -> exp.Expr:
    late = exp.GTE(this=exp.Hour(this=arguments[0].copy()), expression=constant(_NIGHT[0]))
    early = exp.LT(this=exp.Hour(this=arguments[0]), expression=constant(_NIGHT[1]))
    return exp.Paren(this=exp.Or(this=late, expression=early))


def _add_days(arguments: Sequence[exp.Expr], dialect: str) -> exp.Expr:
    day, count = arguments
    steps = try_cast(count, "INT")
    moved = call("DATE_ADD", day, steps) if dialect == "spark" else exp.Add(this=grouped(day), expression=steps)
    return when(_within(count, _MOST_DAYS), moved)


def _add_months(arguments: Sequence[exp.Expr], dialect: str) -> exp.Expr:
    day, count = arguments
    steps = try_cast(count, "INT")
    later = exp.Add(this=grouped(day), expression=call("TO_MONTHS", steps))
    moved = call("ADD_MONTHS", day, steps) if dialect == "spark" else cast(later, "DATE")
    return when(_within(count, _MOST_DAYS // 30), moved)


def _within(count: exp.Expr, most: int) -> exp.Expr:
    low, high = exp.Literal.number(most), exp.Literal.number(most)
    return exp.Between(this=grouped(count.copy()), low=exp.Neg(this=low), high=high)


def _days_later(day: date, count: int) -> date | None:
    reached = day.toordinal() + count
    return date.fromordinal(reached) if abs(count) <= _MOST_DAYS and 0 < reached <= date.max.toordinal() else None


def _months_later(day: date, count: int) -> date | None:
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    if abs(count) > _MOST_DAYS // 30 or not 1 <= year <= date.max.year:
        return None
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _piece(name: str, title: Text, doc: Text, build: Callable[[exp.Expr], exp.Expr], example: str) -> Function:
    phrase = text(f"{title.en.lower()} of {{0}}", f"{{0}}的{title.zh}")
    result = (f"{name}(time '2024-02-29 22:30')", example)
    compute = _PIECES[name]
    return Function(
        name, "date", title, doc, phrase, (_WHEN,), Type.INTEGER, lambda a, _: build(a[0]), compute, (result,)
    )


_PIECES: dict[str, Callable[[datetime], int]] = {
    "year": lambda when: when.year,
    "quarter": lambda when: (when.month + 2) // 3,
    "month": lambda when: when.month,
    "day": lambda when: when.day,
    "hour": lambda when: when.hour if isinstance(when, datetime) else 0,
    "week": lambda when: when.isocalendar().week,
    "day_of_year": lambda when: when.timetuple().tm_yday,
}

DATES = (
    _piece("year", text("Year", "年份"), text("The year.", "年份。"), lambda x: exp.Year(this=x), "2024"),
    _piece(
        "quarter",
        text("Quarter", "季度"),
        text("The quarter, 1 to 4.", "季度，1 到 4。"),
        lambda x: exp.Quarter(this=x),
        "1",
    ),
    _piece(
        "month", text("Month", "月份"), text("The month, 1 to 12.", "月份，1 到 12。"), lambda x: exp.Month(this=x), "2"
    ),
    _piece(
        "day", text("Day", "日"), text("The day of the month.", "一个月中的第几天。"), lambda x: exp.Day(this=x), "29"
    ),
    _piece(
        "hour", text("Hour", "小时"), text("The hour, 0 to 23.", "小时，0 到 23。"), lambda x: exp.Hour(this=x), "22"
    ),
    _piece(
        "week",
        text("Week", "周次"),
        text("The ISO week, 1 to 53.", "ISO 周次，1 到 53。"),
        lambda x: exp.WeekOfYear(this=x),
        "9",
    ),
    _piece(
        "day_of_year",
        text("Day of the year", "年内第几天"),
        text("The day of the year, 1 to 366.", "一年中的第几天，1 到 366。"),
        lambda x: exp.DayOfYear(this=x),
        "60",
    ),
    Function(
        "weekday",
        "date",
        text("Weekday", "星期"),
        text("The day of the week, Monday 1 to Sunday 7.", "星期几，周一为 1，周日为 7。"),
        text("weekday of {0}", "{0}的星期"),
        (_WHEN,),
        Type.INTEGER,
        lambda a, dialect: _weekday(a[0], dialect),
        lambda when: when.isoweekday(),
        (("weekday(date '2024-02-29')", "4"),),
    ),
    Function(
        "start_of_week",
        "date",
        text("Start of the week", "周初"),
        text("The Monday of its week.", "所在周的周一。"),
        text("start of the week of {0}", "{0}所在周的周一"),
        (_DAY,),
        Type.DATE,
        _start("WEEK"),
        _start_of_week,
        (("start_of_week(date '2024-02-29')", "2024-02-26"),),
    ),
    Function(
        "start_of_month",
        "date",
        text("Start of the month", "月初"),
        text("The first day of its month.", "所在月的第一天。"),
        text("start of the month of {0}", "{0}所在月的第一天"),
        (_DAY,),
        Type.DATE,
        _start("MONTH"),
        lambda day: day.replace(day=1),
        (("start_of_month(date '2024-02-29')", "2024-02-01"),),
    ),
    Function(
        "start_of_year",
        "date",
        text("Start of the year", "年初"),
        text("The first day of its year.", "所在年的第一天。"),
        text("start of the year of {0}", "{0}所在年的第一天"),
        (_DAY,),
        Type.DATE,
        _start("YEAR"),
        lambda day: day.replace(month=1, day=1),
        (("start_of_year(date '2024-02-29')", "2024-01-01"),),
    ),
    Function(
        "days_between",
        "date",
        text("Days between", "相隔天数"),
        text(
            "Days from the first to the second, counted by calendar days; negative where the second is earlier.",
            "从第一个到第二个的日历天数；第二个更早则为负。",
        ),
        text("days from {0} to {1}", "{0}到{1}的天数"),
        (_FROM, _TO),
        Type.INTEGER,
        _days_between,
        lambda early, late: (late - early).days,
        (("days_between(date '2024-02-28', date '2024-03-01')", "2"),),
    ),
    Function(
        "months_between",
        "date",
        text("Months between", "相隔月数"),
        text("Whole months from the first to the second.", "从第一个到第二个的整月数。"),
        text("months from {0} to {1}", "{0}到{1}的月数"),
        (_FROM, _TO),
        Type.INTEGER,
        _months_between,
        _months_of,
        (("months_between(date '2024-01-31', date '2024-03-30')", "1"),),
    ),
    Function(
        "days_since",
        "date",
        text("Days since", "距今天数"),
        text("Days from then to as_of, counted by calendar days.", "从那天到 as_of 的日历天数。"),
        text("days since {0}", "{0}距今的天数"),
        (_DAY,),
        Type.INTEGER,
        lambda a, dialect: _days_between((a[0], cast(a[1], "DATE")), dialect),
        lambda day, as_of: (as_of.date() - day).days,
        (("days_since(as_of - 3 days)", "3"),),
        as_of=True,
    ),
    Function(
        "add_days",
        "date",
        text("Days later", "若干天后"),
        text("The day a number of days later, or earlier for a negative number.", "若干天之后的日子；负数则为之前。"),
        text("{0} plus {1} days", "{0}之后 {1} 天"),
        (_DAY, _COUNT),
        Type.DATE,
        _add_days,
        _days_later,
        (("add_days(date '2024-02-28', 2)", "2024-03-01"),),
    ),
    Function(
        "add_months",
        "date",
        text("Months later", "若干月后"),
        text(
            "The day a number of calendar months later, at most the last day of its month.",
            "若干个自然月之后的日子，不超过当月最后一天。",
        ),
        text("{0} plus {1} months", "{0}之后 {1} 个月"),
        (_DAY, _COUNT),
        Type.DATE,
        _add_months,
        _months_later,
        (("add_months(date '2024-01-31', 1)", "2024-02-29"),),
    ),
    Function(
        "age_in_years",
        "date",
        text("Age", "年龄"),
        text(
            "Whole years from a birth date to as_of; missing for a later one.",
            "从出生日期到 as_of 的周岁；出生在其后则缺失。",
        ),
        text("age by {0}", "按{0}算的年龄"),
        (Parameter("birth_date", (Type.DATE,)),),
        Type.INTEGER,
        _age,
        _age_of,
        (("age_in_years(date '1990-07-01')", "33"),),
        as_of=True,
    ),
    Function(
        "zodiac",
        "date",
        text("Zodiac sign", "星座"),
        text("The zodiac sign of a birth date: aries, taurus ... pisces.", "出生日期的星座：aries、taurus……pisces。"),
        text("zodiac sign of {0}", "{0}的星座"),
        (Parameter("birth_date", (Type.DATE,)),),
        Type.TEXT,
        _zodiac,
        _zodiac_of,
        (("zodiac(date '1990-03-21')", "aries"),),
    ),
    Function(
        "is_weekend",
        "date",
        text("On a weekend", "周末"),
        text("Whether it is a Saturday or Sunday.", "是否为周六或周日。"),
        text("{0} is on a weekend", "{0} 是周末"),
        (_WHEN,),
        Type.BOOLEAN,
        _is_weekend,
        lambda when: when.isoweekday() >= _SATURDAY,
        (("is_weekend(date '2024-03-02')", "true"),),
    ),
    Function(
        "is_night",
        "date",
        text("At night", "夜间"),
        text("Whether it is between 22:00 and 6:00.", "是否在 22 点到次日 6 点之间。"),
        text("{0} is at night", "{0} 在夜间"),
        (_TIME,),
        Type.BOOLEAN,
        _is_night,
        lambda when: when.hour >= _NIGHT[0] or when.hour < _NIGHT[1],
        (("is_night(time '2024-03-02 23:10')", "true"),),
    ),
)
