"""Defaults: Splink as its own guides set it up for its own sets, with nothing of ours."""

from __future__ import annotations

import logging
from typing import Any

from benchmarks.identity.scores import Score, score
from portraits.engine.warehouse import Warehouse

THRESHOLDS = (0.5, 0.9, 0.95, 0.99)  # of probability; the best for it is taken


def fake_1000(warehouse: Warehouse) -> Score:
    """The best F1 of Splink's quick start on fake_1000."""
    import splink.comparison_library as cl
    from splink import SettingsCreator, block_on

    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            cl.NameComparison("first_name"),
            cl.NameComparison("surname"),
            cl.DateOfBirthComparison("dob", input_is_string=True),
            cl.ExactMatch("city").configure(term_frequency_adjustments=True),
            cl.EmailComparison("email"),
        ],
        blocking_rules_to_generate_predictions=[block_on("first_name", "city"), block_on("surname")],
    )
    sure = [
        block_on("first_name", "dob"),
        "l.first_name = r.first_name and levenshtein(r.surname, l.surname) <= 2",
        block_on("email"),
    ]
    return _best(warehouse, settings, sure, 0.7, [block_on("first_name", "surname"), block_on("dob")])


def historical_50k(warehouse: Warehouse) -> Score:
    """The best F1 of Splink's guide for the historical persons."""
    import splink.comparison_library as cl
    from splink import SettingsCreator, block_on

    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            cl.ForenameSurnameComparison("first_name", "surname", forename_surname_concat_col_name="first_and_surname"),
            cl.DateOfBirthComparison("dob", input_is_string=True),
            cl.PostcodeComparison("postcode_fake"),
            cl.ExactMatch("birth_place").configure(term_frequency_adjustments=True),
            cl.ExactMatch("occupation").configure(term_frequency_adjustments=True),
        ],
        blocking_rules_to_generate_predictions=[block_on(*each) for each in _HISTORICAL],
    )
    sure = [
        "l.first_name = r.first_name and l.surname = r.surname and l.dob = r.dob",
        "substr(l.first_name,1,2) = substr(r.first_name,1,2) and l.surname = r.surname"
        " and substr(l.postcode_fake,1,2) = substr(r.postcode_fake,1,2)",
        "l.dob = r.dob and l.postcode_fake = r.postcode_fake",
    ]
    training = ["l.first_name = r.first_name and l.surname = r.surname", "l.dob = r.dob"]
    return _best(warehouse, settings, sure, 0.6, training)


_HISTORICAL = (
    ("substr(first_name,1,3)", "substr(surname,1,4)"),
    ("surname", "dob"),
    ("first_name", "dob"),
    ("postcode_fake", "first_name"),
    ("postcode_fake", "surname"),
    ("dob", "birth_place"),
    ("substr(postcode_fake,1,3)", "dob"),
    ("substr(postcode_fake,1,3)", "first_name"),
    ("substr(postcode_fake,1,3)", "surname"),
    ("substr(first_name,1,2)", "substr(surname,1,2)", "substr(dob,1,4)"),
)


def _best(warehouse: Warehouse, settings: Any, sure: list[Any], recall: float, training: list[Any]) -> Score:
    from splink import DuckDBAPI, Linker

    api = DuckDBAPI(warehouse.lend())
    linker = Linker(api.register("raw"), settings)
    logging.getLogger("splink").setLevel(logging.CRITICAL)
    linker.training.estimate_probability_two_random_records_match(sure, recall=recall)
    linker.training.estimate_u_using_random_sampling(max_pairs=5e6, seed=1)
    for rule in training:
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    pairs = linker.inference.predict(threshold_match_probability=min(THRESHOLDS), warning_mode="never")
    found = []
    for threshold in THRESHOLDS:
        clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(
            pairs, threshold_match_probability=threshold
        )
        named = f"SELECT unique_id AS record_id, cluster_id AS cluster FROM {clusters.physical_name}"
        found.append(score(warehouse, named))
    return max(found, key=lambda each: each.f1)
