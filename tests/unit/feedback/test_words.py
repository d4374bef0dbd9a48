"""What an answer says, and by when."""

from datetime import date
from typing import Any

import pytest

from lumbung.contracts.model import Severity
from lumbung.feedback import words
from lumbung.feedback.letter import subject, write_letter
from lumbung.feedback.model import Count
from tests.unit.feedback.answers import DAY, answer, finding


def counts(galat: int = 0, konfirmasi: int = 0) -> list[Count]:
    return [Count("SP-105", Severity.GALAT, galat, 0), Count("SP-402", Severity.KONFIRMASI, konfirmasi, 0)]


@pytest.mark.parametrize(
    ("facts", "line"),
    [
        (
            {"verdict": "accepted", "rows_accepted": 1234, "rows_total": 1234},
            "Diterima: semua 1.234 baris data diterima, tanpa catatan.",
        ),
        (
            {"verdict": "accepted_with_notes", "rows_accepted": 3, "counts": counts(0, 2)},
            "Diterima dengan catatan: semua 3 baris data diterima; 2 temuan perlu konfirmasi.",
        ),
        (
            {"verdict": "rejected", "rows_accepted": 0, "rows_held": 3, "counts": counts(4)},
            "Ditolak: tidak satu pun dari 3 baris data diterima; 4 temuan wajib diperbaiki.",
        ),
        (
            {"verdict": "rejected", "rows_total": 0, "counts": counts(1)},
            "Ditolak: berkas tidak dapat dibaca sebagai data; 1 temuan wajib diperbaiki.",
        ),
    ],
)
def test_the_first_line_is_the_verdict_in_words_and_counts(facts: dict[str, Any], line: str) -> None:
    assert words.verdict_line(answer(**facts)) == line


@pytest.mark.parametrize(
    ("today", "by_when"),
    [
        (date(2026, 7, 27), "paling lambat 28 Juli 2026 pukul 12.00 WIB"),
        (
            date(2026, 7, 28),
            "secepatnya: batas waktunya 28 Juli 2026 pukul 12.00 WIB sudah lewat,"
            " dan mulai 27 September 2026 periodenya dikunci",
        ),
        (
            date(2026, 9, 27),
            "setelah menghubungi kami: periodenya dikunci sejak 27 September 2026"
            " dan perubahan memerlukan pembukaan kunci",
        ),
    ],
)
def test_the_deadline_comes_from_the_contract_and_the_business_date(today: date, by_when: str) -> None:
    assert words.deadline(answer(business_date=today)) == by_when


@pytest.mark.parametrize(
    ("today", "by_when"),
    [
        (
            date(2026, 7, 28),
            "secepatnya: batas waktunya 28 Juli 2026 pukul 12.00 WIB sudah lewat, dan mulai 27 September 2026"
            " periodenya dikunci; data sampai 28 Mei 2026 sudah dikunci, dan mengubahnya memerlukan pembukaan"
            " kunci: mohon hubungi kami",
        ),
        (
            date(2026, 7, 27),
            "paling lambat 28 Juli 2026 pukul 12.00 WIB; data sampai 27 Mei 2026 sudah dikunci, dan"
            " mengubahnya memerlukan pembukaan kunci: mohon hubungi kami",
        ),
    ],
)
def test_a_row_of_long_ago_does_not_close_the_days_that_are_open(today: date, by_when: str) -> None:
    assert words.deadline(answer(business_date=today, period_first_on=date(2020, 1, 1))) == by_when


@pytest.mark.parametrize(
    ("kind", "until"),
    [
        ("daily", "18 Juli 2026"), ("weekly", "12 Juli 2026"), ("monthly", "30 Juni 2026"),
        ("quarterly", "30 Juni 2026"), ("yearly", "31 Desember 2025"),
    ],
)  # fmt: skip
def test_only_whole_periods_are_locked(kind: str, until: str) -> None:
    from dataclasses import replace

    one = answer(period_first_on=date(2024, 1, 1), business_date=date(2026, 7, 29))
    calendar = replace(one.contract.calendar, period=kind, lock_days_after=10)
    said = words.deadline(replace(one, contract=replace(one.contract, calendar=calendar)))
    assert f"; data sampai {until} sudah dikunci" in said


