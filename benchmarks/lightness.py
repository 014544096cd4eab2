"""Lightness: what `portraits --help` imports, and what it costs."""

from __future__ import annotations

import os
import subprocess
import sys
from statistics import median

from benchmarks.figure import Measured, figure

HEAVY = frozenset({"pandas", "sklearn", "lightgbm", "splink", "fastapi", "duckdb"})
_HELP = "import sys; from portraits.cli import main; main(['--help'])"
_LISTED = f"import sys, atexit; atexit.register(lambda: print(*sys.modules, sep='\\n', file=sys.stderr)); {_HELP[12:]}"


@figure(
    "cli-help-cpu",
    bound="<= 0.6",
    unit="CPU s",
    topic="speed",
    en="`portraits --help`, processor time of the whole process (median of 7)",
    zh="`portraits --help` 全过程的处理器时间（7 次的中位数）",
)
def measure_help() -> Measured:
    """Processor seconds of the help text, and that nothing heavy was imported."""
    heavy = sorted(HEAVY & help_modules())
    seconds = [help_cpu_seconds() for _ in range(7)]
    value = float("nan") if heavy else median(seconds)
    return Measured(value, {"runs": [round(second, 3) for second in seconds], "heavy imports": heavy})


def help_cpu_seconds() -> float:
    """Processor seconds, user and system, of one fresh process that prints the help."""
    before = os.times()
    subprocess.run([sys.executable, "-c", _HELP], check=True, capture_output=True)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def help_modules() -> set[str]:
    """Top-level names of all modules that printing the help imports."""
    done = subprocess.run([sys.executable, "-c", _LISTED], check=True, capture_output=True, text=True)
    return {line.partition(".")[0] for line in done.stderr.splitlines()}
