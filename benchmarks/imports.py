"""Imports: hostile files read one after the other by one process that must not be hurt."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.hostile_files import REFUSED, Hostile, files
from portraits.sources.files import Files
from portraits.sources.source import Place
from portraits.vocabulary.errors import PortraitsError

_WARM = Hostile("warm.csv", lambda: b"id,name\n1,a\n", (1, 0))


@dataclass(frozen=True)
class Outcome:
    """What came of one file: refused or the rows landed and rejected, seconds, memory held (MB)."""

    name: str
    refused: str
    read: int
    landed: int
    rejected: int
    seconds: float
    memory_mb: float

    def breaks(self, file: Hostile) -> bool:
        """Whether the sums do not close, or rows are missing of those the file was made of."""
        if file.expected == REFUSED:
            return not self.refused
        return self.refused != "" or (self.landed, self.rejected) != file.expected or self.read != sum(file.expected)


def hostile(folder: Path) -> dict[str, Any]:
    """Figures over all hostile files: deaths and memory are those of the process that reads them."""
    wanted = {each.name: each for each in files()}
    outcomes, deaths = survive(folder, list(wanted.values()))
    found = [outcome for outcome in outcomes if outcome.name in wanted]
    broken = [outcome.name for outcome in found if outcome.breaks(wanted[outcome.name])]
    held = [outcome.memory_mb for outcome in outcomes]
    return {
        "files": len(wanted),
        "parent_deaths": deaths,
        "arithmetic_breaks": len(broken) + len(wanted) - len(found),
        "slowest_seconds": round(max(outcome.seconds for outcome in found), 2),
        "rss_growth_mb": round(max(held) - held[0], 1),
        "broken": broken,
    }


def survive(folder: Path, wanted: list[Hostile]) -> tuple[list[Outcome], int]:
    """What came of each file, and how often the reading process died and was started again."""
    folder.mkdir(parents=True, exist_ok=True)
    left = [_WARM, *wanted]
    for each in left:
        each.write(folder)
    outcomes: list[Outcome] = []
    deaths = 0
    while left:
        told = _told(folder, left)
        outcomes += told
        left = left[len(told) :]
        if left:
            deaths += 1
            left = left[1:]
    return outcomes, deaths


def _told(folder: Path, left: list[Hostile]) -> list[Outcome]:
    """What one reading process tells before it ends, of its own will or not."""
    asked = json.dumps([[each.name, each.options] for each in left])
    command = [sys.executable, "-m", "benchmarks.imports", str(folder)]
    done = subprocess.run(
        command, input=asked, stdout=subprocess.PIPE, cwd=Path(__file__).parents[1], check=False, text=True
    )
    return [Outcome(**json.loads(line)) for line in done.stdout.splitlines()]


def read(name: str, options: dict[str, Any], folder: Path) -> Outcome:
    """Read one hostile file as any source is read."""
    started = time.perf_counter()
    counts, refused = [0, 0, 0], ""
    try:
        for part in Files.read({"kind": "files", "path": name, **options}).parts(Place(folder)):
            for _ in part.batches():
                continue
            counts = [had + more for had, more in zip(counts, (part.read, part.landed, part.rejected), strict=True)]
    except PortraitsError as error:
        refused = str(error)
    read_rows, landed, rejected = counts
    return Outcome(name, refused, read_rows, landed, rejected, time.perf_counter() - started, _peak_mb())


def _peak_mb() -> float:
    """The most memory held since the last call."""
    lines = Path("/proc/self/status").read_text().splitlines()
    peak = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
    Path("/proc/self/clear_refs").write_text("5")
    return peak / 1024


def main(folder: Path) -> None:
    """Read the files that standard input names, and print what came of each."""
    for name, options in json.load(sys.stdin):
        print(json.dumps(asdict(read(name, options, folder))), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
