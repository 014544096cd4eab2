"""Lineage: which personal columns reach a tag as text or date."""

from __future__ import annotations

import pytest

from portraits.tags.lineage import masked_as, personal
from portraits.tags.order import catalogue
from portraits.tags.tag import Tag
from tests.tags.rows import tag


def people(value: str) -> Tag:
    return tag("fact", table="people", value=value)


def reaching(tags: dict[str, Tag], name: str = "x") -> set[str]:
    return set(personal(catalogue(tags))[name])


@pytest.mark.parametrize(
    ("value", "columns"),
    [
        ("max(phone)", {"phone"}),
        ("last(lower(email))", {"email"}),
        ("max(concat(phone, address))", {"phone", "address"}),
        ("max(case when city = 'Lyon' then address else city end)", {"address"}),
        ("min(birth_date)", {"birth_date"}),
        ("max(start_of_month(birth_date))", {"birth_date"}),
        ("max(field(attributes, 'level'))", {"attributes.level"}),
        ("max(field(attributes, 'phone'))", {"phone"}),
        ("max(city)", set()),
    ],
)
def test_what_a_value_is_taken_from_reaches_it(value: str, columns: set[str]) -> None:
    assert reaching({"x": people(value)}) == columns


@pytest.mark.parametrize(
    "value",
    [
        "count(email)",
        "count(distinct phone)",
        "count(phone) > 0",
        "max(year(birth_date))",
        "max(length(address))",
        "max(zodiac(birth_date))",
        "max(case when phone is null then 'none' else 'some' end)",
    ],
)
def test_numbers_conditions_and_names_given_to_values_carry_nothing(value: str) -> None:
    assert reaching({"x": people(value)}) == set()


def test_a_condition_on_a_personal_column_does_not_make_the_value_personal() -> None:
    assert reaching({"x": tag("fact", table="people", value="max(city)", where="phone is not null")}) == set()


def test_it_passes_on_through_tags() -> None:
    tags = {
        "phone": tag("latest", column="phone"),
        "born": tag("latest", column="birth_date"),
        "mixed": tag("rule", value="coalesce(phone, 'none')"),
        "age": tag("rule", value="age_in_years(born)"),
        "later": tag("rule", value="add_days(born, 30)"),
        "adult": tag("rule", when="age >= 18 and phone is not null"),
        "band": tag("rule", cases=[{"when": "born < date '1980-01-01'", "value": "old"}], otherwise="young"),
        "x": tag("rule", value="upper(mixed)"),
    }
    assert {name: set(columns) for name, columns in personal(catalogue(tags)).items()} == {
        "phone": {"phone"},
        "born": {"birth_date"},
        "mixed": {"phone"},
        "age": set(),
        "later": {"birth_date"},
        "adult": set(),
        "band": set(),
        "x": {"phone"},
    }


def test_the_favourite_is_personal_and_its_share_is_not() -> None:
    found = personal(catalogue({"x": tag("preference", table="events", of="text")}))
    assert {name: set(columns) for name, columns in found.items()} == {
        "x": {"text"},
        "x_share": set(),
        "x_entropy": set(),
    }


def test_a_field_is_masked_by_its_own_name_where_that_is_personal() -> None:
    assert masked_as("attributes.Phone") == "phone"
    assert masked_as("attributes.level") == "attributes.level"
    assert masked_as("city") == "city"
