"""Check and load on a real database: real figures, repeats, crashes, the past in the warehouse."""

import csv
import json
from datetime import date
from pathlib import Path

import psycopg
import pytest

from lumbung import night as stages
from lumbung.reference import Reference
from lumbung.settings import Role
from lumbung.warehouse.connection import connect

pytestmark = pytest.mark.database

SLICE = Path(__file__).parents[1] / "fixtures" / "shallot_2026-07_slice.csv"
BUSINESS_DATE = date(2026, 7, 28)


def real_rows(settings):
    """Rows of the slice by regency code, as an office would send them."""
    reference, rows = Reference.load(settings), {}
    for row in csv.DictReader(SLICE.open(encoding="utf-8")):
        rows.setdefault(reference.resolve_regency(row["kabkota"]), []).append(
            {
                "Tanggal": row["tanggal"],
                "Kab/Kota": row["kabkota"],
                "Pasar": row["pasar"],
                "Komoditas": "Bawang Merah",
                "Harga": row["harga"],
            }
        )
    return rows


def hand_in(inbox, regency, rows, name="harga.csv"):
    path = inbox / regency / "staple_prices" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]), delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
    return path


def price(on, amount, market="Pasar Lawang"):
    return {"Tanggal": on, "Pasar": market, "Komoditas": "Bawang Merah", "Harga": str(amount)}


def begin(settings, inbox, run_id, on=BUSINESS_DATE):
    tonight, offices = stages.open_night(settings, on, str(inbox), run_id)
    for office in offices:
        if (inbox / office["regency_code"]).is_dir():
            stages.collect(settings, tonight, office["regency_code"])
    stages.decode(settings, tonight)
    return tonight


def whole(settings, inbox, run_id, on=BUSINESS_DATE):
    tonight = begin(settings, inbox, run_id, on)
    return stages.check(settings, tonight), stages.load(settings, tonight)


@pytest.fixture
def db(warehouse):
    with connect(Role.ENGINEER, warehouse, autocommit=True) as connection:
        yield connection


def raw_rows(db):
    return db.execute(
        "select submission_id, sheet, row_number, observed_on, regency_code, market_id, commodity_code,"
        " price_level, unit, price_idr, is_suspect from raw.staple_prices order by 1, 2, 3"
    ).fetchall()


def test_the_two_dropped_zeros_of_the_real_figures_are_held(warehouse, db, tmp_path):
    for regency, rows in real_rows(warehouse).items():
        hand_in(tmp_path, regency, rows)
    checked, loaded = whole(warehouse, tmp_path, "run-1")
    assert checked["files"] == 3
    assert checked["partially_accepted"] == 2
    assert (loaded["rows_loaded"], loaded["rows_held"]) == (222, 2)

    found = db.execute(
        "select left(f.submission_id, 4), f.row_number, f.column_name, f.value, h.cells ->> 'market',"
        " h.typed ->> 'observed_on', 'SP-401' = any(h.rule_ids)"
        " from intake.findings as f"
        " inner join intake.held_rows as h using (submission_id, row_number)"
        " where f.rule_id = 'SP-401' order by 1"
    ).fetchall()
    assert [(r[0], r[2], r[3], r[4], r[5], r[6]) for r in found] == [
        ("3507", "Harga", "3200", "Pasar Lawang", "2026-07-14", True),
        ("3509", "Harga", "2700", "Pasar Wirolegi", "2026-07-27", True),
    ]
    assert db.execute("select count(*) from raw.staple_prices").fetchone() == (222,)
    assert db.execute(
        "select count(*) from raw.staple_prices where price_idr < 10000 or unit <> 'kg' or is_suspect"
    ).fetchone() == (0,)
    ledger = db.execute(
        "select verdict, rows_total, rows_blank, rows_accepted, rows_held, period_first_on, period_last_on,"
        " state, load_seq is not null from intake.submissions where regency_code = '3507'"
    ).fetchone()
    assert ledger == (
        "partially_accepted", 70, 0, 69, 1, date(2026, 7, 14), date(2026, 7, 27), "loaded", True,
    )  # fmt: skip


def test_every_rule_has_its_result_in_the_audit(warehouse, db, tmp_path):
    hand_in(tmp_path, "3507", [price("2026-07-28", 30_000), price("2026-07-28", 31_000)])
    whole(warehouse, tmp_path, "run-1")
    results = dict(
        db.execute("select rule_id, (rows_applied, rows_failed)::text from audit.gx_results").fetchall()
    )
    assert results["SP-301"] == "(2,2)"
    assert results["SP-102"] == "(2,0)"
    assert results["SP-201"] == "(0,0)"


def test_a_second_run_changes_nothing(warehouse, db, tmp_path):
    for regency, rows in real_rows(warehouse).items():
        hand_in(tmp_path, regency, rows)
    whole(warehouse, tmp_path, "run-1")
    before = raw_rows(db)
    checked, loaded = whole(warehouse, tmp_path, "run-2")
    assert (checked["files"], loaded["files"]) == (0, 0)
    assert raw_rows(db) == before


