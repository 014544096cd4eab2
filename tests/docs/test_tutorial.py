"""The tutorials: what they tell a reader to type works, and prints what they show."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.house.tree import ROOT

TUTORIALS = sorted((ROOT / "docs" / "tutorial").glob("*.md"))
BLOCK = re.compile(r"^```(sh|text|toml)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"# (\S+\.toml)\n")


@dataclass(frozen=True)
class Block:
    """A block of a tutorial: commands, what they print, or a file to write."""

    kind: str
    text: str


def blocks(tutorial: Path) -> Iterator[Block]:
    return (Block(*found) for found in BLOCK.findall(tutorial.read_text(encoding="utf-8")))


def test_there_is_a_tutorial_in_both_languages() -> None:
    assert [path.name for path in TUTORIALS] == ["first.md", "first.zh-CN.md"]


@pytest.mark.parametrize("tutorial", TUTORIALS, ids=lambda path: path.name)
def test_every_block_of_a_tutorial_works_and_prints_what_it_shows(tutorial: Path, tmp_path: Path) -> None:
    printed = ""
    for block in blocks(tutorial):
        if block.kind == "sh":
            printed = _typed(block.text, tmp_path, chinese="zh" in tutorial.name)
        elif block.kind == "toml":
            name = FILE.match(block.text)
            assert name, f"a file to write begins with its name: {block.text[:60]}"
            with (tmp_path / name[1]).open("a", encoding="utf-8") as file:
                file.write(block.text)
        else:
            assert _shows(block.text, printed), f"expected:\n{block.text}\nprinted:\n{printed}"


@pytest.mark.parametrize(
    ("shown", "printed", "holds"),
    [
        ("a\nb\n", "a\nb\n", True),
        ("a\n...\nd\n", "a\nb\nc\nd\n", True),
        ("in ... s\n", "in 2.5 s\n", True),
        ("a   b\n", "a b  \n", True),
        ("a\n", "b\n", False),
    ],
)
def test_three_dots_stand_for_anything(shown: str, printed: str, holds: bool) -> None:
    assert _shows(shown, printed) is holds


def _typed(commands: str, folder: Path, *, chinese: bool) -> str:
    language = "zh_CN.UTF-8" if chinese else "C.UTF-8"
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "LC_ALL": language, "PYTHONUTF8": "1", "COLUMNS": "120"}
    environment.pop("PORTRAITS_LANG", None)
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", commands],
        check=False,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, f"{commands}\n{done.stdout}{done.stderr}"
    return done.stdout


def _shows(shown: str, printed: str) -> bool:
    """Whether what a tutorial shows is what was printed; `...` is anything, spaces count as one."""
    pattern = re.escape(_squeezed(shown)).replace(re.escape("..."), ".*")
    return re.fullmatch(pattern, _squeezed(printed), re.DOTALL) is not None


def _squeezed(text: str) -> str:
    return "\n".join(" ".join(line.split()) for line in text.strip().splitlines())
