"""Expressions: what the language lets through, and whether it means what it says.

`fuzz` throws strings at the parser and has DuckDB itself read what was accepted; `differential`
compares the rows that random rules choose in DuckDB with a plain evaluator of the tests.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from portraits.vocabulary.errors import ExpressionError
from portraits.vocabulary.types import Type

if TYPE_CHECKING:
    import duckdb

    from portraits.engine.expressions import Scope

AS_OF = datetime(2024, 6, 1, 12, 30)
COLUMNS = {
    "orders": Type.INTEGER,
    "spend": Type.MONEY,
    "score": Type.NUMBER,
    "city": Type.TEXT,
    "born": Type.DATE,
    "seen": Type.TIME,
    "vip": Type.BOOLEAN,
    "raw": Type.RAW,
    "extra": Type.JSON,
    "Order ID": Type.TEXT,
}

# What DuckDB's own parser may find in SQL that the language has made.
_CLASSES = "COLUMN_REF CONSTANT FUNCTION COMPARISON CONJUNCTION OPERATOR CAST CASE BETWEEN TYPE"
CLASSES = frozenset(_CLASSES.split())
_TYPES = "BIGINT INTEGER HUGEINT INT128 DOUBLE DECIMAL VARCHAR TEXT BOOLEAN DATE TIMESTAMP"
TYPES = frozenset(_TYPES.split())
_NODES = """
COLUMN_REF VALUE_CONSTANT FUNCTION TYPE CASE_EXPR CONJUNCTION_AND CONJUNCTION_OR COMPARE_BETWEEN COMPARE_IN
COMPARE_EQUAL COMPARE_NOTEQUAL COMPARE_LESSTHAN COMPARE_LESSTHANOREQUALTO COMPARE_GREATERTHAN
COMPARE_GREATERTHANOREQUALTO OPERATOR_NOT OPERATOR_IS_NULL OPERATOR_IS_NOT_NULL OPERATOR_COALESCE
OPERATOR_NULLIF OPERATOR_CAST
"""
NODES = frozenset(_NODES.split())
_SCALARS = """
+ - * / % || ~~ !~~ lower upper trim length left right substring replace split_part starts_with ends_with
contains translate json_valid json_extract_string round floor ceil abs ln exp sqrt power pow least greatest
coalesce nullif year quarter month day hour weekofyear dayofyear isodow date_trunc date_diff to_days to_hours
to_minutes to_seconds to_months trunc try_strptime strftime row
"""
SCALARS = frozenset(_SCALARS.split())
_AGGREGATES = """
count count_star sum avg min max median quantile_cont stddev_samp arg_min arg_max histogram entropy map_keys
map_values list_extract list_position list_max
"""
AGGREGATES = frozenset(_AGGREGATES.split())


@dataclass
class Fuzzed:
    """What became of the strings of a fuzz."""

    strings: int = 0
    accepted: int = 0
    refused: int = 0
    crashes: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


def fuzz(strings: int = 40_000, seed: int = 1) -> dict[str, Any]:
    """Throw so many strings at the language: refused, or accepted and then clean in DuckDB's own reading.

    `crashes` are errors other than the language's own, `nodes_outside` accepted strings in which
    DuckDB finds something not on the list, `failures` those that DuckDB cannot run over odd rows.
    """
    begun = time.process_time()
    found = examine(strings_for(random.Random(seed), strings))
    return {
        "strings": found.strings,
        "accepted": found.accepted,
        "refused": found.refused,
        "crashes": len(found.crashes),
        "nodes_outside": len(found.outside),
        "failures": len(found.failed),
        "examples": [*found.crashes, *found.outside, *found.failed][:5],
        "cpu_seconds": round(time.process_time() - begun, 1),
    }


def examine(texts: Iterable[str]) -> Fuzzed:
    """Read each text as a row's value and as a fact's, and have DuckDB read and run what is accepted."""
    from portraits.engine.expressions import Scope

    connection = odd_rows()
    scopes = (Scope(COLUMNS, subject="tags", time="seen"), Scope(COLUMNS, aggregates=True, subject="rows", time="seen"))
    found = Fuzzed()
    for text in texts:
        found.strings += 1
        read = [_examined(text, scope, connection, found) for scope in scopes]
        found.accepted += any(read)
        found.refused += not any(read)
    connection.close()
    return found


def _examined(text: str, scope: Scope, connection: duckdb.DuckDBPyConnection, found: Fuzzed) -> bool:
    from portraits.engine.expressions import normal, parse, sql

    try:
        expression = parse(text, scope)
        written = sql(expression, as_of=AS_OF)
        if expression.type == Type.BOOLEAN:
            normal(expression)
    except ExpressionError:
        return False
    except Exception as error:
        found.crashes.append(f"{text!r}: {type(error).__name__}: {error}")
        return False
    allowed = SCALARS | AGGREGATES if scope.aggregates else SCALARS
    odd = sorted(foreign(written, connection, allowed))
    if odd:
        found.outside.append(f"{text!r}: {odd}")
    _run(text, written, connection, found)
    return True


def _run(text: str, written: str, connection: duckdb.DuckDBPyConnection, found: Fuzzed) -> None:
    import duckdb

    try:
        connection.execute(f"SELECT {written} FROM odd").fetchall()
    except duckdb.Error as error:
        found.failed.append(f"{text!r}: {str(error).splitlines()[0]}")


def foreign(written: str, connection: duckdb.DuckDBPyConnection, functions: frozenset[str] = SCALARS) -> set[str]:
    """What DuckDB's own parser finds in the SQL that the language has no business to write."""
    answer = connection.execute("SELECT json_serialize_sql(?)", [f"SELECT {written} FROM odd"]).fetchall()[0][0]
    statement = json.loads(answer)
    if statement["error"] or len(statement["statements"]) != 1:
        return {f"unreadable: {statement.get('error_message')}"}
    node = statement["statements"][0]["node"]
    if node["type"] != "SELECT_NODE" or len(node["select_list"]) != 1 or node["from_table"]["type"] != "BASE_TABLE":
        return {f"shape {node['type']}"}
    shape = {key for key in ("where_clause", "having", "qualify", "sample") if node.get(key)}
    return shape | {odd for part in _parts(node["select_list"]) for odd in _odd(part, functions)}


