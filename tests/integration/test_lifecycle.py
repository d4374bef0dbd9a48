"""What people do to judged submissions: withdraw, release, explain, load again; and what then counts."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest

from lumbung import replay
from lumbung.check.explained import read_explanations
from lumbung.errors import LumbungError
from lumbung.intake import explanations, quarantine, replays, withdrawals
from lumbung.intake.changes import Who
from lumbung.intake.replays import Selection
from lumbung.settings import Role, Settings
from lumbung.warehouse.connection import connect
from tests.integration.lifecycle_world import LAWANG, OFFICE, TONIGHT, TUREN, WHO, World, with_rules

pytestmark = pytest.mark.database

D25, D26, D27, D28 = (date(2026, 7, day) for day in (25, 26, 27, 28))
STEADY: list[tuple[str, str, int | str]] = [
    ("2026-07-25", "Lawang", 30000),
    ("2026-07-26", "Lawang", 30100),
    ("2026-07-27", "Lawang", 30200),
]


@pytest.fixture
def world(warehouse: Settings, tmp_path: Path) -> Iterator[World]:
    made = World(warehouse, tmp_path)
    yield made
    made.conn.close()


def withdraw(world: World, submission_id: str, **options: Any) -> withdrawals.Outcome:
    outcome = withdrawals.withdraw(world.conn, world.contract, submission_id, WHO, **options)
    world.conn.commit()
    return outcome


def restore(world: World, submission_id: str, **options: Any) -> withdrawals.Outcome:
    outcome = withdrawals.restore(world.conn, world.contract, submission_id, WHO, **options)
    world.conn.commit()
    return outcome


def release(world: World, finding: str, **options: Any) -> quarantine.Released:
    released = quarantine.release(world.conn, world.contract, finding, WHO, **options)
    world.conn.commit()
    return released


# ----------------------------------------------------------------------------------------- withdrawing


def test_a_withdrawn_file_gives_way_to_the_one_before_and_comes_back(world: World) -> None:
    first = world.submit([("2026-07-28", "Lawang", 30000), ("2026-07-28", "Turen", 29000)])
    second = world.submit([("2026-07-28", "Lawang", 31000), ("2026-07-27", "Lawang", 31500)])
    raw = world.all("select r::text from raw.staple_prices as r order by 1")
    assert world.prices(second) == {(D28, LAWANG): 31000, (D27, LAWANG): 31500}

    outcome = withdraw(world, second)
    assert outcome.rows == 2
    shown = [
        (item.before and item.before.values["price_idr"], item.after and item.after.values["price_idr"])
        for item in outcome.keys
    ]
    assert shown == [(31500, None), (31000, 30000)]
    assert world.prices(second) == {(D28, LAWANG): 30000}
    assert world.prices(first) == {(D28, LAWANG): 30000, (D28, TUREN): 29000}
    assert world.all("select r::text from raw.staple_prices as r order by 1") == raw

    assert restore(world, second).rows == 2
    assert world.prices(second) == {(D28, LAWANG): 31000, (D27, LAWANG): 31500}
    assert world.all(
        "select kind, made_by, reason from intake.changes where submission_id = %s order by change_seq",
        second,
    ) == [
        ("loaded", None, None),
        ("withdrawn", "Ratna", "dikonfirmasi lewat telepon"),
        ("restored", "Ratna", "dikonfirmasi lewat telepon"),
    ]


def test_old_bytes_again_change_nothing_and_the_office_hears_which_version_counts(world: World) -> None:
    old: list[tuple[str, str, int | str]] = [("2026-07-28", "Lawang", 30000)]
    first = world.submit(old, hour=8)
    second = world.submit([("2026-07-28", "Lawang", 31000)], hour=9)
    assert world.submit(old, hour=10) == second, "no third submission"
    assert world.prices(first) == {(D28, LAWANG): 31000}
    said = f"Hasil pemeriksaan: diterima. Yang berlaku adalah versi yang lebih baru, nomor {second};"
    assert said in world.receipts()

    withdraw(world, second)
    assert world.prices(first) == {(D28, LAWANG): 30000}
    assert "Yang berlaku" not in world.receipts()
    assert "1 ditarik" in world.receipts()


def test_rows_are_withdrawn_and_taken_back_one_by_one(world: World) -> None:
    submission = world.submit([("2026-07-28", "Lawang", 30000), *STEADY])
    withdraw(world, submission, rows="3-4, 9")
    withdraw(world, submission, rows="5")
    assert world.prices(submission) == {(D28, LAWANG): 30000}
    assert withdraw(world, submission, rows="4-5").change_seq is None

    restore(world, submission, rows="4")
    assert world.prices(submission) == {(D28, LAWANG): 30000, (D26, LAWANG): 30100}
    assert world.all("select rows::text from intake.withdrawn_now") == [("{[3,4),[5,6),[9,10)}",)]
    withdraw(world, submission)
    restore(world, submission, rows="2-5")
    assert world.all("select rows::text from intake.withdrawn_now") == [("{(,2),[6,)}",)]
    assert len(world.prices(submission)) == 4


def test_a_dry_run_shows_the_same_and_changes_nothing(world: World) -> None:
    world.submit([("2026-07-28", "Lawang", 30000)])
    second = world.submit([("2026-07-28", "Lawang", 31000)])
    before = world.contents()
    shown = withdraw(world, second, dry_run=True)
    assert world.contents() == before

    done = withdraw(world, second)
    assert (shown.rows, shown.keys) == (done.rows, done.keys)
    assert world.contents() != before


@pytest.mark.parametrize(
    ("submission", "rows", "sheet", "what"),
    [
        ("3507-SP-0000000000", None, None, "no submission"),
        (None, "99", None, "no accepted row"),
        (None, "9-5", None, "does not name rows"),
        (None, "1;2", None, "does not name rows"),
        (None, None, "Lembar 2", "no accepted row"),
    ],
)
def test_what_cannot_be_withdrawn_is_refused(
    world: World, submission: str | None, rows: str | None, sheet: str | None, what: str
) -> None:
    real = world.submit([("2026-07-28", "Lawang", 30000)])
    before = world.contents()
    with pytest.raises(LumbungError, match=what):
        withdraw(world, submission or real, rows=rows, sheet=sheet)
    world.conn.rollback()
    with pytest.raises(LumbungError, match="is withdrawn"):
        restore(world, real)
    world.conn.rollback()
    assert world.contents() == before


@pytest.mark.parametrize(("name", "reason"), [("", "x"), ("x", " ")])
def test_every_change_names_a_person_and_a_reason(name: str, reason: str) -> None:
    with pytest.raises(LumbungError, match="a name and a reason"):
        Who(name, reason)


# ------------------------------------------------------------------------------------------ releasing


def test_a_held_row_that_is_true_counts_as_a_suspect_until_it_is_withdrawn(world: World) -> None:
    submission = world.submit([*STEADY, ("2026-07-28", "Lawang", 3000)])
    assert (D28, LAWANG) not in world.prices(submission)
    finding = world.finding(submission, "SP-401")
    before = world.contents()
    assert release(world, finding, dry_run=True).row["price_idr"] == 3000
    assert world.contents() == before

    released = release(world, finding)
    assert (released.row_number, released.rule_ids) == (5, ("SP-401",))
    assert world.prices(submission)[D28, LAWANG] == 3000
    assert world.one(
        "select submission_id, sheet, row_number, column_number, is_suspect, load_seq from raw.staple_prices"
        " where price_idr = 3000"
    ) == (submission, "", 5, 0, True, released.load_seq)
    assert release(world, finding).load_seq is None

    withdraw(world, submission, rows="5")
    assert (D28, LAWANG) not in world.prices(submission)


def test_a_withdrawn_row_is_not_released_behind_the_withdrawal(world: World) -> None:
    submission = world.submit([*STEADY, ("2026-07-28", "Lawang", 3000)])
    withdraw(world, submission)
    finding, before = world.finding(submission, "SP-401"), world.contents()
    with pytest.raises(LumbungError, match=r"Row 5 of .* is withdrawn") as refused:
        release(world, finding)
    world.conn.rollback()
    assert world.contents() == before
    assert f"lumbung withdraw {submission} --rows 5 --undo" in refused.value.remedy
    restore(world, submission, rows="5")
    release(world, finding)
    assert world.prices(submission) == {(D28, LAWANG): 3000}


def test_a_released_row_does_not_push_a_later_file_aside(world: World) -> None:
    submission = world.submit([*STEADY, ("2026-07-28", "Lawang", 3000)])
    later = world.submit([("2026-07-28", "Lawang", 30300)])
    assert release(world, world.finding(submission, "SP-401")).keys == []
    assert world.prices(later) == {(D28, LAWANG): 30300}


@pytest.mark.parametrize(
    ("row", "rule", "what"),
    [
        (("2026-07-28", "Lawangan", 30000), "SP-202", r"not fully understood: Pasar \(market_id\)"),
        (("2026-08-28", "Lawang", 30000), "SP-106", "its day had not come"),
        (("2026-07-28", "Lawang", 30000), "SP-402", "points at no held row"),
    ],
)
def test_a_row_that_nobody_may_release_stays_held(
    world: World, row: tuple[str, str, int | str], rule: str, what: str
) -> None:
    rows = [*STEADY, ("2026-07-28", "Turen", 20000), row]
    if rule == "SP-402":
        rows[-1] = ("2026-07-28", "Lawang", 44000)
    submission = world.submit(rows)
    rule = rule if rule != "SP-106" else _rule_of(world, "days_ahead")
    finding = world.finding(submission, rule)
    before = world.contents()
    with pytest.raises(LumbungError, match=what):
        release(world, finding)
    world.conn.rollback()
    assert world.contents() == before


def _rule_of(world: World, subject: str) -> str:
    return next(
        rule.rule_id for rule in world.contract.rules if rule.subject == subject and rule.severity == "galat"
    )


@pytest.mark.parametrize("name", ["3507-SP-0000000000", "/3", "3507-SP-0000000000/x", "3507-SP-0000000000/3"])
def test_a_finding_that_is_not_there_is_said_to_be_so(world: World, name: str) -> None:
    with pytest.raises(LumbungError, match=r"does not name a finding|There is no submission"):
        release(world, name)


# ------------------------------------------------------------------------------------------ explaining


def explain(world: World, finding: str, text: str = "Panen gagal karena banjir.") -> explanations.Explained:
    done = explanations.explain(world.conn, world.contract, finding, text, "Ratna")
    world.conn.commit()
    return done


def is_explained(world: World, submission_id: str, rule_id: str = "SP-402") -> list[bool]:
    rows = world.all(
        "select explanation_id is not null from intake.findings where submission_id = %s and rule_id = %s",
        submission_id,
        rule_id,
    )
    return [row[0] for row in rows]


def test_an_explanation_holds_while_key_and_value_stay(world: World) -> None:
    move = ("2026-07-28", "Lawang", 44000)
    first = world.submit([*STEADY, move])
    explained = explain(world, world.finding(first, "SP-402"))
    assert explained.findings == (world.finding(first, "SP-402"),)
    assert not explain(world, world.finding(first, "SP-402")).is_new

    written_otherwise = world.submit([("2026-07-28", "Lawang", "Rp 44.000,-")])
    assert is_explained(world, written_otherwise) == [True]
    other_value = world.submit([("2026-07-28", "Lawang", 45000)])
    assert is_explained(world, other_value) == [False]
    other_key = world.submit(
        [("2026-07-28", "Turen", 20000), ("2026-07-29", "Lawang", 64000)], on=date(2026, 7, 29)
    )
    assert is_explained(world, other_key) == [False]

    open_again = explanations.take_back(world.conn, world.finding(first, "SP-402"), WHO)
    world.conn.commit()
    assert len(open_again) == 2
    assert is_explained(world, first) + is_explained(world, written_otherwise) == [False, False]
    assert world.one("select count(*) from intake.explanations where revoked_by = 'Ratna'") == (1,)


def test_a_later_explanation_replaces_the_one_before_everywhere(world: World) -> None:
    first = world.submit([*STEADY, ("2026-07-28", "Lawang", 44000)])
    second = world.submit([("2026-07-28", "Lawang", "44.000")])
    explain(world, world.finding(first, "SP-402"), "Salah dengar.")
    done = explain(world, world.finding(second, "SP-402"), "Pasokan terhenti.")
    assert len(done.findings) == 2
    assert world.all("select explanation from intake.explanations where revoked_at is null") == [
        ("Pasokan terhenti.",)
    ]


def test_a_galat_is_not_explained_away(world: World) -> None:
    submission = world.submit([*STEADY, ("2026-07-28", "Lawang", 3000)])
    with pytest.raises(LumbungError, match="must be mended"):
        explain(world, world.finding(submission, "SP-401"))


def test_explanations_come_back_in_the_workbook(tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.active.append(["Terima kasih atas kirimannya"])
    sheet = book.create_sheet("Temuan")
    sheet.append(["Daftar temuan berkas harga.xlsx"])
    sheet.append([])
    sheet.append(["Nomor Temuan", "Sel", "Pesan", "Penjelasan"])
    sheet.append(["3507-SP-0123456789/1", "D5", "Harga naik.", "=1+1"])
    sheet["D4"].data_type = "s"
    sheet.append(["3507-SP-0123456789/2", "D6", "Harga turun.", None])
    sheet.append(["3507-SP-0123456789/3", "D7", "Harga naik.", "Panen gagal."])
    book.save(tmp_path / "jawaban.xlsx")

    typed = read_explanations(tmp_path / "jawaban.xlsx")
    assert [(item.finding, item.text, item.sheet) for item in typed][-1] == (
        "3507-SP-0123456789/3", "Panen gagal.", "Temuan",
    )  # fmt: skip
    assert [item.finding[-1] for item in typed] in (["1", "3"], ["3"])

    (tmp_path / "lain.xlsx").write_bytes(b"PK\x03\x04 not a workbook")
    with pytest.raises(LumbungError, match="cannot be read as a feedback workbook"):
        read_explanations(tmp_path / "lain.xlsx")


# --------------------------------------------------------------------------------------------- replays


def again(world: World, submission_id: str, settings: Settings) -> None:
    """Order a submission to be loaded again and run its stages under an installation's contracts."""
    assert replay.order(settings, Selection((submission_id,)), WHO) == [submission_id]
    night = replay.open_run(settings, "test")
    before = world.settings
    world.settings = settings
    world.stages(night)
    world.settings = before


