"""The build of the portrait, measured against the best that a person, polars and pandas do."""

from __future__ import annotations

from benchmarks.figure import Measured

MILLION = 1_000_000


def versus_handwritten(lines: int = 10 * MILLION, rounds: int = 5) -> Measured:
    """CPU time of the planner's build over that of the best hand-written plan, results equal to the cent."""
    return _versus("handwritten", lines, rounds)


def versus_polars(lines: int = 10 * MILLION, rounds: int = 3) -> Measured:
    """CPU time of our build over that of polars."""
    return _versus("polars", lines, rounds)


def versus_pandas(lines: int = 10 * MILLION, rounds: int = 3) -> Measured:
    """CPU time of our build over that of pandas."""
    return _versus("pandas", lines, rounds)


def _versus(other: str, lines: int, rounds: int) -> Measured:
    from benchmarks.build.contest import by_turns, cpu, peak, ratio
    from benchmarks.build.equality import differing

    ours, theirs = by_turns([("ours", lines), (other, lines)], rounds)
    details = {
        "lines": lines,
        "rounds": rounds,
        "our cpu seconds": cpu(ours),
        f"{other} cpu seconds": cpu(theirs),
        "our peak MB": peak(ours),
        f"{other} peak MB": peak(theirs),
        "columns that differ": differing(lines, other),
    }
    return Measured(ratio(ours, theirs), details)


def memory(lines: int = 10 * MILLION) -> Measured:
    """Peak megabytes of a whole build process."""
    from benchmarks.build.contest import by_turns, cpu, peak

    (ours,) = by_turns([("ours", lines)], 1)
    return Measured(peak(ours), {"lines": lines, "cpu seconds": cpu(ours)})


def hundred_million(lines: int = 100 * MILLION) -> Measured:
    """Peak gigabytes of a build over 100 million lines and 10 million customers."""
    from benchmarks.build.contest import by_turns, cpu

    small, large = by_turns([("ours", lines // 10), ("ours", lines)], 1)
    details = {
        "lines": lines,
        "cpu seconds": cpu(large),
        "wall seconds": round(large[0]["wall"], 1),
        "cpu a line, against a tenth of the lines": round(cpu(large) / cpu(small) / 10, 3),
    }
    return Measured(round(large[0]["megabytes"] / 1024, 2), details)


def linear(lines: int = 10 * MILLION, rounds: int = 3) -> Measured:
    """CPU time a line at so many lines, over that at a tenth of them."""
    from benchmarks.build.contest import by_turns, cpu, ratio

    small, large = by_turns([("ours", lines // 10), ("ours", lines)], rounds)
    details = {"lines": lines, "cpu seconds": cpu(large), f"cpu seconds of {lines // 10} lines": cpu(small)}
    return Measured(round(ratio(large, small) / 10, 3), details)


def tags_60_to_240(lines: int = 2 * MILLION, rounds: int = 3) -> Measured:
    """CPU time of 180 more tags besides the 60 facts and preferences, over that of these alone."""
    from benchmarks.build import ours
    from benchmarks.build.contest import by_turns, cpu, ratio

    few, many = by_turns([("ours", lines), ("ours with more tags", lines)], rounds)
    counted = {"tags few": len(ours.tags()), "tags many": len(ours.tags(more=True))}
    return Measured(ratio(many, few), {**counted, "few cpu seconds": cpu(few), "many cpu seconds": cpu(many)})


def lookup() -> Measured:
    """Median milliseconds to read one whole portrait by customer_id, 1 M customers x 100 tags."""
    from benchmarks.build.reads import lookup as measure

    return measure()


def audience_count() -> Measured:
    """Median milliseconds to count an audience by 3 to 8 tags, 1 M customers x 100 tags."""
    from benchmarks.build.reads import audience_count as measure

    return measure()
