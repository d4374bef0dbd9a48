"""An uploaded workbook: decoded in a limited process, understood strictly, everything wrong told at once."""

import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lumbung.contracts.load import load_contract
from lumbung.contracts.model import Severity
from lumbung.decode.job import DecodeJob
from lumbung.decode.outcome import DecodeOutcome, Fault
from lumbung.decode.stage import decode_files
from lumbung.errors import LumbungError
from lumbung.labels import format_date, label
from lumbung.reference import PROVINCE, Reference
from lumbung.settings import Settings
from lumbung.targets.layout import layout, title_of
from lumbung.targets.model import (
    FIRST_YEAR,
    LAST_YEAR,
    ORIGINAL,
    Amount,
    Note,
    Problem,
    Subject,
    Target,
    Workbook,
    version_named,
)
from lumbung.values.cells import plain_text
from lumbung.values.missing import is_missing, tidy
from lumbung.values.text import normalise_name
from lumbung.vocabularies import vocabulary

if TYPE_CHECKING:
    import pandas as pd

_WORDS_OF = "indicator_realisations"
"""The contract whose words tell what is wrong with a file as such: those that all contracts share."""
_REFUSED = frozenset({"hidden_sheet", "sheet_not_read", "column_not_read"})
"""Faults that offices only confirm: a target that is overlooked would be missed by nobody."""
_PROVINCE_NAMES = frozenset(
    {PROVINCE, "jawa timur", "provinsi jawa timur", "prov jawa timur", "provinsi", "jatim"}
)
_ORIGINAL_WORDS = frozenset({"asli", "awal", "murni", "original"})
_ADJUSTED_WORDS = ("perubahan", "adjusted", "penyesuaian", "revisi")
_MOST_VERSIONS = 99
_TEXT = 1000
"""Characters of a decree or a note at most."""


def is_province(text: str) -> bool:
    """Whether a text names the province as a whole."""
    return normalise_name(text) in _PROVINCE_NAMES


@contextmanager
def kept_copy(path: Path) -> Iterator[Path]:
    """A copy that nobody else writes to: what is judged is what is kept.

    Raises:
        LumbungError: when there is no such file, or it cannot be read.
    """
    with tempfile.TemporaryDirectory(prefix="lumbung-targets-") as folder:
        copy = Path(folder) / "workbook"
        try:
            shutil.copyfile(path, copy)
        except OSError as error:
            raise LumbungError(
                f"{path} cannot be read: {error.strerror}.",
                "Nothing was changed.",
                "Name the workbook to load.",
            ) from error
        yield copy


def read_workbook(settings: Settings, copy: Path, file_name: str, reference: Reference) -> Workbook:
    """Understand a workbook, by itself.

    Args:
        settings: The installation.
        copy: Its bytes (`kept_copy`).
        file_name: What it is called.
        reference: The lists of indicators and regencies.

    Returns:
        Its targets and notes, and every problem found; with problems its rows are not to be used.
    """
    with copy.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    book = Workbook(file_name, digest, copy.stat().st_size)
    with tempfile.TemporaryDirectory(prefix="lumbung-targets-") as folder:
        job = DecodeJob("workbook", copy.absolute(), file_name)
        (outcome,) = decode_files([job], layout(), Path(folder))
        book.problems += _of_the_file(settings, outcome, file_name)
        if outcome.table_path is not None:
            from pyarrow import feather

            frame = feather.read_table(outcome.table_path).to_pandas()
            for sheet, rows in frame.groupby("sheet", sort=False):
                _Sheet(str(sheet), rows.reset_index(drop=True), book, reference).read()
    _refuse_doubles(book)
    if not book.problems and not book.targets and not book.notes:
        book.problems.append(Problem(label("targets.problem.nothing"), label("targets.remedy.nothing")))
    book.problems.sort(key=lambda one: (one.sheet or "", one.row_number or 0))
    return book


def _of_the_file(settings: Settings, outcome: DecodeOutcome, file_name: str) -> list[Problem]:
    words = load_contract(settings.expectations / f"{_WORDS_OF}.odcs.yaml")
    problems = []
    for fault in outcome.faults:
        rule = words.rule_for_fault(fault.code)
        if rule.severity is not Severity.GALAT and fault.code not in _REFUSED:
            continue
        values = _values_of(fault) | {"file_name": file_name}
        problems.append(
            Problem(
                rule.render_message(values),
                rule.render_remedy(values),
                fault.sheet,
                fault.row_number,
                fault.column_name,
            )
        )
    return problems


def _values_of(fault: Fault) -> dict[str, Any]:
    place = {
        "sheet": fault.sheet,
        "row_number": fault.row_number,
        "column_name": fault.column_name,
        "value": fault.value,
        "label": fault.column_name,
    }
    return place | fault.context


