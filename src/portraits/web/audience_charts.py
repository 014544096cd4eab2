"""Audience charts: what sets an audience apart, and its size over runs."""

from __future__ import annotations

from collections.abc import Sequence

from portraits.app.audiences.profiles import Profile, Trait
from portraits.app.audiences.sizes import History, RunSize
from portraits.app.said import Quantity
from portraits.vocabulary.types import Type
from portraits.web.charts import Chart, Series
from portraits.web.page import Page

SHOWN = 8  # bars that a person takes in
FEW = 3  # traits that a table alone shows better


def traits_chart(page: Page, found: Profile, other: str) -> Chart:
    """The clearest traits as bars, each with a mark where the comparison stands."""
    traits = found.traits[:SHOWN]
    return Chart(
        id="traits",
        kind="bars",
        title=_finding(page, next((each for each in traits if each.share > each.other_share), traits[0])),
        about=page.t("traits.about", other=other),
        head=page.t("traits.trait"),
        labels=[trait_name(page, each) for each in traits],
        ticks=[f"{page.text(each.tag.title)}\n{trait_value(page, each)}" for each in traits],
        series=[
            _series(page, "traits.n", [each.n for each in traits], ""),
            Series(
                page.t("traits.here"), [each.share for each in traits], [_share(page, each.share) for each in traits]
            ),
            Series(other, [each.other_share for each in traits], [_share(page, each.other_share) for each in traits]),
        ],
    )


def trait_name(page: Page, trait: Trait) -> str:
    """A tag and the value or band that stands out."""
    return f"{page.text(trait.tag.title)}{'：' if page.language == 'zh' else ': '}{trait_value(page, trait)}"


def trait_value(page: Page, trait: Trait) -> str:
    """A value by its label or with its unit; a band by its ends."""
    if not trait.banded:
        return page.value(trait.tag, trait.value)
    upto = trait.upto
    if trait.tag.type == Type.INTEGER and trait.value is not None and upto is not None:
        upto -= 1  # of whole numbers, both ends of a band are in it
    if upto == trait.value:
        return page.value(trait.tag, upto)
    low, high = (None if end is None else page.value(trait.tag, end).removesuffix(".00") for end in (trait.value, upto))
    if low is None:
        return page.t("traits.below", upto=high)
    return page.t("traits.from", value=low) if high is None else page.t("traits.band", value=low, upto=high)


def _finding(page: Page, trait: Trait) -> str:
    name = trait_name(page, trait)
    if trait.index is None:
        return page.t("traits.finding_none", trait=name)
    if trait.share < trait.other_share:
        return page.t("traits.finding_less", trait=name, share=trait.share, other=trait.other_share)
    return page.t("traits.finding", trait=name, times=round(trait.index / 100, 1))


def history_chart(page: Page, found: History) -> Chart | None:
    """The sizes as columns; beside them what they would be if the first share had stayed."""
    known = [each for each in found.sizes if each.n is not None]
    if not known:
        return None
    first = known[0].share or 0.0
    steady = [round(first * (each.base or 0)) for each in known]
    return Chart(
        id="sizes",
        kind="columns",
        title=_grown(page, known),
        about=page.t("sizes.about"),
        head=page.t("sizes.run"),
        labels=[f"{each.run} · {page.write(each.as_of)}" for each in known],
        series=[_series(page, "sizes.size", [each.n for each in known], ""), _series(page, "sizes.steady", steady, "")],
        notes=["" for _ in known],
    )


def _grown(page: Page, known: Sequence[RunSize]) -> str:
    first, last = known[0], known[-1]
    before, now = first.n or 0, last.n or 0
    if len(known) == 1 or not before:
        return page.t("sizes.first", n=before)
    if before == now:
        return page.t("sizes.same", run=first.run)
    return page.t("sizes.rose" if now > before else "sizes.fell", share=abs(now - before) / before, run=first.run)


def _series(page: Page, name: str, values: Sequence[float | None], unit: str) -> Series:
    texts = [page.write(None if value is None else Quantity(value, unit)) for value in values]
    return Series(page.t(name), values, texts)


def _share(page: Page, share: float) -> str:
    return page.write(Quantity(share, "share"))