def _parts(tree: Any) -> Iterator[dict[str, Any]]:
    if isinstance(tree, list):
        for each in tree:
            yield from _parts(each)
    elif isinstance(tree, dict):
        if "class" in tree:
            yield tree
        for each in tree.values():
            yield from _parts(each)


def _odd(part: dict[str, Any], functions: frozenset[str]) -> Iterator[str]:
    if part["class"] not in CLASSES or part["type"] not in NODES:
        yield f"{part['class']} {part['type']}"
    if part["class"] == "TYPE" and part["type_name"] not in TYPES:
        yield f"type {part['type_name']}"
    if part["class"] == "FUNCTION" and part["function_name"].lower() not in functions:
        yield f"function {part['function_name']}"
    if part["class"] == "COLUMN_REF" and (len(part["column_names"]) != 1 or part["column_names"][0] not in COLUMNS):
        yield f"column {part['column_names']}"


def odd_rows() -> duckdb.DuckDBPyConnection:
    """A database with one table of odd values in every type: missing, extreme, malformed."""
    import duckdb

    connection = duckdb.connect(config={"threads": 1})
    columns = ", ".join(f'"{name}" {type_.duckdb}' for name, type_ in COLUMNS.items())
    connection.execute(f"CREATE TABLE odd ({columns})")
    connection.executemany(f"INSERT INTO odd VALUES ({', '.join('?' * len(COLUMNS))})", _ODD)
    return connection


