"""Check: sqlglot's tree becomes typed nodes, by an allow-list; all else is refused."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

from sqlglot import exp

from portraits.engine.expressions.calls import anonymous, filtered, number_call, seconds_of
from portraits.engine.expressions.coercion import called, exact, place, shared
from portraits.engine.expressions.nodes import (
    And,
    Arithmetic,
    AsOf,
    Between,
    Case,
    Compare,
    In,
    IsNull,
    Like,
    Literal,
    Name,
    Node,
    Not,
    Or,
    Shift,
    When,
)
from portraits.engine.expressions.reading import Reading, Rule, start
from portraits.engine.expressions.scope import Scope
from portraits.vocabulary.errors import ExpressionError, all_known, nearest
from portraits.vocabulary.phrase import Phrase, say
from portraits.vocabulary.types import Type

OPTIONS = 1_000
WILDCARDS = 5
PATTERN = 200
_WHOLE = 2**63
_DAY = 86_400
_FEW = 60  # names that a message can list


def checked(tree: exp.Expr, scope: Scope) -> Node:
    """The typed node of a tree in a scope; ExpressionError says what is not allowed or fits not."""
    return Reading(scope, _RULES).read(tree)


def _literal(tree: exp.Expr, _: Reading) -> Node:
    if tree.args["is_string"]:
        return Literal(Type.TEXT, str(tree.this), at=start(tree))
    return _number(str(tree.this), tree)


def _number(written: str, tree: exp.Expr) -> Literal:
    whole = int(written) if written.isdecimal() and len(written) < 20 else _WHOLE
    if whole < _WHOLE:
        return Literal(Type.INTEGER, whole)
    value = float(written)
    if not math.isfinite(value):
        raise ExpressionError(
            say("{written} is too large a number.", written=written), say("The largest is about 1.8e308."), start(tree)
        )
    return Literal(Type.NUMBER, value)


def _negative(tree: exp.Expr, at: Reading) -> Node:
    operand = at.read(tree.this)
    value = operand.value if isinstance(operand, Literal) and operand.type.numeric else None
    if isinstance(operand, Literal) and isinstance(value, int | float):
        return replace(operand, value=-value)
    return _arithmetic("-", Literal(Type.INTEGER, 0), operand, at)


def _name(tree: exp.Expr, at: Reading) -> Node:
    identifier, scope = tree.this, at.scope
    name, quoted = identifier.name, bool(identifier.args.get("quoted"))
    if name.lower() == "as_of" and not quoted:
        return AsOf(at=start(tree))
    type_ = scope.columns.get(name)
    if type_ is None:
        raise _unknown(name, tree, scope)
    if scope.aggregates:
        what = say("{name} has a value in every row.", name=name)
        raise ExpressionError(
            what, say("Say which: last({name}), max({name}), sum({name}) ...", name=name), start(tree)
        )
    return Name(type_, name, at=start(tree))


def _unknown(name: str, tree: exp.Expr, scope: Scope) -> ExpressionError:
    folded = {each.casefold(): each for each in scope.columns}
    near = folded.get(name.casefold())
    hint = say("Did you mean {word}?", word=near) if near else nearest(name, scope.columns)
    what = say("'{name}' is not a name of {subject}.", name=name, subject=scope.subject)
    return ExpressionError(what, hint or _other_name(name, tree, scope), start(tree))


def _other_name(name: str, tree: exp.Expr, scope: Scope) -> Phrase:
    """What would be right where no name is near: a text beside a comparison, else one of the names."""
    if isinstance(tree.parent, exp.EQ | exp.NEQ | exp.In | exp.Like | exp.DPipe):
        return say("Text stands in single quotes: '{name}'.", name=name)
    known = list(scope.columns)
    return all_known(known) if 0 < len(known) <= _FEW else say("`portraits tags` lists all tags.")


def _connector(kind: type[And | Or], sort: type[exp.Expr]) -> Callable[[exp.Expr, Reading], Node]:
    def read(tree: exp.Expr, at: Reading) -> Node:
        conditions = [at.wanted(each, Type.BOOLEAN) for each in _flat(tree, sort)]
        return kind(Type.BOOLEAN, tuple(conditions))

    return read


def _flat(tree: exp.Expr, sort: type[exp.Expr]) -> list[exp.Expr]:
    # `a and b and c` leans to the left: walked without recursion, however long it is.
    found: list[exp.Expr] = []
    while type(tree) is sort:
        found.append(tree.args["expression"])
        tree = tree.this
    return [tree, *reversed(found)]


def _not(tree: exp.Expr, at: Reading) -> Node:
    return Not(Type.BOOLEAN, at.wanted(tree.this, Type.BOOLEAN))


def _comparison(operator: str) -> Callable[[exp.Expr, Reading], Node]:
    return lambda tree, at: compare(operator, at.read(tree.this), at.read(tree.args["expression"]), at)


def compare(operator: str, left: Node, right: Node, at: Reading) -> Node:
    """Two nodes compared, as values of one type."""
    left, right = _comparable((left, right), at)
    if left.type == Type.BOOLEAN and operator not in ("=", "<>"):
        raise ExpressionError(say("yes and no have no order."), say("Write = or <>."), place(left))
    return Compare(Type.BOOLEAN, operator, left, right)


def _comparable(nodes: Sequence[Node], at: Reading) -> list[Node]:
    for node in nodes:
        if isinstance(node, Literal) and node.value is None:
            what = say("a comparison with null never holds.")
            raise ExpressionError(what, say("Write is null or is not null."), place(nodes[0]))
    type_ = shared(nodes)
    if type_ == Type.JSON:
        raise ExpressionError(
            say("{value} holds several fields.", value=called(nodes[0])),
            say("Write field(x, 'name')."),
            place(nodes[0]),
        )
    return [_compared(node, Type.TEXT if type_ == Type.RAW else type_, at) for node in nodes]


def _compared(node: Node, type_: Type, at: Reading) -> Node:
    # Whole numbers and amounts are held against each other as they are, however large.
    kept = type_ == Type.MONEY and node.type == Type.INTEGER and not (isinstance(node, Literal) and exact(node))
    return node if kept else at.fit(node, type_)


def _between(tree: exp.Expr, at: Reading) -> Node:
    parts = [at.read(tree.args[part]) for part in ("this", "low", "high")]
    operand, low, high = _comparable(parts, at)
    if operand.type == Type.BOOLEAN:
        raise ExpressionError(say("yes and no have no order."), say("Write = or <>."), place(operand))
    return Between(Type.BOOLEAN, operand, low, high)


def _in(tree: exp.Expr, at: Reading) -> Node:
    written = tree.expressions
    if not 0 < len(written) <= OPTIONS:
        what = say("a list has 1 to {most} values, this one {n}.", most=f"{OPTIONS:,}", n=f"{len(written):,}")
        raise ExpressionError(what, say("Write x in (1, 2)."), start(tree))
    options = [at.read(each) for each in written]
    odd = next((each for each in options if not isinstance(each, Literal)), None)
    if odd is not None:
        raise ExpressionError(say("a list holds constants only."), say("Join comparisons by or."), place(odd))
    operand, *fitted = _comparable([at.read(tree.this), *options], at)
    return In(Type.BOOLEAN, operand, tuple(each for each in fitted if isinstance(each, Literal)))


def _like(tree: exp.Expr, at: Reading) -> Node:
    pattern = at.read(tree.args["expression"])
    if not isinstance(pattern, Literal) or not isinstance(pattern.value, str):
        raise ExpressionError(
            say("a pattern is a constant text."), say("Write x like 'a%', or contains(x, y)."), place(pattern)
        )
    if pattern.value.count("%") > WILDCARDS or len(pattern.value) > PATTERN:
        what = say("a pattern has at most {signs} % and {letters} characters.", signs=WILDCARDS, letters=PATTERN)
        raise ExpressionError(what, say("Write contains(x, 'a') and contains(x, 'b')."), place(pattern))
    if "\\" in pattern.value:
        raise ExpressionError(say("a pattern has no backslash."), say("Write contains(x, 'a')."), place(pattern))
    like = Like(Type.BOOLEAN, at.wanted(tree.this, Type.TEXT), pattern.value)
    return Not(Type.BOOLEAN, like) if tree.args.get("negate") else like


def _is(tree: exp.Expr, at: Reading) -> Node:
    if type(tree.args["expression"]) is not exp.Null:
        raise ExpressionError(say("`is` stands before null or not null only."), say("Write x = true."), start(tree))
    return IsNull(Type.BOOLEAN, at.read(tree.this))


def _case(tree: exp.Expr, at: Reading) -> Node:
    subject = at.read(tree.this) if tree.this else None
    branches = []
    for branch in tree.args["ifs"]:
        condition = at.read(branch.this)
        held = at.fit(condition, Type.BOOLEAN) if subject is None else compare("=", subject, condition, at)
        branches.append((held, at.read(branch.args["true"])))
    otherwise = tree.args.get("default")
    return case(branches, at.read(otherwise) if otherwise else Literal(Type.TEXT, None), at)


def case(branches: Sequence[tuple[Node, Node]], otherwise: Node, at: Reading) -> Node:
    """A case whose values are all of one type."""
    type_ = shared([*(value for _, value in branches), otherwise])
    whens = (When(type_, condition, at.fit(value, type_)) for condition, value in branches)
    return Case(type_, tuple(whens), at.fit(otherwise, type_))


def _operator(sign: str) -> Callable[[exp.Expr, Reading], Node]:
    def read(tree: exp.Expr, at: Reading) -> Node:
        left, right = tree.this, tree.args["expression"]
        seconds = seconds_of(right)
        if seconds is not None and sign in "+-":
            return _shift(at.read(left), seconds if sign == "+" else -seconds, at)
        earlier = seconds_of(left)
        if earlier is not None and sign == "+":
            return _shift(at.read(right), earlier, at)
        return _arithmetic(sign, at.read(left), at.read(right), at)

    return read


def _shift(moment: Node, seconds: int, at: Reading) -> Node:
    whole_days = moment.type == Type.DATE and seconds % _DAY == 0
    type_ = Type.DATE if whole_days else Type.TIME
    return Shift(type_, at.fit(moment, type_), seconds)


def _arithmetic(sign: str, left: Node, right: Node, at: Reading) -> Node:
    sides = [at.fit(side, Type.NUMBER) if side.type == Type.RAW else side for side in (left, right)]
    for side in sides:
        if not side.type.numeric:
            days, number = say("Write days_between(a, b)."), say("Write number(x) to convert text.")
            hint = days if side.type.temporal else number
            raise ExpressionError(
                say("{value} is {type}; {sign} joins numbers.", value=called(side), type=side.type.word, sign=sign),
                hint,
                place(side),
            )
    type_ = _result(sign, {side.type for side in sides}, sides)
    if sign == "*" and type_ == Type.MONEY:
        return Arithmetic(type_, sign, sides[0], sides[1])  # an amount times a whole number stays exact
    return Arithmetic(type_, sign, at.fit(sides[0], type_), at.fit(sides[1], type_))


def _result(sign: str, types: set[Type], sides: Sequence[Node]) -> Type:
    if sign == "/":
        return Type.NUMBER
    if sign == "*" and Type.MONEY in types:
        return Type.MONEY if Type.INTEGER in types else Type.NUMBER
    return shared(sides)


def _joined(tree: exp.Expr, at: Reading) -> Node:
    return number_call("concat", _flat(tree, exp.DPipe), at, start(tree))


def _rule(node: Callable[[exp.Expr, Reading], Node], *allowed: str) -> Rule:
    return Rule(frozenset(allowed), node)


_PAIR = ("this", "expression")
_RULES: dict[type[exp.Expr], Rule] = {
    exp.Literal: _rule(_literal, "this", "is_string"),
    exp.Boolean: _rule(lambda tree, _: Literal(Type.BOOLEAN, bool(tree.this)), "this"),
    exp.Null: _rule(lambda _, __: Literal(Type.TEXT, None)),
    exp.Neg: _rule(_negative, "this"),
    exp.Column: _rule(_name, "this"),
    exp.And: _rule(_connector(And, exp.And), *_PAIR),
    exp.Or: _rule(_connector(Or, exp.Or), *_PAIR),
    exp.Not: _rule(_not, "this"),
    exp.EQ: _rule(_comparison("="), *_PAIR),
    exp.NEQ: _rule(_comparison("<>"), *_PAIR),
    exp.LT: _rule(_comparison("<"), *_PAIR),
    exp.LTE: _rule(_comparison("<="), *_PAIR),
    exp.GT: _rule(_comparison(">"), *_PAIR),
    exp.GTE: _rule(_comparison(">="), *_PAIR),
    exp.Between: _rule(_between, "this", "low", "high"),
    exp.In: _rule(_in, "this", "expressions"),
    exp.Like: _rule(_like, *_PAIR, "negate"),
    exp.Is: _rule(_is, *_PAIR),
    exp.Case: _rule(_case, "this", "ifs", "default"),
    exp.Add: _rule(_operator("+"), *_PAIR),
    exp.Sub: _rule(_operator("-"), *_PAIR),
    exp.Mul: _rule(_operator("*"), *_PAIR),
    exp.Div: _rule(_operator("/"), *_PAIR, "typed", "safe"),
    exp.Mod: _rule(lambda tree, at: number_call("mod", [tree.this, tree.args["expression"]], at, start(tree)), *_PAIR),
    exp.DPipe: _rule(_joined, *_PAIR, "safe"),
    exp.Anonymous: _rule(anonymous, "this", "expressions"),
    exp.Filter: _rule(filtered, *_PAIR),
}
