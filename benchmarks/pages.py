"""Pages: docs/figures.md and docs/performance.md, written from measured results."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from benchmarks.figure import find
from benchmarks.figures import Result, number

DOCS = Path(__file__).parents[1] / "docs"
ROOT = DOCS.parent
_HEAD = "| figure | what | value | bound | |\n|---|---|---|---|---|"
_CHINESE_HEAD = "| 编号 | 内容 | 数值 | 要求 | |\n|---|---|---|---|---|"
_MARKS = {True: "达到", False: "**未达到**"}
# Units that are words; the others (ms, MB, ...) are written alike.
CHINESE_UNITS = {
    "% of clusters": "% 的客户组",
    "CPU ms": "毫秒 CPU",
    "CPU s": "秒 CPU",
    "F1 above Splink's defaults": "F1，高于 Splink 默认设置",
    "F1 above exact keys": "F1，高于精确匹配键",
    "broken": "处损坏",
    "broken states": "种损坏状态",
    "cells": "格",
    "differences": "处差异",
    "faults": "处问题",
    "of pairs": "的记录对",
    "s": "秒",
    "the smaller of precision and recall": "精确率与召回率中较小者",
    "totals that differ": "项不符",
    "violations": "处违规",
    "wrong": "处错误",
    "wrong counts": "处计数错误",
    "x": "倍",
}
SIGNS = frozenset({"%", "F1", "ms", "KB", "MB", "GB"})
_BEGIN, _END = "<!-- figures -->", "<!-- end of figures -->"


def write_figures(results: Sequence[Result], day: date) -> Path:
    """docs/figures.md, and the same table in both readmes: every promised figure as measured now."""
    held = sum(result.holds for result in results)
    text = "\n".join(
        [
            "# Figures",
            "",
            "Written by `make figures`; `make figure ID=...` measures one of them again.",
            f"Measured on {day.isoformat()}: {held} of {len(results)} hold.",
            "",
            _HEAD,
            *map(_row, results),
            "",
            *_reasons(results),
            f"Machine: {results[0].machine if results else ''}",
            "",
        ]
    )
    _replace(ROOT / "README.md", [_HEAD, *map(_row, results)])
    _replace(ROOT / "README.zh-CN.md", [_CHINESE_HEAD, *map(_chinese_row, results)])
    return _write("figures.md", text)


def write_performance(results: Sequence[Result], day: date) -> Path:
    """docs/performance.md: speed and memory, with everything each measurement saw."""
    text = "\n".join(
        [
            "# Performance",
            "",
            "Written by `make bench`. Ratios are of processor time between ways measured in one run (medians);",
            "wall times are of one machine. How each is measured stands in `benchmarks/`.",
            f"Measured on {day.isoformat()}.",
            "",
            _HEAD,
            *map(_row, results),
            "",
            *(line for result in results for line in _section(result)),
        ]
    )
    return _write("performance.md", text)


def _row(result: Result) -> str:
    figure = find(result.id)
    value = "not measured" if result.value is None else f"{number(result.value)} {figure.unit}"
    verdict = "holds" if result.holds else "**does not hold**"
    return f"| `{figure.id}` | {figure.title.en} | {value.strip()} | {figure.bound} | {verdict} |"


def _chinese_row(result: Result) -> str:
    figure = find(result.id)
    unit = CHINESE_UNITS.get(figure.unit, figure.unit)
    value = "未测量" if result.value is None else f"{number(result.value)} {unit}"
    return f"| `{figure.id}` | {figure.title.zh} | {value.strip()} | {figure.bound} | {_MARKS[result.holds]} |"


def _replace(path: Path, lines: Sequence[str]) -> None:
    """Put lines between the marks of a page."""
    before, _, rest = path.read_text(encoding="utf-8").partition(_BEGIN)
    after = rest.partition(_END)[2]
    path.write_text("\n".join([f"{before}{_BEGIN}", *lines, f"{_END}{after}"]), encoding="utf-8")


def _reasons(results: Iterable[Result]) -> list[str]:
    reasons = [f"- `{result.id}`: {result.reason}" for result in results if result.reason]
    return ["Not measured:", "", *reasons, ""] if reasons else []


def _section(result: Result) -> list[str]:
    lines = [f"| {key} | {detail} |" for key, detail in result.details.items()]
    table = ["| | |", "|---|---|", *lines, ""] if lines else []
    return [f"## {find(result.id).title.en}", "", f"`{find(result.id).command}` · {result.machine}", "", *table]


def _write(name: str, text: str) -> Path:
    path = DOCS / name
    path.write_text(text, encoding="utf-8")
    return path
