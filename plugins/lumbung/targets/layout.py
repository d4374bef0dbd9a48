"""The columns of the workbook of targets, as the decoder and the template need them."""

from datetime import time

from lumbung.contracts.model import Calendar, Contract, Field, RowPolicy
from lumbung.labels import label

_REQUIRED = ("indicator", "regency", "year", "value")
COLUMNS = (
    "indicator", "indicator_name", "unit", "regency", "year", "period", "version", "value", "lower", "upper",
    "decree", "decided_on", "effective_from_on", "cause", "follow_up",
)  # fmt: skip
"""In the order of the workbook."""

_SYNONYMS = {
    "indicator": ("Indikator Kode", "kode"),
    "regency": ("kabkota", "Kab/Kota", "Wilayah", "Daerah"),
    "year": ("Thn",),
    "period": ("Triwulan",),
    "version": ("Versi Target",),
    "value": ("Nilai Target",),
    "decree": ("SK", "Nomor SK"),
    "decided_on": ("Tanggal SK",),
    "effective_from_on": ("Berlaku Sejak",),
    "follow_up": ("Rencana Tindak Lanjut",),
}


def title_of(column: str) -> str:
    """A column's header."""
    return label("targets.column", column)


def layout() -> Contract:
    """The columns as a contract, so that the decoder finds them as it finds those of any dataset.

    All are text to the decoder: a province's target under those of its regencies is no total to be left out.
    """
    fields = tuple(
        Field(
            name=column,
            label=title_of(column),
            logical_type="string",
            required=column in _REQUIRED,
            primary_key=column in ("indicator", "regency", "year", "period", "version"),
            synonyms=_SYNONYMS.get(column, ()),
            classification="internal",
            default=None,
            reference=None,
            column=column,
        )
        for column in COLUMNS
    )
    return Contract(
        dataset="targets",
        short_code="TG",
        title=label("targets.title"),
        version="1.0.0",
        fields=fields,
        rules=(),
        calendar=Calendar("yearly", time(0), 0, 0),
        row_policy=RowPolicy("whole_file", 0),
        shapes=("long",),
        formats=("xlsx", "xls", "xlsb", "ods"),
    )
