"""True facts: own numbers for everybody, shared homes, plausible lives."""

from __future__ import annotations

import re
from datetime import date

import numpy as np
import pytest

from portraits.examples.corner_shop import names, places
from portraits.examples.corner_shop.chance import stream
from portraits.examples.corner_shop.chunk import Chunk
from portraits.examples.corner_shop.lists import lists, with_pinyin
from portraits.examples.corner_shop.persons import _mobiles
from portraits.examples.corner_shop.world import SEGMENTS, World

FAMOUS = {"Emma Watson", "Emma Stone", "George Lucas", "Kevin Hart", "James Brown", *names.WELL_KNOWN}


def test_everybody_has_an_own_mobile_e_mail_card_and_device(crowd: Chunk) -> None:
    reaches = [person.reach for person in crowd.persons.all]
    for field in ("mobile", "email", "wechat", "card", "device"):
        assert len({getattr(reach, field) for reach in reaches}) > 0.9999 * len(reaches), field


def test_a_million_customers_have_a_million_mobiles() -> None:
    assert len(set(_mobiles(np.arange(1_000_000)))) == 1_000_000


def test_mobiles_look_like_chinese_ones(crowd: Chunk) -> None:
    assert all(re.fullmatch(r"1[3-9]\d{9}", person.reach.mobile) for person in crowd.persons.all[:500])


def test_e_mails_lie_in_domains_reserved_for_examples(crowd: Chunk) -> None:
    pattern = r"[a-z]+\.[a-z]+\.[0-9a-f]{5}@([a-z]+\.)?example\.(com|net|org)"
    assert all(re.fullmatch(pattern, person.reach.email) for person in crowd.persons.all[:2000])


def test_landlines_have_the_area_code_of_the_home(crowd: Chunk) -> None:
    alone = [person for at, person in enumerate(crowd.persons.all) if crowd.persons.household[at] < 0]
    assert all(person.reach.landline.startswith(person.address.city.area + "-") for person in alone)


def test_housemates_share_home_and_landline_and_nothing_else(crowd: Chunk) -> None:
    for first, second in crowd.persons.housemates:
        one, other = crowd.persons.all[first], crowd.persons.all[second]
        assert one.address == other.address
        assert one.reach.landline == other.reach.landline
        assert one.reach.mobile != other.reach.mobile
        assert crowd.persons.household[first] == crowd.persons.household[second]


def test_as_many_live_together_as_the_world_says(crowd: Chunk) -> None:
    together = (crowd.persons.household >= 0).sum() / (~crowd.customers.company).sum()
    assert together == pytest.approx(World().household, abs=0.001)
    assert not crowd.customers.company[crowd.persons.household >= 0].any()


def test_ages_are_those_of_customers(crowd: Chunk) -> None:
    ages = np.array([(date(2026, 6, 30) - person.life.birth).days / 365.25 for person in crowd.persons.all])
    assert ages.min() >= 16.9
    assert ages.max() <= 86.1
    trendy = crowd.customers.segment == [segment.name for segment in SEGMENTS].index("trendy")
    assert np.median(ages[trendy]) < 28 < 35 < np.median(ages[~trendy])


def test_names_are_written_in_the_customers_language(crowd: Chunk) -> None:
    for person in crowd.persons.all[:1000]:
        own = person.called.full.in_(person.language)
        assert own.isascii() == (person.language == "en")


def test_nobody_has_a_well_known_name(crowd: Chunk) -> None:
    assert {"刘涛", "王菲"} < names.WELL_KNOWN
    assert not FAMOUS & {person.called.full.in_(person.language) for person in crowd.persons.all}


def test_pinyin_belongs_to_its_character() -> None:
    characters, sounds = with_pinyin("茶cha 欧阳ouyang")
    assert characters.tolist() == ["茶", "欧阳"]
    assert sounds.tolist() == ["cha", "ouyang"]


def test_every_character_of_the_lists_has_its_pinyin() -> None:
    for part in ("surnames", "female", "male"):
        characters, sounds = with_pinyin(lists("names")["chinese"][part])
        assert all(re.fullmatch("[一-鿿]{1,2}", each) for each in characters)
        assert all(re.fullmatch("[a-z]{1,9}", each) for each in sounds)


def test_mistaken_characters_are_other_ones() -> None:
    assert len(names.ALIKE) > 30
    assert all(len(right) == len(wrong) == 1 and right != wrong for right, wrong in names.ALIKE.items())


def test_frequent_surnames_are_frequent() -> None:
    found = names.chinese(stream(1, "test"), np.ones(20_000, dtype=bool))
    counts = {surname: (found.family == surname).sum() for surname in ("王", "李", "诸葛")}
    assert counts["王"] > 10 * counts["诸葛"] > 0
    assert counts["李"] > 5 * counts["诸葛"]


def test_women_and_men_have_names_of_their_own() -> None:
    rng = stream(1, "test")
    women, men = names.english(rng, np.ones(500, dtype=bool)), names.english(rng, np.zeros(500, dtype=bool))
    assert not set(women.given) & set(men.given)
    assert set(women.family) & set(men.family)


def test_companies_are_named_after_their_city_and_trade() -> None:
    rng = stream(1, "test")
    seats = places.addresses(rng, 50)
    found = names.companies(rng, seats)
    for seat, name, trade in zip(seats, found.names, found.trades.tolist(), strict=True):
        assert name.zh.startswith(seat.city.name.zh)
        assert name.zh.endswith(lists("names")["companies"]["trades"][trade]["zh"] + "有限公司")
        assert seat.city.name.en in name.en


def test_an_address_reads_in_both_languages() -> None:
    address = places.Address(places.CITIES[0], 0, 0, 12, 3, 504)
    assert address.in_("zh") == "人民东路12号3幢504室"
    assert address.in_("en") == "Room 504, Bldg 3, 12 Renmin East Rd"
    assert address.postal_code == "200000"


def test_most_customers_live_in_the_first_city() -> None:
    found = [address.city.name.en for address in places.addresses(stream(1, "test"), 5_000)]
    assert max(set(found), key=found.count) == "Shanghai"
    assert len(set(found)) == len(places.CITIES)


def test_every_store_is_somebodys_home_store() -> None:
    assert set(places.stores(stream(1, "test"), 1000).tolist()) == set(range(len(places.STORES)))
