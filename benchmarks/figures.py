"""Figures: all that are promised, each measured in a process of its own.

Importing this module names every figure; `FIGURES` then holds them in the order of the modules.
"""

from __future__ import annotations

import importlib
import json
import math
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from benchmarks.figure import FIGURES, Figure, Unmeasured, find
from benchmarks.machine import machine

# Every module that names figures; a figure's module imports what it measures inside its functions.
MODULES = (
    "demo",
    "speed",
    "spine",
    "kills",
    "lightness",
    "ui_pages",
    "segment_pages",
    "audience_pages",
    "identity.figures",
    "quality",
    "identity.histories",
    "identity.at_scale",
    "identity.at_contact",
)
SLOWEST_SECONDS = 3600


@dataclass(frozen=True)
class Result:
    """A figure as measured: its value or why there is none, and on what."""

    id: str
    value: float | None
    holds: bool
    reason: str
    details: dict[str, Any]
    machine: str


def load() -> dict[str, Figure]:
    """All figures by id."""
    for module in MODULES:
        importlib.import_module(f"benchmarks.{module}")
    return FIGURES


def measure(wanted: Figure) -> Result:
    """Measure one figure in this process."""
    busy = str(machine())
    try:
        measured = wanted.measure()
    except Unmeasured as error:
        return Result(wanted.id, None, False, str(error), {}, busy)
    except Exception as error:
        return Result(wanted.id, None, False, f"{type(error).__name__}: {error}", {}, busy)
    value = None if math.isnan(measured.value) else measured.value
    return Result(wanted.id, value, wanted.bound.holds(measured.value), "", dict(measured.details), busy)


def measure_apart(wanted: Iterable[Figure]) -> Iterable[Result]:
    """Measure figures one after the other, each in a fresh process: peaks and caches are its own."""
    for each in wanted:
        command = [sys.executable, "-m", "benchmarks", "figure", each.id, "--json"]
        try:
            done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=SLOWEST_SECONDS)
            yield Result(**json.loads(done.stdout.splitlines()[-1]))
        except (subprocess.TimeoutExpired, json.JSONDecodeError, IndexError) as error:
            yield Result(each.id, None, False, f"the measuring process failed: {error}", {}, str(machine()))


def spoken(result: Result) -> str:
    """The lines that `make figure` prints."""
    figure = find(result.id)
    value = "not measured" if result.value is None else f"{number(result.value)} {figure.unit}"
    lines = [
        f"figure   {figure.id}: {figure.title.en}",
        f"value    {value}",
        f"bound    {figure.bound} {figure.unit}",
        f"command  {figure.command}",
        f"machine  {result.machine}",
        *(f"detail   {key}: {detail}" for key, detail in result.details.items()),
        *([f"reason   {result.reason}"] if result.reason else []),
        f"result   {'holds' if result.holds else 'DOES NOT HOLD'}",
    ]
    return "\n".join(lines)


def written(result: Result) -> str:
    """A result as one line of JSON."""
    return json.dumps(asdict(result), default=str, ensure_ascii=False)


def number(value: float) -> str:
    """A value as a person reads it: four meaningful digits, more just below one; thousands apart."""
    if value == int(value) or abs(value) >= 10_000:
        return f"{value:,.0f}"
    text = f"{value:.4g}"
    return text if text != "1" else f"{value:.6g}"
