"""Dates, identity cards, addresses, places and sex."""

from __future__ import annotations

import pytest

from portraits.identity.clean.addresses import clean_address
from portraits.identity.clean.dates import clean_date
from portraits.identity.clean.id_cards import check_digit, clean_id_card, clean_national_id
from portraits.identity.clean.places import clean_city, clean_postal_code, clean_region, provinces
from portraits.identity.clean.sexes import clean_gender


@pytest.mark.parametrize(
    "raw",
    [
        "1980-12-23",
        "19801223",
        "1980/12/23",
        "1980.12.23",
        "1980年12月23日",
        "一九八〇年十二月二十三日",
        "23/12/1980",
        "12/23/1980",
        "Dec 23, 1980",
        "23 December 1980",
        "23-Dec-1980",
        "1980-12-23 00:00:00",
        "1980-12-23T08:30:00Z",
        "23.12.80",
        "1980-23-12",
    ],
)
def test_a_day_has_one_form(raw: str) -> None:
    assert clean_date(raw).value == "1980-12-23"


def test_a_day_that_could_be_a_month_has_its_double_beside_it() -> None:
    found = clean_date("1980-03-04")
    assert (found.value, found.parts["swapped"]) == ("1980-03-04", "1980-04-03")
    assert "swapped" not in clean_date("1980-03-23").parts
    assert "swapped" not in clean_date("1980-03-03").parts


def test_the_order_of_day_and_month_is_the_countrys() -> None:
    assert clean_date("3/4/1980").value == "1980-04-03"
    assert clean_date("3/4/1980", first="month").value == "1980-03-04"
    assert clean_date("3/4/1980").flags == ("day_or_month",)
    assert clean_date("3/25/1980").value == "1980-03-25"


@pytest.mark.parametrize("raw", ["1900-01-01", "1899-12-30", "9999-12-31", "0001-01-01", "无", ""])
def test_a_day_that_systems_write_where_nobody_knew_is_given_up(raw: str) -> None:
    assert clean_date(raw).flags == ("placeholder",)


@pytest.mark.parametrize("raw", ["1980-02-30", "13/13/1980", "yesterday", "0", "1980", "99999999"])
def test_what_is_no_day_is_given_up(raw: str) -> None:
    assert clean_date(raw).flags == ("not_a_date",) or clean_date(raw).flags == ("placeholder",)
    assert clean_date(raw).value is None


def test_doubts_about_a_day_are_flagged() -> None:
    assert clean_date("1970-01-01").flags == ("epoch",)
    assert clean_date("1/2/30").value == "1930-02-01"
    assert clean_date("1/2/29").value == "2029-02-01"


def test_an_identity_card_tells_birth_sex_and_province() -> None:
    found = clean_id_card("11010519491231002X")
    assert found.value == "11010519491231002X"
    assert (found.parts["birth_date"], found.parts["sex"], found.parts["region"]) == ("1949-12-31", "female", "北京")


@pytest.mark.parametrize(
    "raw", ["11010519491231002x", "110105 19491231 002X", "110105491231002", "１１０１０５１９４９１２３１００２Ｘ"]
)
def test_ways_to_write_an_identity_card_come_to_one(raw: str) -> None:
    assert clean_id_card(raw).value == "11010519491231002X"
    assert clean_id_card(raw).repairs


@pytest.mark.parametrize(
    ("raw", "flag"),
    [
        ("110105194912310021", "bad_check_digit"),
        ("12345", "not_an_id_card"),
        ("990105194912310" + "02", "not_an_id_card"),
    ],
)
def test_a_wrong_identity_card_says_what_is_wrong(raw: str, flag: str) -> None:
    assert clean_id_card(raw).flags == (flag,)


def test_impossible_days_and_provinces_are_found_behind_a_right_check_digit() -> None:
    for first, flag in (("11010519491331002", "bad_birth_date"), ("99010519491231002", "bad_region")):
        assert clean_id_card(first + check_digit(first)).flags == (flag,)


def test_identity_numbers_of_other_countries_are_letters_and_digits() -> None:
    assert clean_national_id("294-66-9999").value == "294669999"
    assert clean_national_id("x").value is None
    assert clean_national_id("110105194912310021").flags == ("bad_check_digit",)


@pytest.mark.parametrize(
    ("raw", "number", "kind"),
    [
        ("passport 1231-345", "1231345", "passport"),
        ("护照号：E12345678", "E12345678", "passport"),
        ("Driver's License No. 8923322", "8923322", "licence"),
        ("驾驶证 11010519491231002x", "11010519491231002X", "cn"),
        ("港澳居民来往内地通行证:H12345678", "H12345678", "permit"),
        ("294-66-9999", "294669999", "social"),
        ("SSN 294669999", "294669999", "social"),
        ("身份证号码：11010519491231002x", "11010519491231002X", "cn"),
        ("E12345678", "E12345678", "other"),
    ],
)
def test_the_kind_of_paper_is_told_by_the_word_before_its_number(raw: str, number: str, kind: str) -> None:
    found = clean_national_id(raw)
    assert (found.value, found.parts["kind"]) == (number, kind)
    assert ("label" in found.repairs) is any(mark in raw for mark in " :：")


