"""Calls: functions, conversions, aggregates, durations and dates, by the lists of the language."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from portraits.engine.expressions.aggregates import AGGREGATES, Over
from portraits.engine.expressions.coercion import called, fit, moment, place, shared
from portraits.engine.expressions.conversions import CONVERSIONS, Conversion, known_format
from portraits.engine.expressions.functions import FUNCTIONS, Function, Parameter
from portraits.engine.expressions.nodes import Aggregate, AsOf, Call, Case, Convert, Literal, Name, Node, When, children
from portraits.engine.expressions.reading import Reading, refusal, start
from portraits.engine.expressions.scope import PLAIN, Formats
from portraits.vocabulary.errors import ExpressionError, nearest
from portraits.vocabulary.phrase import Phrase, either, say
from portraits.vocabulary.types import Type

ARGUMENTS = 50
YEARS = 200
UNITS = {
    "$seconds": 1,
    "$minutes": 60,
    "$hours": 3_600,
    "$days": 86_400,
    "$weeks": 7 * 86_400,
    "$months": 30 * 86_400,  # as in a tag's window
    "$years": 365 * 86_400,
}
_FORMATS = {"decimal mark": say("decimal mark"), "format": say("format")}
_TEXTUAL = (Type.RAW, Type.TEXT)
_SOURCES = {
    Type.TEXT: (*_TEXTUAL, Type.NUMBER, Type.INTEGER, Type.MONEY, Type.BOOLEAN, Type.DATE, Type.TIME),
    Type.NUMBER: (*_TEXTUAL, Type.NUMBER, Type.INTEGER, Type.MONEY, Type.BOOLEAN),
    Type.INTEGER: (*_TEXTUAL, Type.NUMBER, Type.INTEGER, Type.MONEY, Type.BOOLEAN),
    Type.MONEY: (*_TEXTUAL, Type.NUMBER, Type.INTEGER, Type.MONEY),
    Type.DATE: (*_TEXTUAL, Type.DATE, Type.TIME),
    Type.TIME: (*_TEXTUAL, Type.DATE, Type.TIME),
}


def seconds_of(tree: exp.Expr) -> int | None:
    """The length of a duration such as `90 days`; None for anything else."""
    if type(tree) is not exp.Anonymous or tree.this not in UNITS:
        return None
    number = str(tree.expressions[0].this)
    seconds = int(number) * UNITS[tree.this] if number.isdecimal() else 0
    if not 0 < seconds <= YEARS * UNITS["$years"]:
        raise ExpressionError(
            say("{number} is no length of time.", number=number),
            say("Write whole units, up to {years} years.", years=YEARS),
            start(tree),
        )
    return seconds


def anonymous(tree: exp.Expr, at: Reading) -> Node:
    """Whatever is written `name(...)`."""
    name, position = str(tree.this).lower() if isinstance(tree.this, str) else "", start(tree)
    if name in ("$date", "$time"):
        written = Literal(Type.TEXT, str(tree.expressions[0].this), at=position)
        return moment(written, Type.DATE if name == "$date" else Type.TIME)
    if name in UNITS:
        raise ExpressionError(say("a duration stands beside a day or moment."), _instead_of(tree, at), position)
    if name in AGGREGATES:
        return _aggregate(tree, AGGREGATES[name], at, None)
    if name == "if":
        return _if(tree, at)
    if name in CONVERSIONS:
        return _conversion(CONVERSIONS[name], [at.read(each) for each in tree.expressions], at, position)
    return number_call(name, tree.expressions, at, position)


def _instead_of(tree: exp.Expr, at: Reading) -> Phrase:
    """What to write instead of a duration: its number of days where it is held against a number."""
    seconds, parent = seconds_of(tree) or 0, tree.parent
    if isinstance(parent, exp.GT | exp.GTE | exp.LT | exp.LTE | exp.EQ | exp.NEQ) and seconds % UNITS["$days"] == 0:
        other = parent.this if parent.this is not tree else parent.args["expression"]
        if seconds_of(other) is None and at.read(other).type.numeric:
            return say("A number of days is written {n}.", n=seconds // UNITS["$days"])
    return say("Write as_of - 90 days.")


def number_call(name: str, written: Sequence[exp.Expr], at: Reading, position: int) -> Node:
    """A scalar function over written arguments."""
    function = FUNCTIONS.get(name)
    if function is None:
        known = [*FUNCTIONS, *CONVERSIONS, "if", *(AGGREGATES if at.scope.aggregates else ())]
        hint = nearest(name, known) or say("See the reference of expressions.")
        raise ExpressionError(say("'{name}' is not a function.", name=name), hint, position)
    most = ARGUMENTS if function.many else len(function.parameters)
    _check_count(function.form, len(written), function.least, most, position)
    arguments = _arguments(function, [at.read(each) for each in written], at)
    result = function.result_of([argument.type for argument in arguments])
    moment_ = (AsOf(),) if function.as_of else ()
    return Call(result, name, (*arguments, *moment_), at=position)


def _check_count(form: str, given: int, least: int, most: int, position: int) -> None:
    if not least <= given <= most:
        raise ExpressionError(_miscounted(given, few=given < least), say("Write {form}.", form=form), position)


def _miscounted(given: int, *, few: bool) -> Phrase:
    if few:
        return say("1 argument is too few.") if given == 1 else say("{n} arguments are too few.", n=given)
    return say("1 argument is too many.") if given == 1 else say("{n} arguments are too many.", n=given)


def _arguments(function: Function, nodes: Sequence[Node], at: Reading) -> list[Node]:
    if function.alike:
        parameter = function.parameters[0]
        type_ = shared(nodes)
        type_ = type_ if type_ != Type.RAW or Type.RAW in parameter.types else parameter.types[0]
        nodes = [at.fit(node, type_) for node in nodes]
    parameters = [function.parameter(index) for index in range(len(nodes))]
    return [_argument(node, each, function.form, at) for node, each in zip(nodes, parameters, strict=True) if each]


def _argument(node: Node, parameter: Parameter, form: str, at: Reading) -> Node:
    fitted = _fitting(node, parameter, form, at)
    if parameter.allows is None:
        return fitted
    if not isinstance(fitted, Literal) or fitted.value is None or not parameter.allows(fitted.value):
        raise ExpressionError(
            say("{name} is {expected}, written out.", name=parameter.name, expected=parameter.expected),
            say("Write {form}.", form=form),
            place(node),
        )
    return fitted


def _fitting(node: Node, parameter: Parameter, form: str, at: Reading) -> Node:
    if node.type in parameter.types and not (isinstance(node, Literal) and node.value is None):
        return node
    for type_ in parameter.types:
        try:
            return at.fit(node, type_)
        except ExpressionError:
            continue
    wanted = either(each.word for each in parameter.types)
    raise ExpressionError(
        say(
            "{value} is {type}, but {form} takes {wanted} there.",
            value=called(node),
            type=node.type.word,
            form=form,
            wanted=wanted,
        ),
        position=place(node),
    )


def _if(tree: exp.Expr, at: Reading) -> Node:
    _check_count("if(condition, value, otherwise)", len(tree.expressions), 2, 3, start(tree))
    condition, *rest = tree.expressions
    held = at.wanted(condition, Type.BOOLEAN)
    values = [at.read(each) for each in rest]
    if len(values) == 1:
        values.append(Literal(Type.TEXT, None))
    type_ = shared(values)
    value, otherwise = (at.fit(each, type_) for each in values)
    return Case(type_, (When(type_, held, value),), otherwise)


def _conversion(conversion: Conversion, nodes: Sequence[Node], at: Reading, position: int) -> Node:
    form = conversion.form
    _check_count(form, len(nodes), 1, 2, position)
    value = nodes[0]
    if value.type not in _SOURCES[conversion.type]:
        raise ExpressionError(
            say("{value} is {type}; {form} cannot read it.", value=called(value), type=value.type.word, form=form),
            position=place(value),
        )
    written, formats = _formats(conversion, nodes, form) if len(nodes) > 1 else ("", _implied(value, at))
    if isinstance(value, Literal) and conversion.type.temporal and formats == PLAIN:
        return fit(value, conversion.type)
    if value.type == conversion.type and formats == PLAIN:
        return value
    return Convert(conversion.type, value, formats, written, at=position)


def _implied(value: Node, at: Reading) -> Formats:
    return at.scope.formats if value.type == Type.RAW else PLAIN


def _formats(conversion: Conversion, nodes: Sequence[Node], form: str) -> tuple[str, Formats]:
    value, written = nodes
    given = written.value if isinstance(written, Literal) and isinstance(written.value, str) else ""
    readable = value.type in _TEXTUAL if conversion.type != Type.TEXT else value.type.temporal
    if not readable:
        raise ExpressionError(
            say(
                "{value} is {type} and needs no {format}.",
                value=called(value),
                type=value.type.word,
                format=_FORMATS[conversion.format],
            ),
            position=place(value),
        )
    if conversion.format == "decimal mark":
        if given not in (".", ","):
            raise ExpressionError(
                say("the decimal mark is '.' or ','."), say("Write {form}.", form=form), place(written)
            )
        return given, Formats(decimal=given)
    if not known_format(given):
        what = say("a format is written with %Y %m %d %H %M %S %z and plain signs.")
        raise ExpressionError(what, say("Write date(x, '%d.%m.%Y')."), place(written))
    return given, Formats(dates=(given,))


def filtered(tree: exp.Expr, at: Reading) -> Node:
    """An aggregate over the rows for which a condition holds: `count(*) filter (where ...)`."""
    inside, condition = tree.this, tree.args["expression"]
    name = str(inside.this).lower() if type(inside) is exp.Anonymous else ""
    if name not in AGGREGATES or type(condition) is not exp.Where:
        raise ExpressionError(
            say("filter stands after an aggregate."), say("Write count(*) filter (where ...)."), start(tree)
        )
    return _aggregate(inside, AGGREGATES[name], at, condition.this)


def _aggregate(tree: exp.Expr, over: Over, at: Reading, condition: exp.Expr | None) -> Node:
    position = start(tree)
    if not at.scope.aggregates:
        what = say("{name} looks at many rows and has no place here.", name=over.name)
        raise ExpressionError(what, say("Make a fact tag of it and name the tag."), position)
    written, distinct = _written(tree, over)
    least = 0 if over.name == "count" else len(over.parameters)
    _check_count(over.form, len(written), least, len(over.parameters), position)
    rows = at.rows
    arguments = [
        _argument(rows.read(each), parameter, over.form, rows)
        for each, parameter in zip(written, over.parameters, strict=False)
    ]
    if over.timed:
        arguments.append(_time(over, at, position))
    where = rows.wanted(condition, Type.BOOLEAN) if condition is not None else None
    result = over.result_of([argument.type for argument in arguments])
    return Aggregate(result, over.name, tuple(arguments), distinct, where, at=position)


def _written(tree: exp.Expr, over: Over) -> tuple[list[exp.Expr], bool]:
    written = tree.expressions
    if over.name != "count":
        return written, False
    first = written[0] if written else None
    if type(first) is exp.Star and len(written) == 1 and not any(first.args.values()):
        return [], False
    if type(first) is exp.Distinct and len(written) == 1 and len(first.expressions) == 1 and not first.args.get("on"):
        return first.expressions, True
    if first is None or isinstance(first, exp.Star | exp.Distinct):
        raise refusal(first) if first else ExpressionError(say("what is counted?"), say("Write count(*)."), start(tree))
    return written, False


def _time(over: Over, at: Reading, position: int) -> Node:
    type_ = at.scope.columns.get(at.scope.time)
    if type_ is None:
        what = say("{name} orders rows by time, and {subject} has none.", name=over.name, subject=at.scope.subject)
        raise ExpressionError(what, say("Use min or max."), position)
    name = Name(type_, at.scope.time)
    return name if type_.temporal else at.fit(name, Type.TIME)


def grown(node: Node) -> float:
    """How many times longer than its text a value can become by replacements inside each other."""
    inner = max((grown(child) for child in children(node)), default=1.0)
    if not (isinstance(node, Call) and node.name == "replace"):
        return inner
    _, sought, replacement = node.arguments
    lengths = [len(str(each.value)) for each in (sought, replacement) if isinstance(each, Literal)]
    return inner * max(lengths[1] / lengths[0], 1)
