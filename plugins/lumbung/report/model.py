"""What a summary of a release holds."""

from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True)
class Release:
    """One publication; ``business_date`` is the day it reports on."""

    release_id: int
    published_at: datetime
    business_date: date


@dataclass(frozen=True)
class CommodityPrice:
    """A commodity's provincial price on its latest day, at most the business date.

    Prices are rupiah per ``unit``, changes per cent. ``above``, ``within`` and ``below`` count regencies by
    the map band of their price that day. ``trend`` holds the provincial price of the 30 days up to the
    business date, None where there is no figure.
    """

    commodity_code: str
    commodity_name: str
    unit: str
    price_level: str
    observed_on: date
    price_idr: int
    change_1d_pct: float | None
    change_7d_pct: float | None
    above: int
    within: int
    below: int
    trend: list[int | None]


@dataclass(frozen=True)
class Finding:
    """A broken rule of a submission as told to the office: its first finding, and how many are listed.

    ``is_cut``: there are more than are listed.
    """

    severity: str
    total: int
    row_number: int | None
    message: str
    is_cut: bool = False


@dataclass(frozen=True)
class Submission:
    """One file of an office in the release's night; ``findings`` are one per rule, must-fix first."""

    submission_id: str
    file_name: str
    version: int
    verdict: str | None
    rows_total: int
    rows_accepted: int
    rows_held: int
    galat_count: int
    konfirmasi_count: int
    findings: list[Finding] = field(default_factory=list)


@dataclass(frozen=True)
class OfficeReport:
    """An office on the business date: whether and when it reported, and its files."""

    regency_code: str
    regency_name: str
    is_obliged: bool
    is_received: bool
    is_on_time: bool
    submissions: list[Submission]

    @property
    def standing(self) -> str:
        """``received`` (in time), ``late`` (received after the due time), ``awaited`` or ``not_obliged``."""
        if self.is_received:
            return "received" if self.is_on_time else "late"
        return "awaited" if self.is_obliged else "not_obliged"

    @property
    def verdict(self) -> str | None:
        """The verdict of the latest file, None without one."""
        return self.submissions[-1].verdict if self.submissions else None


@dataclass(frozen=True)
class Summary:
    """Everything the page and the terminal show; ``release`` is None while nothing is published."""

    release: Release | None
    commodities: list[CommodityPrice]
    offices: list[OfficeReport]

    @property
    def expected(self) -> int:
        """Offices that are obliged to report."""
        return sum(office.is_obliged for office in self.offices)

    @property
    def received(self) -> int:
        """Offices whose file came, in time or late."""
        return sum(office.is_received for office in self.offices)

    @property
    def on_time(self) -> int:
        """Offices whose file came in time."""
        return self.standing("received")

    @property
    def late(self) -> int:
        """Offices whose file came after the due time."""
        return self.standing("late")

    @property
    def awaited(self) -> int:
        """Obliged offices whose file has not come."""
        return self.standing("awaited")

    @property
    def sent_other_days(self) -> int:
        """Offices that have sent files tonight, none of them with prices of the business date."""
        return sum(
            bool(office.submissions) and not office.is_received and office.verdict != "rejected"
            for office in self.offices
        )

    @property
    def rejected(self) -> int:
        """Offices whose latest file was rejected."""
        return sum(office.verdict == "rejected" for office in self.offices)

    def standing(self, standing: str) -> int:
        """Offices with a standing (``OfficeReport.standing``)."""
        return sum(office.standing == standing for office in self.offices)

    @property
    def galat(self) -> int:
        """Findings that must be fixed, over all files."""
        return sum(s.galat_count for office in self.offices for s in office.submissions)

    @property
    def konfirmasi(self) -> int:
        """Findings to be confirmed, over all files."""
        return sum(s.konfirmasi_count for office in self.offices for s in office.submissions)

    @property
    def rows_held(self) -> int:
        """Rows held back, over all files."""
        return sum(s.rows_held for office in self.offices for s in office.submissions)

    @property
    def rows_accepted(self) -> int:
        """Rows accepted, over all files."""
        return sum(s.rows_accepted for office in self.offices for s in office.submissions)
