"""Masking: no face shows a phone, a mail address, a birthday, an address or an attribute as it is."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from portraits.app.data.sources import load
from portraits.app.runs.builds import build
from portraits.app.tags.tags import catalogue
from portraits.cli.program import run
from portraits.engine.workspace import Workspace
from tests.app.sheets import settings, sheet
from tests.faces.visits import visitor

NOW = datetime(2026, 3, 1, tzinfo=UTC)
NUMBERS = range(1, 31)

PEOPLE = "id,name,phone,mail,wechat,born,home,zip,about"
EVENTS = "id,who,at,kind,said,more"

DEFINITIONS = (
    settings(packs=["natural"])
    + sheet(
        "crm",
        "people",
        record_id="id",
        name="name",
        phone="phone",
        email="mail",
        wechat_id="wechat",
        birth_date="date(born)",
        address="home",
        postal_code="zip",
        attributes="about",
    )
    + sheet("app", "events", event_id="id", record_id="who", at="at", kind="kind", text="said", properties="more")
)
TAGS = {
    "name": 'kind = "latest"\ncolumn = "phone"',  # a tag may be called what it is not
    "email": 'kind = "latest"\ncolumn = "wechat_id"',
    "contact": 'kind = "latest"\ncolumn = "email"',
    "home": 'kind = "fact"\ntable = "people"\nvalue = "upper(max(address))"',
    "zip": 'kind = "preference"\ntable = "people"\nof = "postal_code"',
    "born": 'kind = "fact"\ntable = "people"\nvalue = "min(birth_date)"',
    "call_them": 'kind = "rule"\nvalue = "coalesce(name, contact, home)"',
    "next_birthday": 'kind = "rule"\nvalue = "add_days(birth_date, 7)"',
    "tail": 'kind = "rule"\nvalue = "concat(name, email)"',
    "reachable": "kind = \"rule\"\nwhen = \"name is not null and contact like '%@%' and born > date '1900-01-01'\"",
    "passport": 'kind = "fact"\ntable = "people"\nvalue = "max(field(attributes, \'passport\'))"',
    "second_home": 'kind = "fact"\ntable = "people"\nvalue = "max(field(attributes, \'address\'))"',
    "level": 'kind = "fact"\ntable = "people"\nvalue = "max(field(attributes, \'level\'))"',
    "attributes": 'kind = "latest"\ncolumn = "attributes"',
    "favourite_words": 'kind = "preference"\ntable = "events"\nof = "text"',
    "last_ip": 'kind = "fact"\ntable = "events"\nvalue = "max(field(properties, \'address\'))"',
    "events": 'kind = "fact"\ntable = "events"\nvalue = "count(*)"\nwhere = "properties is not null"',
}


def secrets(number: int) -> dict[str, str]:
    """What is known of a customer and shown to nobody."""
    return {
        "phone": f"1395557{number:04}",
        "mail": f"private{number}@mail{number}.example",
        "wechat": f"wx-hidden-{number:03}",
        "born": f"19{60 + number}-{1 + number % 12:02}-{10 + number % 18}",
        "home": f"{number} Whisper Lane",
        "zip": f"99{number:04}",
        "passport": f"E{77000000 + number}",
        "address": f"{number} Second Street",
        "diary": f"diary of {number}",
        "ip": f"10.20.30.{100 + number}",
    }


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    folder = tmp_path_factory.mktemp("secret")
    tags = "".join(f'[tags.{name}]\ntitle = "{name}"\n{text}\n' for name, text in TAGS.items())
    (folder / "portraits.toml").write_text(DEFINITIONS + tags, encoding="utf-8")
    with (folder / "crm.csv").open("w", newline="", encoding="utf-8") as crm:
        csv.writer(crm).writerows([PEOPLE.split(","), *map(_person, NUMBERS)])
    with (folder / "app.csv").open("w", newline="", encoding="utf-8") as app:
        csv.writer(app).writerows([EVENTS.split(","), *map(_event, NUMBERS)])
    load(Workspace(folder), actor="test", now=NOW)
    build(Workspace(folder), now=NOW)
    return Workspace(folder)


def _person(number: int) -> list[str]:
    own = secrets(number)
    about = (
        f'{{"passport": "{own["passport"]}", "address": "{own["address"]}", "level": "gold", "d": "{own["diary"]}"}}'
    )
    head = [f"M{number}", f"王{number}"]
    return [*head, *(own[name] for name in ("phone", "mail", "wechat", "born", "home", "zip")), about]


def _event(number: int) -> list[str]:
    own = secrets(number)
    said = f"write to {own['mail']} or call {own['phone']}"
    return [str(number), f"M{number}", "2026-02-01 10:00:00", "chat", said, f'{{"address": "{own["ip"]}"}}']


@pytest.fixture(scope="module")
def web(shop: Workspace) -> Iterator[TestClient]:
    with visitor(shop) as client:
        yield client


@pytest.fixture(scope="module")
def names(shop: Workspace) -> list[str]:
    return [each.tag.name for each in catalogue(shop).entries]


def found_in(text: str) -> list[str]:
    """The secrets that stand in a text."""
    lower = text.lower()
    return [value for number in NUMBERS for value in secrets(number).values() if value.lower() in lower]


def test_the_secrets_are_in_the_run(shop: Workspace) -> None:
    from portraits.app.reading import reading

    with reading(shop) as now:
        [row] = now.rows(
            'SELECT "name", contact, home, zip, born, passport, last_ip FROM portrait WHERE customer_id = ?', ["M7"]
        )
    own = secrets(7)
    expected = [own[name] for name in ("phone", "mail", "home", "zip", "born", "passport", "ip")]
    assert [str(value).lower() for value in row] == [value.lower() for value in expected]


def test_no_list_portrait_catalogue_or_page_shows_one(web: TestClient, names: list[str]) -> None:
    columns = "&".join(f"columns={name}" for name in names)
    paths = [
        f"/api/customers?size=100&{columns}",
        f"/customers?{columns}",
        "/api/tags",
        "/customers/M7",
        "/api/customers/M7",
    ]
    for path in [*paths, *(f"/api/tags/{name}" for name in names)]:
        answer = web.get(path)
        assert answer.status_code == 200, path
        assert found_in(answer.text) == [], path


@pytest.mark.parametrize("face", ["", "/api"])
def test_no_explanation_of_any_tag_shows_one(web: TestClient, names: list[str], face: str) -> None:
    for name in names:
        answer = web.get(f"{face}/customers/M7/why/{quote(name)}")
        assert answer.status_code == 200, (name, answer.text)
        assert found_in(answer.text) == [], name


RULE = "name is not null and contact <> '' and born > date '1900-01-01' and upper(home) like '%LANE' and tail <> name"


@pytest.mark.parametrize("json", [[], ["--json"]])
@pytest.mark.parametrize("command", [["portrait", "M7"], ["explain", "M7", RULE], ["tags"], ["tags", "zip"]])
def test_no_command_shows_one(
    shop: Workspace, capsys: pytest.CaptureFixture[str], command: list[str], json: list[str]
) -> None:
    assert run([*command, *json, "-w", str(shop.folder)]) == 0
    assert found_in(capsys.readouterr().out) == []


def test_no_command_that_explains_shows_one(
    shop: Workspace, capsys: pytest.CaptureFixture[str], names: list[str]
) -> None:
    for name in names:
        assert run(["why", "M7", name, "-w", str(shop.folder)]) == 0
        assert found_in(capsys.readouterr().out) == [], name


def test_no_export_shows_one(shop: Workspace, tmp_path: Path) -> None:
    from portraits.app.audiences.audiences import export

    made = export(shop, "", tmp_path / "all.csv", actor="test", now=NOW)
    written = (tmp_path / "all.csv").read_text(encoding="utf-8")
    assert made.rows == len(NUMBERS)
    assert found_in(written) == []
    assert "139****0007" in written


def value_of(web: TestClient, name: str) -> Any:
    return web.get(f"/api/customers/M7/why/{name}").json()["value"]


def test_enough_is_left_to_recognise_a_value_by(web: TestClient) -> None:
    assert value_of(web, "name") == "139****0007"
    assert value_of(web, "contact") == "p***@mail7.example"
    assert value_of(web, "born") == "1967-**-**"
    assert value_of(web, "attributes") == "***"


def test_numbers_conditions_and_names_given_to_values_stay(web: TestClient) -> None:
    assert value_of(web, "generation") == "born_1960s"
    assert value_of(web, "zodiac") == "leo"
    assert value_of(web, "birth_month") == 8
    assert value_of(web, "reachable") is True
    assert value_of(web, "level") == "gold"
    assert value_of(web, "events") == 1


def test_of_personal_values_no_frequencies_are_told_of_others_they_are(web: TestClient) -> None:
    tags = {each["name"]: each for each in web.get("/api/tags").json()["tags"]}
    assert tags["zip"]["distribution"] == tags["born"]["distribution"] == []
    assert (tags["born"]["low"], tags["born"]["mean"], tags["born"]["known"]) == (None, None, len(NUMBERS))
    assert tags["level"]["distribution"] == [{"value": "gold", "n": len(NUMBERS), "upto": None}]


def test_a_column_of_attributes_is_shown_by_the_field_that_is_used(web: TestClient) -> None:
    rows = web.get("/api/customers/M7/why/level").json()["evidence"]["rows"]
    names = [column["name"] for column in rows["columns"]]
    assert "attributes.level" in names and "attributes" not in names
    assert rows["rows"][0][names.index("attributes.level")] == "gold"
