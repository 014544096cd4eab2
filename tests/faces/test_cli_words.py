"""Words of the command line: every text there is, in both languages, asked for in every way."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from typing import Any

import pytest

from portraits.cli.program import PANELS, tree
from portraits.cli.words import demanded, known, say, surrounding, words
from portraits.vocabulary.text import Language
from portraits.web.words import LANGUAGES

CHINESE = re.compile(r"[\u4e00-\u9fff]")


def _texts(language: Language) -> dict[str, str]:
    return dict(words(language))


def _commands(command: Any, path: str = "portraits") -> Iterator[tuple[str, Any]]:
    yield path, command
    for name, part in getattr(command, "commands", {}).items():
        yield from _commands(part, f"{path} {name}")


def test_both_languages_have_words_for_the_same_things() -> None:
    assert _texts("en").keys() == _texts("zh").keys()


def test_chinese_words_are_chinese_and_english_ones_are_not() -> None:
    assert [key for key, text in _texts("en").items() if CHINESE.search(text)] == []
    assert [key for key, text in _texts("zh").items() if text and not CHINESE.search(text)] == []


def test_both_languages_fill_in_the_same_parameters() -> None:
    english, chinese = _texts("en"), _texts("zh")
    for key in english:
        assert _parameters(english[key]) == _parameters(chinese[key]), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_command_and_every_option_has_help(language: Language) -> None:
    for path, command in _commands(tree(language)):
        assert command.help, path
        for parameter in command.params:
            assert parameter.help, f"{path} {parameter.name}"


def test_every_command_has_a_place_in_the_help() -> None:
    placed = [name for names in PANELS.values() for name in names]
    assert sorted(placed) == sorted(tree().commands)
    assert list(tree().commands) == placed


def test_no_word_is_left_over() -> None:
    sections = {"portraits", "panels", "options", "said", "stages", "audience"}
    sections |= {path.removeprefix("portraits ").replace(" ", "-") for path, _ in _commands(tree())}
    assert {key.partition(".")[0] for key in words("en")} <= sections


@pytest.mark.parametrize(
    ("arguments", "language"),
    [
        (["--lang", "zh", "runs"], "zh"),
        (["--lang=en", "runs"], "en"),
        (["runs"], None),
        (["--lang"], None),
        (["--lang", "fr"], None),
    ],
)
def test_the_command_line_may_name_the_language(
    arguments: list[str], language: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PORTRAITS_LANG", raising=False)
    assert demanded(arguments) == language


def test_an_option_goes_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTRAITS_LANG", "zh")
    assert demanded(["runs"]) == "zh"
    assert demanded(["--lang", "en", "runs"]) == "en"


@pytest.mark.parametrize(
    ("variables", "language"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "C"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "en_GB"}, "en"),
        ({}, "en"),
    ],
)
def test_the_surroundings_are_spoken_where_nothing_is_said(
    variables: dict[str, str], language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert surrounding() == language


def test_a_locale_is_known_by_its_first_letters() -> None:
    assert (known("zh_TW"), known("EN"), known("de"), known("")) == ("zh", "en", None, None)


def test_one_of_a_thing_has_its_own_words() -> None:
    assert say("en", "check.done", {"n": 1}) == "1 definition, no fault."
    assert say("en", "check.done", {"n": 2}) == "2 definitions, no fault."
    assert say("zh", "check.done", {"n": 1}) == "共 1 项定义，没有错误。"


def _parameters(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}