_ODD: list[list[Any]] = [
    [None] * len(COLUMNS),
    [0, 0, 0.0, "", "1970-01-01", "1970-01-01 00:00:00", False, "", "{}", ""],
    [
        2**63 - 1,
        "99999999999999.9999",
        1.7e308,
        "北京 O'x",
        "9999-12-31",
        "9999-12-31 23:59:59",
        True,
        "1e5",
        "{bad",
        "a",
    ],
    [-(2**63), "-99999999999999.9999", -1.7e308, "%_", "0001-01-01", "0001-01-01 00:00:00", True, "12,5", "[1]", "\n"],
    [7, "12.5", 2.5, "ab/cd", "2024-02-29", "2024-02-29 22:30:00", True, "2024-02-30", '{"floor": 3}', "b"],
    [-1, "-0.0001", 1e-300, "a" * 300, "2000-02-29", "2024-05-31 05:59:59", False, "infinity", '{"a": null}', "c"],
]

# ---- strings -------------------------------------------------------------------------------------

_GOOD = (
    "orders > 3 and city in ('a', 'b')",
    "not (spend >= 10.5 or score is null)",
    "seen > as_of - 90 days",
    "age_in_years(born) between 18 and 30",
    "case when vip then 'a' when score > 2 then 'b' else 'c' end",
    "coalesce(spend / nullif(orders, 0), 0) > 3.5",
    "lower(trim(city)) like 'a%' and not contains(city, 'x')",
    "count(distinct city) filter (where vip) > 2",
    "sum(spend) / count(*)",
    "number(raw, ',') * 2 - 1",
    "date(raw, '%d.%m.%Y') is not null",
    "last(city) filter (where seen > as_of - interval '30 days')",
    "field(extra, 'floor') = '3'",
    "most_frequent(city) || '-' || first(city)",
    "\"Order ID\" <> ''",
)
_PIECES_TEXT = """
( ( ) ) , + - * / % || = <> != < <= > >= and or not in between like is null true false case when then else end
distinct filter where as_of orders spend score city born seen vip raw extra "Order ID" 0 1 2 3.5 1e3 -7 90 'a'
'北京' '' '2024-01-31' '%a%' days hours interval date time if count sum avg min max median percentile stddev
first last share most_frequent top_share entropy mean_gap slope months_active lower upper trim length left
right substring replace concat part starts_with ends_with contains field round floor ceil abs mod ln exp sqrt
power year month day hour week weekday start_of_month days_between months_between days_since add_days
add_months age_in_years zodiac is_weekend is_night coalesce nullif least greatest text number integer money
"""
_PIECES = _PIECES_TEXT.split()
_ROUGH_TEXT = """
select from union ; -- /* */ :: . [ ] { } ? $1 @ # ^ & ~ ! := -> => \\ ` " ' now() current_date random()
read_text getenv cast try_cast exists any all over partition escape collate ilike similar glob at struct map
lambda x: rowid information_schema duckdb_settings() pragma attach copy install 1e400 0x1F 1_000 nan inf
\u202e \x00 （ ） ， ’
"""
_ROUGH = _ROUGH_TEXT.split()


def strings_for(dice: random.Random, count: int) -> Iterator[str]:
    """Strings near the language and far from it: well-formed trees, mutants, soups of words."""
    makers = (_tree, _tree, _mutant, _mutant, _soup, _noise)
    for _ in range(count):
        yield dice.choice(makers)(dice)


def _mutant(dice: random.Random) -> str:
    text = dice.choice(_GOOD)
    for _ in range(dice.randint(1, 3)):
        place = dice.randrange(len(text) + 1)
        cut = dice.choice((0, 0, 1, 3))
        text = text[:place] + dice.choice((*_PIECES, *_ROUGH, "", " ")) + text[place + cut :]
    return text


def _soup(dice: random.Random) -> str:
    words = _PIECES if dice.random() < 0.7 else _PIECES + _ROUGH
    return " ".join(dice.choice(words) for _ in range(dice.randint(1, 14)))


def _noise(dice: random.Random) -> str:
    return "".join(
        chr(dice.choice((dice.randrange(32, 127), dice.randrange(0x4E00, 0x4E20), dice.randrange(0, 0x2100))))
        for _ in range(dice.randint(0, 30))
    )


