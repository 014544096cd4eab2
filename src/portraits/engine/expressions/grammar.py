"""Grammar: text becomes sqlglot's tree, after its length, characters and words were checked.

The tokenizer knows only the words of the language (`select` is a name like any other) and the
parser knows no function and no type, so most of SQL cannot even be read.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, ClassVar

from sqlglot import exp
from sqlglot.errors import ErrorLevel, ParseError, TokenError
from sqlglot.parser import Parser
from sqlglot.tokenizer_core import Token, TokenType
from sqlglot.tokens import Tokenizer

from portraits.vocabulary.errors import ExpressionError
from portraits.vocabulary.phrase import NOTHING, Phrase, say

LENGTH = 4_000
NESTING = 24  # brackets, cases and denials inside each other

WORDS = {
    "AND": TokenType.AND,
    "OR": TokenType.OR,
    "NOT": TokenType.NOT,
    "IN": TokenType.IN,
    "BETWEEN": TokenType.BETWEEN,
    "LIKE": TokenType.LIKE,
    "IS": TokenType.IS,
    "NULL": TokenType.NULL,
    "TRUE": TokenType.TRUE,
    "FALSE": TokenType.FALSE,
    "CASE": TokenType.CASE,
    "WHEN": TokenType.WHEN,
    "THEN": TokenType.THEN,
    "ELSE": TokenType.ELSE,
    "END": TokenType.END,
    "DISTINCT": TokenType.DISTINCT,
    "FILTER": TokenType.FILTER,
    "WHERE": TokenType.WHERE,
}
_SIGNS = {
    "||": TokenType.DPIPE,
    "<=": TokenType.LTE,
    ">=": TokenType.GTE,
    "<>": TokenType.NEQ,
    "!=": TokenType.NEQ,
}
_SINGLE = {
    "(": TokenType.L_PAREN,
    ")": TokenType.R_PAREN,
    ",": TokenType.COMMA,
    "=": TokenType.EQ,
    "<": TokenType.LT,
    ">": TokenType.GT,
    "+": TokenType.PLUS,
    "-": TokenType.DASH,
    "*": TokenType.STAR,
    "/": TokenType.SLASH,
    "%": TokenType.MOD,
}
_ALLOWED = {TokenType.VAR, TokenType.IDENTIFIER, TokenType.STRING, TokenType.NUMBER} | {
    *WORDS.values(),
    *_SIGNS.values(),
    *_SINGLE.values(),
}
_VALUES = (TokenType.STRING, TokenType.NUMBER, TokenType.VAR)
_NUMBER = re.compile(r"(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?")
_UNITS = re.compile(r"(second|minute|hour|day|week|month|year)s?", re.IGNORECASE)
_SPAN = re.compile(r"\s*(\d{1,9})\s*([a-z]+)\s*", re.IGNORECASE)
# Signs a Chinese keyboard writes, and directions that make text look other than it is.
_WIDE = dict(zip("（），＝＞＜‘’“”＋－％；！", "(),=><''\"\"+-%;!", strict=True))
_TURNING = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class _Words(Tokenizer):
    KEYWORDS: ClassVar[dict[str, TokenType]] = {**WORDS, **_SIGNS}
    COMMENTS: ClassVar[list[str | tuple[str, str]]] = []


class _Grammar(Parser):
    FUNCTIONS: ClassVar[dict[str, Any]] = {}
    FUNCTION_PARSERS: ClassVar[dict[str, Any]] = {}
    NO_PAREN_FUNCTIONS: ClassVar[dict[TokenType, Any]] = {}
    NO_PAREN_FUNCTION_PARSERS: ClassVar[dict[str, Any]] = {"CASE": Parser.NO_PAREN_FUNCTION_PARSERS["CASE"]}


def tree(text: str) -> exp.Expr:
    """Read a text into sqlglot's tree; ExpressionError says where it cannot be read."""
    _check_characters(text)
    tokens = _tokens(text)
    _check_tokens(text, tokens)
    _check_nesting(tokens)
    try:
        trees = _Grammar(error_level=ErrorLevel.IMMEDIATE).parse(list(_spelled_out(tokens)), text)
    except ParseError as error:
        raise _unreadable(text, error) from None
    except RecursionError:
        raise ExpressionError(say("this is nested too deeply."), say("Split it into several tags.")) from None
    if len(trees) != 1 or trees[0] is None:
        raise ExpressionError(say("this is not one expression."), say("Write one condition or one value."))
    return trees[0]


