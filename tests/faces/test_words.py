"""Words: complete in both languages, natural in number, and nothing said outside of them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portraits.app.customers import portrait, reach, timeline
from portraits.app.home import search
from portraits.app.jobs import jobs, stages
from portraits.app.said import Quantity
from portraits.engine.jobs import STATUSES as STATUSES_OF_JOBS
from portraits.engine.settings import GOALS, METRICS
from portraits.identity.match.pack import PACKS, pack
from portraits.tags.tag import Group
from portraits.vocabulary.tables import STATUSES, TABLES
from portraits.vocabulary.text import Language
from portraits.web import frame
from portraits.web.pages import help
from portraits.web.pages.person import TABS
from portraits.web.words import FOLDER, LANGUAGES, has, parameters, say, spaced, words
from portraits.web.writing import Writing

SOURCE = Path(__file__).parents[2] / "src" / "portraits"
WEB = SOURCE / "web"
HAN = re.compile(r"[\u4e00-\u9fff]")
ENGLISH, CHINESE = Writing("en", "USD"), Writing("zh", "CNY")


def stem(key: str) -> str:
    return key.removesuffix(".one").removesuffix(".other")


def stems(language: Language) -> set[str]:
    return {stem(key) for key in words(language)}


def written() -> Iterator[tuple[str, str]]:
    """Every Python file and template that can name a key, with its text."""
    for path in [*WEB.rglob("*.py"), *(SOURCE / "app").rglob("*.py"), *WEB.glob("templates/*.html")]:
        yield path.name, path.read_text(encoding="utf-8")


def test_both_languages_say_the_same_things() -> None:
    assert stems("en") == stems("zh")


def test_both_languages_take_the_same_parameters() -> None:
    for key in stems("en"):
        found = [
            frozenset().union(*(parameters(text) for name, text in words(language).items() if stem(name) == key))
            for language in LANGUAGES
        ]
        assert found[0] == found[1], key


def test_no_text_is_empty_and_the_chinese_is_chinese() -> None:
    for key, text in words("zh").items():
        assert text.strip(), key
        plain = re.sub(r"\{[^}]*\}|\b(?:KB|MB|PSI|RFM|TGI|API)\b", "", text)
        assert HAN.search(plain) or not re.search(r"[A-Za-z]{2}", plain), (key, text)
    for key, text in words("en").items():
        assert text.strip(), key
        assert not HAN.search(text), (key, text)


def named_keys() -> set[str]:
    """Keys written out in code and templates."""
    pattern = re.compile(r"""(?:\bt|\bpage\.t|Said|_series\(page,)\(?\s*["']([a-z_]+(?:\.[a-z_0-9]+)*)["']""")
    return {key for _, text in written() for key in pattern.findall(text) if not key.endswith("_")}


def test_every_key_that_is_named_has_words() -> None:
    known = {*stems("en"), *words("en")}
    assert named_keys()
    missing = {
        key for key in named_keys() if key not in known and not any(each.startswith(f"{key}.") for each in known)
    }
    assert missing == set()


STEPS = ("title", "do", "done", "next", "wrong", "later")

# Keys put together from a prefix and a value: what values there are.
MADE: dict[str, set[str]] = {
    "person": {*TABS, "title"},
    "nav": {key for key, _, _ in frame.PAGES} | {"title"},
    "groups": set(get_args(Group)),
    "methods": {"fact", "rule", "model"},
    "letters": {"fact", "rule", "model"},
    "moments": set(timeline.KINDS),
    "reach": set(get_args(reach.State)),
    "statuses": set(STATUSES),
    "genders": set(TABLES["people"].column("gender").choices),
    "deals": set(TABLES["deals"].column("status").choices),
    "about": set(TABLES["feedback"].column("about").choices),
    "jobs.kinds": set(jobs.KINDS),
    "jobs.open": set(jobs.KINDS),
    "jobs.status": {*STATUSES_OF_JOBS, "stopping"},
    "jobs.start": {"build", "load"},
    "stages": {*stages.KEYS, "table"},
    "search.kinds": set(search.KINDS),
    "help.m": {f"{name}.{part}" for name in help.METHODS for part in ("name", "does", "beware")},
    "help.q": {f"{each.key}.{part}" for each in help.QUESTIONS for part in ("question", "answer")},
    "help.w": {f"{name}.{part}" for name in help.WORDS for part in ("name", "means")},
    "help.p": {name for _, name in help.PLACES},
    "keys": {name for _, name in frame.KEYS},
    "goals": {goal.replace(" ", "_") for goal in GOALS},
    "metrics": {f"{metric.replace(' ', '_')}.{part}" for metric in METRICS for part in ("title", "about")},
    "levels": {"moved", "another_population"},
    "today.source": {"faulty", "unmapped", "gone", "empty"},
    "today": {f"{key}.{state}" for key in ("load", "map", "build", "audience") for state in STEPS},
    "matching.columns": {name for kind in PACKS for keys in pack(kind).blocking for name in keys.on},
    "matching.shares": {"door", "line"},
    "matching.kinds": {"repair", "flag"},
    "matching.ways": {"anew", "resumed"},
    "months": {str(month) for month in range(1, 13)},
}


@pytest.mark.parametrize("prefix", MADE)
def test_every_value_that_is_looked_up_has_words(prefix: str) -> None:
    for language in LANGUAGES:
        assert all(has(language, f"{prefix}.{name}") for name in MADE[prefix])


def test_channels_of_reach_have_words() -> None:
    assert {f"channels.{name}" for name in reach.CHANNELS} <= stems("en")


def test_every_unit_of_the_built_in_tags_has_words() -> None:
    units = {
        str(tag["unit"])
        for path in (SOURCE / "tags" / "packs").glob("*.toml")
        for tag in tomllib.loads(path.read_text(encoding="utf-8")).get("tags", {}).values()
        if tag.get("unit")
    }
    assert len(units) > 20
    assert units - {"money", "percent"} - {key.removeprefix("units.") for key in stems("en")} == set()


def test_groups_of_the_page_are_the_groups_of_tags() -> None:
    assert set(portrait.GROUPS) == set(get_args(Group))


OWN = {"CSV", "PNG", "JSON", "OpenAPI", "English", "中文"}  # names that are the same in every language


def texts_in_templates() -> Iterator[str]:
    """Words that are written into a template or a script instead of the words."""
    for path in WEB.glob("templates/*.html"):
        text = re.sub(
            r"\{#.*?#\}|\{% set \w+ %\}.*?\{% endset %\}|\{%.*?%\}|\{\{.*?\}\}",
            " ",
            path.read_text(encoding="utf-8"),
            flags=re.DOTALL,
        )
        text = re.sub(r"<(script|svg)\b.*?</\1>|<[^>]*>", " ", text, flags=re.DOTALL)
        yield from (f"{path.name}: {word}" for word in re.findall(r"[^\W\d_]{2,}", text) if word not in OWN)
    for path in WEB.glob("static/*.js"):
        markup = re.sub(r"<[^>]*>", " ", "".join(markup_of(path.read_text(encoding="utf-8"))))
        yield from (f"{path.name}: {word}" for word in re.findall(r"[^\W\d_]{2,}", markup) if word not in OWN)


def markup_of(script: str) -> Iterator[str]:
    """What stands in the html templates of a script; an expression in one is a blank."""
    outer: list[str] = []  # what each open bracket or backtick belongs to
    for part in re.findall(r"html`|`|\$\{|[{}]|//[^\n]*|'(?:\\.|[^'\\\n])*'|=>|\s+|\\.|[^`{}$\\'\s]+|.", script):
        inside = outer[-1] if outer else "{"
        if part == "html`" and inside in "{$":
            outer.append("h")
        elif part == "`":
            outer.pop() if inside in "ht" else outer.append("t")
        elif inside in "ht":
            if part == "${":
                outer.append("$")
                yield "x" if inside == "h" else ""
            elif inside == "h":
                yield " " if part == "=>" else part
        elif part in ("{", "}"):
            outer.append("{") if part == "{" else outer and outer.pop()


def test_templates_hold_no_text_of_their_own() -> None:
    assert list(texts_in_templates()) == []


def test_text_in_the_markup_of_a_script_is_found() -> None:
    script = "const a = { b: html`<p class=${c ? 'x' : `y`}>Loose ${d ? html`<b>words</b>` : ''} here</p>` };"
    script += " call(`not this`)"
    text = re.sub(r"<[^>]*>", " ", "".join(markup_of(script)))
    assert re.findall(r"[^\W\d_]{2,}", text) == ["Loose", "words", "here"]


def test_attributes_that_people_read_hold_no_text_of_their_own() -> None:
    attribute = re.compile(r'(?:aria-label|title|placeholder|alt)="([^"]*)"')
    for path in WEB.glob("templates/*.html"):
        for value in attribute.findall(path.read_text(encoding="utf-8")):
            assert re.fullmatch(r"(\{\{.*\}\}|\{%.*%\}|\s)*", value), (path.name, value)


def test_scripts_hold_no_chinese_and_templates_no_style_or_script_of_their_own() -> None:
    for path in WEB.glob("static/*.js"):
        assert not HAN.search(path.read_text(encoding="utf-8")), path.name
    for path in WEB.glob("templates/*.html"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\sstyle=|\son[a-z]+=|javascript:|<style|\|\s*safe\b", text), path.name
        for script in re.findall(r"<script[^>]*>", text):
            assert "src=" in script or 'type="application/json"' in script, path.name


def test_no_page_asks_another_origin() -> None:
    for path in [*WEB.glob("templates/*.html"), *WEB.glob("static/*.js"), *WEB.glob("static/css/*.css")]:
        text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert "http:" not in text, path.name
        assert "https:" not in text, path.name
        assert path.suffix != ".css" or not re.search(r"url\(|@import", text), path.name


@pytest.mark.parametrize(
    ("n", "english", "chinese"),
    [(0, "0 customers", "0 位客户"), (1, "1 customer", "1 位客户"), (2469, "2,469 customers", "2,469 位客户")],
)
def test_numbers_of_things_are_written_as_people_say_them(n: int, english: str, chinese: str) -> None:
    assert say("en", "customers.count", {"n": n}, ENGLISH.write) == english
    assert say("zh", "customers.count", {"n": n}, CHINESE.write) == chinese


@pytest.mark.parametrize(
    ("number", "unit", "english", "chinese"),
    [
        (6, "day", "6 days", "6 天"),
        (1, "day", "1 day", "1 天"),
        (4.6139, "day", "4.6 days", "4.6 天"),
        (1.0, "order", "1 order", "1 单"),
        (13311, "piece", "13,311 pieces", "13,311 件"),
        (Decimal("3119.2000"), "money", "$3,119", "¥3,119"),
        (Decimal("36.2600"), "money", "$36.26", "¥36.26"),
        (Decimal("-36.2600"), "money", "−$36.26", "−¥36.26"),
        (0, "money", "$0", "¥0"),
        (0.163, "percent", "16%", "16%"),
        (0.0163, "percent", "1.6%", "1.6%"),
        (1, "percent", "100%", "100%"),
        (0.0005, "share", "0.1%", "0.1%"),
        (0.0004, "share", "< 0.1%", "< 0.1%"),
        (0, "share", "0%", "0%"),
        (-0.4321, "share", "−43%", "−43%"),
        (1.2345, "ratio", "1.23×", "1.23 倍"),
        (5, "score", "5", "5"),
        (3.1, "", "3.1", "3.1"),
        (1234.56, "", "1,235", "1,235"),
        (-7, "", "−7", "−7"),
        (-0.001, "", "0", "0"),
        (7, "unheard", "7", "7"),
        (float("nan"), "day", "–", "–"),
        (float("inf"), "money", "–", "–"),
    ],
)
def test_quantities_are_written_as_their_language_does(number: Any, unit: str, english: str, chinese: str) -> None:
    assert ENGLISH.write(Quantity(number, unit)) == english
    assert CHINESE.write(Quantity(number, unit)) == chinese


def test_cents_are_shown_where_they_are_asked_for_and_exist() -> None:
    assert ENGLISH.write(Quantity(Decimal("3119.2"), "money"), "cents") == "$3,119.20"
    assert Writing("en", "JPY").write(Quantity(Decimal("3119.2"), "money"), "cents") == "¥3,119"
    assert Writing("en", "CHF").write(Quantity(12, "money")) == "CHF 12.00"


def test_multiples_of_the_mean_are_said_shortly() -> None:
    assert say("en", "portrait.times", {"n": 10.7}, ENGLISH.write) == "10.7×"
    assert say("zh", "portrait.times", {"n": 10.7}, CHINESE.write) == "10.7 倍于"


def test_days_truths_and_missing_values() -> None:
    assert ENGLISH.write(datetime(2017, 12, 31, 23, 1)) == ENGLISH.write(date(2017, 12, 31)) == "2017-12-31"
    assert (ENGLISH.write(True), CHINESE.write(False), ENGLISH.write(None)) == ("Yes", "否", "–")


@given(
    st.decimals(-(10**15), 10**15, allow_nan=False, places=4), st.sampled_from(["money", "day", "share", "", "ratio"])
)
def test_a_written_number_is_the_number_rounded(number: Decimal, unit: str) -> None:
    text = ENGLISH.write(Quantity(number, unit))
    read = Decimal(re.sub(r"[^0-9.−]", "", text).replace("−", "-"))
    read /= 100 if unit == "share" else 1
    assert abs(read - number) <= (Decimal("0.5") if abs(number) >= 10 else Decimal("0.05"))
    assert "-0" not in text.replace("−", "-").rstrip("%") or read != 0


@given(st.text(max_size=60), st.text(max_size=60))
def test_what_a_parameter_holds_is_never_read_as_a_form(name: str, other: str) -> None:
    text = say("en", "said.event_object", {"what": name, "name": other}, lambda value, _: str(value))
    assert text == f"{name}: {other}"


def test_chinese_findings_have_space_beside_latin() -> None:
    assert spaced("zh", "FUEL占 17%，比均值高8%左右") == "FUEL 占 17%，比均值高 8% 左右"
    assert spaced("en", "FUEL占") == "FUEL占"


def test_no_key_stands_in_two_files() -> None:
    for language in LANGUAGES:
        files = [tomllib.loads(path.read_text(encoding="utf-8")) for path in (FOLDER / language).glob("*.toml")]
        sections = [section for file in files for section in file]
        assert len(files) > 1
        assert len(sections) == len(set(sections))
