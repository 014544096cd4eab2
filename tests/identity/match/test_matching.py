"""Matching small sets of records: who is one, who is not, and what needs eyes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from portraits.engine.warehouse import Step, Warehouse
from portraits.identity.match import model as model_of_pairs
from portraits.identity.match.assignment import assign
from portraits.identity.match.cuts import MOST
from portraits.identity.match.households import households
from portraits.identity.match.matching import NONE, Decisions, evidence, match
from portraits.identity.match.model import Model
from portraits.identity.match.pack import pack
from portraits.identity.match.records import guarded
from tests.identity.match.records import add, bare, cleaned, clusters, pairwise, people, truth

PERSON = pack("person")
ROWS = people(400)


def without_truth(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{key: value for key, value in row.items() if key != "customer"} for row in rows]


@pytest.fixture(scope="module")
def matched() -> Iterator[tuple[Warehouse, Model]]:
    with cleaned(without_truth(ROWS)) as warehouse:
        yield warehouse, match(warehouse, PERSON)


def test_records_of_one_person_come_together_and_strangers_do_not(matched: tuple[Warehouse, Model]) -> None:
    precision, recall = pairwise(clusters(matched[0]), truth(ROWS))
    assert precision == 1.0
    assert recall > 0.97


def test_every_record_is_in_one_cluster_named_after_its_smallest(matched: tuple[Warehouse, Model]) -> None:
    found = clusters(matched[0])
    assert set(found) == set(truth(ROWS))
    assert all(first <= record and found[first] == first for record, first in found.items())
    sizes = matched[0].rows("SELECT cluster, any_value(records), count(*) FROM match_person_clusters GROUP BY cluster")
    assert all(said == counted for _, said, counted in sizes)


def test_the_shares_of_a_pair_and_the_prior_add_up_to_its_weight(matched: tuple[Warehouse, Model]) -> None:
    warehouse, model = matched
    shares = " + ".join(f"w_{name}" for name in model.compared)
    prior = model.settings["probability_two_random_records_match"]
    off = f"SELECT max(abs(weight - log2({prior} / (1 - {prior})) - ({shares}))) FROM match_person_pairs"
    assert warehouse.rows(off)[0][0] < 1e-6


def test_the_shares_of_true_pairs_on_all_levels_are_of_one_whole(matched: tuple[Warehouse, Model]) -> None:
    for comparison in matched[1].settings["comparisons"]:
        shares = [level["m_probability"] for level in comparison["comparison_levels"] if "m_probability" in level]
        assert sum(shares) == pytest.approx(1)


def test_the_levels_of_a_pair_are_those_of_the_pack(matched: tuple[Warehouse, Model]) -> None:
    for comparison in PERSON.comparisons:
        seen = matched[0].rows(f"SELECT DISTINCT l_{comparison.name} FROM match_person_pairs")
        assert {name for (name,) in seen} <= {"unknown", *(level.name for level in comparison.levels)}


def test_every_link_says_which_rule_or_model_made_it(matched: tuple[Warehouse, Model]) -> None:
    methods = {name for (name,) in matched[0].rows("SELECT DISTINCT method FROM match_person_links")}
    assert {"phone_and_name", "email_and_name", "model"} <= methods
    assert methods <= {"model", *(rule.name for rule in PERSON.certain)}


def test_the_same_rows_give_the_same_model_and_clusters(matched: tuple[Warehouse, Model]) -> None:
    with cleaned(without_truth(ROWS[::-1])) as again:
        model = match(again, PERSON)
        assert model.json() == matched[1].json()
        assert clusters(again) == clusters(matched[0])


def test_pairs_scored_in_parts_are_the_same(matched: tuple[Warehouse, Model], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_of_pairs, "AT_A_TIME", 200)
    weights = "SELECT left_id, right_id, round(weight, 9) FROM match_person_pairs ORDER BY ALL"
    with cleaned(without_truth(ROWS)) as again:
        match(again, PERSON)
        assert again.rows(weights) == matched[0].rows(weights)
        assert clusters(again) == clusters(matched[0])


def test_a_model_kept_as_text_scores_as_before(matched: tuple[Warehouse, Model]) -> None:
    warehouse, model = matched
    with cleaned(without_truth(ROWS)) as again:
        for column in model.rare:
            again.register(f"kept_{column}", warehouse.query(f"SELECT * FROM {model.tf(column)}"))
            again.execute(f"CREATE TABLE {model.tf(column)} AS SELECT * FROM kept_{column}")
        match(again, PERSON, model=Model.read(model.json()))
        assert clusters(again) == clusters(warehouse)


def test_splink_leaves_nothing_behind(matched: tuple[Warehouse, Model]) -> None:
    assert not [name for name in matched[0].relations() if name.startswith("__splink")]


def test_new_records_find_their_customers_as_a_full_run_would(matched: tuple[Warehouse, Model]) -> None:
    """The tolerance: at least 99 in 100 pairs, both ways, of what matching everybody again gives."""
    fresh = [row for at, row in enumerate(without_truth(ROWS)) if at % 7 == 0]
    known = [row for at, row in enumerate(without_truth(ROWS)) if at % 7]
    with cleaned(known) as warehouse:
        model = match(warehouse, PERSON)
        add(warehouse, fresh, "people_fresh")
        assign(warehouse, PERSON, model)
        merged = dict(warehouse.rows("SELECT * FROM assign_person_merges"))
        found = {record: merged.get(first, first) for record, first in clusters(warehouse).items()}
        found |= clusters(warehouse, "assign_person_clusters")
    precision, recall = pairwise(found, clusters(matched[0]))
    assert set(found) == set(truth(ROWS))
    assert min(precision, recall) > 0.99


def test_assigning_keeps_the_names_of_known_clusters(matched: tuple[Warehouse, Model]) -> None:
    twins = [row for row in without_truth(ROWS) if row["phone"] and row["name"]][:3]
    with cleaned(without_truth(ROWS)) as warehouse:
        model = match(warehouse, PERSON)
        before = clusters(warehouse)
        add(warehouse, [{**row, "record_id": f"a-new-{at}"} for at, row in enumerate(twins)], "people_fresh")
        assign(warehouse, PERSON, model)
        after = clusters(warehouse, "assign_person_clusters")
    assert [after[f"a-new-{at}"] for at in range(3)] == [before[row["record_id"]] for row in twins]


def test_the_shops_own_phone_links_nobody() -> None:
    rows = [
        {**row, "phone": "400-000-0199" if at % 6 == 0 else row["phone"]} for at, row in enumerate(people(300, seed=2))
    ]
    rows = [{**row, "phone": "021-61000199" if at % 11 == 0 else row["phone"]} for at, row in enumerate(rows)]
    with cleaned(without_truth(rows)) as warehouse:
        match(warehouse, PERSON)
        guards = warehouse.rows("SELECT field, value FROM match_person_guards ORDER BY value")
        precision, _ = pairwise(clusters(warehouse), truth(rows))
    assert ("phone", "+862161000199") in guards
    assert precision == 1.0


def test_mistyped_names_behind_one_number_are_not_taken_for_many_people() -> None:
    names = ("anna smith", "anna smyth", "ana smith", "anna smitt", "anne smith", "anna smithe", "annna smith")
    rows = [{"record_id": str(at), "national_id": "294669999", "name_key": name} for at, name in enumerate(names)]
    with bare(rows) as warehouse:
        warehouse.run(guarded(PERSON))
        assert warehouse.rows("SELECT count(*) FROM match_person_guards") == [(0,)]
        assert warehouse.rows("SELECT count(national_id) FROM match_person_records") == [(7,)]


def test_an_offices_mailbox_and_a_hotline_are_no_persons() -> None:
    rows: list[dict[str, Any]] = [
        {
            "record_id": "a",
            "email": "info@acme.com",
            "email_shared": True,
            "phone": "+864000000199",
            "phone_kind": "service",
        }
    ]
    with bare(rows) as warehouse:
        warehouse.run(guarded(PERSON))
        assert warehouse.rows("SELECT email, phone FROM match_person_records") == [(None, None)]


def test_what_people_decided_wins_over_the_model(matched: tuple[Warehouse, Model]) -> None:
    found = clusters(matched[0])
    linked = next((first, record) for record, first in found.items() if record != first)
    strangers = ("r0000-0", max(record for record, first in found.items() if first == record))
    decided = Decisions(together={strangers}, apart={linked})
    with cleaned(without_truth(ROWS)) as warehouse:
        match(warehouse, PERSON, decisions=decided)
        after = clusters(warehouse)
    assert after[strangers[0]] == after[strangers[1]]
    assert after[linked[0]] != after[linked[1]]


def test_a_household_is_found_and_not_taken_for_one_person() -> None:
    rows = people(300, seed=3)
    home = {"phone": "021-61234567", "address": "人民路999号1幢101室", "city": "上海", "kind": "person"}
    couple: list[dict[str, Any]] = [
        {**home, "record_id": "z1", "name": "王大伟", "birth_date": "1970-03-05", "customer": "z1"},
        {**home, "record_id": "z2", "name": "李小芳", "birth_date": "1972-11-20", "customer": "z2"},
    ]
    with cleaned(without_truth([*rows, *couple])) as warehouse:
        match(warehouse, PERSON)
        links = "SELECT record_id, cluster AS customer_id FROM match_person_clusters"
        warehouse.run([Step("identity_links", links)])
        households(warehouse)
        found = clusters(warehouse)
        homes = warehouse.rows("SELECT * FROM households WHERE customer_id IN ('z1', 'z2')")
        left = warehouse.relations()
    assert found["z1"] != found["z2"]
    assert homes == [("z1", "z1", 2, "door line"), ("z1", "z2", 2, "door line")]
    assert not [name for name in left if name.startswith("household_") and "found" not in name]


def test_where_little_was_learnt_a_family_at_one_door_is_left_to_somebody_who_looks() -> None:
    home = {"kind": "person", "address": "人民路999号1幢101室", "city": "上海"}
    family: list[dict[str, Any]] = [
        {**home, "record_id": "z-father", "name": "王建国", "birth_date": "1950-03-05"},
        {**home, "record_id": "z-son", "name": "王建国", "birth_date": "1981-11-20"},
        {**home, "record_id": "z-twin", "name": "王文博", "birth_date": "1981-11-20"},
        {**home, "record_id": "z-undated", "name": "王建国"},
    ]
    eager = PERSON.model_copy(update={"few": 0})
    found, reasons = {}, {}
    for name, chosen in (("careful", PERSON), ("eager", eager)):
        with cleaned([*without_truth(people(100)), *family]) as warehouse:
            match(warehouse, chosen)
            found[name] = clusters(warehouse)
            reviews = warehouse.rows("SELECT left_id, right_id, reason FROM match_person_reviews")
            reasons[name] = {(left, right): reason for left, right, reason in reviews}
    assert len({found["careful"][row["record_id"]] for row in family}) == 4
    assert reasons["careful"]["z-father", "z-son"] == reasons["careful"]["z-son", "z-twin"] == "doubt"
    assert reasons["careful"]["z-father", "z-undated"] == reasons["careful"]["z-son", "z-undated"] == "weak"
    assert found["eager"]["z-father"] == found["eager"]["z-son"]


def test_doubt_about_a_pair_speaks_against_the_cluster_that_holds_it(matched: tuple[Warehouse, Model]) -> None:
    warehouse, model = matched
    one, two, three, *_ = sorted(truth(ROWS))
    chain = {(one, two): 5.0, (two, three): 5.0}
    doubting = replace(model, doubt="true")
    trusting = replace(model, doubt="false")
    found = evidence(warehouse, "match_person_records", doubting, chain, NONE, into="doubting").weights
    plain = evidence(warehouse, "match_person_records", trusting, chain, NONE, into="plainly").weights
    assert set(found) == set(plain) == {(one, two), (one, three), (two, three)}
    assert all(found[pair] == min(plain[pair], -MOST) for pair in found)


def test_names_in_two_scripts_say_nothing_about_each_other() -> None:
    rows = people(300, seed=6)
    same = {"kind": "person", "phone": "+92 42 37925774", "address": "5 Mall Road, Lahore", "customer": "z"}
    rows += [
        {**same, "record_id": "z1", "name": "Faisal Siddiqui"},
        {**same, "record_id": "z2", "name": "فيصل صديقي"},
    ]
    with cleaned(without_truth(rows)) as warehouse:
        match(warehouse, PERSON)
        found = clusters(warehouse)
    assert found["z1"] == found["z2"]


def test_few_companies_are_matched_by_what_is_thought_of_strangers() -> None:
    address = {"kind": "company", "address": "87 Harden Street", "postal_code": "66879"}
    rows = [
        {**address, "record_id": "a1", "name": "Mullenkrants"},
        {**address, "record_id": "a2", "name": "Müllenkranz"},
        *(
            {"kind": "company", "record_id": f"b{at}", "name": f"{name} Trading", "postal_code": f"1000{at}"}
            for at, name in enumerate(("Ash", "Birch", "Cedar", "Dogwood", "Elder", "Fir"))
        ),
    ]
    with cleaned(rows) as warehouse:
        match(warehouse, pack("company"))
        found = clusters(warehouse, "match_company_clusters")
    assert found["a1"] == found["a2"]
    assert len(set(found.values())) == 7


def test_pairs_that_are_neither_sure_nor_absurd_wait_for_somebody(matched: tuple[Warehouse, Model]) -> None:
    warehouse, model = matched
    rows = warehouse.rows("SELECT left_id, right_id, weight, reason FROM match_person_reviews")
    found = clusters(warehouse)
    assert all(found[left] != found[right] for left, right, _, _ in rows)
    assert all(model.review <= weight for _, _, weight, _ in rows)
    assert {reason for *_, reason in rows} <= {"unsure", "doubt", "weak"}


def test_companies_are_matched_by_their_own_pack() -> None:
    rows = [
        {
            "record_id": f"c{number:03d}-{copy}",
            "kind": "company",
            "name": name,
            "phone": f"021-6{number:03d}8123",
            "city": "上海",
        }
        for number in range(120)
        for copy, name in enumerate((f"上海{_brand(number)}茶业有限公司", f"上海{_brand(number)}茶业股份有限公司"))
    ]
    with cleaned(rows) as warehouse:
        match(warehouse, pack("company"))
        found = clusters(warehouse, "match_company_clusters")
    assert pairwise(found, {row["record_id"]: str(row["record_id"])[:4] for row in rows}) == (1.0, 1.0)


def _brand(number: int) -> str:
    letters = "松竹梅兰菊荷桂枫柳杉"
    return letters[number // 100] + letters[number // 10 % 10] + letters[number % 10]


def test_a_handful_of_records_is_matched_by_what_the_pack_assumes() -> None:
    rows: list[dict[str, Any]] = [
        {"record_id": "a", "name": "Wang Fang", "phone": "13612345679", "birth_date": "1980-03-04"},
        {"record_id": "b", "name": "王芳", "phone": "+86 136 1234 5679", "birth_date": None},
        {"record_id": "c", "name": "李雷", "phone": "13912345670", "birth_date": "1980-03-04"},
    ]
    with cleaned(rows) as warehouse:
        match(warehouse, PERSON)
        assert clusters(warehouse) == {"a": "a", "b": "a", "c": "c"}


def test_nobody_is_matched_where_there_is_nobody() -> None:
    with cleaned([{"record_id": "a", "kind": "person", "name": "王芳"}]) as warehouse:
        match(warehouse, PERSON)
        match(warehouse, pack("company"))
        assert clusters(warehouse) == {"a": "a"}
        assert clusters(warehouse, "match_company_clusters") == {}