class _Sheet:
    """One sheet's rows, typed column by column."""

    def __init__(self, name: str, rows: "pd.DataFrame", book: Workbook, reference: Reference) -> None:
        self._name, self._rows = name, rows
        self.book, self.reference = book, reference
        self.indicators = vocabulary("indicator", reference)
        self.periods = vocabulary("reporting_period", reference)

    def read(self) -> None:
        """Put the sheet's targets, notes and problems into the workbook."""
        from lumbung.values.dates import read_dates
        from lumbung.values.numbers import read_numbers

        numbers = {name: read_numbers(self._column(name)) for name in ("year", "value", "lower", "upper")}
        dates = {name: read_dates(self._column(name)) for name in ("decided_on", "effective_from_on")}
        for at in range(len(self._rows)):
            row = _Row(self, at, numbers, dates)
            if row.is_filled:
                row.read()

    def _column(self, name: str) -> "pd.Series":
        import pandas as pd

        if name in self._rows:
            return self._rows[name].astype(object).where(self._rows[name].notna(), None)
        return pd.Series([None] * len(self._rows), dtype=object)

    def text(self, name: str, at: int) -> str:
        """A cell as a person sees it; '' where it holds nothing, or a word that says so."""
        cell = self._rows[name].iloc[at] if name in self._rows else None
        seen = tidy(plain_text(cell)) if isinstance(cell, str) else ""
        return "" if is_missing(seen) else seen

    def place(self, at: int) -> tuple[str, int]:
        """Sheet and row as a person counts."""
        return self._name, int(self._rows["row_number"].iloc[at])


