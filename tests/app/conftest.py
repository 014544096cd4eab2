"""Companies that tests of several use cases start from."""

from __future__ import annotations

from pathlib import Path

import pytest

from portraits.engine.workspace import Workspace
from tests.app.duplicates import stocked


@pytest.fixture
def plain(tmp_path: Path) -> Workspace:
    """Each record a customer, unless somebody says otherwise."""
    workspace = stocked(tmp_path, settings="")
    return workspace
