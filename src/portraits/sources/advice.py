"""Advice: a suggested mapping as blocks of TOML, with comments for who looks it over."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from portraits.vocabulary.phrase import Phrase, listed, say
from portraits.vocabulary.text import Language

if TYPE_CHECKING:
    from portraits.sources.suggest import Suggestion

_SHOWN = 24  # characters of a sample
_OPTIONS = ("encoding", "delimiter", "quote", "header", "skip", "decimal")
_ISO = "%Y-%m-%d"  # how formats begin that need not be told


def lines(found: Suggestion, language: Language) -> Iterator[str]:
    """The blocks of a source and a mapping, line by line."""
    yield from _source(found, language)
    yield from ("", f"[mappings.{found.name}]", f'source = "{found.name}"')
    sure = say("confidence {share}", share=f"{found.confidence:.2f}")
    yield f'table = "{found.table}"  # {sure.in_(language)}'
    yield from ("", f"[mappings.{found.name}.columns]")
    for each in found.columns:
        note = f"; {_comment(each.note.in_(language))}" if each.note else ""
        seen = f": {_samples(each.samples)}" if each.samples else ""
        yield f"{each.column} = {_quoted(each.expression)}  # {each.confidence:.2f}{seen}{note}"
    for name in found.missing:
        yield f'# {name} = "..."  # {say("required, and nothing like it was found").in_(language)}'
    for name, samples in found.unmapped.items():
        left = say("not mapped: {name}: {samples}", name=_comment(name), samples=_samples(samples))
        yield f"# {left.in_(language)}"


def _source(found: Suggestion, language: Language) -> Iterator[str]:
    head = say("Suggested from {file}, {n} rows of it. Look it over before you load.", file=found.file, n=found.rows)
    yield _said(head, language)
    yield from (f"[sources.{found.name}]", 'kind = "files"', f"path = {_quoted(found.file)}")
    if Path(found.file).is_absolute():
        yield _said(
            say("The file lies outside of the workspace. Moved into it, it is found wherever both go."), language
        )
    yield from _chosen(found.facts, language)
    detected = [f"{key} = {_quoted(found.facts[key])}" for key in _OPTIONS if found.facts.get(key) is not None]
    detected += _dates(found.facts.get("dates", {}))
    if detected:
        yield _said(say("Detected, and overruled by the same words here: {words}", words=", ".join(detected)), language)


def _chosen(facts: Mapping[str, Any], language: Language) -> Iterator[str]:
    """Which sheet, or which packed file, was taken where there are several."""
    sheets = facts.get("sheets", [])
    if len(sheets) > 1:
        yield f"sheet = {_quoted(facts['sheet'])}"
        others = [each for each in sheets if each != facts["sheet"]]
        yield _said(say("The other sheets, not looked at: {names}", names=listed(others)), language)
    members = [each for each in facts.get("members", ()) if each != facts.get("inside")]
    if members:
        yield f"inside = {_quoted(facts['inside'])}"
        yield _said(say("The other packed files, not looked at: {names}", names=listed(members)), language)


def _dates(dates: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The formats of days that are not written as in ISO 8601, as the source says them."""
    told = [f"{_quoted(name)} = {_quoted(each['format'])}" for name, each in dates.items()]
    other = [one for one, each in zip(told, dates.values(), strict=True) if not each["format"].startswith(_ISO)]
    return [f"dates = {{ {', '.join(other)} }}"] if other else []


def _said(what: Phrase, language: Language) -> str:
    return f"# {_comment(what.in_(language))}"


def _samples(samples: list[str]) -> str:
    return _comment(", ".join(text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…" for text in samples))


def _comment(text: str) -> str:
    """Text that stays on the line of its comment."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def _quoted(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
