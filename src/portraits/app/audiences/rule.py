"""Rule: a condition over tags said in words, with the titles of tags and the labels of their values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from portraits.app.customers.choice import condition
from portraits.app.reading import Reading, TagColumn, reading
from portraits.engine.expressions import Explanation, Expression, sentence
from portraits.engine.workspace import Workspace
from portraits.vocabulary.text import Text


def said(run: Reading, rule: Expression) -> Text:
    """A rule as a sentence."""
    known = {**run.defined_tags, **run.tags}
    titles = {name: tag.title for name, tag in known.items()}
    return sentence(rule, titles, {name: tag.labels for name, tag in known.items()})


@dataclass(frozen=True)
class Told:
    """A condition as a sentence, and the tag it is about; None where it is about several or none."""

    sentence: Text
    tag: TagColumn | None


def told(workspace: Workspace, explanation: Explanation) -> dict[str, Told]:
    """Every condition within an explanation: as written -> in words."""
    with reading(workspace) as run:
        return {
            each.text: Told(said(run, condition(run, each.text)), run.tags.get(each.subject))
            for each in _within(explanation)
        }


def _within(explanation: Explanation) -> Iterator[Explanation]:
    yield explanation
    for part in explanation.parts:
        yield from _within(part)
