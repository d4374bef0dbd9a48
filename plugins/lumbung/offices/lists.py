"""The closed lists of a template: what an office may choose, as columns of the sheet `Daftar`."""

from collections.abc import Sequence
from dataclasses import dataclass

from lumbung.contracts.model import Contract, Field
from lumbung.labels import label
from lumbung.reference import Reference
from lumbung.vocabularies import Vocabulary, vocabularies_of

Cell = str | int


@dataclass(frozen=True)
class ChoiceList:
    """The list behind one field.

    Attributes:
        field: The field.
        choices: What an office may write there, each understood as one code.
        beside: Further columns that help to choose: their header and a value per choice.
    """

    field: Field
    choices: tuple[str, ...]
    beside: tuple[tuple[str, tuple[Cell, ...]], ...] = ()

    @property
    def width(self) -> int:
        """Columns it takes on the sheet."""
        return 1 + len(self.beside)


def lists_of(contract: Contract, reference: Reference, regency_code: str) -> dict[str, ChoiceList]:
    """The lists of a contract by field name, in the order of the fields, cut to what the office may use."""
    lists = {}
    for name, vocabulary in vocabularies_of(contract, reference).items():
        field = contract.field(name)
        codes = _codes(field, vocabulary, reference, regency_code)
        shown = tuple(_shown(vocabulary, regency_code, code) for code in codes)
        lists[name] = ChoiceList(field, shown, _beside(contract, field, codes, reference))
    return lists


def _codes(field: Field, vocabulary: Vocabulary, reference: Reference, regency_code: str) -> Sequence[str]:
    if field.reference == "regency":
        return (regency_code,)
    if field.reference == "market":
        own = [market for market in reference.markets.values() if market.regency_code == regency_code]
        return [market.market_id for market in sorted(own, key=lambda one: one.name)]
    return vocabulary.codes


def _shown(vocabulary: Vocabulary, regency_code: str, code: str) -> str:
    """The name of a code; the code itself where the name would not be understood as it."""
    name = vocabulary.name(code)
    return name if vocabulary.resolve(regency_code, name) == code else code


def _beside(
    contract: Contract, field: Field, codes: Sequence[str], reference: Reference
) -> tuple[tuple[str, tuple[Cell, ...]], ...]:
    def column(key: str, cells: Sequence[Cell]) -> tuple[str, tuple[Cell, ...]]:
        return label("template.list", key), tuple(cells)

    match field.reference:
        case "commodity" if contract.has_field("price"):  # stocks are tonnes, whatever the price is for
            goods = [reference.commodities[code] for code in codes]
            return (
                column("unit", [good.unit for good in goods]),
                column("lowest", [good.plausible_min_idr for good in goods]),
                column("highest", [good.plausible_max_idr for good in goods]),
            )
        case "indicator":
            indicators = [reference.indicators[code] for code in codes]
            return (
                column("code", codes),
                column("measure", [label("template.measure", one.unit) for one in indicators]),
                column("kind", [label("template.kind", one.kind) for one in indicators]),
            )
        case "provincial_programme":
            return (column("code", codes),)
        case _:
            return ()
