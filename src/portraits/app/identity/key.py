"""Key: the expression that says which person records are one customer."""

from __future__ import annotations

from datetime import datetime

from portraits.app.definitions import Definitions
from portraits.engine.expressions import Expression, Scope, parse, sql
from portraits.engine.expressions.nodes import asks_as_of
from portraits.vocabulary.errors import DefinitionError, ExpressionError
from portraits.vocabulary.phrase import say
from portraits.vocabulary.tables import TABLES

_ANY = datetime(1, 1, 1)  # no key asks for the moment


def customer_key(written: str) -> Expression:
    """The key as it is written; ExpressionError where it cannot be one.

    What changes with the moment of the build, as an age does, would make other customers each day.
    """
    found = parse(written, Scope(columns=TABLES["people"].types, subject="people"))
    if asks_as_of(found.node):
        what = say("a customer's key must be the same at every moment, and this one changes with as_of.")
        raise ExpressionError(what, say("Take the day itself, such as birth_date, not the time since then."))
    return found


def key_sql(known: Definitions) -> str:
    """SQL over `people` of the key; empty where there is none. A fault knows its place."""
    written = known.settings.customer_key
    if not written:
        return ""
    try:
        return sql(customer_key(written), as_of=_ANY)
    except ExpressionError as error:
        raise DefinitionError([known.blocks["settings"].fault(error.what, "customer_key", error.hint)]) from None
