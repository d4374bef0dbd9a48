"""What the dbt project promises about one published table."""

from dataclasses import dataclass

SCHEMAS = ("marts", "restricted")
"""Where tables are published."""


@dataclass(frozen=True)
class Column:
    """One column of a contract: name, PostgreSQL type as written, description."""

    name: str
    data_type: str
    description: str


@dataclass(frozen=True)
class ForeignKey:
    """Columns that refer to the key of another mart."""

    columns: tuple[str, ...]
    to: str
    to_columns: tuple[str, ...]


@dataclass(frozen=True)
class MartModel:
    """One published table, read from the dbt manifest.

    Args:
        name: The table's name in ``build``, in its schema, in ``history`` and ``asof``.
        description: What the table says, ending in its grain.
        columns: All columns, in the contract's order.
        key: Columns of the primary key.
        touched: The model holding the keys (all or some columns of ``key``) recomputed since the last
            publication; None when the whole table is to be compared.
        foreign_keys: References to other marts.
        indexes: Further indexes wanted, each a tuple of columns.
        schema: Where it is published: ``marts`` for all readers, ``restricted`` for planners alone.
    """

    name: str
    description: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    touched: str | None = None
    foreign_keys: tuple[ForeignKey, ...] = ()
    indexes: tuple[tuple[str, ...], ...] = ()
    schema: str = "marts"

    @property
    def column_names(self) -> tuple[str, ...]:
        """Names of all columns, in the contract's order."""
        return tuple(column.name for column in self.columns)
