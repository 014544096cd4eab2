"""Parse: what people write is understood, and a fault says what, where and what would be right."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal

import pytest

from portraits.engine.expressions import (
    Aggregate,
    Expression,
    Formats,
    Scope,
    all_of,
    evaluate,
    grammar,
    normal,
    parse,
    sql,
    write,
)
from portraits.engine.expressions.nodes import Convert, Literal, Name, walk
from portraits.vocabulary.errors import DefinitionError, ExpressionError
from portraits.vocabulary.types import Type
from tests.engine.expressions.good import AGGREGATES, CONDITIONS, VALUES
from tests.engine.expressions.scopes import AS_OF, ORDERS, SOURCE, TAGS, value


@pytest.mark.parametrize("text", CONDITIONS)
def test_a_condition_that_people_write_is_accepted(text: str) -> None:
    assert parse(text, TAGS, Type.BOOLEAN).type == Type.BOOLEAN


@pytest.mark.parametrize(("text", "type_"), VALUES)
def test_a_value_has_the_type_it_should_have(text: str, type_: str) -> None:
    assert parse(text, TAGS).type == type_


@pytest.mark.parametrize(("text", "type_"), AGGREGATES)
def test_an_aggregate_has_the_type_it_should_have(text: str, type_: str) -> None:
    assert parse(text, ORDERS).type == type_


@pytest.mark.parametrize("text", [*CONDITIONS, *(text for text, _ in VALUES)])
def test_what_is_written_back_reads_as_the_same(text: str) -> None:
    node = parse(text, TAGS).node
    assert parse(write(node), TAGS).node == node


@pytest.mark.parametrize("text", [text for text, _ in AGGREGATES])
def test_an_aggregate_written_back_reads_as_the_same(text: str) -> None:
    node = parse(text, ORDERS).node
    assert parse(write(node), ORDERS).node == node


def fault(text: str, scope: Scope = TAGS, expect: Type | None = None) -> tuple[str, str, int]:
    with pytest.raises(ExpressionError) as caught:
        parse(text, scope, expect)
    return caught.value.what, caught.value.hint, caught.value.position


def test_a_wrong_name_says_the_right_one() -> None:
    assert fault("spend > 3 and citty = 'x'") == ("'citty' is not a name of tags.", "Did you mean city?", 14)
    assert fault("CITY = 'x'")[1] == "Did you mean city?"


def test_text_without_quotes_is_shown_how_to_quote() -> None:
    assert fault("city = Hangzhou")[1] == "Text stands in single quotes: 'Hangzhou'."
    assert fault('city = "Hangzhou"')[1] == "Text stands in single quotes: 'Hangzhou'."


def test_a_wrong_function_says_the_right_one() -> None:
    assert fault("lowr(city) = 'a'") == ("'lowr' is not a function.", "Did you mean lower?", 0)


def test_an_aggregate_where_rows_are_single_says_what_to_do() -> None:
    what, hint, position = fault("spend > 3 and sum(spend) > 3")
    assert (what, position) == ("sum looks at many rows and has no place here.", 14)
    assert "fact tag" in hint


def test_a_bare_column_in_a_fact_says_how_to_sum_it_up() -> None:
    what, hint, _ = fault("amount > 3", ORDERS)
    assert what == "amount has a value in every row."
    assert "last(amount)" in hint


def test_an_aggregate_of_an_aggregate_is_refused() -> None:
    assert "no place" in fault("sum(max(amount))", ORDERS)[0]


@pytest.mark.parametrize(
    ("text", "what", "hint"),
    [
        ("city > 5", "city is text, but 5 is integer.", "Write '5'."),
        ("orders_90d = 'x'", "orders_90d is integer, but 'x' is text.", "Convert one of them: integer('x')."),
        ("vip > false", "yes and no have no order.", "Write = or <>."),
        ("vip between false and true", "yes and no have no order.", "Write = or <>."),
        ("city + 1 > 2", "city is text; + joins numbers.", "Write number(x) to convert text."),
        ("last_order_at - birth_date > 3", "last_order_at is time; - joins numbers.", "Write days_between(a, b)."),
        ("spend = null", "a comparison with null never holds.", "Write is null or is not null."),
        ("attributes = 'x'", "attributes is json, but 'x' is text.", "Convert one of them"),
        ("attributes = attributes", "attributes holds several fields.", "Write field(x, 'name')."),
        ("city and vip", "city is text, but boolean is needed here.", "a comparison such as city = 'yes'"),
        ("lower(spend) = 'a'", "spend is money, but lower(text) takes text there.", ""),
        ("birth_date = 'soon'", "'soon' is not a date.", "Write '2024-01-31'."),
        ("last_order_at > 'soon'", "'soon' is not a time.", "Write '2024-01-31 18:00'."),
        ("birth_date = city", "birth_date is date, but city is text.", "date(city)"),
        ("city is true", "`is` stands before null or not null only.", "Write x = true."),
        ("90 days", "a duration stands beside a day or moment.", "as_of - 90 days"),
        ("score > 1e400", "1e400 is too large a number.", ""),
        ("interval 'soon' > 3", "'soon' is not a duration.", "Write 90 days."),
        ("last_order_at > as_of - 900 years", "900 is no length of time.", "200 years"),
        ("orders_90d in ()", "a list has 1 to 1,000 values, this one 0.", "x in (1, 2)"),
        ("orders_90d in (score)", "a list holds constants only.", "Join comparisons by or."),
        ("city like lower(city)", "a pattern is a constant text.", "contains"),
        ("round(score, orders_90d)", "digits is a whole number from 0 to 9, written out.", "round(number, [digits])"),
        ("if(vip)", "1 argument is too few.", "if(condition, value, otherwise)"),
        ("lower()", "0 arguments are too few.", "Write lower(text)."),
        ("lower(city, city)", "2 arguments are too many.", "Write lower(text)."),
        ("number(birth_date)", "birth_date is date; number(x [, decimal mark]) cannot read it.", ""),
        ("number(score, ',')", "score is number and needs no decimal mark.", ""),
        ("number(city, ';')", "the decimal mark is '.' or ','.", "number(x [, decimal mark])"),
        ("date(city, '%c')", "a format is written with %Y %m %d %H %M %S %z and plain signs.", "%d.%m.%Y"),
        ("text(spend, '%Y')", "spend is money and needs no format.", ""),
        ("vip -- or true", "comments are not part of the language.", ""),
        ("orders_90d --1", "comments are not part of the language.", ""),
        ("city = 'open", "a quote is not closed.", "''"),
        ("vip; vip", "';' is not part of the language.", "Write one expression."),
        ("city::text", "':' is not part of the language.", "number(x)"),
        ("orders.city", "'.' is not part of the language.", "bare name"),
        ("（vip）", "'（vip）' is not a name.", "Write ( instead of the full-width sign."),
        ("order-id$ > 1", "'id$' is not a name.", "Names with signs stand in"),
        ("5days > 1", "'5days' is neither a number nor a name.", "Put a blank between them."),
        ("city = 'a' 'b'", "two texts stand side by side.", "||"),
        ("lower(city", "a bracket is not closed before 'city'.", "Write ) there."),
        ("vip and", "something is missing after 'and'.", ""),
        ("vip vip", "'vip' is not expected here.", "and, or"),
        ("vip, vip", "',' is not expected here.", ""),
        ("vip \u0000", "there is an invisible character.", "Delete it."),
        ("", "the expression is empty.", ""),
        ("()", "this is not part of the language.", "Lists stand after in: x in (1, 2)."),
        ("vip " * 2000, "the expression has 8,000 characters; 4,000 are allowed.", ""),
        ("(" * 30 + "vip", "this is nested deeper than 24 levels.", "Split it into several tags."),
        ("score" + " + 1" * 40 + " > 1", "this is nested deeper than 32 levels.", ""),
    ],
)
def test_a_fault_says_what_is_wrong_and_what_would_be_right(text: str, what: str, hint: str) -> None:
    found = fault(text)
    assert found[0] == what
    assert hint in found[1]


def test_a_fault_points_at_its_place() -> None:
    assert fault("spend > 3 and\n  lowr(city) = 'a'")[2] == 16
    assert fault("spend > 3 and vip; vip")[2] == 17
    assert fault("spend > 3 and (vip or\n  city = 'a' x)")[2] == 35


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("count()", "what is counted?"),
        ("count(distinct)", "this is not part of the language."),
        ("count(distinct channel, paid)", "this is not part of the language."),
        ("sum(distinct amount)", "this is not part of the language."),
        ("sum(*)", "this is not part of the language."),
        ("sum()", "0 arguments are too few."),
        ("mean_gap(amount)", "1 argument is too many."),
        ("percentile(amount, 2)", "part is a number from 0 to 1, written out."),
        ("slope(amount, 1)", "pieces is a whole number from 2 to 24, written out."),
        ("sum(channel)", "channel is text, but sum(number) takes number or integer or money there."),
        ("lower('a') filter (where paid)", "filter stands after an aggregate."),
        ("count(*) filter (where count(*) > 1)", "count looks at many rows and has no place here."),
        ("count(*) filter (where amount)", "amount is money, but boolean is needed here."),
        ("lower(*)", "this is not part of the language."),
    ],
)
def test_an_aggregate_out_of_form_is_refused(text: str, what: str) -> None:
    assert fault(text, ORDERS)[0] == what


def test_first_and_last_need_a_time() -> None:
    timeless = Scope(ORDERS.columns, aggregates=True, subject="products")
    what, hint, _ = fault("first(channel)", timeless)
    assert what == "first orders rows by time, and products has none."
    assert hint == "Use min or max."


def test_a_fault_is_one_of_the_definitions_faults() -> None:
    with pytest.raises(DefinitionError) as caught:
        parse("citi = 'x'", TAGS)
    assert [str(each) for each in caught.value.faults] == ["'citi' is not a name of tags. Did you mean city?"]


def test_names_are_the_lineage() -> None:
    assert parse("spend > 3 and lower(city) = 'a' and last_order_at > as_of", TAGS).names == {
        "spend",
        "city",
        "last_order_at",
    }
    assert parse("mean_gap()", ORDERS).names == {"ordered_at"}


def test_equal_aggregates_are_one_and_carry_what_they_need() -> None:
    found = parse("sum(amount) / count(*) + sum(amount) - count(*) filter (where paid)", ORDERS).aggregates
    assert [each.name for each in found] == ["sum", "count", "count"]
    assert found[0] == Aggregate(Type.MONEY, "sum", (Name(Type.MONEY, "amount"),))
    assert found[2].where == Name(Type.BOOLEAN, "paid")
    assert parse("last(channel)", ORDERS).aggregates[0].arguments[-1] == Name(Type.TIME, "ordered_at")


def test_nodes_are_equal_wherever_they_stand() -> None:
    first, second = parse("spend  >  3", TAGS).node, parse("spend > 3", TAGS).node
    assert first == second
    assert hash(first) == hash(second)


def test_the_expected_type_is_given() -> None:
    assert parse("orders_90d", TAGS, Type.NUMBER).type == Type.NUMBER
    assert parse("orders_90d", TAGS, Type.MONEY).type == Type.MONEY
    assert parse("score", TAGS, Type.MONEY).type == Type.MONEY
    assert parse("birth_date", TAGS, Type.TIME).type == Type.TIME
    assert parse("last_order_at", TAGS, Type.DATE).type == Type.DATE
    assert parse("null", TAGS, Type.DATE).node == Literal(Type.DATE, None)
    assert parse("0.5", TAGS, Type.MONEY).node == Literal(Type.MONEY, Decimal("0.5"))
    assert parse("1", TAGS, Type.MONEY).node == Literal(Type.MONEY, Decimal(1))
    assert parse("'2024-01-31'", TAGS, Type.DATE).type == Type.DATE


def test_a_whole_number_serves_as_a_key() -> None:
    assert parse("orders_90d", TAGS, Type.TEXT).type == Type.TEXT
    assert fault("score", TAGS, Type.TEXT) == (
        "score is number, but text is needed here.",
        "Write text(score).",
        0,
    )
    assert fault("score", TAGS, Type.INTEGER)[1] == "Write integer(score)."


def test_raw_text_is_read_as_its_place_asks() -> None:
    number = parse("betrag > 3", SOURCE).node
    assert Convert(Type.NUMBER, Name(Type.RAW, "betrag"), SOURCE.formats) in tuple(walk(number))
    assert parse("betrag", SOURCE, Type.MONEY).node == Convert(
        Type.MONEY, Name(Type.RAW, "betrag"), Formats(",", ("%d.%m.%Y", "%Y-%m-%d"))
    )
    assert parse("datum > '2024-01-01'", SOURCE).type == Type.BOOLEAN
    assert parse("name = 'x'", SOURCE).type == Type.BOOLEAN
    assert parse("name = betrag", SOURCE).type == Type.BOOLEAN
    assert parse("betrag * 2", SOURCE).type == Type.NUMBER
    assert parse("lower(name)", SOURCE).type == Type.TEXT
    assert parse("coalesce(name, betrag)", SOURCE).type == Type.RAW
    assert parse("coalesce(betrag, 0)", SOURCE).type == Type.NUMBER
    assert parse("least(name, betrag)", SOURCE).type == Type.TEXT
    assert parse('"Order ID"', SOURCE).names == {"Order ID"}
    assert parse("menge in (1, 2)", SOURCE).type == Type.BOOLEAN
    assert parse("name and true", SOURCE, Type.BOOLEAN).type == Type.BOOLEAN


def test_as_of_can_be_a_column_in_quotes() -> None:
    scope = Scope({"as_of": Type.TEXT, "and": Type.INTEGER})
    assert parse("\"as_of\" = 'x'", scope).names == {"as_of"}
    assert parse('"and" = 3', scope).names == {"and"}
    assert write(parse('"and" = 3', scope).node) == '"and" = 3'
    assert parse("as_of > date '2024-01-01'", scope).names == frozenset()


def test_an_expression_knows_whether_it_is_a_condition() -> None:
    assert parse("spend > 3", TAGS).condition
    assert not parse("vip", TAGS).condition
    assert isinstance(parse("vip", TAGS), Expression)


def test_the_language_loads_no_database() -> None:
    loaded = "sorted({'duckdb', 'pandas', 'pyarrow'} & set(sys.modules))"
    code = f"import sys, portraits.engine.expressions; print({loaded})"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


def test_a_parser_that_gives_up_is_an_error_of_the_language(monkeypatch: pytest.MonkeyPatch) -> None:
    def exhausted(*_: object) -> None:
        raise RecursionError

    monkeypatch.setattr(grammar._Grammar, "parse", exhausted)
    assert fault("vip and 71 > 17")[0] == "this is nested too deeply."
    monkeypatch.setattr(grammar._Grammar, "parse", lambda *_: [None])
    assert fault("vip and 71 > 17")[0] == "this is not one expression."


def test_a_long_chain_of_conditions_is_no_depth() -> None:
    chain = "vip and " * 480 + "spend > 3"
    expression = parse(chain, TAGS)
    assert sql(expression, as_of=AS_OF).count("AND") == 480
    assert normal(expression) == "spend > 3 and vip"
    assert value(" or ".join(["vip"] * 500) + " or true")


def test_no_condition_is_none() -> None:
    assert all_of() is None
    assert all_of(None, None) is None


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("city ilike 'a%'", "lower(x) like"),
        ("vip && vip", "Write and."),
        ("city == 'a'", "Write =."),
        ("city regexp 'a'", "contains(x, 'a')"),
        ("days_since(last_order_at) > 90 days", "A number of days is written 90."),
        ("days_since(last_order_at) > 2 weeks", "A number of days is written 14."),
        ("last_order_at > 90 days", "Write as_of - 90 days."),
    ],
)
def test_the_ways_of_other_languages_lead_to_the_right_word(written: str, hint: str) -> None:
    assert hint in fault(written)[1]


def test_a_name_that_stands_alone_is_no_text() -> None:
    assert fault("zzzz")[1].startswith("Known: ")


def test_a_long_rule_says_where_its_fault_stands() -> None:
    long = " and ".join(["vip"] * 20)
    assert f"column {len(long) + 6}, at 'cty = 1'" in fault(f"{long} and cty = 1")[0]
    assert "line 2, column 3" in fault(f"{long} and\n  cty = 1")[0]
    assert "column" not in fault("vip and cty = 1")[0]


def test_a_moment_with_an_offset_is_read_as_universal_time() -> None:
    read = parse("time(note, '%d.%m.%Y %H:%M%z')", Scope(columns={"note": Type.RAW}))
    assert "TIMEZONE('UTC'" in sql(read, as_of=AS_OF)
    assert str(evaluate(read, {"note": "01.02.2024 10:00+08:00"}, AS_OF)) == "2024-02-01 02:00:00"
