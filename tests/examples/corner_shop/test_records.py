"""Person records: four systems, doubles, and the truth about them."""

from __future__ import annotations

import re
from collections import Counter

import numpy as np
import pyarrow.compute as pc
import pytest

from portraits.examples.corner_shop.chunk import Chunk
from portraits.examples.corner_shop.records import SOURCES
from portraits.examples.corner_shop.slips import SHOP_PHONES
from portraits.examples.corner_shop.world import World
from tests.examples.corner_shop.conftest import Tables


def _people(known: Tables, truth: Tables) -> list[dict[str, object]]:
    both = zip(known["people"].to_pylist(), truth["records"].to_pylist(), strict=True)
    return [{**row, **{f"true_{key}": value for key, value in true.items()}} for row, true in both]


def test_about_a_fifth_of_the_records_are_doubles(crowd: Chunk) -> None:
    doubles = 1 - len(crowd.customers) / crowd.records.owner.size
    assert doubles == pytest.approx(0.2, abs=0.01)


def test_customers_have_one_to_four_records_as_the_world_says(crowd: Chunk) -> None:
    copies = np.bincount(np.bincount(crowd.records.owner), minlength=5)[1:] / len(crowd.customers)
    assert copies == pytest.approx(World().records, abs=0.01)


def test_every_record_has_an_own_id_that_says_nothing_of_its_owner(crowd: Chunk) -> None:
    ids = crowd.records.ids
    assert len(set(ids)) == len(ids)
    forms = {"crm": r"C\d{8}", "shop": r"W\d{8}", "mini": r"o[0-9a-f]{16}", "till": r"88\d{8}"}
    for at, source in zip(ids, crowd.records.source.tolist(), strict=True):
        assert re.fullmatch(forms[SOURCES[source]], at)


def test_the_truth_tells_the_owner_of_every_record(crowd: Chunk, known: Tables, truth: Tables) -> None:
    assert known["people"]["record_id"].to_pylist() == truth["records"]["record_id"].to_pylist()
    names = crowd.customers.ids()
    owners = [names[at] for at in crowd.records.owner.tolist()]
    assert truth["records"]["customer"].to_pylist() == owners
    assert set(owners) == set(names)


def test_doubles_do_not_lie_side_by_side(crowd: Chunk) -> None:
    assert (np.diff(crowd.records.created) >= 0).all()
    assert (np.diff(crowd.records.owner) == 0).mean() < 0.01


def test_the_first_record_of_a_customer_is_the_oldest(crowd: Chunk) -> None:
    oldest = np.full(len(crowd.customers), np.inf)
    np.minimum.at(oldest, crowd.records.owner, crowd.records.created)
    assert (crowd.records.created[crowd.records.first] == oldest).all()


def test_second_records_mostly_lie_in_another_system(crowd: Chunk) -> None:
    systems: dict[int, list[int]] = {}
    for owner, source in zip(crowd.records.owner.tolist(), crowd.records.source.tolist(), strict=True):
        if not crowd.customers.company[owner]:
            systems.setdefault(owner, []).append(source)
    pairs = [each for each in systems.values() if len(each) == 2]
    same = np.mean([one == other for one, other in pairs])
    assert 0.02 < same < 0.15


def test_a_record_is_found_by_its_source_and_else_the_first(crowd: Chunk) -> None:
    customer = np.arange(len(crowd.customers))
    late = np.full(customer.size, 730.0)
    for source in range(4):
        found = crowd.records.of(customer, np.full(customer.size, source), late)
        assert (crowd.records.owner[found] == customer).all()
        has = crowd.records.by_source[:, source] >= 0
        assert (crowd.records.source[found[has]] == source).all()


def test_every_system_knows_what_it_asks_for(known: Tables) -> None:
    people = known["people"]
    asked = {"crm": "occupation", "shop": "email", "mini": "nickname", "till": "level"}
    for source, column in asked.items():
        mine = people.filter(pc.equal(people["source"], source))
        assert mine.num_rows > 1000
        assert mine[column].null_count < 0.45 * mine.num_rows
    elsewhere = people.filter(pc.not_equal(people["source"], "mini"))
    assert elsewhere["nickname"].null_count == elsewhere.num_rows


def test_phones_without_a_slip_are_the_true_ones_in_many_forms(crowd: Chunk, known: Tables, truth: Tables) -> None:
    forms: Counter[str] = Counter()
    for row, owner in zip(_people(known, truth), crowd.records.owner.tolist(), strict=True):
        phone = row["phone"]
        untouched = not re.search("phone|swapped", str(row["true_slips"]))
        if phone and untouched and row["kind"] == "person":
            digits = re.sub(r"\D", "", str(phone))
            assert digits.removeprefix("86") == crowd.persons.all[owner].reach.mobile
            forms[re.sub(r"\d", "9", str(phone))] += 1
    assert {"99999999999", "999 9999 9999", "999-9999-9999", "+99 999 9999 9999", "+9999999999999"} <= set(forms)


def test_names_come_in_chinese_pinyin_english_and_with_titles(known: Tables) -> None:
    names = [name for name in known["people"]["name"].to_pylist() if name]
    assert any(re.fullmatch("[一-鿿]{2,4}", name) for name in names)
    assert any(name.endswith(("女士", "先生")) for name in names)
    assert any(name.endswith("有限公司") for name in names)
    assert any(name.isupper() and name.isascii() for name in names)
    assert any(re.fullmatch("[A-Z][a-z]+ [A-Z][a-z]+", name) for name in names)


def test_the_shops_own_phone_stands_on_many_records(known: Tables) -> None:
    phones = Counter(known["people"]["phone"].to_pylist())
    assert all(phones[phone] > 10 for phone in SHOP_PHONES)


def test_some_households_share_a_phone(crowd: Chunk, known: Tables, truth: Tables) -> None:
    owners: dict[str, set[str]] = {}
    for row in _people(known, truth):
        if "household phone" in str(row["true_slips"]) and row["phone"]:
            owners.setdefault(str(row["phone"]), set()).add(str(row["true_customer"]))
    assert len(owners) > 200
    assert any(len(each) > 1 for each in owners.values())


def test_companies_have_industries_and_no_sex_or_birth(known: Tables) -> None:
    people = known["people"]
    companies = people.filter(pc.equal(people["kind"], "company"))
    assert companies["birth_date"].null_count == companies.num_rows - _placeholders(companies["birth_date"].to_pylist())
    in_crm = companies.filter(pc.equal(companies["source"], "crm"))
    assert in_crm["industry"].null_count == 0
    assert set(companies["source"].unique().to_pylist()) == {"crm", "shop"}


def test_records_are_never_updated_before_they_are_made(crowd: Chunk, known: Tables) -> None:
    people = known["people"]
    assert pc.all(pc.less_equal(people["created_at"], people["updated_at"])).as_py()
    assert pc.max(people["updated_at"]).as_py() <= crowd.shop.days.as_of


def _placeholders(births: list[object]) -> int:
    return sum(birth is not None for birth in births)