def test_without_a_period_it_is_as_soon_as_possible() -> None:
    assert words.deadline(answer(period_first_on=None, period_last_on=None)) == "secepatnya"


@pytest.mark.parametrize(
    ("period", "first", "locked"),
    [
        ("daily", date(2026, 7, 28), date(2026, 8, 8)),
        ("weekly", date(2026, 7, 27), date(2026, 8, 13)),
        ("monthly", date(2024, 2, 1), date(2024, 3, 11)),
        ("quarterly", date(2026, 10, 1), date(2027, 1, 11)),
        ("yearly", date(2025, 1, 1), date(2026, 1, 11)),
    ],
)
def test_a_period_is_locked_after_its_last_day(period: str, first: date, locked: date) -> None:
    from dataclasses import replace

    calendar = replace(answer().contract.calendar, period=period, lock_days_after=10)
    assert words.locked_from(calendar, first) == locked


def test_a_file_may_still_be_sent_on_the_day_it_is_due() -> None:
    assert words.deadline(answer(is_trial=True)) == "paling lambat 28 Juli 2026 pukul 12.00 WIB"
    assert words.deadline(answer(is_trial=True, business_date=date(2026, 7, 29))).startswith("secepatnya")


def test_whom_to_call_is_configured_or_the_people_who_read_the_files() -> None:
    assert words.contact("Bidang PDN") == "Bidang PDN. Sebutkan nomor tanda terima."
    assert words.contact("").startswith("Petugas data Disperindag Provinsi Jawa Timur. ")
    assert words.contact("Bidang PDN", is_trial=True) == "Bidang PDN."


def test_what_must_be_mended_does_not_hide_what_is_to_be_confirmed() -> None:
    both = answer(counts=counts(2, 3))
    assert words.next_line(both).endswith(" Periksa pula 3 temuan yang perlu konfirmasi.")
    assert "konfirmasi" not in words.next_line(answer(counts=counts(2)))


def test_the_letter_says_what_to_do_next_and_lists_what_must_be_mended() -> None:
    must = [finding(f"D{row}", row, message=f"Harga ke-{row} tidak terbaca.") for row in range(5, 20)]
    text = write_letter(answer(findings=must, counts=counts(30)), "")
    assert text.startswith("Yth. Disperindag Kabupaten Banyuwangi\n\nDiterima sebagian: ")
    assert "\n1. Lembar Harga, sel D5: Harga ke-5 tidak terbaca. Tulis angkanya saja. (SP-105)\n" in text
    assert "\n10. Lembar Harga" in text
    assert "\n11. " not in text
    assert "\nDan 20 temuan lain;" in text
    assert "simpan dengan nama yang sama" in text
    assert text.endswith("Sebutkan nomor tanda terima.\n")
    assert "\n\n\n" not in text


def test_the_letter_says_the_same_of_many_places_once() -> None:
    unknown = [finding(f"B{row}", row, message="Pasar tidak terdaftar.") for row in range(2, 14)]
    other = [
        finding("C3", 3, sheet="Lain"), finding(None, 4, sheet="Lain"), finding(None, None, sheet=None),
    ]  # fmt: skip
    text = write_letter(answer(findings=[*unknown, *other], counts=counts(20)), "")
    lines = [line for line in text.splitlines() if line[:2] in ("1.", "2.", "3.")]
    assert lines == [
        "1. Lembar Harga, sel B2, B3, B4, B5, B6, B7; dan 6 tempat lain: Pasar tidak terdaftar. "
        "Tulis angkanya saja. (SP-105)",
        "2. Lembar Lain, sel C3; lembar Lain, baris 4: Harga tidak terbaca. Tulis angkanya saja. (SP-105)",
    ]
    assert "\nDan 5 temuan lain;" in text


