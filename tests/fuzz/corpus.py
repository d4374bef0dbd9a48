"""What mutations begin with: the contracts' small samples, and every file that once broke the decoder.

Breakers are made here where that is short, else kept in `data/`, each under the name of what it broke.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.unit.decode.builders import package

SAMPLES = Path(__file__).resolve().parents[2] / "expectations" / "samples"
KEPT = Path(__file__).parent / "data"
DATASET = "staple_prices"
_LARGEST = 40_000
_OTHER_FORMATS = (
    "good_excel_97.xls",
    "good_binary_workbook.xlsb",
    "good_libreoffice.ods",
    "good_archive.zip",
)

_HEADER = "tanggal;pasar;komoditas;harga"
_RECORD = '{"tanggal":"2026-07-28","pasar":"Pasar Banyuwangi","komoditas":"Bawang Merah","harga":%s}'
_PAGE = "<html>%s<table><tr><th>Tanggal<th>Pasar<th>Komoditas<th>Harga</tr>%s</table></html>"
_CELLS = "".join(
    f'<c r="{letter}1" t="inlineStr"><is><t>{text}</t></is></c>'
    for letter, text in zip("ABCD", ("Tanggal", "Pasar", "Komoditas", "Harga"), strict=True)
)
_SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    f'<row r="1">{_CELLS}</row></sheetData>%s</worksheet>'
)


@dataclass(frozen=True)
class Seed:
    """One file of the corpus, judged as one of a dataset."""

    name: str
    dataset: str
    content: bytes


def breakers() -> dict[str, bytes]:
    """Files that broke the decoder once, by what they broke."""
    sheet = "xl__worksheets__sheet1.xml"
    merged = '<mergeCells><mergeCell ref="{}"/></mergeCells>'
    text = {
        "crashed_whole_number_of_400_digits.json": f"[{_RECORD % ('9' * 400)}]",
        "crashed_nested_number_of_400_digits.json": '{"2026-07-28":{"P":{"Bawang Merah":%s}}}' % ("9" * 400),
        "time_keys_of_each_record_its_own.json": "["
        + ",".join([_RECORD % "1", *(f'{{"k{n}":1}}' for n in range(1500))])
        + "]",
        "lost_rows_beyond_nested_tables.html": _PAGE % ("<table><tr><td>" * 300, ""),
        "lost_rows_of_a_page_cut_off.html": "<html><table><tr><th>Tanggal<th>Pasar<th>Komoditas<th>Harga",
        "time_spans_beyond_the_table.html": _PAGE % ("", "<tr>" + "<td rowspan=9999999>1</td>" * 4 + "</tr>"),
    }
    return {name: content.encode() for name, content in text.items()} | {
        "crashed_unknown_charset.html": b"<meta charset=windows-99999>"
        + (_PAGE % ("", "")).encode()
        + b"\xe9",
        "time_merged_cells_upside_down.xlsx": package(
            "", **{sheet: _SHEET % merged.format("ZZZZZZZZZ9:A99999999999999")}
        ),
        "hidden_utf16_without_mark.xlsx": package("", **{sheet: (_SHEET % "").encode("utf-16-le")}),
    }


def seeds() -> Iterator[Seed]:
    """The whole corpus, always in the same order."""
    for folder in sorted(path for path in SAMPLES.iterdir() if path.is_dir()):
        for path in sorted(folder.iterdir()):
            is_wanted = folder.name == DATASET or path.name in _OTHER_FORMATS
            if is_wanted and path.suffix != ".yaml" and path.stat().st_size <= _LARGEST:
                yield Seed(path.name, folder.name, path.read_bytes())
    for name, content in breakers().items():
        yield Seed(name, DATASET, content)
    for path in sorted(KEPT.iterdir()) if KEPT.is_dir() else []:
        yield Seed(path.name, DATASET, path.read_bytes())