def test_a_crash_between_two_submissions_loads_the_rest_once(warehouse, db, tmp_path, monkeypatch):
    from lumbung.load import stage

    for regency, rows in real_rows(warehouse).items():
        hand_in(tmp_path, regency, rows)
    tonight = begin(warehouse, tmp_path, "run-1")
    stages.check(warehouse, tonight)
    transition, calls = stage.transition, []

    def dies_at_the_second(*args, **kwargs):
        calls.append(args[1])
        if len(calls) == 2:
            raise psycopg.OperationalError("the server went away")
        transition(*args, **kwargs)

    monkeypatch.setattr(stage, "transition", dies_at_the_second)
    with pytest.raises(psycopg.OperationalError):
        stages.load(warehouse, tonight)
    assert db.execute("select count(distinct submission_id) from raw.staple_prices").fetchone() == (1,)
    assert db.execute("select count(distinct submission_id) from intake.held_rows").fetchone()[0] <= 1

    monkeypatch.setattr(stage, "transition", transition)
    stages.load(warehouse, tonight)
    assert db.execute("select count(*) from raw.staple_prices").fetchone() == (222,)
    assert db.execute("select count(*) from intake.held_rows").fetchone() == (2,)
    order = db.execute("select submission_id from intake.submissions order by load_seq").fetchall()
    received = db.execute(
        "select submission_id from intake.submissions order by received_at, submission_id"
    ).fetchall()
    assert order == received


def test_a_check_that_died_before_its_end_gives_the_same_again(warehouse, db, tmp_path, monkeypatch):
    from lumbung.check import stage

    hand_in(tmp_path, "3507", real_rows(warehouse)["3507"])
    tonight = begin(warehouse, tmp_path, "run-1")

    def dies(*args, **kwargs):
        raise psycopg.OperationalError("the server went away")

    with monkeypatch.context() as patch:
        patch.setattr(stage, "transition", dies)
        with pytest.raises(psycopg.OperationalError):
            stages.check(warehouse, tonight)
    assert db.execute("select count(*) from intake.findings").fetchone() == (0,)
    stages.check(warehouse, tonight)
    assert db.execute("select count(*) from intake.findings where rule_id = 'SP-401'").fetchone() == (1,)
    assert db.execute("select state from intake.submissions").fetchone() == ("checked",)


def test_lost_work_files_send_the_submission_back_to_be_decoded(warehouse, db, tmp_path):
    hand_in(tmp_path, "3507", [price("2026-07-28", 30_000)])
    hand_in(tmp_path, "3509", [price("2026-07-28", 30_000, "Pasar Tanjung")])
    tonight = begin(warehouse, tmp_path, "run-1")
    next((warehouse.work / "decoded").glob("3507*.arrow")).unlink()
    checked = stages.check(warehouse, tonight)
    assert (checked["files"], checked["failed"]) == (1, 1)
    next((warehouse.work / "checked").glob("3509*.rows.csv")).write_text("submission_id\n")
    assert stages.load(warehouse, tonight)["failed"] == 1
    states = db.execute("select state, failure is not null from intake.submissions").fetchall()
    assert states == [("failed", True)] * 2

    checked, loaded = whole(warehouse, tmp_path, "run-2")
    assert (checked["accepted"], loaded["rows_loaded"]) == (2, 2)
    assert db.execute("select count(*) from raw.staple_prices").fetchone() == (2,)


def test_the_reference_rests_on_the_warehouse_and_the_latest_version_of_a_day(warehouse, db, tmp_path):
    days = [f"2026-06-{d:02d}" for d in range(1, 11)]
    hand_in(tmp_path, "3507", [price(on, 30_000) for on in days], "juni.csv")
    whole(warehouse, tmp_path, "run-1", date(2026, 6, 11))
    hand_in(tmp_path, "3507", [price(on, 40_000) for on in days], "juni.csv")
    whole(warehouse, tmp_path, "run-2", date(2026, 6, 12))
    hand_in(tmp_path, "3507", [price("2026-07-28", 4_500)], "juli.csv")
    checked, _ = whole(warehouse, tmp_path, "run-3")
    assert checked["rejected"] == 1
    message = db.execute("select message from intake.findings where rule_id = 'SP-401'").fetchone()[0]
    assert "harga acuan Rp 40.000" in message


def test_a_new_market_is_compared_with_the_province_of_that_day(warehouse, db, tmp_path):
    hand_in(tmp_path, "3509", [price("2026-07-28", p, m) for p, m in [(30_000, "Pasar Tanjung")]])
    whole(warehouse, tmp_path, "run-1")
    hand_in(tmp_path, "3507", [price("2026-07-28", 300_000)])
    hand_in(tmp_path, "3573", [price("2026-07-28", 29_000, "Pasar Klojen")])
    whole(warehouse, tmp_path, "run-2")
    held = db.execute("select left(submission_id, 4), typed ->> 'price_idr' from intake.held_rows").fetchall()
    assert held == [("3507", "300000")]


