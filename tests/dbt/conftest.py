"""A warehouse with dbt ready to build."""

import pytest

from lumbung.settings import Settings
from tests.dbt.dbt_warehouse import Warehouse
from tests.installation import built_warehouse


@pytest.fixture
def dbt_warehouse(warehouse: Settings) -> Warehouse:
    """A warehouse without submissions: seeds and models are in place, nothing is published."""
    built_warehouse(warehouse)
    return Warehouse(warehouse)
