"""Targets from workbooks, and planners' notes on them."""

from pathlib import Path

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_SQL = Path(__file__).parents[1] / "sql" / "0007_targets.sql"


def upgrade() -> None:
    """Apply the SQL file as it stands (no parameters, so that its percent signs are left alone)."""
    op.get_bind().execution_options(no_parameters=True).exec_driver_sql(_SQL.read_text())
