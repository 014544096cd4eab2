"""The pages of matching: households, what cleaning did, what was learnt, and learning it anew."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.testclient import TestClient

from portraits.app.home.outline import outline
from portraits.app.identity.households import Households, OfSize, households
from portraits.app.identity.identity import link
from portraits.app.identity.models import Learnt, models
from portraits.app.identity.repairs import repairs
from portraits.app.identity.touch_up import touch_up
from portraits.engine.workspace import Workspace
from portraits.web.matching_charts import home_sizes, homes_chart, rate, repairs_chart, weights_chart
from portraits.web.page import Page
from portraits.web.pages.matching import block_name, chance
from tests.app.duplicates import AT_HOME, NOW, ODD, built, shop, stocked
from tests.faces.visits import opened, text, visitor

HOME = "/data/identity"
PAGES = (f"{HOME}/households", f"{HOME}/repairs", f"{HOME}/models")


@pytest.fixture(scope="module")
def matched(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Built once, for tests that only look."""
    workspace = stocked(tmp_path_factory.mktemp("matched"), (*AT_HOME, *ODD))
    return workspace


@pytest.fixture
def client(matched: Workspace) -> TestClient:
    return visitor(matched)


@pytest.fixture
def page(matched: Workspace) -> Page:
    """A page in English, to write on."""
    asked = {"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": b"lang=en"}
    return Page(Request(asked), outline(matched))


def specs(answer: str) -> dict[str, dict[str, list[list[str]]]]:
    """What the charts of a page are drawn from, and saved as."""
    [found] = re.findall(r'<script type="application/json" id="charts">(.*?)</script>', answer)
    told: dict[str, dict[str, list[list[str]]]] = json.loads(found)
    return told


def test_a_household_leads_to_the_portraits_of_who_lives_there(client: TestClient) -> None:
    answer = opened(client, f"{HOME}/households?lang=en")
    said = text(answer)
    assert "1 household with 2 customers" in said and "¥753.00" in said and "same home telephone" in said
    assert 'href="/customers/c5"' in answer and 'href="/customers/c6"' in answer
    assert specs(answer)["household-sizes"]["table"][1:] == [
        ["Alone, as far as is known", "6", "¥261.25", "¥290.06"],
        ["2 together", "2", "¥376.50", "¥290.06"],
    ]
    assert "Who lives with other customers bought for ¥376.50 each, who lives alone for ¥261.25" in said
    zh = text(opened(client, f"{HOME}/households?lang=zh"))
    assert "1 户家庭，共 2 位客户" in zh and "座机相同" in zh and "2 人同住" in zh
    assert opened(client, f"{HOME}/households?at=99")  # the last page there is


def test_the_identity_of_a_customer_names_who_lives_there_and_what_cleaning_did(client: TestClient) -> None:
    answer = opened(client, "/customers/c5/identity?lang=en")
    said = text(answer)
    assert "Lives with" in said and "周星" in said and "Together they placed 6 orders and bought for ¥753.00." in said
    assert f'href="{HOME}/households"' in answer
    assert "What cleaning did to the values of these records" in said and "Country code added" in said
    assert "Lives with" not in text(opened(client, "/customers/c2/identity?lang=en"))


ALONE = OfSize(1, 4, 4, Decimal(400))


def many(*sizes: tuple[int, int, int], alone: OfSize = ALONE) -> Households:
    """Households of these sizes: how many live in one, how many there are, what they bought."""
    found = tuple(OfSize(size, n, n, Decimal(amount)) for size, n, amount in sizes)
    people = sum(each.size * each.households for each in found)
    total = sum(each.households for each in found)
    return Households((), found, alone, total, people, 1, 20, datetime(2024, 5, 1), 1)


def test_the_largest_households_are_drawn_together_and_each_person_counts_once(page: Page) -> None:
    found = many((2, 10, 4000), (7, 1, 700), (9, 2, 900))
    drawn = homes_chart(page, found)
    assert drawn is not None
    assert home_sizes(page, found) == [("2 together", 10), ("7 or more together", 3)]
    assert drawn.labels == ["Alone, as far as is known", "2 together", "7 or more together"]
    people, each, mean = drawn.series
    assert people.values == [4, 20, 7 + 2 * 9] and each.values == [100, 200, 64]
    assert mean.values == pytest.approx([6000 / 49] * 3)


def test_a_chart_of_what_nobody_bought_is_left_out(page: Page) -> None:
    nothing = OfSize(1, 3, 0, Decimal(0))
    assert homes_chart(page, many((2, 1, 0), alone=nothing)) is None
    assert homes_chart(page, many()) is None
    everybody = homes_chart(page, many((2, 1, 50), alone=OfSize(1, 0, 0, Decimal(0))))
    assert everybody is not None and everybody.labels == ["2 together"]


