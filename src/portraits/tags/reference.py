"""Reference of the built-in tags: the page that is made from the packs themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from portraits.tags.packs import Pack, catalogue
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
    packs = catalogue().values()
    parts = [_HEAD, _groups(packs_of=catalogue()), *(_pack(each) for each in packs)]
    return "\n".join(parts)


def _groups(packs_of: Mapping[str, Pack]) -> str:
    counts = Counter(block["group"] for each in packs_of.values() for block in each.tags.values())
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
    }
    for title, names in facts.items():
        if names:
            yield from (f"- {title}: {', '.join(names)}", "")
    for goal, names in pack.emphasis.items():
        yield from (f"- Tells most for “{goal}”: {', '.join(f'`{name}`' for name in names)}", "")


def _tag(name: str, block: Mapping[str, Any]) -> Iterator[str]:
    title, why = Text.model_validate(block["title"]), Text.model_validate(block["why"])
    yield f"### `{name}`"
    yield ""
    yield f"**{title.en} · {title.zh}** ({_facts(block)})"
    yield ""
    yield f"{why.en} {why.zh}"
    yield ""
    yield from _labels(block.get("labels", {}))


def _facts(block: Mapping[str, Any]) -> str:
    facts = [block["group"], block["kind"], block.get("table", ""), block.get("unit", "")]
    return ", ".join(fact for fact in facts if fact)


def _labels(labels: Mapping[str, Any]) -> Iterator[str]:
    if labels:
        texts = ((value, Text.model_validate(label)) for value, label in labels.items())
        yield f"Values · 取值: {'; '.join(f'`{value}` {label.en} · {label.zh}' for value, label in texts)}"
        yield ""
