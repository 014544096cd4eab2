"""Learning: a model from the records themselves, without labels.

Splink's expectation maximisation gives the shares of true pairs on each level, on blocks of almost unique keys.
Three things are put right that mislead it where records have many doubles: random pairs hold true pairs too, a rare
value looks frequent because one person's records repeat it, and the odds of a random pair are guessed. After a first
round all three are counted by rough clusters instead of records.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from portraits.engine.warehouse import Step, Warehouse, quote
from portraits.identity.match.components import components
from portraits.identity.match.model import Model, linking, score
from portraits.identity.match.pack import Comparison, Keys, Level, Pack
from portraits.identity.match.tables import keep_clusters

if TYPE_CHECKING:
    from splink import Linker
    from splink.internals.blocking_rule_creator import BlockingRuleCreator

SAMPLED_PAIRS = 400_000  # random pairs from which chance agreement is counted
PARTS = 10  # of the random pairs: it stops after one in which it has seen enough
LEAST_SEEN = 20  # random pairs on every level: enough to stop counting
MOST_PAIRS = (2_000_000, 0.5)  # pairs that all blocking rules may make: so many, and so many for each record
ROUGH_PAIRS = (1_000_000, 0.5)  # the same in the first round
MOST_TRAINING_PAIRS = 300_000
LEAST_TRAINING_PAIRS = 30
PEOPLE = 2_000  # customers there are at least: in a small set a shared value is not as frequent as it looks
STRANGERS = 5_000  # random pairs that the pack's own shares of strangers are worth
BELIEF = 60  # true pairs that the pack's own shares are worth when they are blended with learnt ones
SURE_RECALL = 0.7  # share of the true pairs that the sure rules are taken to find, at first
ROUGH = 3.0  # weight from which pairs make the rough clusters
FLOOR = -8.0  # pairs that weigh less are not looked at again


@dataclass(frozen=True)
class Census:
    """What there is in a relation: records, filled columns, pairs that are equal in some columns."""

    records: int
    filled: frozenset[str]
    pairs: dict[tuple[str, ...], int]

    @property
    def every_pair(self) -> int:
        """How many pairs of records there are."""
        return self.records * (self.records - 1) // 2

    def blocking(self, pack: Pack, budget: tuple[int, float] = MOST_PAIRS) -> list[Keys]:
        """The pack's rules, strictest first, that find something and together not too much."""
        left, chosen = budget[0] + budget[1] * self.records, []
        for keys in pack.blocking:
            if 0 < self.pairs.get(keys.on, 0) <= left:
                left -= self.pairs[keys.on]
                chosen.append(keys)
        return chosen

    def training(self, pack: Pack) -> list[Keys]:
        """The pack's training blocks that are neither empty nor huge."""
        return [k for k in pack.training if LEAST_TRAINING_PAIRS <= self.pairs.get(k.on, 0) <= MOST_TRAINING_PAIRS]


def learn(warehouse: Warehouse, relation: str, pack: Pack, seed: int = 1) -> Model:
    """Learn a model from a relation of cleaned records; the same rows and seed, the same model.

    Makes the relations of the model's term frequencies (`Model.tf`) and `match_<kind>_rough`.
    """
    census = count(warehouse, relation, pack)
    comparisons = [each for each in pack.comparisons if columns_of(each.unknown) & census.filled]
    settings = _settings(comparisons, census)
    if not comparisons or not census.blocking(pack):
        return _empty(pack, census)
    with linking(warehouse, relation, settings) as linker:
        _train(linker, pack, census, seed)
        learnt = linker.misc.save_model_to_json(None)
    settings = _blended(settings, learnt, comparisons, census, _evidence(pack, comparisons, census))
    rare = tuple(sorted({level.tf for each in comparisons for level in each.levels if level.tf}))
    blocking = tuple(keys.on for keys in census.blocking(pack))
    first = replace(_empty(pack, census), blocking=blocking, rare=rare, settings=settings)
    rough = replace(first, blocking=tuple(keys.on for keys in census.blocking(pack, ROUGH_PAIRS)))
    return replace(_refined(warehouse, relation, rough, pack), blocking=blocking)


def _empty(pack: Pack, census: Census) -> Model:
    """What is known before anything is learnt; where no two records could be compared, it stays so."""
    return Model(
        kind=pack.kind,
        records=census.records,
        link=pack.link,
        review=pack.review,
        doubt=pack.doubts(census.records),
        compared=tuple(each.name for each in pack.comparisons),
        blocking=(),
        rare=(),
        settings={"comparisons": [], "probability_two_random_records_match": 1e-6},
    )


def count(warehouse: Warehouse, relation: str, pack: Pack) -> Census:
    """Count records, filled columns, and the pairs of every rule of the pack."""
    columns = list(warehouse.columns(relation))
    counts = ", ".join(f"count({quote(column)})" for column in columns)
    records, *filled = warehouse.rows(f"SELECT count(*), {counts} FROM {quote(relation)}")[0]
    known = frozenset(column for column, number in zip(columns, filled, strict=True) if number > 1)
    wanted = [keys for keys in (*pack.blocking, *pack.training, *pack.sure) if set(keys.on) <= known]
    return Census(records, known, {keys.on: _pairs(warehouse, relation, keys) for keys in wanted})


