"""Speed: the figures of building and reading portraits, against peers and against limits."""

from __future__ import annotations

from benchmarks import build
from benchmarks.figure import Measured, figure

figure(
    "build-vs-handwritten",
    bound="<= 1.15",
    unit="x",
    topic="speed",
    en="Build of 60 tags and more over 10 M lines: CPU time against the best hand-written DuckDB plan",
    zh="基于 1000 万行构建 60 余个标签：CPU 时间与最优手写 DuckDB 方案之比",
)(build.versus_handwritten)

figure(
    "build-vs-polars",
    bound="<= 0.75",
    unit="x",
    topic="speed",
    en="The same build: CPU time against polars",
    zh="同样的构建：CPU 时间与 polars 之比",
)(build.versus_polars)

figure(
    "build-vs-pandas",
    bound="<= 0.7",
    unit="x",
    topic="speed",
    en="The same build: CPU time against pandas",
    zh="同样的构建：CPU 时间与 pandas 之比",
)(build.versus_pandas)

figure(
    "build-memory-10m",
    bound="<= 1000",
    unit="MB",
    topic="speed",
    en="Peak memory of the whole build process at 10 M lines",
    zh="1000 万行时整个构建进程的内存峰值",
)(build.memory)

figure(
    "build-100m",
    bound="<= 4",
    unit="GB",
    topic="speed",
    en="A build over 100 M lines and 10 M customers completes: its peak memory",
    zh="1 亿行、1000 万客户的构建能够完成：其内存峰值",
)(build.hundred_million)

figure(
    "build-linear",
    bound="<= 1.15",
    unit="x",
    topic="speed",
    en="CPU time of a build per line at 10 M lines against that at 1 M",
    zh="1000 万行构建的每行 CPU 时间与 100 万行之比",
)(build.linear)

figure(
    "tags-60-to-240",
    bound="<= 2.5",
    unit="x",
    topic="speed",
    en="CPU time of 240 tags against 60",
    zh="240 个标签与 60 个标签的 CPU 时间之比",
)(build.tags_60_to_240)

figure(
    "lookup-p50",
    bound="<= 8",
    unit="ms",
    topic="speed",
    en="One whole portrait by its id among 1 M customers x 100 tags, median, warm",
    zh="在 100 万客户 × 100 个标签中按客户号读取完整画像，中位数，热状态",
)(build.lookup)

figure(
    "audience-count-p50",
    bound="<= 25",
    unit="ms",
    topic="speed",
    en="Counting an audience by 3 to 8 tags among 1 M customers x 100 tags, median, warm",
    zh="在 100 万客户 × 100 个标签中按 3 至 8 个标签统计人群，中位数，热状态",
)(build.audience_count)


@figure(
    "audience-count-p95",
    bound="<= 60",
    unit="ms",
    topic="speed",
    en="The same count, the slowest of twenty",
    zh="同样的统计，二十次中最慢的一次（p95）",
)
def measure_slowest_counts() -> Measured:
    """The 95th percentile of the audience counts, in milliseconds."""
    measured = build.audience_count()
    return Measured(float(str(measured.details["p95 ms"])), measured.details)
