"""A shop with pairs of which nobody can be sure, built once and copied for each test that changes something."""

from __future__ import annotations

from pathlib import Path

import pytest

from portraits.engine.workspace import Workspace
from tests.app.duplicates import ASK, UNSURE, stocked


@pytest.fixture(scope="session")
def unsure(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """For tests that only look."""
    return stocked(tmp_path_factory.mktemp("unsure"), UNSURE, ASK)


@pytest.fixture
def asked(tmp_path: Path) -> Workspace:
    """For tests that decide."""
    return stocked(tmp_path / "asked", UNSURE, ASK)
