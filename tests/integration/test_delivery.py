"""Answers that could not be handed over wait, are told, and go out once."""

import io
from collections.abc import Iterator
from datetime import date
from typing import Any

import psycopg
import pytest
from rich.console import Console

from lumbung.errors import LumbungError
from lumbung.feedback import delivery
from lumbung.feedback.delivery import Parcel
from lumbung.feedback.placing import Made, note, place
from lumbung.intake import ledger
from lumbung.local.unreached import offices_unanswered
from lumbung.reference import Office
from lumbung.settings import Role, Settings
from lumbung.warehouse.connection import connect

pytestmark = pytest.mark.database
DAYS = (date(2026, 7, 27), date(2026, 7, 28))


class Scripted:
    """A receiver that fails as long as it is told to."""

    name = "scripted"

    def __init__(self, is_down: bool = False) -> None:
        self.is_down, self.asked, self.closed = is_down, 0, 0
        self.taken: list[tuple[str, str]] = []

    def close(self) -> None:
        self.closed += 1

    def deliver(self, regency_code: str, parcel: Parcel) -> None:
        self.asked += 1
        if self.is_down:
            raise LumbungError("Their server is away.", "", "")
        self.taken.append((regency_code, parcel.letter))


@pytest.fixture
def conn(warehouse: Settings) -> Iterator[psycopg.Connection[Any]]:
    """Three offices, each with two lists of receipts in the outbox."""
    with connect(Role.INGEST, warehouse, autocommit=True) as connection:
        offices = [Office(code, f"Kantor {code}", "sftp", "x", True) for code in ("3501", "3502", "3503")]
        ledger.sync_offices(connection, offices)
        for office in offices:
            for day in DAYS:
                path = f"{office.regency_code}/tanda-terima_{day}.txt"
                place(warehouse.outbox / path, f"{office.regency_code} {day}".encode())
                made = Made(office.regency_code, None, "receipts", path, f"Tanda terima {day}", path)
                note(connection, warehouse, made)
        yield connection


def _told(settings: Settings) -> str:
    out = io.StringIO()
    with connect(Role.ENGINEER, settings) as engineer:
        Console(file=out, width=120).print(offices_unanswered(engineer))
    return out.getvalue()


def test_what_failed_is_told_and_goes_out_the_next_night_and_nothing_twice(
    conn: psycopg.Connection[Any], warehouse: Settings
) -> None:
    up, down = Scripted(), Scripted(is_down=True)
    receivers = {"3501": down, "3502": up, "3503": None}
    assert delivery.deliver(conn, warehouse, receivers.get) == {"delivered": 2, "not_delivered": 2}
    assert (up.closed, down.closed) == (1, 1)
    assert down.asked == 1, "an office that is out of reach costs one attempt"
    words = " ".join(_told(warehouse).splitlines()[-1].split())
    assert words == "3501 Kantor 3501 2 Their server is away."

    down.is_down = False
    assert delivery.deliver(conn, warehouse, receivers.get) == {"delivered": 2, "not_delivered": 0}
    assert delivery.deliver(conn, warehouse, receivers.get) == {"delivered": 0, "not_delivered": 0}
    assert down.taken == [("3501", f"3501 {day}") for day in DAYS]
    assert up.taken == [("3502", f"3502 {day}") for day in DAYS]
    assert _told(warehouse).strip() == "None"


def test_delivery_ends_in_time_and_goes_on_the_next_night(
    conn: psycopg.Connection[Any], warehouse: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    receiver = Scripted()
    monkeypatch.setattr(delivery, "_SECONDS", -1.0)
    assert delivery.deliver(conn, warehouse, lambda _: receiver) == {"delivered": 0, "not_delivered": 6}
    told = " ".join(_told(warehouse).split())
    assert "3501 Kantor 3501 2 The time for deliveries" in told
    assert "was used up before its turn." in told
    monkeypatch.setattr(delivery, "_SECONDS", 60.0)
    assert delivery.deliver(conn, warehouse, lambda _: receiver) == {"delivered": 6, "not_delivered": 0}
