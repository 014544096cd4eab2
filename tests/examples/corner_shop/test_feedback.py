"""Feedback: sentences whose mood is that of the rating, in both languages."""

from __future__ import annotations

import itertools

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from portraits.examples.corner_shop import talk
from portraits.examples.corner_shop.chance import stream
from portraits.examples.corner_shop.chunk import Chunk
from portraits.examples.corner_shop.lists import lists
from portraits.examples.corner_shop.world import World
from tests.examples.corner_shop.conftest import Tables

SENTENCES = lists("sentences")
GROUPS = list(itertools.product(talk.LANGUAGES, talk.SUBJECTS, talk.MOODS))


def _mood(rating: float) -> str:
    return "bad" if rating < 3 else "fair" if rating == 3 else "good"


def _opens(text: str, language: str, subjects: tuple[str, ...], mood: str) -> bool:
    openings = [each for subject in subjects for each in SENTENCES[language][subject][mood]]
    parts = [opening.partition("{item}") for opening in openings]
    return any(text.startswith(before) and after in text for before, _, after in parts)


@pytest.mark.parametrize(("language", "subject", "mood"), GROUPS)
def test_there_are_several_things_to_say(language: str, subject: str, mood: str) -> None:
    said = SENTENCES[language][subject][mood]
    assert len(said) == len(set(said)) >= 3
    assert all(("{item}" in each) == (subject in ("food", "goods")) for each in said)
    assert all(each.isascii() == (language == "en") for each in said)


@pytest.mark.parametrize("language", talk.LANGUAGES)
def test_every_mood_has_its_ends(language: str) -> None:
    ends = SENTENCES[language]["end"]
    assert set(ends) == set(talk.MOODS)
    stops = "。！" if language == "zh" else ".!"
    assert all(end[-1] in stops for mood in talk.MOODS for end in ends[mood])


def test_an_opinion_names_its_product_and_ends_in_its_mood() -> None:
    ones = np.ones(200, dtype=np.int64)
    texts = talk.opinions(stream(1, "test"), 0 * ones, 0 * ones, 2 * ones, 3 * ones).to_pylist()
    assert all("桂花乌龙" in text for text in texts)
    assert all(any(text.endswith(end) for end in SENTENCES["zh"]["end"]["good"]) for text in texts)
    assert len(set(texts)) > 20


def test_an_english_product_stands_inside_its_sentence() -> None:
    ones = np.ones(50, dtype=np.int64)
    texts = talk.opinions(stream(1, "test"), ones, ones, 0 * ones, 87 * ones).to_pylist()
    assert all("cotton T-shirt" in text for text in texts)


def test_opinions_on_service_name_no_product() -> None:
    ones = np.ones(50, dtype=np.int64)
    texts = talk.opinions(stream(1, "test"), 0 * ones, 2 * ones, 0 * ones, 5 * ones).to_pylist()
    assert all(_opens(text, "zh", ("service",), "bad") for text in texts)


def test_complaints_chats_and_notes_exist_in_both_languages() -> None:
    for what in ("complaint", "chat", "note"):
        found = talk.said(stream(1, "test"), what, np.array([0, 1] * 100)).to_pylist()
        assert all(text.isascii() == bool(at % 2) for at, text in enumerate(found))


def test_words_and_stars_agree(known: Tables) -> None:
    subjects = {"product": ("food", "goods"), "service": ("service",), "store": ("store",)}
    rows = known["feedback"].to_pylist()
    assert len(rows) > 5_000
    for row in rows:
        if row["text"]:
            assert _opens(row["text"], row["language"], subjects[row["about"]], _mood(row["rating"])), row


def test_as_many_orders_are_spoken_of_as_the_world_says(crowd: Chunk, known: Tables) -> None:
    spoken = (crowd.orders.record >= 0) & (crowd.orders.status != 1)
    assert known["feedback"].num_rows / spoken.sum() == pytest.approx(World().feedback, abs=0.004)


def test_ratings_go_from_one_to_five_and_some_say_nothing(known: Tables) -> None:
    feedback = known["feedback"]
    assert sorted(feedback["rating"].unique().to_pylist()) == [1, 2, 3, 4, 5]
    assert feedback["scale"].unique().to_pylist() == [5]
    assert feedback["text"].null_count / feedback.num_rows == pytest.approx(0.15, abs=0.02)


def test_the_last_opinion_of_those_who_leave_is_worse(crowd: Chunk, known: Tables) -> None:
    owner = dict(zip(crowd.records.ids, crowd.records.owner.tolist(), strict=True))
    start = np.datetime64(crowd.shop.days.start)
    at_the_end: list[float] = []
    before: list[float] = []
    for row in known["feedback"].to_pylist():
        day = (np.datetime64(row["at"]) - start) / np.timedelta64(1, "D")
        left = crowd.purchases.left[owner[row["record_id"]]]
        (at_the_end if day > left else before).append(row["rating"])
    assert np.mean(at_the_end) < np.mean(before) - 0.8


def test_feedback_comes_by_time_before_as_of(crowd: Chunk, known: Tables) -> None:
    times = known["feedback"]["at"]
    assert pc.all(pc.less_equal(times[:-1], times[1:])).as_py()
    assert pc.max(times).as_py() < crowd.shop.days.as_of


def test_the_question_is_asked_in_the_customers_language(known: Tables) -> None:
    pairs = known["feedback"].select(["language", "question"]).group_by(["language", "question"]).aggregate([])
    assert pairs.num_rows == 2
    assert isinstance(pairs, pa.Table)
