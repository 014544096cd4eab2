"""The command line in Chinese: nothing it says is wrong is left in English."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from portraits.cli.program import run
from portraits.cli.words import hoisted
from portraits.engine.workspace import Workspace
from tests.faces.company import company

Captured = pytest.CaptureFixture[str]
HAN = re.compile(r"[\u4e00-\u9fff]")
# What stays as it is: commands, paths, words in quotes or brackets, keys and names of one word.
CODE = re.compile(r"`[^`]*`|'[^']*'|\"[^\"]*\"|“[^”]*”|\[[^\]]*\]|/\S+|--\S+")
SENTENCE = re.compile(r"[A-Za-z]+,? [A-Za-z]+,? [a-z]+")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return company(tmp_path_factory.mktemp("shop"))


@pytest.fixture(autouse=True)
def _surrounded_by_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.delenv("PORTRAITS_LANG", raising=False)


def told(capsys: Captured, *arguments: str) -> str:
    assert run(arguments) != 0
    return capsys.readouterr().err


def not_chinese(shown: str) -> list[str]:
    """The lines that are not Chinese, or hold a sentence in English; one that says so where nothing was told."""
    lines = [line.removeprefix("portraits: ") for line in shown.splitlines()] or ["nothing was told"]
    return [line for line in lines if not HAN.search(line) or SENTENCE.search(CODE.sub("", line))]


@pytest.mark.parametrize(
    "arguments",
    [
        ("tags", "recncy_days"),
        ("audience", "count", "recncy_days > 3"),
        ("audience", "count", "gender > 3"),
        ("audience", "count", "gender = 'female' and"),
        ("audience", "count", "orders_365d > 'many'"),
        ("portrait", "C9999"),
        ("rollback", "99"),
        ("segments", "rfn"),
        ("load", "nowhere"),
        ("kinds", "tg"),
    ],
)
def test_what_is_wrong_is_told_in_chinese(shop: Workspace, arguments: tuple[str, ...], capsys: Captured) -> None:
    assert not_chinese(told(capsys, "--lang", "zh", *arguments, "-w", str(shop.folder))) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("bild",),
        ("qqqq",),
        ("build", "--as-off", "2026-01-01"),
        ("build", "--as-of", "yesterday"),
        ("build", "--as-of"),
        ("diff", "1"),
        ("diff", "1", "two"),
        ("diff", "1", "2", "3"),
        ("serve", "--port", "70000"),
        ("init", "x", "--business", "shop"),
        ("runs", "--json=5"),
    ],
)
def test_a_command_line_that_cannot_be_understood_is_told_in_chinese(
    arguments: tuple[str, ...], capsys: Captured
) -> None:
    shown = told(capsys, "--lang", "zh", *arguments)
    assert not_chinese(shown) == []
    assert "--help" in shown


def test_a_wrong_command_names_the_right_one_in_chinese(capsys: Captured) -> None:
    shown = told(capsys, "--lang", "zh", "bild")
    assert shown.startswith("portraits: 没有命令 bild。您是不是要写 build？")


def test_broken_toml_is_told_in_chinese(tmp_path: Path, capsys: Captured) -> None:
    assert run(["init", str(tmp_path / "shop")]) == 0
    capsys.readouterr()
    (tmp_path / "shop" / "tags.toml").write_text('[tags.a]\ntitle = "x\nkind = 1\n', encoding="utf-8")
    (tmp_path / "shop" / "more.toml").write_text('[tags.b]\ntitle = "x"\nkind = "rul"\n\n[tgs.c]\n', encoding="utf-8")
    shown = told(capsys, "--lang", "zh", "check", "-w", str(tmp_path / "shop"))
    assert not_chinese(shown) == []
    assert "引号没有在同一行闭合" in shown
    assert "more.toml:3 [tags.b.kind]：“rul”不是标签的种类。您是不是要写 rule？" in shown


def test_a_missing_file_is_told_in_chinese(tmp_path: Path, capsys: Captured) -> None:
    assert not_chinese(told(capsys, "--lang", "zh", "suggest", str(tmp_path / "none.csv"))) == []


def test_a_file_that_the_child_cannot_read_is_told_in_chinese(tmp_path: Path, capsys: Captured) -> None:
    picture = tmp_path / "people.csv"
    picture.write_bytes(b"\x89PNG and more")
    shown = told(capsys, "--lang", "zh", "suggest", str(picture))
    assert not_chinese(shown) == []
    assert "是图片。" in shown


def test_a_folder_that_is_no_workspace_is_told_in_chinese(tmp_path: Path, capsys: Captured) -> None:
    assert not_chinese(told(capsys, "--lang", "zh", "runs", "-w", str(tmp_path))) == []


def test_json_stays_english(shop: Workspace, capsys: Captured) -> None:
    shown = told(capsys, "--lang", "zh", "tags", "recncy_days", "-w", str(shop.folder), "--json")
    error = json.loads(shown)["error"]
    assert set(error) == {"what", "hint", "faults"}
    assert (error["what"], error["hint"]) == ("There is no tag recncy_days.", "Did you mean recency_days?")
    misread = json.loads(told(capsys, "--lang", "zh", "runs", "--jsn", "--json"))["error"]
    assert not HAN.search(misread["what"] + misread["hint"])


def test_errors_are_told_in_the_language_of_the_workspace(tmp_path: Path, capsys: Captured) -> None:
    assert run(["init", str(tmp_path / "shop"), "--language", "zh"]) == 0
    capsys.readouterr()
    assert not_chinese(told(capsys, "build", "-w", str(tmp_path / "shop"))) == []


@pytest.mark.parametrize(
    ("typed", "parsed"),
    [
        (["runs", "--lang", "zh", "-w", "x"], ["--lang", "zh", "runs", "-w", "x"]),
        (["runs", "--lang=zh"], ["--lang=zh", "runs"]),
        (["--lang", "zh", "runs"], ["--lang", "zh", "runs"]),
        (["audience", "count", "--", "--lang"], ["audience", "count", "--", "--lang"]),
        (["runs", "--lang"], ["runs", "--lang"]),
        ([], []),
    ],
)
def test_the_language_may_stand_anywhere(typed: list[str], parsed: list[str]) -> None:
    assert hoisted(typed) == parsed


def test_a_command_speaks_the_language_that_is_named_after_it(tmp_path: Path, capsys: Captured) -> None:
    assert not_chinese(told(capsys, "runs", "-w", str(tmp_path), "--lang", "zh")) == []


def test_kinds_are_described_in_chinese(shop: Workspace, capsys: Captured) -> None:
    assert run(["kinds", "tag", "--lang", "zh", "-w", str(shop.folder)]) == 0
    shown = capsys.readouterr().out
    assert "按保存的分界值打" in shown
    assert "stored cut points" not in shown


def test_a_suggestion_is_commented_in_the_language_asked_for(tmp_path: Path, capsys: Captured) -> None:
    file = tmp_path / "orders.csv"
    file.write_text("客户号,下单时间,金额,备注\n1,2024-01-02,12.5,x\n2,2024-01-03,8,y\n", encoding="utf-8")
    assert run(["suggest", str(file), "--lang", "zh"]) == 0
    shown = capsys.readouterr().out
    assert "行数据给出的建议" in shown and "把握" in shown
    comments = [line.partition("#")[2] for line in shown.splitlines() if "#" in line]
    assert comments and not any(SENTENCE.search(comment) for comment in comments)
    assert run(["suggest", str(file)]) == 0
    assert "Look it over before you load." in capsys.readouterr().out
