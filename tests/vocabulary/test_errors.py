"""Errors: what, where, and what would be right."""

from __future__ import annotations

import inspect

import pytest

from portraits.vocabulary import errors
from portraits.vocabulary.errors import (
    DefinitionError,
    ExpressionError,
    Fault,
    NotFound,
    PortraitsError,
    Unfit,
    nearest,
)
from portraits.vocabulary.phrase import say, verbatim

_ALL = [each for _, each in inspect.getmembers(errors, inspect.isclass) if issubclass(each, PortraitsError)]


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault(say("is missing.")), "is missing."),
        (Fault(say("is missing."), hint=verbatim("Write one.")), "is missing. Write one."),
        (Fault(verbatim("is odd."), file="tags.toml", line=7), "tags.toml:7: is odd."),
        (
            Fault(verbatim("is odd."), "t.toml", 7, "tags.vip", "when", verbatim("Say x.")),
            "t.toml:7 [tags.vip.when]: is odd. Say x.",
        ),
        (Fault(verbatim("is odd."), field="kind"), "[kind]: is odd."),
    ],
)
def test_a_fault_names_its_place_and_what_would_be_right(fault: Fault, said: str) -> None:
    assert str(fault) == said


def test_a_definition_error_lists_all_its_faults() -> None:
    error = DefinitionError(Fault(verbatim(what)) for what in ("one.", "two."))
    assert str(error) == "one.\ntwo."
    assert [fault.what for fault in error.faults] == ["one.", "two."]


def test_an_expression_error_knows_the_character_it_starts_at() -> None:
    error = ExpressionError(verbatim("is no word."), verbatim("Did you mean x?"), 12)
    assert (error.position, error.hint, len(error.faults)) == (12, "Did you mean x?", 1)


def test_every_error_has_a_status_and_an_exit_code_that_the_tree_names() -> None:
    drawn = inspect.getdoc(errors) or ""
    for each in _ALL:
        [line] = [line for line in drawn.splitlines() if f"{each.__name__} " in line]
        assert line.split()[-3:] == [str(each.status), "exit", str(each.exit_code)]


def test_the_nearest_word_is_offered_only_where_one_is_near() -> None:
    assert nearest("recncy", ["recency", "spend"]) == "Did you mean recency?"
    assert nearest("xyz", ["recency", "spend"]) == ""


def test_a_fault_and_an_error_are_said_in_another_language() -> None:
    fault = Fault(say("is missing."), "t.toml", 7, "tags.vip", "when", nearest("recncy", ["recency"]))
    assert fault.phrase.in_("zh") == "t.toml:7 [tags.vip.when]：缺失。您是不是要写 recency？"
    assert fault.told.in_("zh") == "缺失。您是不是要写 recency？"
    assert [each.in_("zh") for each in DefinitionError([fault, fault]).phrases] == [fault.phrase.in_("zh")] * 2
    assert NotFound(say("Nothing is built yet.")).phrases[0].in_("zh") == "尚未构建。"
    assert DefinitionError([fault]).what.in_("zh") == fault.phrase.in_("zh")


def test_what_a_check_inside_a_definition_refuses_is_a_phrase() -> None:
    error = Unfit(say("this is empty."), say("Write something."))
    assert str(error) == "this is empty. Write something."
    assert error.args[0].in_("zh") == "此处是空的。请填写内容。"
