"""Suggest: a first mapping of a file to a canonical table, as a block of TOML to be looked over."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from portraits.engine.expressions import Scope, parse
from portraits.sources.files import Files
from portraits.sources.matching import ENOUGH, Fit, Match, fit, fits
from portraits.sources.profile import Profile, profiles
from portraits.sources.source import Part, Place
from portraits.sources.words import Words, likeness, synonyms
from portraits.vocabulary.errors import BadInput, ExpressionError
from portraits.vocabulary.phrase import NOTHING, Phrase, either, listed, say
from portraits.vocabulary.table import Column
from portraits.vocabulary.tables import table as table_of
from portraits.vocabulary.text import Language
from portraits.vocabulary.types import Type

if TYPE_CHECKING:
    import pyarrow as pa

_NAMED = 6  # values that are named one by one
_TWO_WAYS = 2
_LOOKED_AT = 2_000  # rows


@dataclass(frozen=True)
class Proposal:
    """An expression for one canonical column, how sure it is, and values it was seen with."""

    column: str
    expression: str
    confidence: float
    samples: list[str]
    note: Phrase = NOTHING
    source: str = ""  # the column of the source, where it is one alone
    values: Mapping[str, str] = field(default_factory=dict)  # value of the source -> canonical word


@dataclass(frozen=True)
class Suggestion:
    """A mapping of a file: the table, its columns, what is left over, and all of it as TOML."""

    file: str
    name: str
    table: str
    confidence: float
    rows: int
    columns: list[Proposal]
    missing: list[str]
    unmapped: dict[str, list[str]]
    facts: dict[str, Any] = field(repr=False)

    @property
    def toml(self) -> str:
        """The blocks of a source and a mapping, with confidence and samples as comments in English."""
        return self.written("en")

    def written(self, language: Language) -> str:
        """The same blocks with comments in a language."""
        from portraits.sources.advice import lines

        return "\n".join(lines(self, language)) + "\n"


def suggest(file: Path, table: str = "", folder: Path | None = None) -> Suggestion:
    """Propose a mapping of a file to the table that fits best, or to the one that is named.

    Where the file lies in `folder`, the workspace, its path is written as seen from there; else
    the whole path is. BadInput where it cannot be read.
    """
    place, root = file.resolve(), folder.resolve() if folder else None
    path = place.relative_to(root).as_posix() if root and place.is_relative_to(root) else place.as_posix()
    # Every sheet is looked at: the first one may be empty.
    source = Files.read({"kind": "files", "path": path, "sheet": "*"})
    part, sample = _sample(source, Place(root or place.parent))
    return suggested(path, part.columns, part.facts, sample, table)


def suggested(
    path: str, columns: Mapping[str, Type], facts: Mapping[str, Any], sample: pa.RecordBatch, table: str = ""
) -> Suggestion:
    """Propose a mapping of rows that were read: `sample` are some of them, `facts` what was found in the file."""
    found = profiles(sample, dict(columns))
    stem = Path(path).stem
    chosen = fit(found, table_of(table), stem) if table else fits(found, stem)[0]
    scope = Scope(columns, aggregates=False, subject=say("the file {path}", path=path))
    return _suggestion(path, scope, dict(facts), found, chosen)


def _sample(source: Files, place: Place) -> tuple[Part, pa.RecordBatch]:
    """The first part that has rows, and some of them."""
    for part in source.parts(place):
        for batch in part.batches():
            if batch.num_rows:
                return part, batch
    raise BadInput(say("{path} holds no rows.", path=source.path), say("A mapping is proposed from names and values."))


def _suggestion(path: str, scope: Scope, facts: dict[str, Any], found: list[Profile], chosen: Fit) -> Suggestion:
    columns = [_proposal(match, scope) for match in chosen.matches]
    columns += _derived(chosen, found, scope)
    order = {column.name: place for place, column in enumerate(chosen.table.columns)}
    columns.sort(key=lambda each: order[each.column])
    there = {each.column for each in columns}
    used = " ".join(each.expression for each in columns)
    return Suggestion(
        file=path,
        name=source_name(path),
        table=chosen.table.name,
        confidence=min(1.0, chosen.score),
        rows=min(max((each.rows for each in found), default=0), _LOOKED_AT),
        columns=columns,
        missing=[column.name for column in chosen.table.columns if column.required and column.name not in there],
        unmapped={each.name: each.samples for each in found if reference(each.name, scope) not in used},
        facts=facts,
    )


def source_name(path: str) -> str:
    """A name for the source: the file's, as far as it has Latin letters."""
    words = [part for part in Words.of(re.sub(r"\..*", "", Path(path).name)).parts if part.isascii()]
    name = "_".join(words)[:40]
    return name if re.fullmatch(r"[a-z][a-z0-9_]*", name) else f"source_{name}".rstrip("_")


