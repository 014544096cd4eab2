"""Names of persons and companies, in every script and dress that records show them in."""

from __future__ import annotations

import pytest

from portraits.identity.clean.companies import clean_company
from portraits.identity.clean.names import clean_family_name, clean_given_name, clean_name


@pytest.mark.parametrize(
    "raw",
    [
        "王小明",
        "王 小明",
        "王小明先生",
        "Wang Xiaoming",
        "XIAOMING WANG",
        "xiaoming wang",
        "Wáng Xiǎomíng",
        "Wang Xiao Ming",
        "wang2 xiao3ming2",
        "Wang, Xiaoming",
        "Xiao-Ming Wang",
        "王小明\u200b",
        "Mr. Xiaoming Wang",
    ],
)
def test_one_name_has_one_key_however_it_is_written(raw: str) -> None:
    parts = clean_name(raw).parts
    assert (parts["key"], parts["family"], parts["given"]) == ("wang xiaoming", "wang", "xiaoming")


@pytest.mark.parametrize(
    ("raw", "family", "given"),
    [
        ("欧阳娜娜", "ouyang", "nana"),
        ("曾志伟", "zeng", "zhiwei"),
        ("单田芳", "shan", "tianfang"),
        ("吕布", "lv", "bu"),
        ("尉迟恭", "yuchi", "gong"),
        ("重阳子", "", ""),
        ("买买提·艾力", "aili", "maimaiti"),
        ("买买提•艾力", "aili", "maimaiti"),
        ("Ludwig van Beethoven", "vanbeethoven", "ludwig"),
        ("Dr. Mary-Jane O'Neil", "oneil", "maryjane"),
        ("MÜLLER, JÜRGEN", "muller", "jurgen"),
        ("Robert J. Smith Jr.", "smith", "robert"),
        ("Smith, John, Jr.", "smith", "john"),
        ("  José   Ñandú ", "nandu", "jose"),
    ],
)
def test_family_and_given_name_are_told_apart(raw: str, family: str, given: str) -> None:
    parts = clean_name(raw).parts
    assert (parts.get("family", ""), parts.get("given", "")) == (family, given)


@pytest.mark.parametrize(("raw", "sex"), [("王女士", "female"), ("欧阳先生", "male"), ("李总", None), ("陈老师", None)])
def test_a_family_name_with_a_form_of_address_gives_the_family_name_only(raw: str, sex: str | None) -> None:
    found = clean_name(raw)
    assert found.flags == ("family_name_only",)
    assert "key" not in found.parts
    assert found.parts.get("sex") == sex
    assert found.value == raw


@pytest.mark.parametrize(
    "raw",
    [
        "爱喝茶的猫",
        "麦田守望",
        "小雨",
        "Luna",
        "sunny_day",
        "coffee_first",
        "A+B",
        "云朵面包",
        "早睡困难户",
        "老街食客",
    ],
)
def test_a_nickname_is_kept_but_gives_no_key(raw: str) -> None:
    found = clean_name(raw)
    assert found.value == raw
    assert found.flags == ("nickname",)
    assert "key" not in found.parts


@pytest.mark.parametrize("raw", ["", "   ", "无", "未知", "N/A", "null", "测试", "---", "微信用户", "匿名用户"])
def test_a_placeholder_is_no_name(raw: str) -> None:
    assert clean_name(raw) == (None, {}, (), ("placeholder",))


def test_what_belongs_into_other_fields_is_no_name() -> None:
    assert clean_name("wang@example.com").flags == ("email_elsewhere",)
    assert clean_name("13812345679").flags == ("not_a_name",)


def test_shouting_is_repaired_and_an_own_way_to_write_is_kept() -> None:
    assert clean_name("MARY MCDONALD") == (
        "Mary Mcdonald",
        {"key": "mary mcdonald", "family": "mcdonald", "given": "mary", "kind": "person"},
        ("case",),
        (),
    )
    assert clean_name("Mary McDonald").value == "Mary McDonald"
    assert clean_name("Mary McDonald").repairs == ()


