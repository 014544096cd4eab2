"""Places: nothing committed names a registry, or a path of one machine."""

from __future__ import annotations

import re
from pathlib import Path

from tests.house.tree import ROOT, tracked

# Each pattern is written so that it does not match itself.
REGISTRY = re.compile(
    r"https?://[^\s\"'<>]+(?:/simpl[e]/?(?![a-z])|\.wh[l]\b|\.tg[z]\b|/[-]/)"
    r"|\"resolve[d]\":|--(?:extra-)?index-ur[l]|registr[y] = \"http|find-link[s] ="
)
HOMES = re.compile(r"(?<![\w.])/(?:roo[t]|hom[e]/\w+|User[s]/\w+|opt/whe[e]ls|wor[k])/")


def test_no_file_names_the_address_of_a_package_registry() -> None:
    assert _found(REGISTRY) == []


def test_no_file_carries_a_path_of_one_machine() -> None:
    assert _found(HOMES) == []
    assert _found(re.compile(re.escape(f"{ROOT.parent}/"))) == []


def test_the_lock_pins_every_package_and_holds_nothing_else() -> None:
    pins = (ROOT / "requirements.lock").read_text().splitlines()
    odd = [line for line in pins if not re.fullmatch(r"[a-z0-9][a-z0-9.-]*==[0-9][\w.+!]*( ; .+)?", line)]
    assert odd == []
    assert len(pins) > 30


def test_continuous_integration_is_make_test() -> None:
    assert "make test" in (ROOT / ".ci" / "run").read_text()


def _found(pattern: re.Pattern[str]) -> list[str]:
    return [f"{path}: {match[0]}" for path in tracked() for match in pattern.finditer(_text(path))]


def _text(path: Path) -> str:
    if path.suffix in {".png", ".parquet", ".xlsx", ".xls", ".gz", ".zip", ".woff2"}:
        return ""
    return (ROOT / path).read_text(encoding="utf-8", errors="replace")