def _pairs(warehouse: Warehouse, relation: str, keys: Keys) -> int:
    columns = ", ".join(quote(column) for column in keys.on)
    there = " AND ".join(f"{quote(column)} IS NOT NULL" for column in keys.on)
    blocks = f"SELECT count(*) AS n FROM {quote(relation)} WHERE {there} GROUP BY {columns} HAVING n > 1"
    return int(warehouse.rows(f"SELECT coalesce(sum(n * (n - 1) // 2), 0) FROM ({blocks})")[0][0])


def columns_of(sql: str) -> frozenset[str]:
    """The columns that a condition over two records speaks of."""
    return frozenset(re.findall(r"\b(\w+)_[lr]\b", sql))


def _settings(comparisons: Sequence[Comparison], census: Census) -> dict[str, Any]:
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "record_id",
        "comparisons": [_comparison(each, census.records) for each in comparisons],
        "retain_matching_columns": True,
        "retain_intermediate_calculation_columns": True,
    }


def _comparison(comparison: Comparison, records: int) -> dict[str, Any]:
    unknown = {"sql_condition": comparison.unknown, "label_for_charts": "unknown", "is_null_level": True}
    levels = [_level(each, records) for each in comparison.levels]
    return {"output_column_name": comparison.name, "comparison_levels": [unknown, *levels]}


def _level(level: Level, records: int) -> dict[str, Any]:
    made: dict[str, Any] = {
        "sql_condition": level.when or "ELSE",
        "label_for_charts": level.name,
        "m_probability": level.m,
    }
    if level.shared:
        return {**made, "u_probability": min(level.shared / max(records, PEOPLE), 0.5), "fix_u_probability": True}
    if level.tf:
        # Chance agreement on a value is the share of customers that hold it, whatever the level is like.
        return {**made, "tf_adjustment_column": level.tf, "disable_tf_exact_match_detection": True}
    return made


def _train(linker: Linker, pack: Pack, census: Census, seed: int) -> None:
    sure: list[str | BlockingRuleCreator] = [keys.sql for keys in pack.sure if census.pairs.get(keys.on)]
    if sure:
        linker.training.estimate_probability_two_random_records_match(sure, recall=SURE_RECALL)
    linker.training.estimate_u_using_random_sampling(
        max_pairs=SAMPLED_PAIRS,
        seed=seed,
        min_count_per_level=LEAST_SEEN,
        num_chunks=PARTS if census.every_pair > SAMPLED_PAIRS else 1,  # few pairs are counted at once
    )
    for keys in census.training(pack):
        linker.training.estimate_parameters_using_expectation_maximisation(
            keys.sql, estimate_without_term_frequencies=True
        )


def _evidence(pack: Pack, comparisons: Sequence[Comparison], census: Census) -> dict[str, int]:
    """Comparison -> pairs it could learn from: those of training blocks that do not ask for its columns."""
    return {
        each.name: sum(census.pairs[keys.on] for keys in census.training(pack) if not set(keys.on) & _spoken(each))
        for each in comparisons
    }


def _spoken(comparison: Comparison) -> frozenset[str]:
    return columns_of(" ".join((comparison.unknown, *(level.when for level in comparison.levels))))


def _blended(
    settings: dict[str, Any],
    learnt: dict[str, Any],
    comparisons: Sequence[Comparison],
    census: Census,
    pairs: dict[str, int],
) -> dict[str, Any]:
    """The settings with learnt shares, little evidence drawn towards what the pack assumes."""
    made = []
    guess = _guess(census.records)
    for comparison, written, found in zip(comparisons, settings["comparisons"], learnt["comparisons"], strict=True):
        belief = BELIEF / (BELIEF + pairs[comparison.name])
        unknown, *levels = zip(written["comparison_levels"], found["comparison_levels"], strict=True)
        blended = [_blend(*each, belief) for each in levels]
        thought = [_thought(level, each, guess) for level, each in zip(comparison.levels, blended, strict=True)]
        made.append({**written, "comparison_levels": [unknown[0], *_of_one_whole(thought)]})
    prior = learnt["probability_two_random_records_match"]
    return {**settings, "comparisons": made, "probability_two_random_records_match": prior}


def _blend(written: dict[str, Any], found: dict[str, Any], belief: float) -> dict[str, Any]:
    m = found.get("m_probability") or written["m_probability"]
    u = written.get("u_probability") or found.get("u_probability") or 1 / SAMPLED_PAIRS
    return {**written, "m_probability": belief * written["m_probability"] + (1 - belief) * m, "u_probability": u}


