"""Identity's figures of safety: merges, splits and undoings at random, and work that is killed in the midst of them."""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.figure import Measured, figure

HISTORIES, ACTS, KILLS, SEED = 200, 5, 30, 4


@figure(
    "merge-split-200",
    bound="= 0",
    unit="faults",
    topic="safety",
    issue=4,
    en="200 random histories of merges, splits and undoings: orders, events, consents, values by hand or ids lost, "
    "counted twice or not given back; decisions or the journal not kept to",
    zh="200 段随机的合并、拆分与撤回：订单、事件、授权、手工标签或编号丢失、重复计算、未能复原，"
    "或与决定、变更日志不符的次数",
)
def measure_histories() -> Measured:
    """Faults in random histories of a small company, each act followed by a touch-up."""
    from tests.app.identity.histories import company, faults_of

    with tempfile.TemporaryDirectory() as folder:
        shop = company(Path(folder) / "shop")
        found = [each for seed in range(HISTORIES) for each in faults_of(shop, Path(folder) / "copy", seed, ACTS)]
    return Measured(len(found), {"histories": HISTORIES, "acts in each": ACTS, "faults": found[:5]})


@figure(
    "kill-merge-30",
    bound="= 0",
    unit="broken states",
    topic="safety",
    issue=4,
    en="30 builds and touch-ups killed (`kill -9`) in the midst of a merge or split: half done, lost or "
    "against the journal",
    zh="30 次合并或拆分过程中被强行终止（kill -9）的构建与局部更新：只完成一半、丢失或与变更日志不符的次数",
)
def measure_kills() -> Measured:
    """Broken states after kills at chosen moments of the work."""
    from tests.drills.test_kill_merge import kill_merges

    with tempfile.TemporaryDirectory() as folder:
        wrong, moments = kill_merges(Path(folder) / "shop", KILLS, SEED)
    return Measured(len(wrong), {"killed at": sorted(moments), "faults": wrong[:5]})
