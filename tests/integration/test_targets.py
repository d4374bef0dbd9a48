"""Targets from the workbook into the ledger, by the command line, and into the marts."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from lumbung.build import state
from lumbung.build.dbt import run_build
from lumbung.build.manifest import mart_models, parse
from lumbung.cli.main import cli
from lumbung.errors import LumbungError
from lumbung.intake.changes import Who
from lumbung.publish.release import publish
from lumbung.publish.schema import sync
from lumbung.reference import Reference
from lumbung.settings import Role, Settings
from lumbung.targets import ledger
from lumbung.targets.layout import COLUMNS
from lumbung.targets.model import Note, Subject
from lumbung.targets.workbook import kept_copy, read_workbook
from lumbung.warehouse.connection import connect
from tests.dbt.dbt_warehouse import Warehouse
from tests.unit.targets.sheets import ROW, write_rows

pytestmark = pytest.mark.database

DAY = date(2026, 7, 1)
PACITAN = Subject("ikm_jumlah", "3501", 2026, 0)
ADJUSTED = ROW | {"version": "perubahan 1", "value": 1200, "decree": "SK 188/9/2026",
                  "decided_on": date(2026, 6, 15), "effective_from_on": date(2026, 7, 1)}  # fmt: skip
WHO = Who("Sari", "keliru")


class Planner:
    """Loads workbooks of rows."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self.settings, self.folder = settings, folder
        self.reference = Reference.load(settings)

    def load(self, *rows: dict[str, Any], dry_run: bool = False) -> ledger.Outcome:
        return self.load_file(write_rows(self.folder / "target.xlsx", rows), dry_run)

    def load_file(self, path: Path, dry_run: bool = False) -> ledger.Outcome:
        with kept_copy(path) as copy, connect(Role.INGEST, self.settings) as conn:
            book = read_workbook(self.settings, copy, path.name, self.reference)
            return ledger.load(conn, self.settings, copy, book, "Sari", dry_run)

    def refused(self, *rows: dict[str, Any]) -> list[tuple[int | None, str]]:
        with pytest.raises(ledger.Refused) as error:
            self.load(*rows)
        return [(one.row_number, one.message) for one in error.value.problems]

    def note(self, cause: str, follow_up: str, subject: Subject = PACITAN) -> bool:
        with connect(Role.INGEST, self.settings) as conn:
            return ledger.note(conn, self.settings, Note(subject, cause, follow_up), "Budi")

    def withdraw(self, version_id: int | None) -> tuple[int, int]:
        assert version_id is not None
        with connect(Role.INGEST, self.settings) as conn:
            return ledger.withdraw(conn, version_id, WHO)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with connect(Role.ENGINEER, self.settings) as conn:
            return conn.execute(query).fetchall()

    @property
    def counting(self) -> list[tuple[Any, ...]]:
        return self.rows(
            "select regency_code, target_version, target_value from intake.targets"
            " where until_seq is null order by 1, 2 desc"
        )


@pytest.fixture
def planner(warehouse: Settings, tmp_path: Path) -> Planner:
    return Planner(warehouse, tmp_path)


def test_a_workbook_enters_with_who_when_and_its_bytes(planner: Planner) -> None:
    done = planner.load(
        ROW | {"cause": "Data lambat", "follow_up": "Pendampingan"}, ROW | {"regency": "3578"}
    )
    assert (done.targets, done.notes, done.unchanged) == (2, 1, 0)
    assert planner.counting == [("3501", "original", 1500), ("3578", "original", 1500)]
    ((version, sha256, by, journal, kind),) = planner.rows(
        "select v.version_id, v.sha256, v.entered_by, c.made_by, c.kind from intake.target_versions as v"
        " join intake.changes as c on c.change_seq = v.version_id"
    )
    assert (version, by, journal, kind) == (done.version_id, "Sari", "Sari", "targets_loaded")
    assert (planner.settings.landing / "targets" / "35" / sha256).read_bytes() == (
        planner.folder / "target.xlsx"
    ).read_bytes()
    assert planner.rows("select regency_code, cause, follow_up, noted_by from intake.target_notes") == [
        ("3501", "Data lambat", "Pendampingan", "Sari")
    ]


def test_the_same_again_changes_nothing(planner: Planner) -> None:
    first = planner.load(ROW)
    assert planner.load_file(planner.folder / "target.xlsx").repeat_of == first.version_id
    # Other bytes, the same target, and a new one: only that one is taken.
    second = planner.load(ROW, ROW | {"regency": "3578"})
    assert (second.targets, second.unchanged) == (1, 1)
    assert planner.load(ROW | {"regency": "3578"}) == ledger.Outcome(None, 0, 0, 1)
    assert len(planner.rows("select from intake.target_versions")) == 2