class _Row:
    """One row; `None` stands for what could not be understood, which has been told by then."""

    def __init__(self, sheet: _Sheet, at: int, numbers: dict[str, Any], dates: dict[str, Any]) -> None:
        self._sheet, self._at, self._numbers, self._dates = sheet, at, numbers, dates
        self._has_target = any(sheet.text(name, at) for name in ("value", "lower", "upper"))
        self._cause, self._follow_up = sheet.text("cause", at), sheet.text("follow_up", at)

    @property
    def is_filled(self) -> bool:
        """Whether somebody wrote more than the template brings along."""
        return self._has_target or bool(self._cause or self._follow_up)

    def read(self) -> None:
        """Put it into the workbook as a target, a note or both, or its problems."""
        known = len(self._sheet.book.problems)
        subject = self._subject()
        target = self._target(subject) if self._has_target else None
        for name, text in (("cause", self._cause), ("follow_up", self._follow_up)):
            self._refuse_long(name, text)
        if subject is None:
            return
        if len(self._sheet.book.problems) > known:
            self._sheet.book.doubtful.add(subject.of_year)
            return
        sheet, row_number = self._sheet.place(self._at)
        if target is not None:
            self._sheet.book.targets.append(target)
        if self._cause or self._follow_up:
            self._sheet.book.notes.append(Note(subject, self._cause, self._follow_up, sheet, row_number))

    def _subject(self) -> Subject | None:
        indicator, regency = self._indicator(), self._regency()
        year, quarter = self._year(), self._quarter()
        if indicator is None or regency is None or year is None or quarter is None:
            return None
        return Subject(indicator, regency, year, quarter)

    def _indicator(self) -> str | None:
        text = self._sheet.text("indicator", self._at)
        if not text:
            self._missing("indicator")
            return None
        code = self._sheet.indicators.resolve("", text)
        if code is None:
            near = ", ".join(self._sheet.indicators.suggest("", text))
            self._tell("indicator", "indicator_unknown", value=text, suggestion=near or "–")
        return code

    def _regency(self) -> str | None:
        text = self._sheet.text("regency", self._at)
        if not text:
            self._missing("regency")
            return None
        if is_province(text):
            return PROVINCE
        reference = self._sheet.reference
        codes = reference.regency_candidates(text)
        if len(codes) > 1:
            names = " atau ".join(reference.regencies[code].name for code in codes)
            self._tell("regency", "regency_ambiguous", value=text, choices=names)
        elif not codes:
            near = ", ".join(vocabulary("regency", reference).suggest("", text))
            self._tell("regency", "regency_unknown", value=text, suggestion=near or "–")
        return codes[0] if len(codes) == 1 else None

    def _year(self) -> int | None:
        if not self._sheet.text("year", self._at):
            self._missing("year")
            return None
        number = self._numbers["year"].values.iloc[self._at]
        if number != number or number % 1 or not FIRST_YEAR <= number <= LAST_YEAR:
            text = self._sheet.text("year", self._at)
            self._tell("year", "year_unfit", value=text, first=FIRST_YEAR, last=LAST_YEAR)
            return None
        return int(number)

    def _quarter(self) -> int | None:
        text = self._sheet.text("period", self._at)
        code = self._sheet.periods.resolve("", text) if text else "tahunan"
        if code == "tahunan":
            return 0
        if code is None or not code.startswith("TW"):
            self._tell("period", "period_unknown", value=text)
            return None
        return int(code[2:])

    def _version(self) -> str | None:
        text = self._sheet.text("version", self._at)
        word = normalise_name(text.replace("_", " "))
        if not word or word in _ORIGINAL_WORDS:
            return ORIGINAL
        for start in _ADJUSTED_WORDS:
            number = word.removeprefix(start).strip().removeprefix("ke").strip(" -")
            is_numbered = number.isascii() and number.isdigit() and len(number) <= len(str(_MOST_VERSIONS))
            if word.startswith(start) and (not number or is_numbered) and int(number or "1"):
                return version_named(int(number or "1"))
        self._tell("version", "version_unknown", value=text)
        return None

    def _target(self, subject: Subject | None) -> Target | None:
        version, amount = self._version(), self._amount(subject)
        decree = self._sheet.text("decree", self._at)
        if not decree:
            self._missing("decree")
        self._refuse_long("decree", decree)
        decided, effective = self._date("decided_on"), self._date("effective_from_on")
        if decided and effective and effective < decided:
            self._tell("effective_from_on", "effective_before_decided", decided=format_date(decided))
        if not (subject and version and amount and decree and decided and effective):
            return None
        return Target(subject, version, amount, decree, decided, effective, *self._sheet.place(self._at))

    def _amount(self, subject: Subject | None) -> Amount | None:
        numbers = {name: self._number(name) for name in ("value", "lower", "upper")}
        if subject is None or any(number is False for number in numbers.values()):
            return None
        value, lower, upper = (number if isinstance(number, Decimal) else None for number in numbers.values())
        name = self._sheet.reference.indicators[subject.indicator_code].name
        if self._sheet.reference.indicators[subject.indicator_code].direction != "range":
            if lower is not None or upper is not None or value is None:
                self._tell("value", "value_needed", indicator=name)
                return None
            return Amount(value)
        if value is not None or lower is None or upper is None:
            self._tell("lower", "range_needed", indicator=name)
            return None
        if lower > upper:
            self._tell("upper", "range_reversed")
            return None
        return Amount(None, lower, upper)

    def _number(self, name: str) -> "Decimal | bool | None":
        """The number; None where the cell is empty, False where it is none."""
        text = self._sheet.text(name, self._at)
        if not text:
            return None
        reading = self._numbers[name]
        number = reading.values.iloc[self._at]
        if number != number:
            is_doubtful = bool(reading.doubtful.iloc[self._at])
            self._tell(name, "number_doubtful" if is_doubtful else "number_unreadable", value=text)
            return False
        return Decimal(repr(float(number))).normalize()

    def _date(self, name: str) -> date | None:
        text = self._sheet.text(name, self._at)
        if not text:
            self._missing(name)
            return None
        found = self._dates[name].values.iloc[self._at]
        if found != found:
            self._tell(name, "date_unreadable", value=text)
            return None
        day: date = found.date()
        return day

    def _refuse_long(self, name: str, text: str) -> None:
        if len(text) > _TEXT:
            self._tell(name, "too_long", count=len(text), most=_TEXT)

    def _missing(self, name: str) -> None:
        self._tell(name, "missing")

    def _tell(self, column: str, key: str, **words: object) -> None:
        values = {"column": title_of(column)} | words
        sheet, row_number = self._sheet.place(self._at)
        message = label("targets.problem", key).format(**values)
        remedy = label("targets.remedy", key).format(**values)
        self._sheet.book.problems.append(Problem(message, remedy, sheet, row_number, title_of(column)))


def _refuse_doubles(book: Workbook) -> None:
    """The same target, or a note on the same, twice in one workbook: nobody could say which one is meant."""
    seen: dict[Any, tuple[str, int]] = {}
    rows = [((one.subject, one.version), one.sheet, one.row_number) for one in book.targets]
    rows += [((one.subject, "note"), one.sheet, one.row_number) for one in book.notes]
    for key, sheet, row_number in rows:
        if key not in seen:
            seen[key] = (sheet, row_number)
            continue
        first_sheet, first_row = seen[key]
        kind = "note_twice" if key[1] == "note" else "target_twice"
        book.problems.append(
            Problem(
                label("targets.problem", kind).format(sheet=first_sheet, row=first_row),
                label("targets.remedy", kind),
                sheet,
                row_number,
            )
        )
