"""Watching: bars for a person at a terminal, silence for everybody else."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from rich.progress import Progress

from portraits.app.demo import demo
from portraits.cli.runs import took
from portraits.cli.screen import Screen
from portraits.cli.stages import stage
from portraits.cli.watching import _Bar, watching
from portraits.engine.progress import SILENT, foretell, made
from portraits.engine.warehouse import Step, Timing, Warehouse
from portraits.engine.workspace import Workspace
from portraits.vocabulary.text import Language
from portraits.web.words import LANGUAGES

NOW = datetime(2026, 6, 30, tzinfo=UTC)


def test_a_program_sees_no_bars(capsys: pytest.CaptureFixture[str]) -> None:
    with watching(Screen("en", as_json=True)) as progress:
        progress.stage("orders", 3)
        progress.advance()
    assert capsys.readouterr().err == ""


def test_a_pipe_sees_no_bars(capsys: pytest.CaptureFixture[str]) -> None:
    with watching(Screen("en")) as progress:
        progress.stage("orders", 3)
        progress.advance()
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("person", [True, False])
def test_ctrl_c_that_something_swallowed_stops_the_work_at_its_next_step(
    person: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: person)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with watching(Screen("en")) as progress:
            progress.stage("orders", 2)
            with suppress(KeyboardInterrupt):
                signal.raise_signal(signal.SIGINT)
            with pytest.raises(KeyboardInterrupt):
                progress.advance()
            with pytest.raises(KeyboardInterrupt):
                progress.stage("portrait", 1)
    finally:
        signal.signal(signal.SIGINT, before)


def test_a_person_sees_one_bar_and_what_is_being_done(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "120")
    with watching(Screen("zh")) as progress:
        progress.advance()
        progress.stage("tags_orders", 3)
        progress.advance(2)
    shown = capsys.readouterr().err
    assert "完成" in shown and "100%" in shown
    assert "tags_orders" not in shown


def percents(before: Sequence[Timing], stages: Sequence[str], planned: Sequence[str] = ()) -> list[int]:
    """How full the bar is when each stage is done."""
    bars = Progress(disable=True)
    bar = _Bar(bars, Screen("en"), before)
    if planned:
        foretell(bar, planned)
    full = []
    for name in stages:
        bar.stage(name, 2)
        bar.advance()
        bar.advance()
        full.append(round(bars.tasks[0].percentage))
    return full


def test_stages_are_as_long_as_they_were_the_last_time() -> None:
    before = [Timing("people", 1, 1, 9), Timing("portrait", 8, 8, 9), Timing("people", 1, 1, 9)]
    assert percents(before, ["people", "portrait", "people"]) == [10, 90, 100]


def test_stages_that_nobody_has_timed_are_equally_long() -> None:
    assert percents([], ["people", "portrait"], ["people", "portrait", "evidence", "x"]) == [25, 50]
    assert percents([Timing("people", 2, 2, 9)], ["people", "new"], ["people", "new"]) == [50, 100]


def said(bars: Progress) -> str:
    return str(bars.tasks[0].fields["made"])


def test_a_stage_says_the_rows_it_made_until_the_next_one_has(steps: list[str]) -> None:
    bars = Progress(disable=True)
    bar = _Bar(bars, Screen("en"), ())
    with Warehouse.create() as warehouse:
        warehouse.run([ORDERS, PORTRAIT], bar)
        assert said(bars) == "Portraits: 1 row"
    bar.stage("orders", 1)
    made(bar, 1234)
    bar.stage("portrait", 1)
    assert said(bars) == "Table: Orders: 1,234 rows"


def test_rows_are_counted_where_nobody_knows_how_many_there_are() -> None:
    bars = Progress(disable=True)
    bar = _Bar(bars, Screen("zh"), ())
    bar.stage("till")
    bar.advance(60_000)
    bar.advance(5_000)
    assert said(bars) == "till：65,000 行"


class Watcher:
    """Somebody who knows stages alone, and remembers what was told."""

    def __init__(self) -> None:
        self.told: list[tuple[object, ...]] = []

    def stage(self, name: str, total: int | None = None) -> None:
        self.told.append(("stage", name, total))

    def advance(self, parts: int = 1) -> None:
        self.told.append(("advance", parts))


class Counts(Watcher):
    def made(self, rows: int) -> None:
        self.told.append(("made", rows))


class Plans(Watcher):
    def plan(self, names: Iterable[str]) -> None:
        self.told.append(("plan", *names))


ORDERS, PORTRAIT = Step("orders", "SELECT * FROM range(1234)"), Step("portrait", "SELECT 1 AS x")
STAGES = [("stage", "orders", 1), ("advance", 1), ("stage", "portrait", 1), ("advance", 1)]


def told(watcher: Watcher) -> list[tuple[object, ...]]:
    """What a watcher is told while two tables are made as foretold."""
    foretell(watcher, ["orders", "portrait"])
    with Warehouse.create() as warehouse:
        warehouse.run([ORDERS, PORTRAIT], watcher)
    return watcher.told


def test_who_does_not_count_is_told_no_rows() -> None:
    assert told(Watcher()) == STAGES
    assert told(Counts()) == [*STAGES[:2], ("made", 1234), *STAGES[2:], ("made", 1)]


def test_who_makes_no_plans_is_told_none() -> None:
    assert told(Watcher()) == STAGES
    assert told(Plans()) == [("plan", "orders", "portrait"), *STAGES]


def test_a_stage_that_was_not_foreseen_moves_nothing() -> None:
    assert percents([Timing("people", 2, 2, 9)], ["till", "people"]) == [0, 100]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_step_of_a_build_has_words(language: Language, steps: list[str]) -> None:
    assert len(steps) > 40
    assert [name for name in steps if stage(Screen(language), name) == name] == []


@pytest.fixture(scope="module")
def steps(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The steps of a build of the corner shop."""
    folder = tmp_path_factory.mktemp("shop") / "corner"
    demo(folder, "corner_shop", 40, "en", SILENT, now=NOW)
    return [timing.name for timing in took(Workspace(folder))]


@pytest.mark.parametrize(
    ("name", "english", "chinese"),
    [
        ("orders_as_mapped", "Table: Orders", "整理表：订单"),
        ("match_person_records", "Finding records of one customer", "识别同一客户"),
        ("tag_statistics_7", "Statistics of tags", "统计标签分布"),
        ("till", "till", "till"),
    ],
)
def test_steps_are_said_in_words(name: str, english: str, chinese: str) -> None:
    assert (stage(Screen("en"), name), stage(Screen("zh"), name)) == (english, chinese)
