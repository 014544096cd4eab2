"""Settings: the business decides what is left out; what is wrong is told with what is right."""

from __future__ import annotations

from typing import Any

import pytest

from portraits.engine.settings import (
    BUSINESSES,
    GOALS,
    MEASURED_BY,
    METRICS,
    PACKS,
    RFM_WINDOWS,
    Rfm,
    RfmCuts,
    Settings,
    documented,
)
from portraits.vocabulary.errors import DefinitionError
from portraits.vocabulary.window import Window


def faults(block: dict[str, Any]) -> str:
    with pytest.raises(DefinitionError) as caught:
        Settings.read({"title": "Shop", "business": "retail", **block})
    return str(caught.value)


@pytest.mark.parametrize("business", BUSINESSES)
def test_the_business_chooses_packs_and_rfm_window(business: str) -> None:
    settings = Settings.read({"title": "Shop", "business": business})
    assert business in settings.packs
    assert settings.packs == PACKS[settings.business]
    assert settings.rfm.window == Window.parse(RFM_WINDOWS[settings.business])
    assert settings.metric == "profit"


def test_what_is_written_wins_over_what_the_business_suggests() -> None:
    settings = Settings.read(
        {
            "title": {"en": "Shop", "zh": "小店"},
            "business": "b2b",
            "packs": ["value"],
            "rfm": {"into": 3, "window": "90 days", "cuts": {"recency": [30, 90]}},
        }
    )
    assert settings.packs == ("value",)
    assert settings.rfm == Rfm(window=Window(0, 90), into=3, cuts=RfmCuts(recency=(30, 90)))
    assert settings.title.zh == "小店"


def test_part_of_the_rfm_block_keeps_the_window_of_the_business() -> None:
    settings = Settings.read({"title": "Bank", "business": "finance", "rfm": {"into": 4}})
    assert (settings.rfm.into, str(settings.rfm.window)) == (4, "1095 days")


def test_every_goal_has_a_metric() -> None:
    assert set(MEASURED_BY) == set(GOALS)
    assert set(MEASURED_BY.values()) <= set(METRICS)


def test_wrong_values_say_the_right_ones() -> None:
    assert "Did you mean Asia/Shanghai?" in faults({"time_zone": "Asia/Shangai"})
    assert "three letters" in faults({"currency": "yuan"})
    assert "must rise" in faults({"rfm": {"cuts": {"recency": [3, 2, 1, 0]}}})
    assert "5 scores need 4" in faults({"rfm": {"cuts": {"spend": [1, 2]}}})
    assert "Did you mean time_zone?" in faults({"timezone": "UTC"})
    assert "rfm" in faults({"rfm": "365 days"})
    assert "monday" in faults({"week_starts": "mon"})
    assert "memory" in faults({"memory": "lots"})
    assert "holds a password" in faults({"store": "postgresql+psycopg://me:secret@host/db"})


def test_a_store_takes_its_password_from_the_environment() -> None:
    address = "postgresql+psycopg://me:${STORE_PASSWORD}@host/db"
    assert Settings.read({"title": "Shop", "business": "retail", "store": address}).store == address


def test_a_business_that_is_not_known_is_the_fault_that_is_told() -> None:
    with pytest.raises(DefinitionError) as caught:
        Settings.read({"title": "Shop", "business": "retial"})
    assert [fault.field for fault in caught.value.faults] == ["business"]


@pytest.mark.parametrize("definition", [Settings, Rfm, RfmCuts])
def test_every_setting_is_documented_in_both_languages(definition: type[Settings]) -> None:
    for name, meaning in documented(definition).items():
        assert meaning.en.endswith("."), name
        assert meaning.zh.endswith("。"), name
        assert meaning.en != meaning.zh


def test_one_customer_is_a_record_unless_a_key_or_matching_says_more() -> None:
    plain = {"title": "Shop", "business": "retail"}
    assert Settings.read(plain).one_customer_by == "records"
    assert Settings.read({**plain, "customer_key": "phone"}).one_customer_by == "key"
    matched = Settings.read({**plain, "customer_key": "phone", "identity": {"by": "match"}})
    assert (matched.one_customer_by, matched.identity.packs) == ("match", ("person", "company"))


@pytest.mark.parametrize(
    ("block", "said"),
    [
        ({"by": "key"}, "no customer_key"),
        ({"link": 0.0, "review": 2.0}, "above that for linking"),
        ({"fields": {"fone": "newest"}}, "no field fone"),
        ({"fields": {"phone": "best"}}, "newest"),
        ({"country": "China"}, "country"),
    ],
)
def test_settings_of_identity_that_cannot_be_are_told(block: dict[str, Any], said: str) -> None:
    assert said in faults({"identity": block})
