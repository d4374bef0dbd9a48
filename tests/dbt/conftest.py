"""A warehouse with dbt ready to build."""

import pytest

from lumbung.settings import Settings
from tests.dbt.dbt_warehouse import Warehouse


@pytest.fixture
def dbt_warehouse(warehouse: Settings) -> Warehouse:
    """An empty, migrated warehouse with the seeds in place."""
    ready = Warehouse(warehouse)
    ready.dbt("seed")
    return ready
