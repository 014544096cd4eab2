"""Places: provinces and cities under one name, whether written in Chinese, in pinyin or in English."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from portraits.identity.clean.cleaned import Cleaned, unusable
from portraits.identity.clean.letters import fold, has_han, says_nothing, tidy
from portraits.identity.clean.pinyin import sound

CITY_PARTS = ("key", "region")
REGION_PARTS = ("key",)
POSTAL_PARTS = ("key", "country")
_CITY_ENDING = re.compile("(?:市|地区|盟|特别行政区)$")
_WITHIN = re.compile(r"[\W_]+")
_CHINESE_POSTAL = re.compile(r"\d{6}")
_AMERICAN_POSTAL = re.compile(r"(\d{5})(?:-?\d{4})?")


@dataclass(frozen=True)
class Province:
    """A province: its code on identity cards, its names, its cities."""

    code: str
    name: str
    full: str
    english: str
    cities: tuple[str, ...]


@cache
def _written() -> dict[str, object]:
    return tomllib.loads(files(__package__).joinpath("places.toml").read_text(encoding="utf-8"))


@cache
def provinces() -> tuple[Province, ...]:
    """All provinces, in the order of their codes."""
    return tuple(_province(line) for line in str(_written()["provinces"]).strip().splitlines())


def _province(line: str) -> Province:
    head, _, cities = line.partition(":")
    code, name, ending, english = head.split()
    return Province(code, name, name + ending, english.replace("_", " "), tuple(cities.split()))


@cache
def _regions() -> dict[str, str]:
    """Any way to write a province or an American state -> its key."""
    known: dict[str, str] = {}
    for each in provinces():
        for name in (each.name, each.full, _latin(each.english), sound(each.name)):
            known.setdefault(name, each.name)
        known.setdefault(_latin(each.english) + "province", each.name)
        known[_latin(each.english) + "sheng"] = each.name
    known["shanxi"] = "山西"  # 陕西 is Shaanxi, and nothing else tells them apart
    states = _written()["states"]
    listed = str(states["list"]) if isinstance(states, dict) else ""
    for state in listed.replace("\n", " ").split(","):
        code, _, name = state.strip().partition(" ")
        known[_latin(name)] = known[code.lower()] = code.lower()
    return known


@cache
def _cities() -> dict[str, tuple[str, str]]:
    """Any way to write a city -> its key and its province's."""
    english = _written()["english"]
    known: dict[str, tuple[str, str]] = {}
    for province in provinces():
        for city in province.cities:
            found = (city, province.name)
            known[city] = found
            known.setdefault(sound(city), found)
            if isinstance(english, dict) and city in english:
                known[_latin(english[city])] = found
    return known


def _latin(name: str) -> str:
    return _WITHIN.sub("", fold(name))


def province_of_code(code: str) -> str:
    """The province whose code begins an identity card, empty where none has it."""
    return next((each.name for each in provinces() if each.code == code), "")


def known_region(text: str) -> str:
    """The key of a province or state, empty where it is not known."""
    return _regions().get(text) or _regions().get(_latin(text), "")


def known_city(text: str) -> tuple[str, str] | None:
    """The key of a Chinese prefecture city and of its province."""
    if text.endswith("自治州"):  # 延边朝鲜族自治州 is 延边
        return next((found for name, found in _cities().items() if text.startswith(name)), None)
    name = _CITY_ENDING.sub("", text) if has_han(text) else _latin(text).removesuffix("city").removesuffix("shi")
    return _cities().get(name) or _cities().get(_latin(text))


def clean_city(raw: str) -> Cleaned:
    """A city; `key` is the same in every language for the prefecture cities of China, folded letters elsewhere."""
    text, repairs = tidy(raw)
    if says_nothing(text):
        return unusable("placeholder")
    found = known_city(text)
    if found:
        return Cleaned(text, {"key": found[0], "region": found[1]}, repairs)
    return Cleaned(text, {"key": _latin(text)}, repairs) if _latin(text) else unusable("placeholder")


def clean_region(raw: str) -> Cleaned:
    """A province or state; `key` is the same in every language and for short and full names."""
    text, repairs = tidy(raw)
    if says_nothing(text) or not _latin(text):
        return unusable("placeholder")
    return Cleaned(text, {"key": known_region(text) or _latin(text)}, repairs)


def clean_postal_code(raw: str) -> Cleaned:
    """A postal code without spaces; the nine digits of American ones are cut to the five that all write."""
    text, repairs = tidy(raw)
    code = re.sub(r"[\s-]+", "", text).upper()
    if says_nothing(text) or not code.isalnum() or len(set(code)) < 2 or len(code) > 12:
        return unusable("placeholder" if says_nothing(text) or len(set(code)) < 2 else "not_a_postal_code")
    if found := _AMERICAN_POSTAL.fullmatch(code):
        cut = () if found[1] == code else ("cut",)
        return Cleaned(found[1], {"key": found[1]}, (*repairs, *cut))
    country = {"country": "CN"} if _CHINESE_POSTAL.fullmatch(code) else {}
    return Cleaned(code, {"key": code, **country}, repairs if code == text else (*repairs, "spaces"))
