"""Reference of the built-in tags: the page that is made from the packs themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from portraits.tags.packs import Block, Pack, catalogue
from portraits.vocabulary.text import Text

_HEAD = """# Built-in tags · 内置标签

Made from the packs themselves; do not edit. A workspace switches packs on by `packs` in its
settings; a tag of the same name in the workspace takes the place of the built-in one.

本页由标签包自动生成，请勿手工修改。工作区在设置的 `packs` 中启用标签包；工作区内的同名标签会取代内置标签。

Units: `percent` is stored as a share from 0 to 1; `money` is in the workspace's currency.
Windows reach back from the build's `as_of`.

单位：`percent` 存为0到1之间的比例；`money` 为工作区币种。时间窗均从构建的 `as_of` 往前计算。
"""


def markdown() -> str:
    """The reference page of all packs and their tags, in English and Chinese."""
    return "\n".join([_HEAD, _groups(), *(_pack(each) for each in catalogue().values())])


def _groups() -> str:
    counts = Counter(block["group"] for each in catalogue().values() for block in each.tags.values())
    rows = [f"| {group} | {count} |" for group, count in sorted(counts.items())]
    return "\n".join(["| group · 分组 | tags · 标签数 |", "|---|---|", *rows, f"| all · 合计 | {counts.total()} |", ""])


def _pack(pack: Pack) -> str:
    head = [f"## {pack.name}: {pack.title.en} · {pack.title.zh}", "", f"{pack.why.en} {pack.why.zh}", ""]
    rows = [line for name, block in pack.tags.items() for line in _tag(name, block)]
    return "\n".join([*head, *_notes(pack), *rows])


def _notes(pack: Pack) -> Iterator[str]:
    facts = {
        "Business models · 适用业务": pack.businesses,
        "Needs · 依赖": pack.needs,
        "Replaces · 取代": pack.replaces,
        **{f"Tells most for {goal} · 对应目标": names for goal, names in pack.emphasis.items()},
    }
    yield from (f"- {title}: {', '.join(f'`{name}`' for name in names)}" for title, names in facts.items() if names)
    yield ""


def _tag(name: str, block: Block) -> Iterator[str]:
    title, why = Text.model_validate(block["title"]), Text.model_validate(block["why"])
    facts = ", ".join(fact for fact in (block["group"], block["kind"], block.get("unit", "")) if fact)
    yield from (f"### `{name}`", "", f"**{title.en} · {title.zh}** ({facts})", "")
    yield from (f"{why.en} {why.zh}", "")
    yield from (*_made(block), "")
    yield from _labels(block.get("labels", {}))


def _made(block: Block) -> Iterator[str]:
    """How the value comes about, as it is written in the pack."""
    if "cases" in block:
        yield from (f"- `{case['when']}`: `{case['value']}`" for case in block["cases"])
        yield from (f"- otherwise · 否则: `{block['otherwise']}`",) if "otherwise" in block else ()
    else:
        yield ", ".join(f"{word} `{' '.join(str(block[key]).split())}`" for key, word in _PARTS.items() if key in block)


_PARTS = {
    "value": "value",
    "when": "when",
    "of": "of",
    "column": "column",
    "table": "from",
    "by": "by",
    "into": "into",
    "where": "where",
    "within": "within",
    "empty": "else",
}


def _labels(labels: Mapping[str, Any]) -> Iterator[str]:
    if labels:
        texts = ((value, Text.model_validate(label)) for value, label in labels.items())
        yield f"Values · 取值: {'; '.join(f'`{value}` {label.en} · {label.zh}' for value, label in texts)}"
        yield ""
