"""Spark: a distribution so small that it fits into a line of a table."""

from __future__ import annotations

from collections.abc import Sequence

from portraits.app.tags.tags import Bar

WIDTH, HEIGHT = 84, 20


def spark(bars: Sequence[Bar]) -> str:
    """The path of a drawing of 84 by 20: a bar a value, the highest as high as the drawing."""
    most = max((bar.n for bar in bars), default=0)
    if not most:
        return ""
    step = WIDTH / len(bars)
    wide = max(step - 1, 1)
    return "".join(
        f"M{place * step:.1f} {HEIGHT}v{-max(bar.n / most * HEIGHT, 1):.1f}h{wide:.1f}V{HEIGHT}z"
        for place, bar in enumerate(bars)
        if bar.n
    )