def test_what_cleaning_did_is_counted_drawn_and_leads_to_examples(client: TestClient, matched: Workspace) -> None:
    answer = opened(client, f"{HOME}/repairs?lang=en")
    counted, said = repairs(matched), text(answer)
    assert "of the records held something to put right or to notice, most often Phone: Country code added" in said
    lines = specs(answer)["repairs"]["table"]
    assert lines[0] == ["Field", "What cleaning did", "Kind", "Records", "Share of records", "Of no use"]
    assert len(lines) == len(counted.counts) + 1
    assert ["E-mail", "Mistyped mail domain put right", "put right", "1", "13%", "0"] in lines
    links = re.findall(rf'href="({HOME}/repairs/\w+/\w+)"', answer)
    assert len(links) == len(counted.counts)
    for path in links:
        assert "<td" in opened(client, path), path
    assert "更正邮箱域名的拼写" in text(opened(client, f"{HOME}/repairs?lang=zh"))


def test_bars_of_cleaning_are_shares_of_all_records(page: Page, matched: Workspace) -> None:
    counted = repairs(matched)
    rows = [each for _, several in repairs_chart(page, counted).rows for each in several]
    assert all(each.width == pytest.approx(100 * each.count.records / counted.records, abs=0.01) for each in rows)
    fields = [column.name for column, _ in repairs_chart(page, counted).rows]
    assert fields[0] == counted.counts[0].column.name and len(fields) == len(set(fields))


def test_examples_stand_as_written_and_as_compared(client: TestClient) -> None:
    said = text(opened(client, f"{HOME}/repairs/email/domain?lang=en"))
    assert "E-mail: Mistyped mail domain put right" in said and "The only such value" in said
    assert "l***@gmial.com l***@gmail.com" in said
    assert "No record has such a value" in text(opened(client, f"{HOME}/repairs/email/case?lang=en"))
    assert client.get(f"{HOME}/repairs/email/caze").status_code == 400
    assert client.get(f"{HOME}/repairs/mail/case").status_code == 400


def test_a_model_tells_what_each_agreement_is_worth(client: TestClient, page: Page, matched: Workspace) -> None:
    answer = opened(client, f"{HOME}/models?lang=en")
    said, (person, _) = text(answer), models(matched).models
    assert "build 1" in said and "all of them, learnt anew" in said and "What speaks most for one customer:" in said
    lines = specs(answer)["weights-person"]["table"]
    assert len(lines) == 1 + sum(len(each.levels) for each in person.comparisons)
    phone = next(each for each in person.comparisons if each.name == "phone")
    [same] = [line for line in lines if line[:2] == ["Phone", "same number"]]
    assert same[-1].rstrip("*") == f"{phone.levels[0].weight:.1f}".replace("-", "−")
    for columns in person.blocks:
        assert block_name(page, columns) in said
    assert "最有力的支持" in text(opened(client, f"{HOME}/models?lang=zh"))


def weights(model: Learnt) -> Sequence[float]:
    return [level.weight for each in model.comparisons for level in each.levels]


def test_bars_of_weights_go_from_even_odds_to_the_best_and_the_worst(page: Page, matched: Workspace) -> None:
    model = models(matched).models[0]
    drawn = weights_chart(page, model)
    assert drawn is not None
    low, high = min(0.0, *weights(model)), max(0.0, *weights(model))
    for bar in drawn.rows:
        assert bar.zero == pytest.approx(-low / (high - low) * 100, abs=0.01)
        assert bar.against[0] + bar.against[1] == pytest.approx(bar.zero, abs=0.02)
        assert all(0 <= tick <= 100 for tick in bar.ticks) and bar.speaks[0] == bar.zero
    assert drawn.rows[0].most == f"{high:+.1f}"


def test_numbers_of_a_model_are_said_in_words(page: Page) -> None:
    assert [rate(page, share) for share in (0.45, 1 / 217, 1 / 12345, 0)] == ["45%", "1 in 217", "1 in 12,300", "0%"]
    assert [chance(weight) for weight in (-1, 0, 1)] == pytest.approx([1 / 3, 0.5, 2 / 3])
    assert block_name(page, ("name_key", "a_column_of_a_plugin")) == "Full name + a_column_of_a_plugin"


def test_learning_anew_is_asked_for_on_the_page_and_can_be_taken_back(tmp_path: Path) -> None:
    workspace = stocked(tmp_path, AT_HOME)
    client, file = visitor(workspace, follow=False), tmp_path / "portraits.toml"
    before = text(opened(client, f"{HOME}/models?lang=en"))
    assert "Learn anew with the next build" in before and "training (now 0)" in before
    answer = client.post(f"{HOME}/models/retrain")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{HOME}/models")
    assert "training = 1" in file.read_text(encoding="utf-8")
    asked = text(opened(client, f"{HOME}/models?lang=en"))
    assert "The next build learns anew." in asked and "training = 0" in asked and "portraits.toml" in asked
    assert "Learn anew with the next build" not in asked
    file.write_text(file.read_text(encoding="utf-8").replace("training = 1", "training = 0"), encoding="utf-8")
    assert "The next build learns anew." not in text(opened(client, f"{HOME}/models?lang=en"))


