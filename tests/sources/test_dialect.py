"""Dialects and patterns: what is seen in the first rows, and that a source's own word goes before."""

from __future__ import annotations

import pytest

from portraits.sources import patterns
from portraits.sources.child.dialect import Written, column_facts, detect
from portraits.vocabulary.errors import BadInput


def _seen(text: str, **options: object) -> Written:
    return detect(text.encode(), 0, options, "a.csv")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "\x01"])
def test_the_delimiter_is_seen(delimiter: str) -> None:
    text = "".join(
        delimiter.join(row) + "\n" for row in [("id", "name", "city"), ("1", "a, b c", "x"), ("2", "b", "y")]
    )
    text = text.replace("a, b c", '"a, b c"') if delimiter == "," else text
    assert _seen(text).facts["delimiter"] == delimiter


def test_semicolons_with_decimal_commas() -> None:
    found = _seen("id;betrag;tag\n1;12,50;03.02.2024\n2;1.234,00;28.02.2024\n")
    facts = column_facts(found.names, found.rows, {})
    assert found.facts["delimiter"] == ";"
    assert facts["decimal"] == ","
    assert facts["dates"]["tag"] == {"format": "%d.%m.%Y", "examples": ["03.02.2024", "28.02.2024"], "or": []}


def test_thousands_are_no_decimal_commas() -> None:
    found = _seen("id;amount\n1;1,250\n2;12,500\n3;1,250,000\n")
    assert column_facts(found.names, found.rows, {})["decimal"] == "."


def test_one_column_is_one_column() -> None:
    found = _seen("name\nAnn\nBob\n")
    assert (found.names, len(found.rows)) == (["name"], 2)


@pytest.mark.parametrize(
    ("text", "header"),
    [
        ("id,name\n1,a\n", True),
        ("1,a\n2,b\n", False),
        ("2024-01-01,a\n2024-01-02,b\n", False),
        ("a@b.cn,x\nc@d.cn,y\n", False),
        ("name,2023,2024\na,1,2\nb,3,4\n", False),
        (",id\n0,a\n1,b\n", True),
        ("姓名,电话\n张三,13800000000\n", True),
    ],
)
def test_a_header_names_columns(text: str, header: bool) -> None:
    assert _seen(text).header is header


def test_titles_above_the_header_are_passed_over() -> None:
    found = _seen("Report of May\n\nmade by CRM,\nid,name,city\n1,a,x\n2,b,y\n")
    assert (found.skip, found.names, len(found.rows)) == (2, ["id", "name", "city"], 2)


def test_a_delimiter_at_the_end_of_rows_makes_an_empty_column() -> None:
    assert _seen("id,name\n1,a,\n2,b,\n").names == ["id", "name", ""]


def test_single_quotes_are_seen() -> None:
    found = _seen("id,name\n1,'a, b'\n2,'c'\n3,'d'\n4,'e'\n".replace("id,name", "'id','name'"))
    assert found.facts["quote"] == "'"
    assert found.rows[0] == ["1", "a, b"]
    assert _seen("id,name\n1,it's\n2,x\n").facts["quote"] == '"'


def test_what_the_source_says_goes_before_what_is_seen() -> None:
    found = _seen("a;b,c\n1;2,3\n", delimiter=",", quote="", header=False, skip=1)
    assert found.facts == {"delimiter": ",", "quote": "", "header": False, "skip": 1}
    assert found.rows == [["1;2", "3"]]
    stated = column_facts(["d"], [["01/02/2024"]], {"decimal": ",", "dates": {"d": "%m/%d/%Y"}})
    assert stated == {"decimal": ",", "dates": {"d": {"format": "%m/%d/%Y", "examples": ["01/02/2024"], "or": []}}}


def test_far_too_many_columns_are_refused_at_once() -> None:
    with pytest.raises(BadInput, match="5000 columns"):
        _seen(",".join(f"c{n}" for n in range(5000)) + "\n")


@pytest.mark.parametrize(
    ("value", "form"),
    [
        ("2024-02-29", "%Y-%m-%d"),
        ("2024/2/9", "%Y/%m/%d"),
        ("2024.02.09", "%Y.%m.%d"),
        ("2024年2月9日", "%Y年%m月%d日"),
        ("31/12/2024", "%d/%m/%Y"),
        ("12/31/2024", "%m/%d/%Y"),
        ("31-12-2024", "%d-%m-%Y"),
        ("12/31/24", "%m/%d/%y"),
        ("31.12.24", "%d.%m.%y"),
        ("31-Dec-24", "%d-%b-%y"),
        ("31-Dec-2024", "%d-%b-%Y"),
        ("1 Feb 2024", "%d %b %Y"),
        ("1 February 2024", "%d %B %Y"),
        ("Feb 1, 2024", "%b %d, %Y"),
        ("February 1, 2024", "%B %d, %Y"),
        ("20241231", "%Y%m%d"),
        ("20241231235959", "%Y%m%d%H%M%S"),
        ("2024-01-02 03:04", "%Y-%m-%d %H:%M"),
        ("2024-01-02T03:04:05", "%Y-%m-%dT%H:%M:%S"),
        ("2024-01-02 03:04:05.123", "%Y-%m-%d %H:%M:%S.%f"),
        ("2024-01-02T03:04:05Z", "%Y-%m-%dT%H:%M:%S%z"),
        ("2024-01-02T03:04:05.5+08:00", "%Y-%m-%dT%H:%M:%S.%f%z"),
        ("12/31/2024 1:05 PM", "%m/%d/%Y %I:%M %p"),
        ("12/31/2024 1:05:06 pm", "%m/%d/%Y %I:%M:%S %p"),
    ],
)
def test_days_are_known_by_their_looks(value: str, form: str) -> None:
    assert patterns.date_formats([value]) == [form]


@pytest.mark.parametrize(
    "value", ["", "12", "19.5", "2024", "20241399", "13800000000", "a-b-c", "1-2", "12:30", "2024-13-01"]
)
def test_other_things_are_no_days(value: str) -> None:
    assert patterns.date_formats([value]) == []


def test_one_value_decides_between_day_and_month() -> None:
    assert patterns.date_formats(["01/02/2024", "05/06/2024"]) == ["%d/%m/%Y", "%m/%d/%Y"]
    assert patterns.date_formats(["01/02/2024", "05/16/2024"]) == ["%m/%d/%Y"]


def test_a_day_that_never_was_changes_nothing() -> None:
    assert patterns.date_formats([f"2024-02-{day:02d}" for day in range(20, 31)]) == ["%Y-%m-%d"]
