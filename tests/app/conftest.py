"""Companies that tests of several use cases start from."""

from __future__ import annotations

from pathlib import Path

import pytest

from portraits.engine.workspace import Workspace
from tests.app.duplicates import built, shop


@pytest.fixture
def plain(tmp_path: Path) -> Workspace:
    """Each record a customer, unless somebody says otherwise."""
    workspace = shop(tmp_path, settings="")
    built(workspace)
    return workspace
