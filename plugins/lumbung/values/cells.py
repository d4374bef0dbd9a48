"""How one cell of a decoded file is written down as text without losing what it was.

A cell that was text in the file stays as written. A cell that was a real number, date, boolean or error is
marked by two characters in front, so that a price typed as a number is never confused with a price typed as
text. The decoder drops the mark's first character from every text, so a mark cannot be forged.
"""

from datetime import date, datetime

ESCAPE = "\x1f"
NUMBER = "\x1fn"
DATE = "\x1fd"
BOOLEAN = "\x1fb"
ERROR = "\x1fe"

TEXT_KIND = "text"
NUMBER_KIND = "number"
DATE_KIND = "date"
BOOLEAN_KIND = "boolean"
ERROR_KIND = "error"

_KINDS = {NUMBER: NUMBER_KIND, DATE: DATE_KIND, BOOLEAN: BOOLEAN_KIND, ERROR: ERROR_KIND}


def mark_number(value: float) -> str:
    """A cell that held a real number, written so that `float()` gives back exactly that number."""
    return NUMBER + repr(float(value))


def mark_date(value: date) -> str:
    """A cell that held a real date, or an instant: ISO, the time only where it is not midnight."""
    if isinstance(value, datetime):
        at_midnight = value.timetz().replace(tzinfo=None) == datetime.min.time()
        return DATE + (value.date().isoformat() if at_midnight else value.replace(tzinfo=None).isoformat())
    return DATE + value.isoformat()


def mark_boolean(value: bool) -> str:
    """A cell that held a real boolean: 1 or 0."""
    return BOOLEAN + ("1" if value else "0")


def mark_error(code: str) -> str:
    """A cell that held an error of the spreadsheet, such as `#DIV/0!`."""
    return ERROR + code


def kind_of(cell: str) -> str:
    """What the cell was in the file: `text`, `number`, `date`, `boolean` or `error`."""
    return _KINDS.get(cell[:2], TEXT_KIND)


def plain_text(cell: str) -> str:
    """What a person saw in the cell, for findings and quarantine: no mark, no needless `.0`.

    Dates show as 31/12/2025, booleans as spreadsheets in Indonesian show them (BENAR, SALAH).
    """
    kind, body = kind_of(cell), cell[2:]
    if kind == NUMBER_KIND:
        return body[:-2] if body.endswith(".0") else body
    if kind == DATE_KIND:
        day, _, clock_time = body.partition("T")
        year, month, day_of_month = day.split("-")
        shown = f"{day_of_month}/{month}/{year}"
        return f"{shown} {clock_time}" if clock_time else shown
    if kind == BOOLEAN_KIND:
        return "BENAR" if body == "1" else "SALAH"
    if kind == ERROR_KIND:
        return body
    return cell
