"""How every workbook that goes out begins: nothing in it can become a formula or a link."""

from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook

_OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "in_memory": True,
}


def new_workbook(target: Path | BytesIO, title: str, created: datetime) -> "Workbook":
    """A workbook to write into; the same content gives the same bytes.

    Args:
        target: Where its bytes go once it is closed.
        title: What it is, as a property of the file.
        created: Without a zone. Not the moment of writing, which would make two equal workbooks differ.
    """
    from xlsxwriter import Workbook

    book = Workbook(str(target) if isinstance(target, Path) else target, _OPTIONS)
    book.set_properties({"title": title, "company": "Disperindag Provinsi Jawa Timur", "created": created})
    return book