def _check_characters(text: str) -> None:
    if not text.strip():
        raise ExpressionError(say("the expression is empty."), say("Write a condition or a value."))
    if len(text) > LENGTH:
        what = say("the expression has {n} characters; {most} are allowed.", n=f"{len(text):,}", most=f"{LENGTH:,}")
        raise ExpressionError(what, say("Split it into several tags."), LENGTH)
    for position, character in enumerate(text):
        control = unicodedata.category(character) in ("Cc", "Cs") and character not in "\t\n\r"
        if control or character in _TURNING:
            raise ExpressionError(say("there is an invisible character."), say("Delete it."), position)


def _tokens(text: str) -> list[Token]:
    try:
        return _Words().tokenize(text)
    except TokenError:
        quote = max(text.rfind("'"), text.rfind('"'), 0)
        raise ExpressionError(
            say("a quote is not closed."), say("Write 'text', and '' for a quote in it."), quote
        ) from None


def _check_tokens(text: str, tokens: list[Token]) -> None:
    end = 0
    for token in tokens:
        _check_gap(text, end, token.start)
        _check_token(token)
        end = token.end + 1
    _check_gap(text, end, len(text))
    for before, after in pairwise(tokens):
        _check_pair(before, after)


def _check_gap(text: str, start: int, end: int) -> None:
    # Whatever the tokenizer skipped and is not blank would be a comment.
    if text[start:end].strip():
        raise ExpressionError(say("comments are not part of the language."), say("Use the tag's `why`."), start)


def _check_token(token: Token) -> None:
    if token.token_type not in _ALLOWED or (token.token_type == TokenType.NOT and token.text == "!"):
        raise ExpressionError(
            say("'{text}' is not part of the language.", text=token.text), _instead(token.text), token.start
        )
    if token.token_type == TokenType.NUMBER and not _NUMBER.fullmatch(token.text):
        raise ExpressionError(say("'{text}' is not a number.", text=token.text), say("Write 12 or 12.5."), token.start)
    if token.token_type == TokenType.VAR and not token.text.isidentifier():
        wide = next((_WIDE[character] for character in token.text if character in _WIDE), None)
        quoted = say('Names with signs stand in "{text}".', text=token.text)
        hint = say("Write {sign} instead of the full-width sign.", sign=wide) if wide else quoted
        raise ExpressionError(say("'{text}' is not a name.", text=token.text), hint, token.start)


def foreign(word: str) -> Phrase:
    """What this language has for a word or sign of another one; empty where it is none."""
    return {
        "ilike": say("Write lower(x) like '%a%'."),
        "rlike": say("Write x like '%a%', or contains(x, 'a')."),
        "regexp": say("Write x like '%a%', or contains(x, 'a')."),
        "similar": say("Write x like '%a%', or contains(x, 'a')."),
        "div": say("Write floor(x / y)."),
        "mod": say("Write x % y."),
        "xor": say("Write a <> b."),
        "over": say("Write a fact or rank tag."),
        "&": say("Write and."),
        "|": say("Write or, or || to join text."),
        "^": say("Write power(x, y) or x * x."),
        "==": say("Write =."),
    }.get(word.lower(), NOTHING)


def _instead(sign: str) -> Phrase:
    return foreign(sign) or {
        ";": say("Write one expression."),
        ":": say("Write number(x), date(x) or text(x) to convert."),
        ".": say("Write the bare name, and 0.5 for a half."),
        "!": say("Write not, or <> for unequal."),
        "[": say("Write a list as (1, 2)."),
        "{": say("Write a list as (1, 2)."),
    }.get(sign, say("Allowed signs: + - * / % || = <> < <= > >= ( ) ,"))


