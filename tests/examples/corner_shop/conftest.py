"""One small company and one of 20,000 customers, made once for all tests."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pytest

from portraits.examples import corner_shop
from portraits.examples.corner_shop.chunk import Chunk
from portraits.examples.corner_shop.company import Company
from portraits.examples.corner_shop.shop import Shop, open_shop
from portraits.examples.corner_shop.world import AS_OF, World

Tables = dict[str, pa.Table]


@pytest.fixture(scope="session")
def shop() -> Shop:
    return open_shop(World(), 1, AS_OF)


@pytest.fixture(scope="session")
def crowd(shop: Shop) -> Chunk:
    """20,000 customers, enough for laws to show."""
    return Chunk(shop, 0, 0, 20_000)


@pytest.fixture(scope="session")
def crowd_tables(crowd: Chunk) -> tuple[Tables, Tables]:
    return crowd.tables()


@pytest.fixture(scope="session")
def known(crowd_tables: tuple[Tables, Tables]) -> Tables:
    return crowd_tables[0]


@pytest.fixture(scope="session")
def truth(crowd_tables: tuple[Tables, Tables]) -> Tables:
    return crowd_tables[1]


@pytest.fixture(scope="session")
def company() -> Company:
    return Company(300)


@pytest.fixture(scope="session")
def canonical() -> Tables:
    return corner_shop.tables(300)


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small workspace, as a person would get it."""
    folder = tmp_path_factory.mktemp("corner_shop")
    corner_shop.write(folder, customers=300)
    return folder


@pytest.fixture(scope="session")
def start(shop: Shop) -> datetime:
    return shop.days.start
