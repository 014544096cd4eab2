"""Slips: each kind of mistake does what its name says, as often as it says."""

from __future__ import annotations

from collections import Counter
from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portraits.examples.corner_shop import persons
from portraits.examples.corner_shop.chunk import Chunk
from portraits.examples.corner_shop.customers import draw
from portraits.examples.corner_shop.persons import Person
from portraits.examples.corner_shop.shop import Shop
from portraits.examples.corner_shop.slips import SHOP_PHONES, SLIPS, Row, make, typo, where
from tests.examples.corner_shop.conftest import Tables

BY_NAME = {slip.name: slip for slip in SLIPS}


@pytest.fixture(scope="module")
def people(shop: Shop) -> list[Person]:
    return persons.draw(shop, draw(shop, 9, 900_000, 400)).all


def _row(person: Person) -> Row:
    return {
        "name": person.called.full.in_(person.language),
        "gender": "female" if person.female else "male",
        "birth_date": person.life.birth,
        "email": person.reach.email,
        "phone": person.reach.mobile,
        **where(person.address, person.language),
    }


def _made(name: str, person: Person, seed: int = 1) -> Row:
    row = _row(person)
    BY_NAME[name].change(row, person, Random(seed))
    return row


def _changed(name: str, people: list[Person]) -> set[str]:
    """The fields that a slip ever changes."""
    found = set()
    for seed, person in enumerate(people):
        before, after = _row(person), _made(name, person, seed)
        found |= {field for field in before if before[field] != after[field]}
    return found


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("name missing", {"name"}),
        ("name alike", {"name"}),
        ("name order", {"name"}),
        ("phone digits", {"phone"}),
        ("phone missing", {"phone"}),
        ("household phone", {"phone"}),
        ("own phone", {"phone"}),
        ("email missing", {"email"}),
        ("email typo", {"email"}),
        ("birth missing", {"birth_date"}),
        ("birth day and month", {"birth_date"}),
        ("birth year", {"birth_date"}),
        ("birth placeholder", {"birth_date"}),
        ("address missing", {"address"}),
        ("moved", {"address", "city", "region", "postal_code"}),
        ("room missing", {"address"}),
        ("gender missing", {"gender"}),
        ("gender wrong", {"gender"}),
        ("fields swapped", {"phone", "email"}),
    ],
)
def test_a_slip_changes_its_own_fields_only(name: str, fields: set[str], people: list[Person]) -> None:
    assert _changed(name, people) == fields


def test_a_missing_field_is_empty(people: list[Person]) -> None:
    assert _made("phone missing", people[0])["phone"] is None


def test_two_digits_change_places(people: list[Person]) -> None:
    for person in people[:50]:
        after = _made("phone digits", person)["phone"]
        assert sorted(after) == sorted(person.reach.mobile)
        assert after[:4] == person.reach.mobile[:4]


def test_the_shops_own_phone_is_one_of_two(people: list[Person]) -> None:
    assert {_made("own phone", people[0], seed)["phone"] for seed in range(20)} == set(SHOP_PHONES)


def test_day_and_month_change_places_where_that_is_a_date(people: list[Person]) -> None:
    for person in people:
        before, after = person.life.birth, _made("birth day and month", person)["birth_date"]
        assert after == (date(before.year, before.day, before.month) if before.day <= 12 else before)


def test_the_placeholder_is_a_date_nobody_here_was_born_on(people: list[Person]) -> None:
    assert _made("birth placeholder", people[0])["birth_date"] == date(1900, 1, 1)


def test_a_name_keeps_its_length_when_a_character_is_mistaken(people: list[Person]) -> None:
    chinese = [person for person in people if person.language == "zh" and not person.company]
    pairs = [(person.called.full.zh, _made("name alike", person)["name"]) for person in chinese]
    assert any(before != after for before, after in pairs)
    assert all(len(before) == len(after) and before[0] == after[0] for before, after in pairs)


def test_a_room_is_left_out_in_both_languages(people: list[Person]) -> None:
    for person in people[:80]:
        short = _made("room missing", person)["address"]
        assert short.endswith("号") if person.language == "zh" else not short.startswith("Room")


@given(st.text(alphabet="abcdefgh", min_size=2, max_size=12), st.integers(0, 1000))
def test_a_typo_changes_at_most_one_letter_in_length_and_keeps_the_first(word: str, seed: int) -> None:
    wrong = typo(word, Random(seed))
    assert abs(len(wrong) - len(word)) <= 1
    assert wrong[0] == word[0]


def test_slips_that_were_made_are_named(people: list[Person]) -> None:
    row = _row(people[0])
    made = make(row, people[0], "mini", Random(1))
    assert {"email missing", "birth missing", "address missing"} <= set(made)
    assert row["email"] is None


def test_slips_happen_as_often_as_they_say(crowd: Chunk, truth: Tables) -> None:
    rows = truth["records"].to_pylist()
    size = Counter(row["source"] for row in rows)
    seen = Counter((row["source"], name) for row in rows for name in row["slips"].split(", ") if name)
    for slip in SLIPS:
        for source, share in slip.shares.items():
            error = (share * (1 - share) / size[source]) ** 0.5
            assert abs(seen[source, slip.name] / size[source] - share) <= 4 * error + 1e-9
