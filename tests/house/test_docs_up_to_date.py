"""Docs up to date: the reference is what the code says now."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scripts.reference import FOLDER, pages
from tests.house.tree import ROOT, tracked

PAGES = pages()
LINK = re.compile(r"\[[^\]]*\]\((?!https?:|#|mailto:)([^)#\s]+)(?:#[^)]*)?\)")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_the_reference_is_what_the_code_says(name: str) -> None:
    path = FOLDER / name
    assert path.is_file(), "run `make docs`"
    assert path.read_text(encoding="utf-8") == PAGES[name], f"{name} is out of date: run `make docs`"


def test_the_reference_holds_no_page_that_nothing_writes() -> None:
    assert {path.name for path in FOLDER.iterdir()} == set(PAGES)


@pytest.mark.parametrize("page", [path for path in tracked() if path.suffix == ".md"], ids=str)
def test_every_link_to_a_file_of_ours_leads_somewhere(page: Path) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    broken = [target for target in LINK.findall(text) if not (ROOT / page.parent / target).exists()]
    assert broken == []


def test_every_decision_is_in_the_index_of_why() -> None:
    folder = ROOT / "docs" / "why"
    index = (folder / "README.md").read_text(encoding="utf-8")
    assert [
        path.name for path in folder.glob("*.md") if path.name != "README.md" and f"({path.name})" not in index
    ] == []
