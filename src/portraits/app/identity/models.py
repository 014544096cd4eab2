"""Models: what matching has learnt about agreement, kept with the run, and learnt anew when somebody asks."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portraits.app import editing
from portraits.app.reading import Reading, reading, settings
from portraits.engine.runs import RunInfo, infos, root
from portraits.engine.workspace import FIRST_FILE, Workspace
from portraits.identity.match.model import Model
from portraits.identity.match.pack import Comparison, pack
from portraits.vocabulary.errors import NotFound, Refused
from portraits.vocabulary.phrase import say
from portraits.vocabulary.text import Text, text

ELSE = text("everything else", "其余情况")


@dataclass(frozen=True)
class LevelLearnt:
    """A degree of agreement: its shares among true pairs and among strangers, and what it is worth in log2 odds.

    A level of a value that many or few have is worth less or more by how rare the value is (`by_rarity`).
    """

    name: str
    title: Text
    among_true: float
    among_strangers: float
    weight: float
    by_rarity: bool


@dataclass(frozen=True)
class Compared:
    """What is compared, and the degrees of agreement, the closest first."""

    name: str
    title: Text
    levels: tuple[LevelLearnt, ...]


@dataclass(frozen=True)
class Guard:
    """An identifier that links nobody any more, for too many different people have it: how many values, records."""

    field: str
    most: int
    values: int
    records: int


@dataclass(frozen=True)
class Learnt:
    """The model of one kind of customer: what it learnt from, its thresholds, and how this run came by its clusters.

    `build` learnt it, at the moment `learnt_at`; None where no run of that build is kept any more.
    """

    kind: str
    title: Text
    records: int
    build: int | None
    learnt_at: datetime | None
    way: str  # anew, or resumed from the run before
    compared_again: int  # records that this run looked at
    prior: float  # how likely two records are one, before anything is known
    link: float
    review: float
    comparisons: tuple[Compared, ...]
    blocks: tuple[tuple[str, ...], ...]  # records that are equal in all columns of one are compared
    guards: tuple[Guard, ...]


@dataclass(frozen=True)
class Models:
    """The models of the published run; `asked` says that the next build will learn them anew.

    `training` is the setting that asks for it, `learnt` what it was when they were learnt, `file` where it stands.
    """

    models: tuple[Learnt, ...]
    training: int
    learnt: int
    file: str
    asked: bool
    as_of: datetime
    run: int


@dataclass(frozen=True)
class Asked:
    """That models are to be learnt anew by the next build; `training` counts how often that was asked."""

    training: int


def models(workspace: Workspace) -> Models:
    """What matching has learnt; NotFound where the run has compared nothing."""
    with reading(workspace) as run:
        if "match_models" not in run.columns:
            raise _nothing_matched()
        kept = run.rows("SELECT kind, mark, model FROM match_models ORDER BY kind DESC")
        known = settings(workspace).identity.training
        learnt = min((_training(mark) for _, mark, _ in kept), default=known)
        block, builds = editing.written(workspace, "settings", ""), infos(workspace)
        return Models(
            models=tuple(_learnt(run, builds, kind, Model.read(model)) for kind, _, model in kept),
            training=known,
            learnt=learnt,
            file=block.file if block else FIRST_FILE,
            asked=learnt != known,
            as_of=run.as_of,
            run=run.run.info.number,
        )


def retrain(workspace: Workspace, *, actor: str, now: datetime) -> Asked:
    """Let the next build learn anew how records are compared, and compare all of them; written into the settings."""
    known = settings(workspace)
    if known.one_customer_by != "match":
        what = say("Records of this workspace are not matched, so there is nothing to learn.")
        raise Refused(what, say('Set by = "match" in [settings.identity] first.'))
    block = editing.written(workspace, "settings", "")
    written = dict(block.values.get("identity", {})) if block else {}
    training = known.identity.training + 1
    editing.set_keys(workspace, "settings", "", {"identity": {**written, "training": training}}, actor=actor, now=now)
    return Asked(training)


def _nothing_matched() -> NotFound:
    what = say("The published run has not matched any records.")
    return NotFound(what, say('Let records be matched: by = "match" in [settings.identity], then build.'))


def _training(mark: str) -> int:
    """How often learning had been asked for when a model was learnt: the last part of its mark."""
    return int(json.loads(mark)[-1])


def _facts(info: RunInfo, kind: str) -> dict[str, Any]:
    """What the card of a run says of a kind of customer."""
    found: dict[str, Any] = info.figures.get("identity", {}).get("packs", {}).get(kind, {})
    return found


def _build(run: Reading, builds: Sequence[RunInfo], kind: str) -> tuple[int | None, datetime | None]:
    """The newest build that learnt anew, of those that are kept, and when it did; a touch-up repeats what it did."""
    before = [each for each in builds if each.number <= run.run.info.number and _facts(each, kind).get("way") == "anew"]
    if not before:
        return None, None
    number = root(before[0])
    return number, min(each.created_at for each in before if root(each) == number)


def _learnt(run: Reading, builds: Sequence[RunInfo], kind: str, model: Model) -> Learnt:
    facts = _facts(run.run.info, kind)
    build, learnt_at = _build(run, builds, kind)
    return Learnt(
        kind=kind,
        title=pack(kind).title,
        records=model.records,
        build=build,
        learnt_at=learnt_at,
        way=str(facts.get("way", "anew")),
        compared_again=int(facts.get("records", model.records)),
        prior=model.settings["probability_two_random_records_match"],
        link=model.link,
        review=model.review,
        comparisons=tuple(_compared(kind, model)),
        blocks=model.blocking,
        guards=tuple(_guards(run, kind)),
    )


def _compared(kind: str, model: Model) -> Iterator[Compared]:
    titles = {each.name: each for each in pack(kind).comparisons}
    for comparison in model.settings["comparisons"]:
        name = comparison["output_column_name"]
        levels = [each for each in comparison["comparison_levels"] if not each.get("is_null_level")]
        yield Compared(name, titles[name].title, tuple(_level(titles[name], level) for level in levels))


def _level(comparison: Comparison, level: Mapping[str, Any]) -> LevelLearnt:
    name = level["label_for_charts"]
    title = next((each.title for each in comparison.levels if each.name == name), ELSE)
    true, strangers = float(level["m_probability"]), float(level["u_probability"])
    weight = math.log2(max(true, 1e-12) / max(strangers, 1e-12))
    return LevelLearnt(name, title, true, strangers, weight, bool(level.get("tf_adjustment_column")))


def _guards(run: Reading, kind: str) -> Iterator[Guard]:
    """What stopped linking, for each identifier that any value of was stopped."""
    if f"match_{kind}_guards" not in run.columns:
        return
    most = pack(kind).guards
    sql = f"SELECT field, count(*), sum(records) FROM match_{kind}_guards GROUP BY field ORDER BY field"
    for field, values, records in run.rows(sql):
        yield Guard(field, most[field], values, int(records))