def test_what_follows_a_name_is_kept_apart() -> None:
    assert clean_name("Bob Smith Sr.").parts["suffix"] == "sr"
    assert clean_name("Bob Smith, Senior").parts["suffix"] == "sr"
    assert clean_name("Bob J Smith").parts["middle"] == "j"


@pytest.mark.parametrize(
    ("raw", "key", "form"),
    [
        ("上海墨竹林茶业有限公司", "shanghaimozhulinchaye", "有限公司"),
        ("上海墨竹林茶业股份有限公司", "shanghaimozhulinchaye", "股份有限公司"),
        ("上海墨竹林茶业（集团）有限公司", "shanghaimozhulinchaye", "集团有限公司"),
        ("上海 墨竹林 茶业 有限责任公司", "shanghaimozhulinchaye", "有限责任公司"),
        ("Acme Tea (Shanghai) Co., Ltd.", "acme tea shanghai", "co ltd"),
        ("ACME TEA SHANGHAI LIMITED", "acme tea shanghai", "limited"),
        ("Müller & Söhne GmbH", "muller sohne", "gmbh"),
        ("The Apple Pan", "apple pan", None),
        ("Arnie Morton's of Chicago", "arnie mortons chicago", None),
        ("Widgets L.L.C.", "widgets", "llc"),
    ],
)
def test_a_company_is_known_by_what_sets_it_apart(raw: str, key: str, form: str | None) -> None:
    parts = clean_company(raw).parts
    assert (parts["key"], parts.get("form"), parts["kind"]) == (key, form, "company")


@pytest.mark.parametrize("raw", ["上海墨竹林茶业有限公司", "Acme Tea Co., Ltd.", "Widgets LLC", "Müller GmbH"])
def test_a_company_in_the_field_of_a_person_is_noticed(raw: str) -> None:
    assert clean_name(raw).parts["kind"] == "company"


@pytest.mark.parametrize("raw", ["王有限", "李公", "Jack Co", "Anna Group"])
def test_a_person_is_not_taken_for_a_company_by_chance(raw: str) -> None:
    assert clean_name("王有限").parts["kind"] == "person"
    assert clean_company("公司").value == "公司"


def test_given_and_family_names_in_fields_of_their_own_sound_alike_in_both_scripts() -> None:
    assert clean_given_name("小明").parts["plain"] == clean_given_name("Xiao Ming").parts["plain"] == "xiaoming"
    assert clean_family_name("曾").parts["plain"] == clean_family_name("ZENG").parts["plain"] == "zeng"
    assert clean_given_name("MITCHELL") == ("Mitchell", {"plain": "mitchell"}, ("case",), ())
    assert clean_family_name("?").flags == ("placeholder",)


@pytest.mark.parametrize(
    ("raw", "key"),
    [
        ("Xiu Ying Zhang", "xiuying zhang"),
        ("Zhang Xiu Ying", "xiuying zhang"),
        ("Wang Xiao Ming", "wang xiaoming"),
        ("Li Wen Jing", "li wenjing"),
    ],
)
def test_of_two_family_names_the_common_one_is_it(raw: str, key: str) -> None:
    assert clean_name(raw).parts["key"] == key


@pytest.mark.parametrize(
    ("raw", "suffix"), [("Morris II Klein", "ii"), ("Morris I Klein", "i"), ("Morris Klein III", "iii")]
)
def test_a_numeral_between_the_names_tells_the_generation(raw: str, suffix: str) -> None:
    parts = clean_name(raw).parts
    assert (parts["key"], parts["suffix"]) == ("klein morris", suffix)
    assert "middle" not in parts


@pytest.mark.parametrize(
    ("raw", "script"),
    [("Александр Васильев", "cyrillic"), ("فيصل صديقي", "arabic"), ("Jürgen Müller", None), ("王小明", None)],
)
def test_a_name_in_another_script_says_in_which(raw: str, script: str | None) -> None:
    assert clean_name(raw).parts.get("script") == script