def _check_pair(before: Token, after: Token) -> None:
    touching = before.end + 1 == after.start
    kinds = before.token_type, after.token_type
    if touching and kinds in ((TokenType.DASH, TokenType.DASH), (TokenType.SLASH, TokenType.STAR)):
        raise ExpressionError(say("comments are not part of the language."), say("Use the tag's `why`."), before.start)
    if touching and kinds == (TokenType.NUMBER, TokenType.VAR):
        what = say("'{text}' is neither a number nor a name.", text=before.text + after.text)
        raise ExpressionError(what, say("Put a blank between them."), before.start)
    if before.token_type == TokenType.VAR and after.token_type in _VALUES and foreign(before.text):
        raise ExpressionError(
            say("'{text}' is not part of the language.", text=before.text), foreign(before.text), before.start
        )
    if touching and kinds == (TokenType.EQ, TokenType.EQ):
        raise ExpressionError(say("'==' is not part of the language."), foreign("=="), before.start)
    if kinds == (TokenType.STRING, TokenType.STRING):
        raise ExpressionError(say("two texts stand side by side."), say("Write 'a' || 'b', or one text."), after.start)


def _check_nesting(tokens: list[Token]) -> None:
    depth = prefixes = 0
    for token in tokens:
        kind = token.token_type
        depth += kind in (TokenType.L_PAREN, TokenType.CASE)
        depth -= kind in (TokenType.R_PAREN, TokenType.END)
        prefixes = prefixes + 1 if kind in (TokenType.NOT, TokenType.DASH, TokenType.PLUS, TokenType.BETWEEN) else 0
        if depth + prefixes > NESTING:
            what = say("this is nested deeper than {levels} levels.", levels=NESTING)
            raise ExpressionError(what, say("Split it into several tags."), token.start)


def _spelled_out(tokens: list[Token]) -> Iterator[Token]:
    """Write `90 days`, `interval '90 days'` and `date '2024-01-31'` as calls."""
    index = 0
    while index < len(tokens):
        here, after = tokens[index], tokens[index + 1] if index + 1 < len(tokens) else None
        call = _shorthand(here, after) if after else None
        if call is not None:
            yield from call
        elif not _idle(here, after):
            yield here
        index += 1 if call is None else 2


def _idle(here: Token, after: Token | None) -> bool:
    # `interval 90 days` says no more than `90 days`.
    return here.text.lower() == "interval" and after is not None and after.token_type == TokenType.NUMBER


def _shorthand(here: Token, after: Token) -> tuple[Token, ...] | None:
    kinds = here.token_type, after.token_type
    if kinds == (TokenType.NUMBER, TokenType.VAR) and _UNITS.fullmatch(after.text):
        return _call(after, _unit(after.text), here)
    if kinds != (TokenType.VAR, TokenType.STRING):
        return None
    word = here.text.lower()
    if word in ("date", "time", "timestamp"):
        return _call(here, "date" if word == "date" else "time", after)
    return _interval(here, after) if word == "interval" else None


def _interval(here: Token, after: Token) -> tuple[Token, ...]:
    span = _SPAN.fullmatch(after.text)
    if span is None or not _UNITS.fullmatch(span[2]):
        raise ExpressionError(say("'{text}' is not a duration.", text=after.text), say("Write 90 days."), after.start)
    number = Token(TokenType.NUMBER, span[1], start=after.start, end=after.end)
    return _call(here, _unit(span[2]), number)


def _unit(word: str) -> str:
    return f"{word.lower().removesuffix('s')}s"


def _call(place: Token, name: str, argument: Token) -> tuple[Token, ...]:
    # A dollar keeps these apart from anything a person can write.
    start = min(place.start, argument.start)

    def token(kind: TokenType, text: str) -> Token:
        return Token(kind, text, line=place.line, col=place.col, start=start, end=place.end)

    opening, closing = token(TokenType.L_PAREN, "("), token(TokenType.R_PAREN, ")")
    return token(TokenType.VAR, f"${name}"), opening, argument, closing


def _unreadable(text: str, error: ParseError) -> ExpressionError:
    detail = error.errors[0] if error.errors else {}
    found = str(detail.get("highlight") or "")
    lines = text.split("\n")[: int(str(detail.get("line") or 1)) - 1]
    position = max(sum(len(line) + 1 for line in lines) + int(str(detail.get("col") or 0)) - len(found), 0)
    described = str(detail.get("description") or "")
    if described.startswith("Expecting )"):
        return ExpressionError(
            say("a bracket is not closed before '{text}'.", text=found), say("Write ) there."), position
        )
    if described.startswith("Required keyword"):
        return ExpressionError(
            say("something is missing after '{text}'.", text=found), say("Write a name or a value."), position
        )
    return ExpressionError(
        say("'{text}' is not expected here.", text=found),
        foreign(found) or say("Join conditions by and, or."),
        position,
    )
