"""Numbers of identity papers: Chinese cards (GB 11643) with check digit, birth, sex, province; others as they are."""

from __future__ import annotations

import re
from datetime import date

from portraits.identity.clean.cleaned import Cleaned, unusable
from portraits.identity.clean.letters import says_nothing, tidy
from portraits.identity.clean.places import province_of_code

PARTS = ("kind", "birth_date", "sex", "region", "district_code")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_NEW = re.compile(r"\d{17}[\dX]")
_OLD = re.compile(r"\d{15}")
_MARKS = re.compile(r"[\s.\-_/]+")
# The word for a paper before its number; numbers of two kinds of paper tell nothing of each other.
_PAPERS = {
    "cn": r"(?:中国)?(?:居民)?身份证|(?:chinese )?(?:id|identity) card",
    "passport": r"护照|passport",
    "licence": r"(?:机动车)?驾驶证|驾照|driv(?:er'?s?|ing) licen[cs]e",
    "permit": r"(?:港澳居民来往内地|台湾居民来往大陆|往来港澳)?通行证|回乡证|台胞证|(?:residence|travel) permit",
    "social": r"社保号|社会保障号|ssn|social security(?: number)?",
}
_PAPER = re.compile(
    "(?:"
    + "|".join(f"(?P<{kind}>{words})" for kind, words in _PAPERS.items())
    + r")\s*(?:号码?|no\.?|number|#)?\s*[::]?\s*",
    re.I,
)
_SOCIAL = re.compile(r"\d{3}-\d{2}-\d{4}")


def check_digit(first: str) -> str:
    """The last character of a card whose first seventeen digits are given."""
    total = sum(int(digit) * weight for digit, weight in zip(first, _WEIGHTS, strict=True))
    return _CHECKS[total % 11]


def clean_id_card(raw: str) -> Cleaned:
    """A Chinese identity card's number; unusable where its check digit, its day or its province is wrong."""
    text, repairs = tidy(raw)
    number = _MARKS.sub("", text)
    if number != text:
        repairs += ("punctuation",)
    if number.endswith("x"):
        number, repairs = number.upper(), (*repairs, "case")
    if _OLD.fullmatch(number):
        first = f"{number[:6]}19{number[6:]}"
        number, repairs = first + check_digit(first), (*repairs, "fifteen_digits")
    if not _NEW.fullmatch(number):
        return unusable("not_an_id_card")
    return _checked(number, repairs)


def clean_national_id(raw: str) -> Cleaned:
    """The number of any paper of identity: a Chinese card is checked, others keep their letters and digits.

    `kind` is cn, passport, licence, permit or social, by the word before the number or by its form, or else other.
    """
    text, repairs = tidy(raw)
    label = _PAPER.match(text)
    if label:
        text, repairs = text[label.end() :], (*repairs, "label")
    kind = (label.lastgroup if label else None) or ("social" if _SOCIAL.fullmatch(text) else "other")
    card = clean_id_card(text)
    if card.value or "bad_check_digit" in card.flags:
        return card._replace(repairs=(*repairs, *card.repairs))
    number = _MARKS.sub("", text).upper()
    if says_nothing(text) or len(number) < 4 or len(set(number)) < 2 or not number.isalnum():
        return unusable("placeholder")
    return Cleaned(number, {"kind": kind}, repairs if number == text else (*repairs, "punctuation"))


def _checked(number: str, repairs: tuple[str, ...]) -> Cleaned:
    if check_digit(number[:17]) != number[17]:
        return unusable("bad_check_digit")
    region = province_of_code(number[:2])
    if not region:
        return unusable("bad_region")
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return unusable("bad_birth_date")
    sex = "male" if int(number[16]) % 2 else "female"
    parts = {"kind": "cn", "birth_date": born.isoformat(), "sex": sex, "region": region, "district_code": number[:6]}
    return Cleaned(number, parts, repairs)