def test_a_target_is_never_overwritten_and_an_adjusted_one_stands_beside_it(planner: Planner) -> None:
    planner.load(ROW)
    (fault,) = planner.refused(ROW | {"value": 1600}, ROW | {"regency": "3578"})
    assert fault[0] == 2
    assert "sudah tercatat: 1.500, berlaku mulai 10 Januari 2026, menurut SK 188/1/2026" in fault[1]
    assert planner.counting == [("3501", "original", 1500)], "nothing of a refused workbook is taken"
    planner.load(ROW, ADJUSTED)
    assert planner.counting == [("3501", "original", 1500), ("3501", "adjusted_1", 1200)]


def test_an_adjusted_target_needs_the_one_before_it(planner: Planner) -> None:
    assert planner.refused(ADJUSTED) == [
        (2, "Target perubahan 1 tidak dapat dicatat, karena target asli belum ada.")
    ]
    late = ROW | {"effective_from_on": date(2026, 7, 2)}
    assert planner.refused(late, ADJUSTED) == [
        (3, "Berlaku Mulai lebih awal daripada versi sebelumnya, yang berlaku mulai 2 Juli 2026.")
    ]
    assert planner.refused(ROW, ADJUSTED | {"version": "perubahan 2"})[0][1].startswith("Target perubahan 2")
    assert planner.load(ROW, ADJUSTED).targets == 2, "both in one workbook, in whatever order"


def test_one_wrong_regency_keeps_the_whole_workbook_out(planner: Planner) -> None:
    faults = planner.refused(ROW, ROW | {"regency": "Madiun"}, ROW | {"regency": "3578", "cause": "x"})
    assert faults == [(3, 'Nama "Madiun" dipakai oleh kabupaten dan oleh kota.')]
    assert planner.rows("select from intake.targets") == []
    assert planner.rows("select from intake.changes") == []
    assert not (planner.settings.landing / "targets").exists()


def test_faults_of_the_file_and_of_the_ledger_are_told_together(planner: Planner) -> None:
    planner.load(ROW)
    faults = planner.refused(
        ROW | {"value": 1600}, ROW | {"regency": "Madiun"},
        ROW | {"regency": "3578", "value": "dua"}, ADJUSTED | {"regency": "3578"},
        ROW | {"regency": "3579", "value": None, "cause": "x"},
    )  # fmt: skip
    # Row 5 adjusts what row 4 says unreadably: it is not told that the original is missing.
    assert [row for row, _ in faults] == [2, 3, 4, 6]


