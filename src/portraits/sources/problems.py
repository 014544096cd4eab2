"""Problems: why a line is no JSON, as the decoder tells it, in phrases."""

from __future__ import annotations

import re

from portraits.vocabulary.phrase import Phrase, say, verbatim

_AT = re.compile(r"(.+): line (\d+) column (\d+) \(char (\d+)\)")
_KNOWN = {
    str(each): each
    for each in (
        say("Expecting value"),
        say("Expecting property name enclosed in double quotes"),
        say("Expecting ':' delimiter"),
        say("Expecting ',' delimiter"),
        say("Illegal trailing comma before end of object"),
        say("Illegal trailing comma before end of array"),
        say("Extra data"),
        say("Unterminated string starting at"),
        say("Invalid control character at"),
        say("Invalid \\escape"),
        say("Invalid \\uXXXX escape"),
        say("list"),
        say("str"),
        say("int"),
        say("float"),
        say("bool"),
        say("NoneType"),
        say("surrogates not allowed"),
    )
}


def problem(told: str) -> Phrase:
    """The phrase for what the decoder said; what it has never said before stays as it is."""
    at = _AT.fullmatch(told)
    if at is None:
        return _KNOWN.get(told) or verbatim(told)
    place = {"line": at[2], "column": at[3], "place": at[4]}
    what = _KNOWN.get(at[1]) or verbatim(at[1])
    return say("{what}: line {line} column {column} (char {place})", what=what, **place)
