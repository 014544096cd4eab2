"""Addresses taken apart: province, city, district, street, number, building, door, Chinese or Latin."""

from __future__ import annotations

import re

from portraits.identity.clean.cleaned import Cleaned, unusable
from portraits.identity.clean.letters import fold, has_han, says_nothing, tidy
from portraits.identity.clean.lists import listed, pairs
from portraits.identity.clean.places import known_city, known_region, provinces

PARTS = ("key", "region", "city", "district", "street", "number", "building", "unit", "postal_code")
_HAN_PLACES = re.compile(
    "(?P<district>[\u4e00-\u9fff]{1,7}?(?:新区|区|县|旗|市))?"
    "(?P<town>[\u4e00-\u9fff]{1,8}?(?:街道|镇|乡|苏木))?"
    "(?P<street>[\u4e00-\u9fffA-Za-z0-9]{1,15}?(?:大道|大街|胡同|公路|路|街|巷|弄|里|道|村))?"
)
_HAN_NUMBER = re.compile(r"(\d+(?:[-－]\d+)?)\s*(?:号院|号|弄)(?!楼)")
_HAN_BUILDING = re.compile(r"(\d+|[A-Za-z]|[一二三四五六七八九十]+)\s*(?:号楼|幢|栋|座|楼(?!\d))")
_HAN_DOOR = re.compile(r"(?:(\d+)\s*单元)?\s*(?:\d+\s*[层楼])?\s*(\d{1,5}[A-Za-z]?)\s*(?:室|房|户)?$")
_POSTAL = re.compile(r"(?<!\d)(\d{6})(?!\d)")
_STREET_WORDS = pairs("streets")
_DOOR_WORDS = frozenset(listed("doors"))
_BUILDING_WORDS = frozenset(listed("buildings"))
_NUMBER = re.compile(r"\d+[a-z]?")
_WORDS = re.compile(r"[^\W_]+|#")


def clean_address(raw: str) -> Cleaned:
    """An address in parts; `key` is street, number, building and door, the same for other ways to write them."""
    text, repairs = tidy(raw)
    if says_nothing(text):
        return unusable("placeholder")
    parts = _han(text) if has_han(text) else _latin(text)
    if not parts:
        return unusable("not_an_address")
    return Cleaned(text, {**parts, **_key(parts)}, repairs)


def _key(parts: dict[str, str]) -> dict[str, str]:
    if "street" not in parts or "number" not in parts:
        return {}
    return {"key": "|".join(parts.get(name, "") for name in ("street", "number", "building", "unit"))}


def _han(text: str) -> dict[str, str]:
    rest, parts = re.sub(r"[\s,;，；、]+", "", text), {}
    if found := _POSTAL.search(rest):
        parts["postal_code"], rest = found[1], rest.replace(found[1], "", 1)
    rest = rest.removeprefix("中国")
    rest = _headed(rest, parts)
    if place := _HAN_PLACES.match(rest):
        parts.update({name: value for name, value in place.groupdict().items() if value and name != "town"})
        rest = rest[place.end() :]
    for name, form in (("number", _HAN_NUMBER), ("building", _HAN_BUILDING)):
        if found := form.search(rest):
            parts[name], rest = found[1].upper(), rest[: found.start()] + " " + rest[found.end() :]
    if found := _HAN_DOOR.search(rest.strip()):
        parts["unit"] = "-".join(piece for piece in found.groups() if piece).upper()
    return parts


def _headed(text: str, parts: dict[str, str]) -> str:
    """Take province and city from the head."""
    for province in provinces():
        if not text.startswith(province.name):
            continue
        full = province.full if text.startswith(province.full) else province.name
        after = text[len(full) :].removeprefix("省").removeprefix("自治区")
        if full == province.name and after[:1] in ("路", "东", "西", "南", "北", "中", "街", "大"):
            break  # a street named after it
        parts["region"] = province.name
        if province.cities == (province.name,):
            parts["city"] = province.name
            after = after.removeprefix(province.full)
        text = after
        break
    return _city_headed(text, parts)


def _city_headed(text: str, parts: dict[str, str]) -> str:
    found = re.match("([\u4e00-\u9fff]{2,8}?)(?:市|自治州|地区|盟)", text)
    known = known_city(found[1]) if found else None
    if found and known:
        parts["city"], parts["region"] = known
        return text[found.end() :]
    return text


def _latin(text: str) -> dict[str, str]:
    parts: dict[str, str] = {}
    pieces = [_taken(_plain(piece), parts) for piece in text.split(",")]
    pieces = [words for words in pieces if words]
    # The street is the first piece with a house number; what stands before it is the name of a house or an estate.
    at = next((at for at, words in enumerate(pieces) if _numbered(words)), 0)
    if pieces:
        _street(pieces[at], parts)
    for words in pieces[at + 1 :]:
        _place(words, parts)
    return parts


def _plain(piece: str) -> list[str]:
    words = _WORDS.findall(fold(piece).replace("'", "").replace(".", " "))
    return [_STREET_WORDS.get(word, word) for word in words]


def _numbered(words: list[str]) -> bool:
    return len(words) > 1 and (_is_number(words[0]) or _is_number(words[-1]))


def _is_number(word: str) -> bool:
    return _NUMBER.fullmatch(word) is not None


def _street(words: list[str], parts: dict[str, str]) -> None:
    if _is_number(words[0]) and len(words) > 1:
        parts["number"], parts["street"] = words[0], " ".join(words[1:])
    elif _is_number(words[-1]) and len(words) > 1:
        parts["number"], parts["street"] = words[-1], " ".join(words[:-1])
    elif _is_number(words[0]):
        parts["number"] = words[0]
    elif at := next((at for at, word in enumerate(words[1:-1], 1) if _is_number(word)), 0):
        # What stands before the number is the name of a house: Rose Court 12 Mill Road.
        parts["number"], parts["street"] = words[at], " ".join(words[at + 1 :])
    else:
        parts["street"] = " ".join(words)


def _place(words: list[str], parts: dict[str, str]) -> None:
    """What comes after the street: city, state and postal code."""
    kept = []
    for word in words:
        if word.isdigit() and len(word) in (5, 6) and "postal_code" not in parts:
            parts["postal_code"] = word
        elif len(word) == 2 and (state := known_region(word)) and "region" not in parts:
            parts["region"] = state
        else:
            kept.append(word)
    if kept and "city" not in parts:
        parts["city"] = "".join(kept)


def _taken(words: list[str], parts: dict[str, str]) -> list[str]:
    """The words without a door and a building, which become parts."""
    kept: list[str] = []
    at = 0
    while at < len(words):
        word, after = words[at], words[at + 1] if at + 1 < len(words) else ""
        named = "unit" if word in _DOOR_WORDS or word == "#" else "building" if word in _BUILDING_WORDS else ""
        if named and after and (any(letter.isdigit() for letter in after) or len(after) == 1):
            parts.setdefault(named, after.upper())
            at += 2
            continue
        if word != "#":
            kept.append(word)
        at += 1
    return kept