def _tree(dice: random.Random, depth: int = 3) -> str:
    """A text of the right form, whose types may be wrong."""
    if depth == 0 or dice.random() < 0.15:
        return dice.choice(_ATOMS)
    parts = [_tree(dice, depth - 1) for _ in range(3)]
    form = dice.choice(_FORMS)
    return form.format(*parts, function=dice.choice(_NAMES), aggregate=dice.choice(_OVER))


_ATOMS = (*COLUMNS.keys() - {"Order ID"}, '"Order ID"', "as_of", "0", "1", "2.5", "'a'", "'2024-01-31'", "true", "null")
_FORMS = (
    "({0} and {1})",
    "({0} or {1})",
    "not {0}",
    "({0} = {1})",
    "({0} > {1})",
    "({0} <= {1})",
    "{0} <> {1}",
    "{0} in (1, 2, 3)",
    "{0} in ('a', 'b')",
    "{0} between {1} and {2}",
    "{0} like '%a_b%'",
    "{0} is null",
    "{0} is not null",
    "({0} + {1})",
    "({0} - {1})",
    "({0} * {1})",
    "{0} / {1}",
    "{0} % {1}",
    "({0} || {1})",
    "({0} - 90 days)",
    "case when {0} then {1} else {2} end",
    "if({0}, {1}, {2})",
    "{function}({0})",
    "{function}({0})",
    "{function}({0}, {1})",
    "{function}({0}, 2)",
    "{function}({0}, {1}, {2})",
    "{aggregate}({0})",
    "{aggregate}({0}) filter (where {1})",
    "count(*)",
    "percentile({0}, 0.5)",
)
_NAMES = tuple(word for word in _PIECES[_PIECES.index("lower") :])
_OVER = (
    "count",
    "sum",
    "avg",
    "min",
    "max",
    "median",
    "stddev",
    "first",
    "last",
    "share",
    "most_frequent",
    "top_share",
)

# ---- meaning -------------------------------------------------------------------------------------


def differential(trees: int = 2_000, seed: int = 1) -> dict[str, Any]:
    """Rows that random rules choose in DuckDB against those of the tests' own evaluator."""
    from tests.engine.expressions import plain

    begun = time.process_time()
    dice, rows, differences = random.Random(seed), 0, []
    per_table = 50
    for first in range(0, trees, per_table):
        table = plain.rows(dice, 60)
        rules = [plain.rule(dice, 3) for _ in range(min(per_table, trees - first))]
        rows += len(rules) * len(table)
        differences += list(_differing(rules, table))
    return {
        "trees": trees,
        "rows": rows,
        "differences": len(differences),
        "examples": differences[:5],
        "cpu_seconds": round(time.process_time() - begun, 1),
    }


def _differing(rules: list[Any], table: list[dict[str, Any]]) -> Iterator[str]:
    import duckdb

    from portraits.engine.expressions import Scope, evaluate, parse, sql
    from tests.engine.expressions import plain
    from tests.engine.expressions.plain_values import members

    kinds = {name: Type(kind) for name, kind in plain.KINDS.items()}
    connection = duckdb.connect(config={"threads": 1})
    columns = ", ".join(f"{name} {type_.duckdb}" for name, type_ in kinds.items())
    connection.execute(f"CREATE TABLE rows (place INTEGER, {columns})")
    values = [[place, *row.values()] for place, row in enumerate(table)]
    connection.executemany(f"INSERT INTO rows VALUES ({', '.join('?' * (len(kinds) + 1))})", values)
    for rule in rules:
        text = plain.text(rule)
        expression = parse(text, Scope(kinds, subject="rows"), Type.BOOLEAN)
        condition = sql(expression, as_of=plain.AS_OF)
        chosen = {place for (place,) in connection.execute(f"SELECT place FROM rows WHERE {condition}").fetchall()}
        ours = {place for place, row in enumerate(table) if evaluate(expression, row, plain.AS_OF)}
        expected = members(rule, table)
        if chosen != expected or ours != expected:
            yield f"{text}: DuckDB {sorted(chosen ^ expected)}, explanation {sorted(ours ^ expected)}"
    connection.close()
