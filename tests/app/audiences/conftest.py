"""What tests of audiences share: an ear on the questions that a run is asked."""

from __future__ import annotations

from typing import Any

import pytest

from portraits.app.reading import Reading


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every SQL that is asked of a run from here on."""
    heard: list[str] = []
    rows = Reading.rows

    def noted(self: Reading, sql: str, parameters: Any = ()) -> Any:
        heard.append(sql)
        return rows(self, sql, parameters)

    monkeypatch.setattr(Reading, "rows", noted)
    return heard