def test_a_finding_on_the_whole_file_names_no_place() -> None:
    text = write_letter(answer(findings=[finding(None, None, sheet=None)], counts=counts(1)), "")
    assert "\n1. Harga tidak terbaca. Tulis angkanya saja. (SP-105)\n" in text


def test_what_people_changed_since_is_said_and_asks_for_nothing_more() -> None:
    one = answer(
        findings=[
            finding("D7", 7, Severity.KONFIRMASI, explanation="Panen raya."),
            finding("D5", 5, is_released=True),
        ],
        released={"Harga": frozenset({(5, 0)})},
    )
    assert words.next_line(one) == "Tidak ada yang perlu Anda lakukan. Terima kasih."
    assert words.since_lines(one) == [
        "1 baris data yang semula ditahan kini diterima setelah dikonfirmasi; tidak perlu diperbaiki.",
        "Penjelasan untuk 1 temuan sudah kami terima.",
    ]
    text = write_letter(one, "")
    assert "Penjelasan untuk 1 temuan sudah kami terima." in text
    assert "Yang wajib diperbaiki" not in text
    assert "simpan dengan nama yang sama" not in text
    assert [one.cell for one in one.in_order()] == ["D7", "D5"]


def test_a_withdrawn_file_is_no_longer_said_to_be_accepted() -> None:
    gone = answer(accepted={}, withdrawn={"Harga": frozenset({(6, 0), (7, 0)})}, findings=[], counts=[])
    line = "Ditarik: semua 2 baris data yang semula diterima tidak dihitung lagi."
    assert words.verdict_line(gone) == line
    assert words.next_line(gone).startswith("Yang berlaku kini adalah data dari kiriman Anda yang lain")
    assert words.since_lines(gone) == []
    assert line in write_letter(gone, "")
    assert ": ditarik – " in subject(gone)
    part = answer(accepted={"Harga": frozenset({(6, 0)})}, withdrawn={"Harga": frozenset({(7, 0)})})
    assert words.verdict_line(part).startswith("Diterima sebagian: ")
    assert "1 baris data yang semula diterima sudah ditarik" in words.since_lines(part)[0]


@pytest.mark.parametrize(
    ("verdict", "said", "unsaid"),
    [
        ("accepted", "Tidak ada yang perlu Anda lakukan. Terima kasih.", "kirim ulang"),
        ("accepted_with_notes", "isi kolom Penjelasan", "Yang wajib diperbaiki"),
        (None, "Tidak ada yang perlu Anda lakukan: berkas sudah kami simpan", "kirim ulang"),
    ],
)
def test_letters_of_the_other_verdicts(verdict: str | None, said: str, unsaid: str) -> None:
    asked = counts(0, 1) if verdict == "accepted_with_notes" else []
    text = write_letter(answer(verdict=verdict, findings=[], counts=asked), "")
    assert said in text
    assert unsaid not in text


def test_the_subject_names_receipt_verdict_and_file_on_one_line() -> None:
    line = subject(answer(file_name="harga\n28 Juli.xlsx"))
    assert line == "Tanda terima 3510-SP-0123456789: diterima sebagian – harga 28 Juli.xlsx"
    assert subject(answer(verdict=None)).startswith("Tanda terima 3510-SP-0123456789: gagal diproses")


def test_must_fix_comes_first_and_a_rules_findings_stay_together() -> None:
    ask, must = Severity.KONFIRMASI, Severity.GALAT
    said = answer(
        findings=[
            finding("D5", 5, ask), finding("D6", 6, must, rule_id="SP-101"), finding("D7", 7, must),
            finding("D8", 8, must, rule_id="SP-101"),
        ],
        counts=[Count("SP-402", ask, 1, 1), Count("SP-101", must, 2, 2), Count("SP-105", must, 1, 1)],
    )  # fmt: skip
    assert [one.cell for one in said.in_order()] == ["D6", "D8", "D7", "D5"]
    assert said.rows_of_interest() == {"Harga": {5, 6, 7, 8}}
    assert said.business_date == DAY
