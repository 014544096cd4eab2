"""Marks: what a test in a browser needs, and what is said where it is missing."""

from __future__ import annotations

import pytest

from tests.browser.chromium import AXE, program

IN_BROWSER = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.skipif(program() is None, reason="no Chromium: apt-get install chromium fonts-noto-cjk"),
]
WITH_AXE = pytest.mark.skipif(not AXE.is_file(), reason="no axe-core: npm ci --ignore-scripts")