def test_loading_again_brings_what_is_accepted_now_and_drops_what_is_not(
    world: World, tmp_path: Path
) -> None:
    submission = world.submit([*STEADY, ("2026-07-28", "Lawang", 3000)])
    seq = world.one("select load_seq from intake.submissions")
    lenient = with_rules(world.settings, tmp_path / "lenient", SP_401="konfirmasi")
    before = world.contents()
    (trial,) = replay.rehearse(lenient, Selection((submission,)))
    assert (trial.verdict_before, trial.verdict_after) == ("partially_accepted", "accepted_with_notes")
    assert (trial.rows_before, trial.rows_after, trial.gained) == (3, 4, (("", 5, 0),))
    assert (trial.lost, trial.changed, trial.is_different) == ((), (), True)
    assert world.contents() == before

    replay.order(lenient, Selection((submission,)), WHO)
    assert world.one("select state, load_seq from intake.submissions") == ("received", *seq)
    assert len(world.prices(submission)) == 3, "old rows count until the new ones are loaded"
    assert replay.order(lenient, Selection((submission,)), WHO) == [], "marked once"
    with pytest.raises(LumbungError, match="being processed"):
        release(world, f"{submission}/1")
    world.conn.rollback()
    night = replay.open_run(lenient, "test")
    world.settings, strict = lenient, world.settings
    world.stages(night)
    assert world.prices(submission)[D28, LAWANG] == 3000
    assert world.one("select state, load_seq > %s from intake.submissions", *seq) == ("reported", True)
    assert world.one("select count(*), count(distinct load_seq) from raw.staple_prices") == (7, 2)

    world.settings = strict
    again(world, submission, strict)
    assert (D28, LAWANG) not in world.prices(submission)
    assert world.one("select count(*) from intake.held_rows") == (1,)
    assert [row[0] for row in world.all("select kind from intake.changes order by change_seq")] == [
        "loaded", "replay", "loaded", "replay", "loaded",
    ]  # fmt: skip
    (trial,) = replay.rehearse(strict, Selection((submission,)))
    assert not trial.is_different
    assert replay.told([trial])[0].endswith("(no difference)")


