"""Names of persons: family and given name apart, in whatever script, order and dress they were written."""

from __future__ import annotations

import re
from collections.abc import Callable

from portraits.identity.clean import companies
from portraits.identity.clean.cleaned import Cleaned, unusable
from portraits.identity.clean.letters import all_han, fold, has_han, says_nothing, script, tidy
from portraits.identity.clean.lists import listed, pairs
from portraits.identity.clean.pinyin import (
    COMPOUND,
    SURNAMES,
    is_frequent_surname,
    is_pinyin,
    is_syllable,
    sound,
    surname_sound,
    surname_sounds,
)

PARTS = ("key", "family", "given", "root", "middle", "suffix", "han", "script", "sex", "kind")
WORD_PARTS = ("plain", "root", "han")
_TITLES = {  # what follows a Chinese name, and the sex it tells
    **dict.fromkeys(listed("titles_male"), "male"),
    **dict.fromkeys(listed("titles_female"), "female"),
    **dict.fromkeys(listed("titles"), ""),
}
_HAN_TITLE = re.compile(f"(?P<name>.+?)(?P<title>{'|'.join(sorted(_TITLES, key=len, reverse=True))})")
_HONORIFICS = {
    **dict.fromkeys(listed("honorifics_male"), "male"),
    **dict.fromkeys(listed("honorifics_female"), "female"),
    **dict.fromkeys(listed("honorifics"), ""),
}
_SHORT = pairs("short_names")
_AFTER = frozenset(listed("suffixes"))
_AFTER_SAME = {"junior": "jr", "senior": "sr"}
_NUMERALS = frozenset(("i", "ii", "iii", "iv"))
_PARTICLES = frozenset(listed("particles"))
_SEPARATORS = re.compile(r"[\s/]+")
_DOTS = str.maketrans({"•": "·", "・": "·", "‧": "·", "∙": "·", "．": "·"})
_NOT_NAME = re.compile(r"\d{2,}|[@#$%^*_=+<>|\\~{}\[\]]|https?:|www\.")
_TONE_DIGITS = re.compile(r"(?<=[^\W\d_])[1-5](?=\D|$)")
_WITHIN = re.compile(r"[^\w]+")
_PLAIN_HAN = re.compile("[\u4e00-\u9fff]{2,4}")


def clean_name(raw: str) -> Cleaned:
    """A person's name; parts are folded to Latin letters, `key` is the same in every script and order.

    A nickname or a lone word keeps its value and is flagged: it gives no key to compare.
    """
    if _PLAIN_HAN.fullmatch(raw) and (plain := _plain_han(raw)):
        return plain
    text, repairs = _joined(*tidy(raw))
    if says_nothing(text):
        return unusable("placeholder")
    if companies.is_company(text):
        return companies.clean_company(raw)
    if _NOT_NAME.search(_TONE_DIGITS.sub("", text)):
        return _odd(text, repairs)
    return _han(text, repairs) if has_han(text) else _latin(text, repairs)


def clean_given_name(raw: str) -> Cleaned:
    """A given name that stands in a field of its own; `plain` is how it sounds, in folded letters."""
    return _word(raw, sound)


def clean_family_name(raw: str) -> Cleaned:
    """A family name that stands in a field of its own; `plain` is how it sounds, in folded letters."""
    return _word(raw, surname_sound)


def _word(raw: str, read: Callable[[str], str]) -> Cleaned:
    text, repairs = tidy(raw)
    if has_han(text):
        text = tidy("".join(_SEPARATORS.split(text)))[0]
    if says_nothing(text) or _NOT_NAME.search(text):
        return unusable("placeholder" if says_nothing(text) else "not_a_name")
    if has_han(text):
        return Cleaned(text, {"plain": read(text), "han": text}, repairs)
    words = [_WITHIN.sub("", fold(word)) for word in text.split()]
    long = [word for word in words if len(word) > 1] or words
    if not "".join(long):
        return unusable("not_a_name")
    shown = _dressed(text.split(), [])
    plain = "".join(long)
    root = {"root": _SHORT[plain]} if plain in _SHORT else {}
    return Cleaned(shown, {"plain": plain, **root}, repairs if shown == text else (*repairs, "case"))


