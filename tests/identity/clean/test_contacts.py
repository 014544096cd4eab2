"""Phones, e-mails, WeChat ids and cards."""

from __future__ import annotations

import pytest

from portraits.identity.clean.cards import clean_card, luhn
from portraits.identity.clean.emails import clean_email
from portraits.identity.clean.phones import clean_phone
from portraits.identity.clean.wechat import clean_wechat


@pytest.mark.parametrize(
    "raw",
    [
        "13612345679",
        "136 1234 5679",
        "136-1234-5679",
        "+86 136 1234 5679",
        "+8613612345679",
        "8613612345679",
        "0086-136-1234-5679",
        "(+86)13612345679",
        "013612345679",
        "１３６１２３４５６７９",
        "136.1234.5679",
        " 13612345679\u200b",
    ],
)
def test_a_chinese_mobile_number_has_one_form(raw: str) -> None:
    found = clean_phone(raw)
    assert (found.value, found.parts["kind"]) == ("+8613612345679", "mobile")


@pytest.mark.parametrize(
    ("raw", "value", "extension"),
    [
        ("0571-87651234", "+8657187651234", None),
        ("(0571) 8765 1234", "+8657187651234", None),
        ("+86 571 8765 1234", "+8657187651234", None),
        ("86571-87651234", "+8657187651234", None),
        ("021-61234567转801", "+862161234567", "801"),
        ("021-61234567-801", "+862161234567", "801"),
        ("021-61234567 ext. 801", "+862161234567", "801"),
        ("021-61234567 分机：801", "+862161234567", "801"),
        ("010 6123 4567 x12", "+861061234567", "12"),
        ("0898 6612345", "+868986612345", None),
    ],
)
def test_a_landline_keeps_its_extension_apart(raw: str, value: str, extension: str | None) -> None:
    found = clean_phone(raw)
    assert (found.value, found.parts["kind"], found.parts.get("extension")) == (value, "landline", extension)
    assert ("extension" in found.repairs) is bool(extension)


@pytest.mark.parametrize("raw", ["400-000-0199", "4008000199", "+86400-800-0199", "800-820-8820"])
def test_a_hotline_is_known_as_one(raw: str) -> None:
    found = clean_phone(raw)
    assert found.parts["kind"] == "service"
    assert found.flags == ("service_number",)


@pytest.mark.parametrize(
    ("raw", "country", "value"),
    [
        ("702-919-1300", "US", "+17029191300"),
        ("310/246-1501", "US", "+13102461501"),
        ("+44 20 7946 0958", "CN", "+442079460958"),
        ("020 7946 0958", "GB", "+442079460958"),
        ("+1 (702) 919-1300", "CN", "+17029191300"),
        ("+852 2345 6789", "CN", "+85223456789"),
    ],
)
def test_numbers_of_other_countries_are_read_by_their_plans(raw: str, country: str, value: str) -> None:
    assert clean_phone(raw, country).value == value


@pytest.mark.parametrize("raw", ["13800138000", "11111111111", "00000000", "12345678901", "+86 999 9999 9999"])
def test_a_number_that_anybody_types_is_nobodys(raw: str) -> None:
    assert clean_phone(raw).value is None


def test_doubtful_numbers_are_kept_and_flagged() -> None:
    assert clean_phone("3865286", "US") == ("3865286", {"kind": "local"}, (), ("no_area_code",))
    assert clean_phone("1361234567").flags == ("doubtful_number",)
    assert clean_phone("call me").flags == ("not_a_phone",)
    assert clean_phone("13612345679 / 021-61234567").value == "+8613612345679"


def test_an_address_in_the_phones_field_is_handed_on() -> None:
    found = clean_phone("Fang.Wang@Example.com")
    assert found == (None, {"email": "fang.wang@example.com"}, (), ("email_elsewhere",))


@pytest.mark.parametrize(
    ("raw", "value", "mailbox"),
    [
        ("fang@example.com", "fang@example.com", "fang@example.com"),
        ("FANG@Example.COM", "fang@example.com", "fang@example.com"),
        ("Fang.Wang+shop@gmail.com", "fang.wang+shop@gmail.com", "fangwang@gmail.com"),
        ("f.a.n.g@googlemail.com", "f.a.n.g@googlemail.com", "fang@gmail.com"),
        ("fang.wang@163.com", "fang.wang@163.com", "fang.wang@163.com"),
        ("王芳 <fang@163。com>", "fang@163.com", "fang@163.com"),
        ("mailto:fang@qq.com", "fang@qq.com", "fang@qq.com"),
        ("ｆａｎｇ＠qq.com", "fang@qq.com", "fang@qq.com"),
        ("fang @ qq.com", "fang@qq.com", "fang@qq.com"),
        ("fang@qq.com; li@qq.com", "fang@qq.com", "fang@qq.com"),
        ("fang..wang@qq.com", "fang.wang@qq.com", "fang.wang@qq.com"),
        ("fang@gmial.com", "fang@gmail.com", "fang@gmail.com"),
        ("12345@qq.con", "12345@qq.com", "12345@qq.com"),
    ],
)
def test_an_address_has_one_form_and_a_mailbox_one_key(raw: str, value: str, mailbox: str) -> None:
    found = clean_email(raw)
    assert (found.value, found.parts["mailbox"]) == (value, mailbox)
    assert bool(found.repairs) is (raw != value)


@pytest.mark.parametrize(
    "raw", ["@", "a@b", "fang.example.com", "a@@b.com", "a b c", "fang@.com", "@qq.com", "no@no@no.com"]
)
def test_what_is_no_address_is_given_up(raw: str) -> None:
    assert clean_email(raw).value is None


def test_shared_and_throw_away_mailboxes_are_flagged() -> None:
    assert clean_email("info@acme.com").flags == ("role_address",)
    assert clean_email("kefu@acme.cn").flags == ("role_address",)
    assert clean_email("x9@mailinator.com").flags == ("disposable",)
    assert clean_email("13612345679") == (None, {"phone": "13612345679"}, (), ("phone_elsewhere",))


def test_wechat_ids_are_told_apart_and_only_some_ignore_case() -> None:
    open_id = "o6_bmjrPTlm6_2sgVt7hMZOPfL2M"
    assert clean_wechat(open_id) == (open_id, {"kind": "open"}, (), ())
    assert clean_wechat(f"{open_id}x").parts["kind"] == "union"
    assert clean_wechat("WXID_ab12cd34ef56").value == "wxid_ab12cd34ef56"
    assert clean_wechat("微信号: Fang_1990") == ("fang_1990", {"kind": "chosen"}, ("label", "case"), ())
    assert clean_wechat("微信：fang_1990").value == "fang_1990"
    assert clean_wechat("13612345679").parts == {"phone": "13612345679"}
    assert clean_wechat("a b").flags == ("not_a_wechat_id",)
    assert clean_wechat("无").flags == ("placeholder",)


def test_a_card_is_known_by_its_hash_and_never_by_its_number() -> None:
    assert luhn("4111111111111111")
    assert clean_card("4111 1111 1111 1111") == (None, {}, (), ("card_number_in_clear",))
    assert clean_card("SHA256:AB12CD34EF56AB12").value == "ab12cd34ef56ab12"
    assert clean_card("6e009b04c3c3853f") == ("6e009b04c3c3853f", {"kind": "hex"}, (), ())
    assert clean_card("0000000000000000").value is None
    assert clean_card("q1w2e3r4t5y6u7i8o9p0==").parts["kind"] == "base64"
    assert clean_card("my card").flags == ("not_a_card_hash",)
