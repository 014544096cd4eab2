"""Figures: bounds that hold or do not, ids that are found or nearly, pages that are written."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from benchmarks import build, pages
from benchmarks.__main__ import main
from benchmarks.build import contest
from benchmarks.figure import FIGURES, Bound, Figure, Measured, Unmeasured, figure, find
from benchmarks.figures import Result, load, measure, number, spoken, written
from portraits.vocabulary.errors import NotFound
from portraits.vocabulary.text import text
from tests.house.tree import ROOT

ISSUE_2 = {
    "demo-totals",
    "demo-seconds",
    "build-linear",
    "build-vs-handwritten",
    "build-vs-polars",
    "build-vs-pandas",
    "build-memory-10m",
    "build-100m",
    "tags-60-to-240",
    "lookup-p50",
    "audience-count-p50",
    "kill-build-30",
    "expression-fuzz",
    "expression-differential",
    "hostile-imports",
    "cli-help-cpu",
}


def _figure(value: float = 1.0, bound: str = "<= 1.15") -> Figure:
    return Figure("demo-totals", text("A ratio", "比值"), Bound(bound), "x", "speed", 2, lambda: Measured(value))


@pytest.mark.parametrize(
    ("bound", "value", "holds"),
    [
        ("<= 1.15", 1.15, True),
        ("<= 1.15", 1.16, False),
        (">= 60", 60, True),
        (">= 60", 59.9, False),
        ("= 0", 0, True),
        ("= 0", 1, False),
        ("<= 1.15", float("nan"), False),
    ],
)
def test_a_bound_holds_up_to_its_limit(bound: str, value: float, holds: bool) -> None:
    assert Bound(bound).holds(value) is holds


@pytest.mark.parametrize("written", ["1.15", "< 1", "<=1", "about 3", ""])
def test_a_bound_that_cannot_be_read_says_how_to_write_it(written: str) -> None:
    with pytest.raises(ValueError, match="is not a bound"):
        Bound(written)


def test_every_figure_that_the_issue_asks_for_has_a_measuring_function() -> None:
    assert set(load()) >= ISSUE_2


def test_the_cost_of_a_build_is_linear_where_ten_times_the_lines_cost_ten_times_as_much(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[tuple[list[tuple[str, int]], int]] = []

    def by_turns(contestants: list[tuple[str, int]], rounds: int) -> list[list[dict[str, float]]]:
        asked.append((contestants, rounds))
        return [[{"cpu": 2.0}, {"cpu": 3.0}], [{"cpu": 22.0}, {"cpu": 33.0}]]

    monkeypatch.setattr(contest, "by_turns", by_turns)
    assert build.linear(1000, 2).value == 1.1
    assert asked == [([("ours", 100), ("ours", 1000)], 2)]


def test_every_figure_is_named_in_both_languages() -> None:
    for each in load().values():
        assert each.title.en and each.title.zh and each.title.en != each.title.zh, each.id


def test_an_unknown_figure_names_the_nearest_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["figure", "lookup-p5"]) == NotFound.exit_code
    assert "Did you mean lookup-p50?" in capsys.readouterr().err


def test_no_figure_at_all_lists_those_there_are() -> None:
    load()
    with pytest.raises(NotFound, match=r"Known: .*demo-totals"):
        find("")


def test_a_figure_within_its_bound_holds_and_says_how_it_was_measured() -> None:
    load()
    said = spoken(measure(_figure(1.1)))
    assert "value    1.1 " in said
    assert "command  make figure ID=demo-totals" in said
    assert "cores" in said
    assert said.endswith("holds")


def test_a_figure_beyond_its_bound_does_not_hold() -> None:
    load()
    assert measure(_figure(1.2)).holds is False
    assert spoken(measure(_figure(1.2))).endswith("DOES NOT HOLD")


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (Unmeasured("No PostgreSQL here.", "Install it."), "No PostgreSQL here. Install it."),
        (ValueError("odd"), "ValueError: odd"),
    ],
)
def test_a_figure_that_cannot_be_measured_fails_with_the_reason(error: Exception, reason: str) -> None:
    def fail() -> Measured:
        raise error

    result = measure(Figure("demo-totals", text("a", "b"), Bound("= 0"), "", "data", 2, fail))
    assert (result.value, result.holds, result.reason) == (None, False, reason)


def test_a_result_survives_the_way_through_json() -> None:
    load()
    result = measure(_figure(1.1))
    assert Result(**json.loads(written(result))) == result


def test_naming_a_figure_registers_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.figure.FIGURES", known := dict(FIGURES))

    @figure("made-up", bound="= 0", unit="", topic="data", en="Made up", zh="虚构")
    def measured() -> Measured:
        return Measured(0)

    assert find("made-up").measure is measured
    assert known["made-up"].issue == 2


@pytest.mark.parametrize(
    ("value", "shown"), [(0, "0"), (1.08765, "1.088"), (155848, "155,848"), (24.5, "24.5"), (0.99996, "0.99996")]
)
def test_a_value_is_written_as_a_person_reads_it(value: float, shown: str) -> None:
    assert number(value) == shown


def test_the_page_of_figures_shows_value_bound_and_verdict(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load()
    _pages_in(tmp_path, monkeypatch)
    held, failed = measure(_figure(1.1)), Result("build-100m", None, False, "no memory", {}, "2 cores")
    page = pages.write_figures([held, failed], date(2026, 1, 2)).read_text()
    assert "2026-01-02: 1 of 2 hold" in page
    assert "| `demo-totals` |" in page
    assert "| not measured |" in page
    assert "- `build-100m`: no memory" in page
    for name, word in (("README.md", "**does not hold**"), ("README.zh-CN.md", "**未达到**")):
        readme = (tmp_path / name).read_text()
        assert readme.startswith("before") and readme.endswith("after\n")
        assert "stale" not in readme and word in readme


def test_the_page_of_performance_shows_what_each_measurement_saw(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load()
    _pages_in(tmp_path, monkeypatch)
    result = Result("lookup-p50", 3.2, True, "", {"p95 ms": 4.1}, "2 cores")
    page = pages.write_performance([result], date(2026, 1, 2)).read_text()
    assert "| p95 ms | 4.1 |" in page
    assert "make figure ID=lookup-p50" in page


def test_the_readmes_show_the_figures_as_they_were_measured() -> None:
    page = (ROOT / "docs" / "figures.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert rows
    assert [row for row in rows if row not in readme] == []


def _pages_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "DOCS", folder)
    monkeypatch.setattr(pages, "ROOT", folder)
    for name in ("README.md", "README.zh-CN.md"):
        (folder / name).write_text("before\n<!-- figures -->\nstale\n<!-- end of figures -->\nafter\n")


def test_every_unit_is_a_sign_or_has_a_chinese_word() -> None:
    units = {each.unit for each in load().values()}
    assert units <= {*pages.CHINESE_UNITS, *pages.SIGNS}