def _odd(text: str, repairs: tuple[str, ...]) -> Cleaned:
    if "@" in text:
        return unusable("email_elsewhere")
    if sum(letter.isdigit() for letter in text) > len(text) / 2:
        return unusable("not_a_name")
    return Cleaned(text, {"kind": "person"}, repairs, ("nickname",))


def _plain_han(name: str) -> Cleaned | None:
    """The common case: two to four characters, a known family name first, no title."""
    if name[-2:] in _TITLES or name[-1] == "总" or name in _NICKNAMED or says_nothing(name):
        return None
    family = _family(name)
    if not family or len(name) - len(family) not in (1, 2) or companies.is_company(name):
        return None
    return Cleaned(name, _parts(family, name[len(family) :]))


_NICKNAMED = frozenset({"先生", "女士", "小姐", "太太"})


def _family(name: str) -> str:
    if name[:2] in COMPOUND and len(name) > 2:
        return name[:2]
    return name[0] if name[0] in SURNAMES else ""


def _parts(family: str, given: str) -> dict[str, str]:
    last, first = surname_sound(family), sound(given)
    return {
        "key": " ".join(sorted((last, first))),
        "family": last,
        "given": first,
        "han": family + given,
        "kind": "person",
    }


def _joined(text: str, repairs: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """A Chinese name without spaces, with one kind of dot."""
    if not has_han(text):
        return text, repairs
    dotted = text.translate(_DOTS)
    if dotted != text:
        repairs += ("punctuation",)
    joined = tidy("".join(_SEPARATORS.split(dotted)))[0]
    return joined, repairs if joined == dotted else (*repairs, "spaces")


def _han(joined: str, repairs: tuple[str, ...]) -> Cleaned:
    if "·" in joined:
        return _transcribed(joined, repairs)
    if not all_han(joined):
        return Cleaned(joined, {"kind": "person"}, repairs, ("nickname",))
    titled = _HAN_TITLE.fullmatch(joined)
    return _titled(titled["name"], titled["title"], repairs) if titled else _bare_han(joined, repairs)


def _transcribed(name: str, repairs: tuple[str, ...]) -> Cleaned:
    """A name of a minority or a foreigner, its parts set apart by dots."""
    pieces = [piece for piece in name.split("·") if piece]
    if len(pieces) < 2 or not all(all_han(piece) for piece in pieces):
        return Cleaned(name, {"kind": "person"}, repairs, ("nickname",))
    value = "·".join(pieces)
    key = " ".join(sorted(sound(piece) for piece in pieces))
    parts = {"key": key, "family": sound(pieces[-1]), "given": sound(pieces[0]), "han": value, "kind": "person"}
    return Cleaned(value, parts, repairs if value == name else (*repairs, "punctuation"))


def _titled(name: str, title: str, repairs: tuple[str, ...]) -> Cleaned:
    sex = {"sex": _TITLES[title]} if _TITLES[title] else {}
    if name in SURNAMES or name in COMPOUND:
        parts = {"family": surname_sound(name), "kind": "person", **sex}
        return Cleaned(name + title, parts, repairs, ("family_name_only",))
    bare = _bare_han(name, repairs)
    if "key" not in bare.parts:
        return Cleaned(name + title, {"kind": "person", **sex}, repairs, ("nickname",))
    return bare._replace(parts={**bare.parts, **sex}, repairs=(*bare.repairs, "title"))


def _bare_han(name: str, repairs: tuple[str, ...]) -> Cleaned:
    family = _family(name)
    if not family or len(name) - len(family) not in (1, 2):
        return Cleaned(name, {"kind": "person"}, repairs, ("nickname",))
    return Cleaned(name, _parts(family, name[len(family) :]), repairs)


def _latin(text: str, repairs: tuple[str, ...]) -> Cleaned:
    untoned = _TONE_DIGITS.sub("", text)
    if untoned != text:
        repairs += ("tones",)
    ordered = _comma(untoned)
    if ordered != untoned:
        repairs += ("order",)
    words, sex, suffix = _undressed(ordered.split())
    if len(words) + len(suffix) < len(ordered.split()):
        repairs += ("title",)
    folded = [_WITHIN.sub("", fold(word)) for word in words]
    kept = [(word, plain) for word, plain in zip(words, folded, strict=True) if plain]
    if not kept:
        return unusable("not_a_name")
    value = _dressed([word for word, _ in kept], suffix)
    if says_nothing(value):
        return unusable("placeholder")
    if value != " ".join([*(word for word, _ in kept), *suffix]):
        repairs += ("case",)
    return _told([plain for _, plain in kept], value, {"sex": sex, "suffix": " ".join(suffix).lower()}, repairs)


def _told(words: list[str], value: str, more: dict[str, str], repairs: tuple[str, ...]) -> Cleaned:
    known = {key: word for key, word in more.items() if word}
    if len(words) == 1:
        return Cleaned(value, {"kind": "person", **known}, repairs, ("nickname",))
    given, middle, family = _in_order(words)
    names = {"key": " ".join(sorted((family, given))), "family": family, "given": given, "kind": "person"}
    if middle in _NUMERALS and "suffix" not in known:  # Morris II Klein
        known["suffix"], middle = middle, ""
    more = {"middle": middle, "root": _SHORT.get(given, ""), "script": script(family)}
    return Cleaned(value, {**names, **{part: word for part, word in more.items() if word}, **known}, repairs)


def _comma(text: str) -> str:
    """`Smith, John` the other way round; a comma before `Jr.` only goes."""
    before, comma, after = text.partition(",")
    if not comma:
        return text
    rest = after.replace(",", " ").split()
    if not rest or not before.strip():
        return " ".join([*before.split(), *rest])
    if all(word.lower().strip(".") in _AFTER for word in rest):
        return f"{before} {' '.join(rest)}"
    return f"{' '.join(rest)} {before.strip()}"


def _undressed(words: list[str]) -> tuple[list[str], str, list[str]]:
    sex = ""
    while len(words) > 1 and (plain := fold(words[0]).strip(".")) in _HONORIFICS:
        sex = sex or _HONORIFICS[plain]
        words = words[1:]
    suffix: list[str] = []
    while len(words) > 1 and (plain := words[-1].lower().replace(".", "")) in _AFTER:
        suffix = [_AFTER_SAME.get(plain, plain), *suffix]
        words = words[:-1]
    return words, sex, [_suffix_case(each) for each in suffix]


def _suffix_case(suffix: str) -> str:
    return suffix.capitalize() if suffix in ("jr", "sr", "esq") else suffix.upper()


def _dressed(words: list[str], suffix: list[str]) -> str:
    """Capitals where the whole was shouted or whispered; somebody's own way to write is kept."""
    name = " ".join(words)
    if name.isupper() or name.islower():
        name = " ".join(_capital(word) for word in words)
    return " ".join([name, *suffix])


def _capital(word: str) -> str:
    return "".join(piece[:1].title() + piece[1:].lower() for piece in re.split(r"(?<=[-'’])", word))


def _in_order(words: list[str]) -> tuple[str, str, str]:
    """Given, middle and family name of folded words, Chinese order and Western order told apart."""
    if len(words) <= 4 and all(is_pinyin(word) for word in words) and (chinese := _pinyin(words)):
        return chinese
    last = len(words) - 1
    while last > 1 and words[last - 1] in _PARTICLES:
        last -= 1
    return words[0], " ".join(words[1:last]), "".join(words[last:])


def _pinyin(words: list[str]) -> tuple[str, str, str] | None:
    first, last = words[0] in surname_sounds(), words[-1] in surname_sounds()
    if len(words) > 2 and not all(is_syllable(word) for word in words):
        return None
    likelier = len(words) > 2 and (is_frequent_surname(words[0]) or not is_frequent_surname(words[-1]))
    if first and (not last or likelier or not is_syllable(words[0])):
        return "".join(words[1:]), "", words[0]
    if last:
        return "".join(words[:-1]), "", words[-1]
    return None
