"""The reference: docs/reference/*.md, written from the code it documents.

`python -m scripts.reference` writes the pages; a test compares them with what this would write.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1] / "docs" / "reference"
_WRITTEN = "<!-- Written by `make docs` from the code; change the code instead. -->"


def pages() -> dict[str, str]:
    """File name -> text of every page."""
    made: dict[str, Callable[[], Iterable[str]]] = {
        "README.md": _index,
        "cli.md": _commands,
        "exit-codes.md": _exit_codes,
        "expressions.md": _expressions,
        "kinds.md": _kinds,
        "packs.md": _packs,
        "quality.md": _quality,
        "rfm.md": _rfm,
        "settings.md": _settings,
        "tables.md": _tables,
    }
    return {name: "\n".join([_WRITTEN, "", *make(), ""]) for name, make in made.items()}


def _index() -> Iterator[str]:
    yield "# Reference · 参考"
    yield ""
    yield from _grid(
        ("page", "what · 内容"),
        [
            ("[cli](cli.md)", "every command and option · 全部命令与选项"),
            ("[expressions](expressions.md)", "the language of rules and values · 规则与取值所用的语言"),
            ("[kinds](kinds.md)", "kinds of sources and tags, with their fields · 数据源与标签的种类及字段"),
            ("[packs](packs.md)", "built-in tags · 内置标签"),
            ("[quality](quality.md)", "rules of quality and the built-in ones · 质量规则与内置规则"),
            ("[RFM](rfm.md)", "the eleven RFM segments and their grid · RFM的十一个群体与网格"),
            ("[settings](settings.md)", "the settings of a workspace · 工作区设置"),
            ("[tables](tables.md)", "the canonical tables · 标准表"),
            ("[exit codes](exit-codes.md)", "how a command says that something went wrong · 命令的退出码"),
        ],
    )


def _commands() -> Iterator[str]:
    from portraits.cli.program import tree

    yield "# Commands · 命令"
    for name, english, chinese in _walk(tree("en"), tree("zh"), "portraits"):
        yield from ["", f"## {name}", "", english.help, "", chinese.help]
        rows = [_parameter(*pair) for pair in zip(english.params, chinese.params, strict=True)]
        if rows:
            yield ""
            yield from _grid(("", "what", "含义"), rows)


def _walk(english: Any, chinese: Any, name: str) -> Iterator[tuple[str, Any, Any]]:
    yield name, english, chinese
    for part, each in getattr(english, "commands", {}).items():
        yield from _walk(each, chinese.commands[part], f"{name} {part}")


def _parameter(english: Any, chinese: Any) -> tuple[str, str, str]:
    if english.param_type_name == "argument":
        shown = english.metavar or english.name.upper()
    else:
        shown = ", ".join([*english.opts, *english.secondary_opts])
    default, choices = english.default, english.type_descriptor.choices
    shown += f" {' | '.join(choices)}" if choices else ""
    tail = f" (`{default}`)" if isinstance(default, str | int) and not isinstance(default, bool) and default else ""
    return f"`{shown}`{tail}", english.help, chinese.help


def _exit_codes() -> Iterator[str]:
    from portraits.vocabulary import errors

    yield "# Exit codes · 退出码"
    yield ""
    yield "0 says that all went well. With `--json`, the error is JSON on standard error, in the shape of the API's."
    yield ""
    found = [errors.PortraitsError, *_below(errors.PortraitsError)]
    rows = [(str(e.exit_code), str(e.status), f"`{e.__name__}`", _first_line(e.__doc__)) for e in found]
    rows.append(("2", "", "", "The command line itself cannot be understood."))
    yield from _grid(("exit code", "HTTP status", "error", "when"), sorted(rows, key=lambda row: int(row[0])))


def _below(parent: Any) -> Iterator[Any]:
    for child in parent.__subclasses__():
        if child.__module__ == parent.__module__:
            yield child
            yield from _below(child)


def _kinds() -> Iterator[str]:
    from portraits.app.tags.kinds import kinds
    from portraits.engine.workspace import Workspace

    yield "# Kinds · 种类"
    yield ""
    yield "A workspace adds kinds of its own in `plugins/*.py`; `portraits kinds` lists those too."
    for each in sorted(kinds(Workspace(FOLDER)), key=lambda each: (each.family, each.kind)):
        yield from ["", f"## {each.family} `{each.kind}`", "", each.about, ""]
        fields = [(f"`{f.name}`", f"`{f.type}`", _written(f)) for f in each.fields]
        yield from _grid(("field", "type", "default"), fields)


def _written(field: Any) -> str:
    return "required" if field.required else f"`{field.default}`" if field.default else ""


def _settings() -> Iterator[str]:
    from portraits.engine.settings import PACKS, RFM_WINDOWS, Rfm, RfmCuts, Settings

    yield "# Settings · 设置"
    yield ""
    yield "The `[settings]` block of `portraits.toml`."
    for definition, block in ((Settings, ""), (Rfm, "rfm"), (RfmCuts, "rfm.cuts")):
        yield from ["", *([f"## `[settings.{block}]`", ""] if block else []), *_fields(definition)]
    yield from ["", "## What follows from the business · 业务模式的影响", ""]
    chosen = [(f"`{name}`", ", ".join(packs), RFM_WINDOWS[name]) for name, packs in PACKS.items()]
    yield from _grid(("business", "packs", "RFM window"), chosen)


def _fields(definition: Any) -> Iterator[str]:
    from portraits.engine.settings import documented

    texts, fields = documented(definition), definition.model_fields.items()
    rows = [(f"`{name}`", _default(field), texts[name].en, texts[name].zh) for name, field in fields]
    yield from _grid(("setting", "default", "what", "含义"), rows)


def _default(field: Any) -> str:
    from portraits.vocabulary.window import Window

    if field.is_required():
        return "required"
    plain = isinstance(field.default, str | int | Window)
    return f"`{field.default}`" if plain and field.default != "" else ""


def _tables() -> Iterator[str]:
    from portraits.vocabulary.tables import TABLES

    yield "# Canonical tables · 标准表"
    yield ""
    yield "Sources are mapped to these. Moments are in the workspace's time zone; money is decimal."
    for table in TABLES.values():
        yield from [
            "",
            f"## {table.name} · {table.title.zh}",
            "",
            f"A row is {table.row.en}. 每行为{table.row.zh}。",
            "",
        ]
        rows = [(f"`{c.name}`", f"{c.type}", c.title.en, c.title.zh, _marks(table.key, c)) for c in table.columns]
        yield from _grid(("column", "type", "what", "含义", ""), rows)
        for lookup in table.lookups:
            borrowed = ", ".join(f"`{here}`" for here, _ in lookup.columns)
            yield from ["", f"Borrowed from `{lookup.table.name}` by `{lookup.key}`: {borrowed}."]


def _marks(key: Sequence[str], column: Any) -> str:
    marks = [
        "key" if column.name in key else "",
        "required" if column.required else "",
        "personal" if column.personal else "",
        " / ".join(column.choices),
    ]
    return ", ".join(mark for mark in marks if mark)


def _expressions() -> Iterable[str]:
    from portraits.engine.expressions.reference import markdown

    return markdown().splitlines()


def _packs() -> Iterable[str]:
    from portraits.tags.reference import markdown

    return markdown().splitlines()


def _quality() -> Iterator[str]:
    from portraits.insights.packs import packs
    from portraits.insights.quality import QualityRule

    rules = {name: QualityRule.read(block) for name, block in packs().items()}
    yield "# Rules of quality · 质量规则"
    yield ""
    yield "A `[quality.<name>]` block. One of the name of a built-in rule takes its place; `retired` switches it off."
    yield from ["", *_fields(QualityRule), "", "## Built-in rules · 内置规则", ""]
    rows = [
        (f"`{name}`", each.table, each.dimension, each.title.en, each.title.zh, f"{each.warn_below:.0%}")
        for name, each in sorted(rules.items(), key=lambda pair: (pair[1].table, pair[0]))
    ]
    yield from _grid(("rule", "table", "dimension", "asks for", "要求", "warns below"), rows)


def _rfm() -> Iterable[str]:
    from portraits.segments.reference import markdown

    return markdown().splitlines()


def _first_line(text: str | None) -> str:
    return (text or "").strip().splitlines()[0]


def _grid(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield f"|{'---|' * len(heads)}"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|').replace(chr(10), ' ') for cell in row)} |"


def main() -> int:
    """Write all pages."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
