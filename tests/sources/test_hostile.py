"""Hostile files: none hurts the process that reads them, and no row of any is lost silently."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import hostile_files
from benchmarks.hostile_files import REFUSED, Hostile
from benchmarks.imports import Outcome, survive

_FILES = hostile_files.files()


@pytest.fixture(scope="module")
def survived(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Outcome], int]:
    outcomes, deaths = survive(Path(tmp_path_factory.mktemp("hostile")), _FILES)
    return {outcome.name: outcome for outcome in outcomes}, deaths


def test_forty_files_and_more_kill_no_reader(survived: tuple[dict[str, Outcome], int]) -> None:
    outcomes, deaths = survived
    assert deaths == 0
    assert len(outcomes) == len(_FILES) + 1 > 40


@pytest.mark.parametrize("file", _FILES, ids=lambda file: file.name)
def test_a_hostile_file_is_refused_or_adds_up(file: Hostile, survived: tuple[dict[str, Outcome], int]) -> None:
    outcome = survived[0][file.name]
    assert not outcome.breaks(file), outcome
    assert outcome.seconds < 30
    if file.expected == REFUSED:
        assert file.name in outcome.refused
        assert "Error" not in outcome.refused and "Traceback" not in outcome.refused


def test_the_reader_holds_little_more_memory_than_before(survived: tuple[dict[str, Outcome], int]) -> None:
    outcomes = survived[0]
    before = outcomes["warm.csv"].memory_mb
    assert max(outcome.memory_mb for outcome in outcomes.values()) - before < 50


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("far_cell.xlsx", "a cell far from the others"),
        ("shared_string.xlsx", "memory"),
        ("bomb.csv.gz", "unpacks to more than"),
        ("bomb.zip", "would unpack to more than"),
        ("entities.xlsx", "defines entities"),
        ("locked.xlsx", "password"),
        ("locked.zip", "password"),
        ("slip.zip", "points outside"),
        ("slip.xlsx", "points outside"),
        ("gbk_said_to_be_utf8.csv", "line 2 is not UTF-8"),
        ("broken_utf8.csv", "in line 4001"),
        ("text.xlsx", 'format = "csv"'),
        ("workbook.csv", 'format = "excel"'),
        ("cut.xlsx", "not a whole workbook"),
        ("cut.csv.gz", "not a whole gz file"),
        ("cut.parquet", "not a whole Parquet file"),
        ("damaged.parquet", "is damaged"),
        ("columns_20000.csv", "20000 columns"),
        ("picture.csv", "is a picture"),
    ],
)
def test_the_answer_says_what_is_wrong(name: str, said: str, survived: tuple[dict[str, Outcome], int]) -> None:
    assert said in survived[0][name].refused
