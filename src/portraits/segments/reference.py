"""Reference of the RFM segments: the page that is made from their definitions."""

from __future__ import annotations

from collections.abc import Iterator

from portraits.segments.kinds.rfm import FIFTHS, RfmPart, named_parts

_HEAD = """# RFM segments · RFM分群

Each customer who bought within the window gets three scores from 1 to 5: recency (R), frequency (F) and
money (M), by quantiles whose cut points are stored with the run, or by the cut points of the settings.
F and M together (FM) are their mean, a half rounded up. R and FM choose the segment. Who bought only
before the window is `lost`; who never bought is in none.

统计期内购买过的客户按最近购买（R）、频次（F）与金额（M）各得1到5分，分界取分位数并随批次保存，也可在设置中写定。
FM为F与M的平均值，逢半进一。由R与FM决定所属群体；仅在统计期之前购买过的为 `lost`，从未购买的不属于任何群体。
"""


def markdown() -> str:
    """The reference page of the eleven segments and their grid, in English and Chinese."""
    return "\n".join([_HEAD, *_grid(), "", *(line for part in named_parts() for line in _part(part))])


def _grid() -> Iterator[str]:
    owner = {cell: part.title for part in named_parts() for cell in part.cells}
    yield f"| | {' | '.join(f'FM {value}' for value in FIFTHS)} |"
    yield f"|---|{'---|' * len(FIFTHS)}"
    for recency in reversed(FIFTHS):
        row = (owner[f"{recency}{value}"] for value in FIFTHS)
        yield f"| R {recency} | {' | '.join(f'{title.en} · {title.zh}' for title in row)} |"


def _part(part: RfmPart) -> Iterator[str]:
    yield from (f"## `{part.value}`: {part.title.en} · {part.title.zh}", "")
    yield from (f"{part.meaning.en} {part.meaning.zh}", "")
    yield from (f"What to do: {part.action.en} 建议：{part.action.zh}", "")
