"""What the decoder needs of a contract: a plain value that can be handed to another process."""

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lumbung.contracts.model import Contract


@dataclass(frozen=True)
class FieldSpec:
    """One field: its name, the label offices read, and whether its column must be there."""

    name: str
    label: str
    required: bool


@dataclass(frozen=True)
class DecodeSpec:
    """The part of a contract that decoding uses.

    Attributes:
        dataset: The dataset's name.
        fields: In the contract's order, which is also the order of the table's columns.
        aliases: Normalised header → field name.
        shapes: Layouts to try, in order.
        formats: Formats that are read.
    """

    dataset: str
    fields: tuple[FieldSpec, ...]
    aliases: dict[str, str]
    shapes: tuple[str, ...]
    formats: tuple[str, ...]

    @classmethod
    def of(cls, contract: "Contract") -> "DecodeSpec":
        """Take from a contract what decoding uses."""
        return cls(
            dataset=contract.dataset,
            fields=tuple(FieldSpec(item.name, item.label, item.required) for item in contract.fields),
            aliases=contract.header_aliases(),
            shapes=contract.shapes,
            formats=contract.formats,
        )

    @property
    def required(self) -> tuple[FieldSpec, ...]:
        """The fields whose columns must be there."""
        return tuple(item for item in self.fields if item.required)

    def label(self, name: str) -> str:
        """The Indonesian label of a field."""
        return next(item.label for item in self.fields if item.name == name)

    def to_json(self) -> dict[str, Any]:
        """The spec as plain values."""
        return asdict(self)

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> "DecodeSpec":
        """Read back what `to_json` gave."""
        return cls(
            dataset=content["dataset"],
            fields=tuple(FieldSpec(**item) for item in content["fields"]),
            aliases=content["aliases"],
            shapes=tuple(content["shapes"]),
            formats=tuple(content["formats"]),
        )