def _of_one_whole(levels: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Levels whose shares of true pairs add up to one: what was learnt of some and thought of others need not."""
    total = sum(level["m_probability"] for level in levels)
    for level in levels:
        yield {**level, "m_probability": level["m_probability"] / total}


def _guess(records: int) -> float:
    """How much of what is known of strangers is what the pack thinks of them: much, where few pairs could be drawn."""
    return STRANGERS / (STRANGERS + min(SAMPLED_PAIRS, records * (records - 1) // 2))


def _thought(level: Level, blended: dict[str, Any], guess: float) -> dict[str, Any]:
    """A level whose share of strangers few random pairs have told, drawn towards what the pack thinks of it."""
    if not level.u:
        return blended
    return {**blended, "u_probability": guess * level.u + (1 - guess) * blended["u_probability"]}


def _refined(warehouse: Warehouse, relation: str, first: Model, pack: Pack) -> Model:
    """The model after a round of its own: chance is counted by rough clusters, not by records."""
    for column in first.rare:
        warehouse.run([Step(f"{first.tf(column)}_first", by_records(relation, column))])
    rough = f"match_{first.kind}_rough"
    score(warehouse, relation, first, FLOOR, rough, suffix="_first")
    prior = _prior(warehouse, rough, first)
    shift = _log_odds(prior) - _log_odds(first.settings["probability_two_random_records_match"])
    links = warehouse.rows(f"SELECT left_id, right_id FROM {quote(rough)} WHERE weight >= ?", [ROUGH - shift])
    keep_clusters(warehouse, f"{rough}_clusters", relation, components(links))
    for column in first.rare:
        counted = _by_clusters(relation, f"{rough}_clusters", column, pack.population.get(column, 0))
        warehouse.run([Step(first.tf(column), counted)])
    levels = {(each.name, level.name): level for each in pack.comparisons for level in each.levels}
    without = _without_true_pairs(first.settings, prior, levels, _guess(first.records))
    settings = {**without, "probability_two_random_records_match": prior}
    return replace(first, settings=settings)


def by_records(relation: str, column: str) -> str:
    """SQL of a column's term frequencies: the share of the records that hold a value."""
    name, tf = quote(column), quote(f"tf_{column}")
    return f"""SELECT {name}, count(*) / sum(count(*)) OVER () AS {tf}
        FROM {quote(relation)} WHERE {name} IS NOT NULL GROUP BY {name}"""


def _by_clusters(relation: str, clusters: str, column: str, population: int) -> str:
    """How likely another customer holds a value: by those who do, drawn towards people at large."""
    name, tf = quote(column), quote(f"tf_{column}")
    holders = "count(*) - 0.5" if population else "count(*)"
    return f"""
        WITH held AS (
            SELECT DISTINCT r.{name}, c.cluster FROM {quote(relation)} r JOIN {quote(clusters)} c USING (record_id)
            WHERE r.{name} IS NOT NULL)
        SELECT {name}, ({holders}) / (SELECT count(DISTINCT cluster) + {population} FROM held) AS {tf}
        FROM held GROUP BY {name}"""


def _prior(warehouse: Warehouse, rough: str, model: Model) -> float:
    """The odds of a random pair that agree with the sum of all pairs' odds."""
    binned = f"SELECT round(weight, 1), count(*) FROM {quote(rough)} GROUP BY 1 ORDER BY 1"
    weights = [(float(weight), int(pairs)) for weight, pairs in warehouse.rows(binned)]
    first = float(model.settings["probability_two_random_records_match"])
    every = model.records * (model.records - 1) / 2
    prior = first
    for _ in range(50):
        shift = _log_odds(prior) - _log_odds(first)
        expected = sum(pairs / (1 + 2 ** -(weight + shift)) for weight, pairs in weights)
        prior = min(max(expected, 1.0) / every, 0.5)
    return prior


def _log_odds(probability: float) -> float:
    return math.log2(probability / (1 - probability))


def _without_true_pairs(
    settings: dict[str, Any], prior: float, levels: dict[tuple[str, str], Level], guess: float
) -> dict[str, Any]:
    """Chance agreement without the true pairs that were among the random ones."""
    made = []
    for comparison in settings["comparisons"]:
        name = comparison["output_column_name"]
        corrected = [
            _chance(each, prior, levels.get((name, each["label_for_charts"])), guess)
            for each in comparison["comparison_levels"]
        ]
        made.append({**comparison, "comparison_levels": corrected})
    return {**settings, "comparisons": made}


def _chance(level: dict[str, Any], prior: float, written: Level | None, guess: float) -> dict[str, Any]:
    if written is None or written.shared:
        return level
    thought = guess * written.u if written.u else 0.0
    share = 1 - guess if written.u else 1.0  # of it that was counted in random pairs
    m, u = level["m_probability"], (level["u_probability"] - thought) / share
    counted = max((u - prior * m) / (1 - prior), 0.5 / SAMPLED_PAIRS)
    return {**level, "u_probability": thought + share * counted}