@pytest.mark.parametrize(
    ("raw", "parts"),
    [
        ("人民东路123号2幢301室", ("人民东路", "123", "2", "301")),
        ("人民东路 123号 2号楼 301", ("人民东路", "123", "2", "301")),
        ("人民东路123号", ("人民东路", "123", None, None)),
        ("浙江省杭州市西湖区文三路90号1号楼602室", ("文三路", "90", "1", "602")),
        ("北京市朝阳区建国路88号院3号楼2单元1201", ("建国路", "88", "3", "2-1201")),
        ("Room 301, Bldg 2, 123 Renmin East Road", ("renmin e rd", "123", "2", "301")),
        ("123 Renmin East Rd, Building 2, Rm 301", ("renmin e rd", "123", "2", "301")),
        ("123 Main Street Apt 4, Las Vegas NV 89132", ("main st", "123", None, "4")),
        ("delmar, 177 Pridham Street", ("pridham st", "177", None, None)),
        ("Hardenbergstraße 87", ("hardenbergstrasse", "87", None, None)),
    ],
)
def test_an_address_is_taken_apart(raw: str, parts: tuple[str | None, ...]) -> None:
    found = clean_address(raw).parts
    assert tuple(found.get(name) for name in ("street", "number", "building", "unit")) == parts


def test_an_address_tells_province_city_and_postal_code() -> None:
    found = clean_address("广西壮族自治区南宁市青秀区民族大道5号 530022").parts
    assert (found["region"], found["city"], found["district"], found["postal_code"]) == (
        "广西",
        "南宁",
        "青秀区",
        "530022",
    )
    assert clean_address("上海市浦东新区世纪大道100号").parts["city"] == "上海"
    assert "region" not in clean_address("上海路5号").parts
    american = clean_address("123 Main St, Las Vegas NV 89132").parts
    assert (american["city"], american["region"], american["postal_code"]) == ("lasvegas", "nv", "89132")


def test_ways_to_write_a_street_come_to_one_key() -> None:
    assert (
        clean_address("435 S. La Cienega Blvd.").parts["key"]
        == clean_address("435 south la cienega boulevard").parts["key"]
    )
    house = clean_address("Rose Court 12 Mill Road, Salem, OR").parts
    assert house["key"] == clean_address("12 Mill Rd, Salem, OR").parts["key"]
    assert clean_address("无").value is None


@pytest.mark.parametrize(
    ("raw", "key"),
    [
        ("杭州", "杭州"),
        ("杭州市", "杭州"),
        ("Hangzhou", "杭州"),
        ("HANGZHOU CITY", "杭州"),
        ("Xi'an", "西安"),
        ("Harbin", "哈尔滨"),
        ("重庆", "重庆"),
        ("Chongqing", "重庆"),
        ("延边朝鲜族自治州", "延边"),
        ("Las Vegas", "lasvegas"),
        ("München", "munchen"),
    ],
)
def test_a_city_has_one_key_in_every_language(raw: str, key: str) -> None:
    assert clean_city(raw).parts["key"] == key


@pytest.mark.parametrize(
    ("raw", "key"),
    [
        ("浙江", "浙江"),
        ("浙江省", "浙江"),
        ("Zhejiang", "浙江"),
        ("Zhejiang Province", "浙江"),
        ("内蒙古自治区", "内蒙古"),
        ("Shaanxi", "陕西"),
        ("Shanxi", "山西"),
        ("Inner Mongolia", "内蒙古"),
        ("Nevada", "nv"),
        ("NV", "nv"),
        ("Ohio", "oh"),
        ("Bavaria", "bavaria"),
    ],
)
def test_a_region_has_one_key_in_every_language(raw: str, key: str) -> None:
    assert clean_region(raw).parts["key"] == key


def test_the_table_of_provinces_is_whole() -> None:
    assert len(provinces()) == 34
    assert sum(len(each.cities) for each in provinces()) > 330
    assert len({each.code for each in provinces()}) == 34


def test_postal_codes_and_sex() -> None:
    assert clean_postal_code("310 012").parts == {"key": "310012", "country": "CN"}
    assert clean_postal_code("89132-1234") == ("89132", {"key": "89132"}, ("cut",), ())
    assert clean_postal_code("tq13 8df").value == "TQ138DF"
    assert clean_postal_code("000000").value is None
    assert [clean_gender(raw).value for raw in ("男", "F", "2", "女士", "Other", "?")] == [
        "male",
        "female",
        "female",
        "female",
        "other",
        None,
    ]
