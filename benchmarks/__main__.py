"""The command line of the benchmarks: `figure ID`, `figures`, `bench`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path

from benchmarks.figure import Figure, find
from benchmarks.figures import Result, load, measure, measure_apart, spoken, written
from benchmarks.pages import write_figures, write_performance
from portraits.vocabulary.errors import NotFound

BENCHED = ("speed", "identity")


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 only where every bound holds."""
    asked = _parser().parse_args(arguments)
    figures = load()
    if asked.command == "figure":
        return _one(asked.id, asked.json)
    if asked.command == "figures":
        return _all(figures.values(), write_figures)
    return _all([each for each in figures.values() if each.topic in BENCHED], write_performance)


def _one(name: str, as_json: bool) -> int:
    try:
        result = measure(find(name))
    except NotFound as error:
        print(error, file=sys.stderr)
        return error.exit_code
    print(written(result) if as_json else spoken(result))
    return 0 if result.holds else 1


def _all(figures: Iterable[Figure], write: Callable[[list[Result], date], Path]) -> int:
    results = list(_printed(measure_apart(figures)))
    print(f"wrote {write(results, date.today())}")
    return 0 if all(result.holds for result in results) else 1


def _printed(results: Iterable[Result]) -> Iterator[Result]:
    for result in results:
        print(f"{spoken(result)}\n", flush=True)
        yield result


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("figure", help="measure one figure against its bound")
    one.add_argument("id", nargs="?", default="")
    one.add_argument("--json", action="store_true")
    commands.add_parser("figures", help="measure all, write docs/figures.md")
    commands.add_parser("bench", help="measure speed, memory and matching, write docs/performance.md")
    return parser


if __name__ == "__main__":
    sys.exit(main())