def reference(name: str, scope: Scope) -> str:
    """A column as expressions write it: bare where it can stand so, else in double quotes."""
    try:
        bare = parse(name, scope).names == {name}
    except ExpressionError:
        bare = False
    return name if bare else '"' + name.replace('"', '""') + '"'


def _proposal(match: Match, scope: Scope) -> Proposal:
    column, profile = match.column, match.profile
    expression = reference(profile.name, scope)
    if match.values and any(value != word for word, value in match.values.items()):
        expression = _cases(expression, match)
    samples = [_masked(each, column) for each in profile.samples]
    note = _formats(profile) or _untranslated(match)
    return Proposal(column.name, expression, match.confidence, samples, note, profile.name, match.values)


def _cases(expression: str, match: Match) -> str:
    """The values of a source as the choices of the column."""
    words: dict[str, list[str]] = {}
    for word, value in match.values.items():
        words.setdefault(value, []).append(_literal(word))
    whens = (f"when {expression} in ({', '.join(each)}) then {_literal(value)}" for value, each in words.items())
    return f"case {' '.join(whens)} end"


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _formats(profile: Profile) -> Phrase:
    from portraits.sources import patterns

    formats = patterns.date_formats(profile.values) if profile.type is Type.RAW and profile.temporal else []
    if len(formats) < _TWO_WAYS:
        return NOTHING
    return say("day and month may be the other way round: {formats}", formats=either(formats))


def _untranslated(match: Match) -> Phrase:
    """Values of a column with fixed words that stand for none of them: they would be missing."""
    choices = match.column.choices
    left = [
        value for value in match.profile.counts if value not in match.values and value.strip().lower() not in choices
    ]
    if not choices or not left:
        return NOTHING
    shown = listed([*map(repr, left[:_NAMED]), *(["…"] if len(left) > _NAMED else [])])
    return say("without a translation, so missing: {values}", values=shown)


def _derived(chosen: Fit, found: list[Profile], scope: Scope) -> Iterator[Proposal]:
    """Columns that are made from others: amounts from prices, days of birth from years, order numbers."""
    there = {match.column.name: match for match in chosen.matches}
    free = [each for each in found if each.name not in {match.profile.name for match in chosen.matches}]
    wanted = chosen.table.types
    if "amount" in wanted and "amount" not in there and "quantity" in there:
        yield from _amount(free, there["quantity"], scope)
    if "birth_date" in wanted and "birth_date" not in there:
        yield from _birth(free, scope)
    if chosen.table.name == "people" and "record_id" not in there:
        yield from _named(there.get("name"), scope)
    if "order_id" in wanted and "order_id" not in there and {"record_id", "ordered_at"} <= set(there):
        parts = [reference(there[name].profile.name, scope) for name in ("record_id", "ordered_at")]
        note = say("no order number was found: what a customer buys at one time is one order")
        yield Proposal("order_id", f"concat({parts[0]}, '-', {parts[1]})", 0.5, [], note)


def _named(name: Match | None, scope: Scope) -> Iterator[Proposal]:
    if name is not None and name.profile.unique > 0.98:
        note = say("no number was found: the name serves as one")
        yield Proposal("record_id", reference(name.profile.name, scope), 0.5, [], note)


def _best(free: list[Profile], block: str) -> tuple[Profile | None, float]:
    names = tuple(Words.of(word) for word in synonyms()[block]["words"])
    best = max(free, key=lambda each: likeness(each.name, names), default=None)
    sure = 0.0 if best is None else likeness(best.name, names)
    return (best, sure) if sure >= ENOUGH else (None, 0.0)


def _amount(free: list[Profile], quantity: Match, scope: Scope) -> Iterator[Proposal]:
    price, sure = _best([each for each in free if each.numeric], "price")
    if price is not None:
        product = f"{reference(quantity.profile.name, scope)} * {reference(price.name, scope)}"
        yield Proposal("amount", product, round(0.8 * sure, 2), price.samples, say("quantity times price"))


def _birth(free: list[Profile], scope: Scope) -> Iterator[Proposal]:
    year, sure = _best([each for each in free if each.year], "birth_year")
    if year is not None:
        months = f"add_months(date '1900-07-01', 12 * ({reference(year.name, scope)} - 1900))"
        yield Proposal("birth_date", months, round(0.7 * sure, 2), year.samples, say("the middle of the year"))


def _masked(value: str, column: Column) -> str:
    """A sample that may stand in a file meant for git: of personal values the first letter only."""
    return value if not column.personal else value[:1] + "•" * min(6, len(value) - 1)
