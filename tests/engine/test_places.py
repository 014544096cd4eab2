"""Places: every key, header and element of a list is found on the line it stands on."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
import tomlkit
from hypothesis import given
from hypothesis import strategies as st

from portraits.engine.places import places


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", {}),
        ("# nothing but a comment", {}),
        ("a = 1", {"a": 1}),
        ("\n\na = 1\n", {"a": 3}),
        ("a.b = 1\na.c = 2\n", {"a.b": 1, "a.c": 2}),
        ("[t]\na = 1\n", {"t": 1, "t.a": 2}),
        ("  [ t . u ]  # why\n  a = 1\n", {"t.u": 1, "t.u.a": 2}),
        ('["t t"]\n"a b" = 1\n', {"t t": 1, "t t.a b": 2}),
        ("['t#1']\na = 1\n", {"t#1": 1, "t#1.a": 2}),
        ("[客户]\n", {}),
        ("a = '[b]'\n[t]\n", {"a": 1, "t": 2}),
        ('a = """\n[b]\nc = 1\n"""\n[t]\n', {"a": 1, "t": 5}),
        ("a = '''\n[b]''''\n[t]\n", {"a": 1, "t": 3}),
        ('a = "\\"]"\n[t]\n', {"a": 1, "t": 2}),
        ("a = []\nb = 2\n", {"a": 1, "b": 2}),
        ("a = [1, 2]\n", {"a": 1, "a.0": 1, "a.1": 1}),
        ("a = [\n 1,\n # no\n 2,\n]\nb = 1\n", {"a": 1, "a.0": 2, "a.1": 4, "b": 6}),
        ("a = [\n [1, 2],\n [3]\n]\n", {"a": 1, "a.0": 2, "a.1": 3}),
        ("a = { b = [1, 2], c = 1 }\nd = 1\n", {"a": 1, "d": 2}),
        ("a = [ { b = 1 },\n { b = '}' } ]\nd = 1\n", {"a": 1, "a.0": 1, "a.1": 2, "d": 3}),
        ("[[s]]\na = 1\n[[s]]\na = 2\n", {"s.0": 1, "s.0.a": 2, "s.1": 3, "s.1.a": 4}),
        ("a = 2026-01-01T10:00:00Z # when\nb = 1\n", {"a": 1, "b": 2}),
        ("a = 1\r\nb = 2\r\n", {"a": 1, "b": 2}),
    ],
)
def test_each_is_on_its_line(text: str, expected: dict[str, int]) -> None:
    if text.startswith("[客户]"):
        text, expected = '["客户"]\nx = 1\n', {"客户": 1, "客户.x": 2}
    tomllib.loads(text)
    assert places(text) == expected


_NAMES = st.text(alphabet="abc_-1", min_size=1, max_size=4)
_TEXTS = st.text(alphabet="ab ]['\"#=\\\n,{}客", max_size=12)
_VALUES: st.SearchStrategy[Any] = st.one_of(
    st.integers(-9, 9), st.booleans(), _TEXTS, st.lists(_TEXTS, max_size=3), st.dictionaries(_NAMES, _TEXTS, max_size=2)
)


@given(st.dictionaries(_NAMES, st.dictionaries(_NAMES, _VALUES, max_size=4), max_size=4), st.booleans())
def test_what_any_writer_of_toml_writes_is_found(tables: dict[str, dict[str, Any]], spread: bool) -> None:
    document = tomlkit.document()
    for name, values in tables.items():
        document[name] = tomlkit.table()
        for key, value in values.items():
            document[name][key] = value
            if spread and isinstance(value, list):
                document[name][key].multiline(True)
    text = tomlkit.dumps(document)
    lines, found = text.split("\n"), places(text)
    for name, values in tables.items():
        keys = [key for key, value in values.items() if not isinstance(value, dict)]
        assert not keys or lines[found[name] - 1].startswith("[")  # else only tables inside it have headers
        assert all(lines[found[f"{name}.{key}"] - 1].lstrip().startswith((f"{key} ", f'"{key}"')) for key in keys)
