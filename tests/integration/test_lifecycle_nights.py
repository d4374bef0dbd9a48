"""What people do to submissions, by command, and what the nights after it publish."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from lumbung.cli.main import cli
from lumbung.settings import Settings
from tests.installation import built_warehouse
from tests.nights import fingerprint, rows, run_night, set_arrival, write_csv

pytestmark = pytest.mark.database

DAY = date(2026, 7, 28)
WHO = ["--reason", "dikonfirmasi lewat telepon", "--by", "Ratna"]


def price(day: int, amount: int, market: str = "Lawang") -> list[Any]:
    return [f"2026-07-{day}", market, "Bawang Merah", "kg", amount]


def lumbung(*arguments: str) -> str:
    """Run a command; what it says."""
    result = CliRunner().invoke(cli, list(arguments), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return " ".join(result.output.split())


def workbook(path: Path, explanations: dict[str, str]) -> Path:
    """A returned feedback workbook."""
    from openpyxl import Workbook

    book = Workbook()
    book.active.append(["Nomor Temuan", "Pesan", "Penjelasan"])
    for finding, text in explanations.items():
        book.active.append([finding, "…", text])
    book.save(path)
    return path


def letter(settings: Settings, submission_id: str) -> str:
    """The letter about a submission that lies in the outbox."""
    (path,) = (settings.outbox / "3507").glob(f"{submission_id}_*.txt")
    return path.read_text(encoding="utf-8")


def observed(settings: Settings) -> dict[tuple[str, str], tuple[int, bool]]:
    found = rows(
        settings,
        "select extract(day from observed_on)::text, market_name, price_idr, is_suspect"
        " from marts.fct_price_observation",
    )
    return {(day, market): (amount, is_suspect) for day, market, amount, is_suspect in found}


def test_the_next_night_publishes_what_people_did_and_what_they_took_back(
    warehouse: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    built_warehouse(warehouse)
    steady = [price(day, 30000) for day in (24, 25, 26)]
    first = [*steady, price(27, 30000), price(28, 44000), price(28, 2900, "Turen")]
    set_arrival(
        write_csv(tmp_path, "3507", [*first, *[price(d, 29000, "Turen") for d in (25, 26, 27)]]), DAY, 9
    )
    set_arrival(write_csv(tmp_path, "3507", [price(27, 31000)], name="koreksi.csv"), DAY, 10)
    assert run_night(warehouse, tmp_path, DAY)["release_id"] == 1
    before, published = fingerprint(warehouse), observed(warehouse)
    assert published["27", "Pasar Lawang"] == (31000, False)
    assert ("28", "Pasar Turen") not in published
    names = dict(rows(warehouse, "select file_name, submission_id from marts.fct_submission"))
    correction, submission = names["koreksi.csv"], names["harga.csv"]
    findings = dict(
        rows(
            warehouse,
            "select rule_id, min(finding_no) from marts.fct_finding where submission_id = %s group by 1",
            [submission],
        )
    )
    held, move = f"{submission}/{findings['SP-401']}", f"{submission}/{findings['SP-402']}"

    dry = lumbung("withdraw", correction, *WHO, "--dry-run")
    assert "31000" in dry
    assert "-> kg · 30000" in dry
    assert "Nothing was changed" in dry
    assert "counted no more" in lumbung("withdraw", correction, *WHO)
    assert "held by SP-401" in lumbung("release-held", held, *WHO)
    answered = workbook(tmp_path / "jawaban.xlsx", {move: "Panen gagal.", held: "Memang murah."})
    told = lumbung("explain", "--workbook", str(answered), "--by", "Ratna")
    assert "must be mended" in told
    assert "1 explanation taken, 1 refused" in told
    assert run_night(warehouse, tmp_path, DAY)["release_id"] == 2
    assert observed(warehouse) == {
        **published,
        ("27", "Pasar Lawang"): (30000, False),
        ("28", "Pasar Turen"): (2900, True),
    }
    assert rows(warehouse, "select rule_id, explanation from marts.fct_finding where is_explained") == [
        ("SP-402", "Panen gagal.")
    ]
    letters = {name: letter(warehouse, name) for name in (submission, correction)}
    assert "1 baris data yang semula ditahan kini diterima setelah dikonfirmasi" in letters[submission]
    assert "Penjelasan untuk 1 temuan sudah kami terima." in letters[submission]
    assert "\nDitarik: semua 1 baris data yang semula diterima tidak dihitung lagi.\n" in letters[correction]
    receipts = (warehouse.outbox / "3507" / f"tanda-terima_{DAY}.txt").read_text(encoding="utf-8")
    assert "\n2 berkas: 1 diterima sebagian, 1 ditarik. " in receipts
    assert "\n- koreksi.csv (Harga Bahan Pokok): masuk " in receipts
    assert run_night(warehouse, tmp_path, DAY)["release_id"] is None, "nothing new"

    assert "counted again" in lumbung("withdraw", correction, "--undo", *WHO)
    row = rows(warehouse, "select row_number from marts.fct_price_observation where is_suspect")[0][0]
    lumbung("withdraw", submission, "--rows", str(row), *WHO)
    assert "1 finding open again" in lumbung("explain", move, "--undo", *WHO)
    shown = lumbung("replay", submission)
    assert "(no difference)" in shown
    assert "Nothing was changed" in shown
    assert "1 submission marked" in lumbung("replay", submission, "--apply", *WHO)
    assert run_night(warehouse, tmp_path, DAY)["release_id"] == 3
    assert fingerprint(warehouse) == before
    assert observed(warehouse) == published


def test_unlocks_are_made_listed_and_revoked(warehouse: Settings) -> None:
    wanted = ["--office", "3507", "--dataset", "staple_prices", "--from", "2026-05-01", "--to", "2026-05-31"]
    until = ["--valid-until", "2099-01-01"]
    assert "Dry run" in lumbung("unlock", *wanted, *until, *WHO, "--dry-run")
    assert "0 unlocks in force" in lumbung("unlock", "--list")
    made = lumbung("unlock", *wanted, *until, *WHO)
    assert "0 reported values of staple_prices from 3507 may be changed" in made
    number = made.rpartition("--revoke ")[2].split()[0]
    assert "until 2099-01-01 (Ratna: dikonfirmasi lewat telepon)" in lumbung("unlock", "--list")
    assert "is revoked" in lumbung("unlock", "--revoke", number, *WHO)
    assert "0 unlocks in force" in lumbung("unlock", "--list")
