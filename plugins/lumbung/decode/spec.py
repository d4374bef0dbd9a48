"""What the decoder needs of a contract: a plain value that can be handed to another process."""

from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from lumbung.decode.known import KnownNames

if TYPE_CHECKING:
    from lumbung.contracts.model import Contract, Field
    from lumbung.reference import Reference


@dataclass(frozen=True)
class FieldSpec:
    """One field: its name, the label offices read, whether its column must be there.

    `is_figure` tells a figure of the row from what says whose it is: years of a key are none. `sums_up` tells
    figures of which a total means something: shares have none.
    """

    name: str
    label: str
    required: bool
    is_figure: bool = False
    sums_up: bool = False


def _field_spec(item: "Field") -> FieldSpec:
    is_figure = item.logical_type in ("number", "integer") and not item.primary_key
    sums_up = is_figure and not item.column.endswith("_pct")
    return FieldSpec(item.name, item.label, item.required, is_figure, sums_up)


@dataclass(frozen=True)
class DecodeSpec:
    """The part of a contract that decoding uses.

    Attributes:
        dataset: The dataset's name.
        fields: In the contract's order, which is also the order of the table's columns.
        aliases: Normalised header → field name.
        shapes: Layouts to try, in order.
        formats: Formats that are read.
        value_field: The one field that makes a row an observation, None where there is no such one: shapes in
            which many observations share a row are for datasets that have it.
        known: Names that tell a table's shape.
        measures: The figures of an observation, where it may have several: each may have columns of its own
            in a table in which observations stand side by side.
        observing: Those of them without all of which a row is no observation.
        is_in_tonnes: All figures are tonnes: a table that names another unit means something else.
    """

    dataset: str
    fields: tuple[FieldSpec, ...]
    aliases: dict[str, str]
    shapes: tuple[str, ...]
    formats: tuple[str, ...]
    value_field: str | None = None
    known: KnownNames = field(default_factory=KnownNames)
    measures: tuple[str, ...] = ()
    observing: tuple[str, ...] = ()
    is_in_tonnes: bool = False

    @classmethod
    def of(cls, contract: "Contract", reference: "Reference | None" = None) -> "DecodeSpec":
        """Take from a contract, and from the reference lists where there are any, what decoding uses."""
        values = [item.name for item in contract.fields if item.blank_skips_row]
        figures = [item for item in contract.fields if _field_spec(item).is_figure]
        return cls(
            dataset=contract.dataset,
            fields=tuple(_field_spec(item) for item in contract.fields),
            aliases=contract.header_aliases(),
            shapes=contract.shapes,
            formats=contract.formats,
            value_field=values[0] if len(values) == 1 else None,
            known=KnownNames.of(reference) if reference else KnownNames(),
            measures=tuple(item.name for item in figures) if len(values) > 1 else (),
            observing=tuple(values) if len(values) > 1 else (),
            is_in_tonnes=bool(figures) and all(item.column.endswith("_t") for item in figures),
        )

    @property
    def across_figures(self) -> tuple[str, ...]:
        """The figures that observations side by side may have; none where a row is one observation."""
        return (self.value_field,) if self.value_field else self.measures

    @property
    def required(self) -> tuple[FieldSpec, ...]:
        """The fields whose columns must be there."""
        return tuple(item for item in self.fields if item.required)

    def has_field(self, name: str) -> bool:
        """Whether the contract has a field of that name."""
        return name in self._names

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(item.name for item in self.fields)

    def label(self, name: str) -> str:
        """The Indonesian label of a field."""
        return next(item.label for item in self.fields if item.name == name)

    def to_json(self) -> dict[str, Any]:
        """The spec as plain values."""
        return asdict(self) | {"known": self.known.to_json()}

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> "DecodeSpec":
        """Read back what `to_json` gave."""
        return cls(
            dataset=content["dataset"],
            fields=tuple(FieldSpec(**item) for item in content["fields"]),
            aliases=content["aliases"],
            shapes=tuple(content["shapes"]),
            formats=tuple(content["formats"]),
            value_field=content["value_field"],
            known=KnownNames.from_json(content["known"]),
            measures=tuple(content["measures"]),
            observing=tuple(content["observing"]),
            is_in_tonnes=content["is_in_tonnes"],
        )