def test_pages_of_matching_lead_to_each_other_and_are_found_by_name(client: TestClient) -> None:
    for here in (*PAGES, HOME):
        answer = opened(client, here)
        assert all(f'href="{path}"' in answer for path in (*PAGES, f"{HOME}/report", f"{HOME}/decisions"))
    for word, path in (("household", PAGES[0]), ("清洗", PAGES[1]), ("match weights", PAGES[2])):
        assert f'href="{path}"' in opened(client, f"/search?q={word}"), word


def test_where_nothing_is_matched_the_pages_say_what_to_do(tmp_path: Path) -> None:
    fresh = shop(tmp_path, settings="")
    client = visitor(fresh)
    for path in PAGES:
        assert "Nothing is built yet" in text(opened(client, path)), path
    built(fresh)
    for path in PAGES:
        assert "Every record is a customer of its own" in text(opened(client, path)), path
    assert client.get(f"{HOME}/repairs/phone/case").url.path == f"{HOME}/repairs"
    refused = client.post(f"{HOME}/models/retrain")
    assert refused.status_code == 403 and "there is nothing to learn" in text(refused.text)


def test_where_nobody_shares_a_home_the_page_says_what_makes_one(tmp_path: Path) -> None:
    workspace = stocked(tmp_path)
    assert households(workspace).total == 0
    assert "Nobody shares a door or a home telephone" in text(opened(visitor(workspace), PAGES[0]))


HOSTILE = '<img src=x onerror=alert(1)> "&'


def test_one_record_alone_is_no_reason_to_fail(tmp_path: Path) -> None:
    workspace = stocked(tmp_path, AT_HOME[:1])
    client = visitor(workspace)
    for path in (*PAGES, "/customers/c1/identity"):
        for language in ("en", "zh"):
            said = text(opened(client, f"{path}?lang={language}"))
            assert "nan" not in said.lower().split() and "inf" not in said.lower().split(), path


def test_values_that_need_no_repair_are_said_to_be_in_order(tmp_path: Path) -> None:
    workspace = stocked(tmp_path, ("c1,王芳,,,上海,2024-01-01", "c2,李雷,,,杭州,2024-01-02"))
    client = visitor(workspace)
    assert repairs(workspace).counts == ()
    assert "Nothing had to be put right in 2 records" in text(opened(client, f"{HOME}/repairs?lang=en"))
    assert "2 条记录均无需修正" in text(opened(client, f"{HOME}/repairs?lang=zh"))
    assert 'id="charts"' not in opened(client, f"{HOME}/repairs")
    assert "What cleaning did" not in text(opened(client, "/customers/c1/identity?lang=en"))


def test_hostile_names_and_values_stay_text(tmp_path: Path) -> None:
    quoted = HOSTILE.replace('"', '""')
    rows = [row.replace("孙悟空", f'"{quoted}"') for row in AT_HOME]
    workspace = stocked(tmp_path, rows)
    client = visitor(workspace)
    for path in (f"{HOME}/households", "/customers/c6/identity"):
        answer = opened(client, path)
        assert "<img" not in answer and "&lt;img src=x" in answer, path
    notes = {each.note.name for each in repairs(workspace).counts if each.column.name == "name"}
    for note in notes:
        assert "<img" not in opened(client, f"{HOME}/repairs/name/{note}"), note


def test_a_touch_up_repeats_what_the_build_learnt(tmp_path: Path) -> None:
    workspace = stocked(tmp_path, (*AT_HOME, *ODD))
    decided = link(workspace, "c2", "c4", why="", actor="li", now=NOW + timedelta(hours=1))
    done = touch_up(workspace, now=NOW + timedelta(hours=2))
    assert (decided.act, done.how) == (1, "touched")
    found = models(workspace)
    assert found.run == 2 and {each.build for each in found.models} == {1}
    assert {each.learnt_at for each in found.models} == {datetime(2024, 5, 1, 12)}
    assert "build 1" in text(opened(visitor(workspace), f"{HOME}/models?lang=en"))
    assert households(workspace).total == 1


def test_a_model_that_compares_nothing_has_no_chart(page: Page, matched: Workspace) -> None:
    model = models(matched).models[0]
    assert weights_chart(page, replace(model, comparisons=())) is None
    one = weights_chart(page, replace(model, comparisons=model.comparisons[:1]))
    assert one is not None and len(one.rows) == 1 and len(one.lines) == 1 + len(model.comparisons[0].levels)


def test_the_other_program_is_told_sizes_blocks_and_where_learning_is_asked(client: TestClient) -> None:
    homes = client.get("/api/households").json()
    assert homes["sizes"] == [{"size": 2, "households": 1, "orders": 6, "amount": 753.0}]
    assert (homes["alone"]["households"], homes["alone"]["orders"], homes["pages"]) == (6, 15, 1)
    told = client.get("/api/identity/models").json()
    assert (told["learnt"], told["training"], told["file"], told["asked"]) == (0, 0, "portraits.toml", False)
    person = told["models"][0]
    assert person["build"] == 1 and person["learnt_at"] == "2024-05-01T12:00:00" and ["phone"] in person["blocks"]