def test_a_crash_leaves_nothing_and_the_next_try_takes_all(
    planner: Planner, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = ROW | {"cause": "Data lambat"}

    def crash(*_: object) -> None:
        raise RuntimeError("crash")

    with monkeypatch.context() as broken:
        broken.setattr(ledger, "_insert_notes", crash)
        with pytest.raises(RuntimeError, match="crash"):
            planner.load(row)
    for table in ("changes", "target_versions", "targets", "target_notes"):
        assert planner.rows(f"select from intake.{table}") == [], table
    done = planner.load(row)
    assert (done.targets, done.notes) == (1, 1)


def test_a_dry_run_shows_and_changes_nothing(planner: Planner) -> None:
    assert planner.load(ROW, dry_run=True).targets == 1
    assert planner.counting == []
    assert not (planner.settings.landing / "targets").exists()


def test_the_latest_note_counts_and_earlier_ones_stay(planner: Planner) -> None:
    with pytest.raises(LumbungError, match="no target of ikm_jumlah"):
        planner.note("x", "y")
    planner.load(ROW)
    assert planner.note("Permintaan turun", "Promosi")
    assert not planner.note("Permintaan turun", "Promosi")
    assert planner.note("", "Promosi dan pameran"), "what is left out stays as it was said before"
    assert planner.rows("select cause, follow_up from intake.target_notes order by note_id") == [
        ("Permintaan turun", "Promosi"), ("Permintaan turun", "Promosi dan pameran"),
    ]  # fmt: skip
    with pytest.raises(LumbungError, match="cause or a follow-up"):
        planner.note(" ", "")


def test_a_withdrawn_workbook_counts_no_more_and_can_be_loaded_again(planner: Planner) -> None:
    first = planner.load(ROW | {"cause": "Data lambat"})
    second = planner.load(ADJUSTED)
    with pytest.raises(LumbungError, match=f"workbook {second.version_id} rest on"):
        planner.withdraw(first.version_id)
    assert planner.withdraw(second.version_id) == (1, 0)
    assert planner.withdraw(first.version_id) == (1, 1)
    assert planner.counting == []
    with pytest.raises(LumbungError, match="was withdrawn before"):
        planner.withdraw(first.version_id)
    assert planner.load(ROW | {"cause": "Data lambat"}).targets == 1
    with connect(Role.INGEST, planner.settings) as conn:
        found = [(one.withdrawn_by, one.withdrawn_reason) for one in ledger.versions(conn)]
    assert found == [(None, None), ("Sari", "keliru"), ("Sari", "keliru")]


def test_targets_are_numbered_with_loads_so_that_the_next_build_covers_them(planner: Planner) -> None:
    Warehouse(planner.settings).night(DAY)
    parse(planner.settings)
    with connect(Role.OWNER, planner.settings) as owner:
        sync(owner, mart_models(planner.settings))
    Warehouse(planner.settings).execute("update audit.publication set compare_everything = false")
    with connect(Role.TRANSFORM, planner.settings) as conn:
        before = state.extent(conn, planner.settings, DAY, full=False)
        state.after_build(conn, before, 1)
        conn.execute("update build.work_state set is_published = true")
        conn.commit()
        assert not state.extent(conn, planner.settings, DAY, full=False).is_needed
        conn.commit()
        done = planner.load(ROW)
        after = state.extent(conn, planner.settings, DAY, full=False)
        assert after.is_needed
        assert after.to_load_seq == done.version_id
        assert after.changed_datasets == frozenset(), "no dataset changed: models of datasets are left alone"


def test_nobody_rewrites_what_was_loaded(planner: Planner) -> None:
    planner.load(ROW)
    for role, statement in [
        (Role.INGEST, "update intake.targets set target_value = 1"),
        (Role.INGEST, "delete from intake.targets"),
        (Role.INGEST, "delete from intake.target_notes"),
        (Role.INGEST, "update intake.target_versions set entered_by = 'x'"),
        (Role.TRANSFORM, "update intake.targets set until_seq = null"),
        (Role.READER, "select from intake.targets"),
    ]:
        with connect(role, planner.settings) as conn, pytest.raises(psycopg.errors.InsufficientPrivilege):
            conn.execute(statement)
    with connect(Role.PLANNER, planner.settings) as conn:
        assert conn.execute("select count(*) from intake.targets").fetchone() == (1,)


def run(*arguments: str, fails: bool = False) -> str:
    result = CliRunner().invoke(cli, ["targets", *arguments])
    if fails:
        assert isinstance(result.exception, LumbungError), result.output
        return result.output + str(result.exception)
    assert result.exception is None, (result.output, result.exception)
    return result.output


def test_template_filled_and_loaded_by_the_command_line(planner: Planner) -> None:
    path = planner.folder / "target-2026.xlsx"
    assert "18 rows" in run("template", "-o", str(path), "--year", "2026", "--regency", "Kota Malang")
    assert "is there already" in run("template", "-o", str(path), fails=True)
    book = load_workbook(path)
    sheet = book["Target"]
    at = {name: number for number, name in enumerate(COLUMNS, start=1)}
    for row in range(2, 20):
        is_range = sheet.cell(row, at["indicator"]).value == "ketahanan_stok"
        for name in ("lower", "upper") if is_range else ("value",):
            sheet.cell(row, at[name], row + len(name))
        sheet.cell(row, at["decree"], "SK 1")
        sheet.cell(row, at["decided_on"], date(2026, 1, 5))
        sheet.cell(row, at["effective_from_on"], date(2026, 1, 5))
    book.save(path)
    assert "18 targets and 0 notes" in run("load", str(path), "--by", "Sari", "--dry-run")
    assert planner.counting == []
    assert "are workbook" in run("load", str(path), "--by", "Sari")
    assert "already; nothing was changed" in run("load", str(path), "--by", "Sari")
    assert len(planner.counting) == 18
    listed = run("list")
    assert "target-2026.xlsx" in listed
    assert "1 workbook." in listed
    assert "18 targets." in run("list", "--regency", "3573")
    said = (
        "note",
        "--indicator",
        "tenaga_kerja",
        "--regency",
        "Kota Malang",
        "--year",
        "2026",
        "--by",
        "Budi",
    )
    assert "is kept" in run(*said, "--cause", "Pabrik tutup", "--follow-up", "Pelatihan")
    assert "says so already" in run(*said, "--cause", "Pabrik tutup")
    assert "no indicator" in run(
        "note", "--indicator", "tenaga_kera", "--regency", "3573", "--year", "2026", "--by", "B", fails=True
    )
    (version,) = planner.rows("select version_id from intake.target_versions")[0]
    assert "18 targets and 0 notes" in run("withdraw", str(version), "--reason", "keliru", "--by", "Sari")
    assert planner.counting == []


def test_a_faulty_workbook_shows_every_place_by_the_command_line(planner: Planner) -> None:
    path = write_rows(planner.folder / "x.xlsx", [ROW | {"regency": "Malang", "value": "lima"}])
    said = run("load", str(path), "--by", "Sari", fails=True)
    for words in ("Kabupaten/Kota", "Kota Malang", "lima", "2 faults", "Nothing was changed"):
        assert words in said.replace("\n", " "), words
    assert "cannot be read" in run("load", str(planner.folder / "no.xlsx"), "--by", "Sari", fails=True)


class Nights:
    """Real nights of build and publication over the whole dbt project."""

    def __init__(self, settings: Settings) -> None:
        self.settings, self.warehouse = settings, Warehouse(settings)
        parse(settings)
        with connect(Role.OWNER, settings) as owner:
            sync(owner, mart_models(settings))

    def night(self, day: date) -> int | None:
        self.warehouse.night(day)
        ((night_id,),) = self.warehouse.execute("select max(night_id) from audit.nights")
        built = run_build(self.settings, night_id, day)
        marts = mart_models(self.settings)
        release = publish(self.settings, night_id, day, "test", marts, built.to_load_seq)
        return None if release is None else release.release_id

    def read(self, query: str) -> list[tuple[Any, ...]]:
        with connect(Role.READER, self.settings) as conn:
            return conn.execute(query).fetchall()


def test_an_adjusted_target_changes_tracking_from_its_day_on(planner: Planner) -> None:
    """By hand: 900 of 1,500 units are 60 %; against the adjusted 1,200 they are 75 %."""
    nights = Nights(planner.settings)
    nights.warehouse.night(date(2026, 6, 30))
    nights.warehouse.load_realisations(
        "3501", date(2026, 6, 30), [("ikm_jumlah", 2026, "TW2", "900", None, None)]
    )
    planner.load(ROW, ADJUSTED)
    today = (
        "select target_version, attainment_pct, band, valid_from_on, valid_to_on"
        " from marts.fct_target_tracking where regency_code = '3501' and is_effective"
    )
    first = nights.night(date(2026, 6, 30))
    assert nights.read(today) == [("original", Decimal(60), "low", date(2026, 1, 10), date(2026, 6, 30))]
    second = nights.night(date(2026, 7, 1))
    assert nights.read(today) == [("adjusted_1", Decimal(75), "medium", date(2026, 7, 1), None)]
    assert (first, second) == (1, 2)

    as_of = (
        "select target_version, attainment_pct from {}.fct_target_tracking where regency_code = '3501'"
        " and date '{}' between valid_from_on and coalesce(valid_to_on, 'infinity')"
    )
    assert nights.read(as_of.format("marts", "2026-06-30")) == [("original", Decimal(60))]
    assert nights.read(as_of.format("marts", "2026-07-01")) == [("adjusted_1", Decimal(75))]
    assert nights.read(as_of.format("marts", "2026-01-09")) == []
    with connect(Role.READER, planner.settings) as conn:
        conn.execute("set lumbung.release = 1")
        query = (
            "select target_version from asof.fct_target_tracking where regency_code = '3501' and is_effective"
        )
        assert conn.execute(query).fetchall() == [("original",)]

    # A note alone makes the next night publish, and nothing new makes none.
    assert nights.night(date(2026, 7, 1)) is None
    assert planner.note("Izin terlambat", "Pendampingan")
    assert nights.night(date(2026, 7, 1)) == 3
    assert nights.read(
        "select distinct cause, follow_up from marts.fct_target_tracking where regency_code = '3501'"
    ) == [("Izin terlambat", "Pendampingan")]

    said = CliRunner().invoke(cli, ["whatif", "--indicator", "ikm_jumlah", "--regency", "Kabupaten Pacitan"])
    assert said.exception is None
    # (1,200 - 900) / 6 months from July on.
    for words in (
        "900 unit sampai 30 Juni 2026",
        "75,00 %, sedang",
        "menambah 50 unit",
        "6 bulan",
        "Desember 2026",
    ):
        assert words in said.output.replace("\n", " "), words
    wrong = CliRunner().invoke(cli, ["whatif", "--indicator", "ikm_jumlah", "--regency", "3578"])
    assert isinstance(wrong.exception, LumbungError)