def test_what_people_did_outlives_loading_again(world: World, tmp_path: Path) -> None:
    submission = world.submit([*STEADY, ("2026-07-28", "Lawang", 3000), ("2026-07-28", "Turen", 44000)])
    release(world, world.finding(submission, "SP-401"))
    withdraw(world, submission, rows="2")
    kept = world.prices(submission)
    again(world, submission, world.settings)
    assert world.prices(submission) == kept

    lenient = with_rules(world.settings, tmp_path / "lenient", SP_401="konfirmasi")
    again(world, submission, lenient)
    assert world.prices(submission) == kept
    assert world.one("select count(*) from intake.loads where kind = 'release' and until_seq is null") == (
        0,
    ), "the row is accepted now: the load's own row counts, not the released one"


def test_only_what_is_reported_can_be_selected(world: World) -> None:
    submission = world.submit([("2026-07-28", "Lawang", 30000)])
    chosen = Selection(dataset="staple_prices", regency_code=OFFICE, period_from=D28, period_to=D28)
    assert replays.select(world.conn, chosen) == [submission]
    for selection, what in [
        (Selection(), "Nothing says which"),
        (Selection(period_to=D27), "No reported submission fits"),
        (Selection(("3507-SP-0000000000",)), "not in the ledger"),
    ]:
        with pytest.raises(LumbungError, match=what):
            replays.select(world.conn, selection)
    (
        world.settings.landing
        / world.one("select dataset || '/' || regency_code || '/' || sha256 from intake.submissions")[0]
    ).unlink()
    with pytest.raises(LumbungError, match="no bytes"):
        replay.order(world.settings, Selection((submission,)), WHO)


def test_the_journal_can_be_written_and_not_rewritten(world: World) -> None:
    world.submit([("2026-07-28", "Lawang", 30000)])
    for role, statement in [
        (Role.INGEST, "delete from intake.changes"),
        (Role.INGEST, "update intake.changes set reason = 'x'"),
        (Role.INGEST, "update intake.withdrawals set rows = '{[1,2)}'"),
        (Role.INGEST, "update raw.staple_prices set price_idr = 1"),
        (Role.INGEST, "update intake.unlocks set period_to = '2099-01-01'"),
        (Role.TRANSFORM, "insert into intake.changes (submission_id, kind) values ('x', 'loaded')"),
        (Role.TRANSFORM, "select * from intake.unlocks"),
        (Role.PUBLISH, "update intake.loads set until_seq = 1"),
    ]:
        with connect(role, world.settings) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement)


def test_tonight_is_the_business_date_of_a_run_that_loads_again(world: World) -> None:
    world.submit([("2026-07-28", "Lawang", 30000)])
    night = replay.open_run(world.settings, "manual__1")
    assert (night.business_date, night.inbox) == (TONIGHT, "")
    assert replay.open_run(world.settings, "manual__1").night_id == night.night_id
