"""Matching: which column of a source is which column of a canonical table, and how surely."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from portraits.sources.profile import Profile
from portraits.sources.words import Words, choices, known, likeness, synonyms
from portraits.vocabulary.table import Column, Table
from portraits.vocabulary.tables import TABLES
from portraits.vocabulary.types import Type

ENOUGH = 0.45
_UNIQUE = 0.95
_PROVENANCE = ("source", "batch")
_CHOICES = {
    ("people", "gender"): "gender",
    ("people", "kind"): "kind",
    ("orders", "status"): "status",
    ("order_lines", "status"): "status",
    ("touches", "arm"): "arm",
    ("deals", "status"): "deal_status",
    ("consents", "status"): "consent_status",
    ("listings", "direction"): "direction",
    ("relations", "kind"): "relation",
    ("feedback", "about"): "about",
}
# Columns of any table that take any text, and yet have words that tags and rules know.
_WORDED = {"channel": "channel"}
# Without one of these a source is hardly about the table.
_CORE = {
    "people": ("name", "family_name", "gender", "birth_date", "email", "phone", "city", "income", "occupation"),
    "products": ("name", "category", "brand", "price"),
    "feedback": ("rating", "text"),
    "campaigns": ("name", "starts_at", "cost"),
    "deals": ("status", "closed_at", "owner"),
    "listings": ("direction", "text"),
    "spend": ("origin", "campaign_id"),
}
_NAMES = frozenset(("name", "given_name", "family_name", "city", "region", "country", "brand", "owner", "stage"))


@dataclass(frozen=True)
class Match:
    """A column of the source for a canonical column, with the confidence and the values to translate."""

    column: Column
    profile: Profile
    confidence: float
    values: Mapping[str, str]


@dataclass(frozen=True)
class Fit:
    """How a source fits a table: its matches and a score from 0 to about 1."""

    table: Table
    matches: tuple[Match, ...]
    score: float

    def match(self, name: str) -> Match | None:
        """The match of a canonical column."""
        return next((each for each in self.matches if each.column.name == name), None)


def fits(profiles: list[Profile], file: str) -> list[Fit]:
    """How the source fits each table, the best first."""
    found = [fit(profiles, table, file) for table in TABLES.values()]
    return sorted(found, key=lambda each: -each.score)


def fit(profiles: list[Profile], table: Table, file: str) -> Fit:
    """How the source fits one table."""
    matches = tuple(_assigned(profiles, table))
    return Fit(table, matches, _score(table, matches, profiles, file))


def _assigned(profiles: list[Profile], table: Table) -> Iterable[Match]:
    """The surest pairs first, each column of either side once."""
    pairs = [
        match
        for column in table.columns
        if column.name not in _PROVENANCE and column.type is not Type.JSON
        for profile in profiles
        if (match := _match(profile, column, table)).confidence >= ENOUGH
    ]
    taken: set[str] = set()
    for match in sorted(pairs, key=lambda each: -each.confidence):
        if taken.isdisjoint((f"<{match.column.name}", f">{match.profile.name}")):
            taken |= {f"<{match.column.name}", f">{match.profile.name}"}
            yield match


def _match(profile: Profile, column: Column, table: Table) -> Match:
    named = likeness(profile.name, known(table.name, column.name))
    block = _CHOICES.get((table.name, column.name))
    if block:
        values, share = translated(profile, block)
        sure = named * (0.3 + 0.7 * share) if share else named * 0.2
        alone = 0.8 * share if block == "gender" and len(profile.counts) > 1 else 0.0
        return Match(column, profile, round(max(sure, alone), 2), values)
    sure = max(named * _plausible(profile, column), _alone(profile, column))
    if table.key == (column.name,) and not column.required and profile.unique < _UNIQUE:
        sure = 0.0
    return Match(column, profile, round(sure, 2), {})


def translated(profile: Profile, block: str) -> tuple[dict[str, str], float]:
    """The source's values that stand for a choice, and the share of rows that have one."""
    words = {Words.of(word).joined or word: value for word, value in choices(block).items()}
    found = {value: words[key] for value in profile.counts if (key := Words.of(value).joined or value) in words}
    rows = sum(profile.counts[value] for value in found)
    return found, rows / len(profile.values) if profile.values else 0.0