def test_an_unchanged_price_is_noted_across_nights(warehouse, db, tmp_path):
    hand_in(tmp_path, "3507", [price(f"2026-06-{d:02d}", 30_000) for d in range(1, 31)], "juni.csv")
    whole(warehouse, tmp_path, "run-1", date(2026, 6, 30))
    hand_in(tmp_path, "3507", [price("2026-07-20", 30_000)], "juli.csv")
    checked, _ = whole(warehouse, tmp_path, "run-2")
    assert checked["accepted_with_notes"] == 1
    message = db.execute("select message from intake.findings where rule_id = 'SP-403'").fetchone()[0]
    assert "30 hari" in message


def test_files_without_rows_are_rejected_with_findings(warehouse, db, tmp_path):
    folder = tmp_path / "3507" / "staple_prices"
    folder.mkdir(parents=True)
    (folder / "kosong.csv").write_bytes(b"")
    (folder / "tanpa_harga.csv").write_text(
        "Tanggal;Pasar;Komoditas;Harga\n2026-07-28;Pasar Lawang;Bawang Merah;-\n"
    )
    (folder / "ganda.csv").write_text(
        "Tanggal;Pasar;Komoditas;Harga;Harga\n2026-07-28;Pasar Lawang;Bawang Merah;1;2\n"
    )
    checked, loaded = whole(warehouse, tmp_path, "run-1")
    assert (checked["rejected"], loaded["files"], loaded["rows_loaded"]) == (3, 3, 0)
    found = db.execute(
        "select s.file_name, f.rule_id, s.verdict from intake.findings as f"
        " inner join intake.submissions as s using (submission_id) order by 1, 2"
    ).fetchall()
    assert found == [
        ("ganda.csv", "SP-014", "rejected"),
        ("kosong.csv", "SP-007", "rejected"),
        ("tanpa_harga.csv", "SP-008", "rejected"),
    ]


def test_too_many_held_rows_reject_the_whole_file(warehouse, db, tmp_path):
    rows = [price("2026-07-28", 30_000, m) for m in ("Pasar Lawang", "Pasar A", "Pasar B")]
    hand_in(tmp_path, "3507", rows)
    checked, loaded = whole(warehouse, tmp_path, "run-1")
    assert (checked["rejected"], loaded["rows_loaded"], loaded["rows_held"]) == (1, 0, 3)
    reasons = db.execute("select rule_ids from intake.held_rows order by row_number").fetchall()
    assert reasons == [(["SP-021"],), (["SP-202"],), (["SP-202"],)]
    message = db.execute("select message from intake.findings where rule_id = 'SP-021'").fetchone()[0]
    assert "2 dari 3 baris (66,7 %)" in message


def test_held_rows_keep_what_was_written_and_what_was_understood(warehouse, db, tmp_path):
    hand_in(
        tmp_path, "3507", [price("28 Juli 2026", "Rp 30.000,-", m) for m in ("Lawang", "Lawangan", "Turen")]
    )
    whole(warehouse, tmp_path, "run-1")
    cells, typed = db.execute("select cells, typed from intake.held_rows").fetchone()
    assert cells == {
        "observed_on": "28 Juli 2026", "market": "Lawangan", "commodity": "Bawang Merah",
        "price": "Rp 30.000,-",
    }  # fmt: skip
    assert typed == {
        "observed_on": "2026-07-28", "regency_code": "3507", "market_id": None,
        "commodity_code": "bawang_merah", "price_level": "consumer", "unit": "kg", "price_idr": 30_000,
    }  # fmt: skip
    assert json.dumps(typed)


def test_a_file_that_breaks_the_check_fails_alone_and_is_tried_again(warehouse, db, tmp_path, monkeypatch):
    from lumbung.check.judgement import NightJudge

    hand_in(tmp_path, "3507", [price("2026-07-28", 30_000)], name="baik.csv")
    hand_in(tmp_path, "3507", [price("2026-07-28", 31_000)], name="ganjil.csv")

    def breaking(self, file, typed):
        if file.file_name == "ganjil.csv":
            raise ZeroDivisionError("31000")
        return really(self, file, typed)

    really = NightJudge.judge
    monkeypatch.setattr(NightJudge, "judge", breaking)
    checked, _ = whole(warehouse, tmp_path, "run-1")
    assert (checked["files"], checked["failed"]) == (1, 1)
    states = "select file_name, state, failure ~ '^ZeroDivisionError in breaking' and failure !~ '31000'"
    of_both = f"{states} from intake.submissions order by file_name"
    assert db.execute(of_both).fetchall() == [("baik.csv", "loaded", None), ("ganjil.csv", "failed", True)]

    monkeypatch.undo()
    again, _ = whole(warehouse, tmp_path, "run-2")
    assert (again["files"], again["failed"]) == (1, 0)
    assert db.execute(of_both).fetchall() == [("baik.csv", "loaded", None), ("ganjil.csv", "loaded", None)]
