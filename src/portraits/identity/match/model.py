"""Model: what agreement and disagreement are worth, kept as JSON with the run that learnt it.

Scored pairs have the columns left_id, right_id (the smaller id left), weight (log2 odds), probability, and for each
comparison `w_<name>`, its share of the weight, and `l_<name>`, the name of the level it is on (`unknown` where a value
is missing). The shares and the log2 odds of the model's prior add up to the weight.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from portraits.engine.warehouse import Step, Warehouse, literal, quote

if TYPE_CHECKING:
    from splink import Linker

AT_A_TIME = 1_000_000  # records whose pairs are scored at once: those of more do not fit into a gigabyte


@dataclass(frozen=True)
class Model:
    """A trained model: enough to score any pair again, on the same records or on later ones.

    Beside it, in the run, lie its term frequencies: a relation `match_<kind>_tf_<column>` for each of `rare`.
    """

    kind: str
    records: int  # it learnt from
    link: float
    review: float
    doubt: str
    compared: tuple[str, ...]
    blocking: tuple[tuple[str, ...], ...]
    rare: tuple[str, ...]
    settings: dict[str, Any]  # Splink's

    def json(self) -> str:
        """The model as text, the same for the same model."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True, indent=1)

    @classmethod
    def read(cls, text: str) -> Model:
        """The model that `json` wrote."""
        known = json.loads(text)
        lists = {name: tuple(known[name]) for name in ("compared", "rare")}
        return cls(**{**known, **lists, "blocking": tuple(tuple(keys) for keys in known["blocking"])})

    def tf(self, column: str) -> str:
        """The relation of a column's term frequencies."""
        return f"match_{self.kind}_tf_{column}"


@contextmanager
def linking(warehouse: Warehouse, relation: str, settings: dict[str, Any]) -> Iterator[Linker]:
    """A Splink linker over a relation; what it makes in the database is dropped in the end."""
    from splink import DuckDBAPI, Linker

    api = DuckDBAPI(warehouse.lend())
    linker = Linker(api.register(relation), settings, validate_settings=False)  # the packs are tested; it takes a while
    logging.getLogger("splink").setLevel(logging.CRITICAL)  # it sets its own when a linker is made
    try:
        yield linker
    finally:
        for table in sorted(api._created_tables):
            api.delete_table_from_database(table)


def score(
    warehouse: Warehouse,
    relation: str,
    model: Model,
    floor: float,
    into: str,
    *,
    rules: Sequence[str] = (),
    suffix: str = "",
) -> None:
    """Make `into`: the pairs that the rules find in a relation and that weigh `floor` or more, as told above.

    Args: `rules` is SQL over `l` and `r`, which pairs are compared, empty for the model's own; `suffix` that of the
    relations of term frequencies.
    """
    chosen = rules or [equal(keys) for keys in model.blocking]
    if not model.settings["comparisons"] or not chosen:
        warehouse.run([Step(into, _no_pairs(model))])
        return
    parts = 1 if rules else 1 + model.records // AT_A_TIME
    for part in range(parts):
        mine = [f"{rule} AND hash(l.record_id) % {parts} = {part}" for rule in chosen] if parts > 1 else chosen
        with _predicted(warehouse, relation, model, floor, mine, suffix) as found:
            if part:
                warehouse.append(into, found)
            else:
                warehouse.run([Step(into, found)])


@contextmanager
def _predicted(
    warehouse: Warehouse, relation: str, model: Model, floor: float, rules: Sequence[str], suffix: str
) -> Iterator[str]:
    """SQL of the pairs that rules find, while Splink's own table of them is there."""
    blocking = [{"blocking_rule": rule, "sql_dialect": "duckdb"} for rule in rules]
    settings = {**model.settings, "blocking_rules_to_generate_predictions": blocking}
    with linking(warehouse, relation, settings) as linker:
        for column in model.rare:
            table = linker._db_api.register(model.tf(column) + suffix)
            linker.table_management.register_term_frequency_lookup(table, column)
        found = linker.inference.predict(threshold_match_weight=floor, warning_mode="never")
        yield _pairs(model, found.physical_name, {each.unquote().name for each in found.columns})


def equal(columns: Sequence[str]) -> str:
    """SQL over `l` and `r`: the two records are equal in these columns."""
    return " AND ".join(f'l."{column}" = r."{column}"' for column in columns)


def _pairs(model: Model, found: str, columns: set[str]) -> str:
    compared = {each["output_column_name"]: each for each in model.settings["comparisons"]}
    shares = [f"{_share(name, columns)} AS {quote(f'w_{name}')}" for name in model.compared]
    levels = [f"{_level(name, compared.get(name))} AS {quote(f'l_{name}')}" for name in model.compared]
    return f"""
        SELECT least(record_id_l, record_id_r) AS left_id, greatest(record_id_l, record_id_r) AS right_id,
            match_weight AS weight, match_probability AS probability, {", ".join([*shares, *levels])}
        FROM {quote(found)}"""


def _no_pairs(model: Model) -> str:
    shares = [f"0.0::DOUBLE AS {quote(f'w_{name}')}" for name in model.compared]
    levels = [f"'' AS {quote(f'l_{name}')}" for name in model.compared]
    ends = "'' AS left_id, '' AS right_id, 0.0::DOUBLE AS weight, 0.0::DOUBLE AS probability"
    return f"SELECT {', '.join([ends, *shares, *levels])} WHERE false"


def _share(name: str, columns: set[str]) -> str:
    if f"mw_{name}" not in columns:
        return "0.0"  # nothing of it is known in these records
    rare = f"mw_tf_adj_{name}"
    return f"{quote(f'mw_{name}')} + {quote(rare)}" if rare in columns else quote(f"mw_{name}")


def _level(name: str, comparison: dict[str, Any] | None) -> str:
    """The name of the level a pair is on, from Splink's number: -1 is unknown, 0 the last level."""
    if comparison is None:
        return "'unknown'"
    levels = [level["label_for_charts"] for level in comparison["comparison_levels"] if not level.get("is_null_level")]
    whens = [f"WHEN {number} THEN {literal(level)}" for number, level in enumerate(reversed(levels))]
    return f"CASE {quote(f'gamma_{name}')} {' '.join(whens)} ELSE 'unknown' END"