def worded(table: str, column: str) -> bool:
    """Whether a column's values have canonical words of their own, to which a source's are matched."""
    return (table, column) in _CHOICES or column in _WORDED


def word_for(table: str, column: str, value: str) -> str:
    """The canonical word that a value of a source stands for, empty where none is known."""
    block = _CHOICES.get((table, column)) or _WORDED.get(column, "")
    words = {Words.of(word).joined or word: found for word, found in choices(block).items()} if block else {}
    return words.get(Words.of(value).joined or value, "")


def words_of(column: Column) -> tuple[str, ...]:
    """The canonical words of a column, in their order."""
    return column.choices or tuple(synonyms()["values"].get(_WORDED.get(column.name, ""), {}))


def _alone(profile: Profile, column: Column) -> float:
    """What the values say where the name says nothing."""
    if column.name == "email":
        return 0.9 * profile.email
    if column.name == "phone":
        return 0.75 * profile.written_phone
    return 0.0


def _plausible(profile: Profile, column: Column) -> float:
    """How well the values fit the column, 1 where there are none."""
    if not profile.values:
        return 0.7
    for applies, share in _TESTS:
        if applies(column):
            return share(profile)
    return 1.0


def _yes(holds: bool, otherwise: float = 0.2) -> float:
    return 1.0 if holds else otherwise


_TESTS: tuple[tuple[Callable[[Column], bool], Callable[[Profile], float]], ...] = (
    (lambda column: column.type.temporal, lambda profile: _yes(profile.temporal)),
    (lambda column: column.name == "email", lambda profile: 0.2 + 0.8 * profile.email),
    (lambda column: column.name == "phone", lambda profile: 0.2 + 0.8 * min(1.0, profile.phone * 1.2)),
    (lambda column: column.name == "rating", lambda profile: _yes(profile.numeric and len(profile.counts) <= 101)),
    (lambda column: column.type.numeric, lambda profile: _yes(profile.numeric, 0.1)),
    (lambda column: column.name == "text", lambda profile: _yes(not profile.numeric and profile.length >= 4, 0.1)),
    (lambda column: column.name in _NAMES, lambda profile: _yes(not profile.numeric and not profile.temporal, 0.3)),
    (lambda column: column.name == "income", lambda profile: 1.0),
    (lambda column: column.name.endswith("_id"), lambda profile: _yes(_identifies(profile))),
    (lambda column: True, lambda profile: _yes(not profile.temporal, 0.3)),
)


def _identifies(profile: Profile) -> bool:
    return not profile.temporal and profile.length <= 64 and profile.share(lambda each: "." in each) < 0.5


def _score(table: Table, matches: tuple[Match, ...], profiles: list[Profile], file: str) -> float:
    """Required columns first, then how much is matched, then what speaks against the table."""
    sure = {match.column.name: match.confidence for match in matches}
    required = [column.name for column in table.columns if column.required]
    there = sum(sure.get(name, 0.0) for name in required) / len(required) if required else 0.5
    much = min(1.0, sum(sure.values()) / 5)
    hint = likeness(file, tuple(Words.of(word) for word in synonyms()["files"].get(table.name, ())))
    return round((0.15 + 0.85 * there) * (0.3 + 0.7 * much) * _doubts(table, matches, profiles) + 0.15 * hint, 3)


def _doubts(table: Table, matches: tuple[Match, ...], profiles: list[Profile]) -> float:
    """Below 1 where a key is not unique, or rows are about customers and the table is not."""
    doubt = 1.0
    by_name = {match.column.name: match.profile for match in matches}
    if len(table.key) == 1 and table.key[0] in by_name and by_name[table.key[0]].unique < _UNIQUE:
        doubt *= 0.5
    people = known("orders", "record_id")
    if (core := _CORE.get(table.name)) and by_name.keys().isdisjoint(core):
        doubt *= 0.4
    if not table.of_customers and any(likeness(each.name, people) == 1.0 for each in profiles):
        doubt *= 0.5
    return doubt
