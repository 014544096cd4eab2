"""Errors: what, where, and what would be right."""

from __future__ import annotations

import inspect

import pytest

from portraits.vocabulary import errors
from portraits.vocabulary.errors import DefinitionError, ExpressionError, Fault, PortraitsError, nearest

_ALL = [each for _, each in inspect.getmembers(errors, inspect.isclass) if issubclass(each, PortraitsError)]


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault("is missing."), "is missing."),
        (Fault("is missing.", hint="Write one."), "is missing. Write one."),
        (Fault("is odd.", file="tags.toml", line=7), "tags.toml:7: is odd."),
        (Fault("is odd.", "t.toml", 7, "tags.vip", "when", "Say x."), "t.toml:7 [tags.vip.when]: is odd. Say x."),
        (Fault("is odd.", field="kind"), "[kind]: is odd."),
    ],
)
def test_a_fault_names_its_place_and_what_would_be_right(fault: Fault, said: str) -> None:
    assert str(fault) == said


def test_a_definition_error_lists_all_its_faults() -> None:
    error = DefinitionError(Fault(what) for what in ("one.", "two."))
    assert str(error) == "one.\ntwo."
    assert [fault.what for fault in error.faults] == ["one.", "two."]


def test_an_expression_error_knows_the_character_it_starts_at() -> None:
    error = ExpressionError("is no word.", "Did you mean x?", 12)
    assert (error.position, error.hint, len(error.faults)) == (12, "Did you mean x?", 1)


def test_every_error_has_a_status_and_an_exit_code_that_the_tree_names() -> None:
    drawn = inspect.getdoc(errors) or ""
    for each in _ALL:
        [line] = [line for line in drawn.splitlines() if f"{each.__name__} " in line]
        assert line.split()[-3:] == [str(each.status), "exit", str(each.exit_code)]


def test_the_nearest_word_is_offered_only_where_one_is_near() -> None:
    assert nearest("recncy", ["recency", "spend"]) == "Did you mean recency?"
    assert nearest("xyz", ["recency", "spend"]) == ""
