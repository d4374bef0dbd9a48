"""The judgement on one file: verdict, findings in the office's words, quarantine."""

import pytest

from lumbung.check import outputs
from lumbung.check.judgement import judge_unread, stops_the_file
from lumbung.check.verdict import exceeds_held_limit, verdict_of
from lumbung.decode.outcome import Fault
from lumbung.errors import LumbungError
from lumbung.intake.states import Verdict
from tests.past import Past
from tests.unit.check.check_night import contract, day, decoded_file, night, row

DAYS = [f"2026-07-{d:02d}" for d in range(1, 29)]


@pytest.mark.parametrize(
    ("accepted", "held", "notes", "verdict"),
    [
        (10, 0, 0, Verdict.ACCEPTED),
        (10, 0, 1, Verdict.ACCEPTED_WITH_NOTES),
        (10, 1, 0, Verdict.PARTIALLY_ACCEPTED),
        (10, 1, 1, Verdict.PARTIALLY_ACCEPTED),
        (0, 10, 0, Verdict.REJECTED),
        (0, 0, 0, Verdict.REJECTED),
    ],
)
def test_the_verdict_as_a_truth_table(accepted, held, notes, verdict):
    assert verdict_of(accepted, held, notes) == verdict


@pytest.mark.parametrize(
    ("held", "rows", "exceeds"),
    [(50, 100, False), (51, 100, True), (0, 0, False), (1, 1, True), (0, 5, False)],
)
def test_the_limit_of_held_rows_itself_is_within(held, rows, exceeds):
    assert exceeds_held_limit(held, rows, 50) is exceeds


def test_a_clean_file_is_accepted(tmp_path):
    judged = night(decoded_file(tmp_path, 0, [row(on) for on in DAYS])).judgement()
    assert judged.verdict == Verdict.ACCEPTED
    assert judged.findings.listed == []
    assert (judged.rows_total, judged.rows_blank, judged.rows_accepted, judged.rows_held) == (28, 0, 28, 0)
    assert str(judged.period_first_on) == "2026-07-01"
    assert str(judged.period_last_on) == "2026-07-28"


def test_total_is_blank_plus_accepted_plus_held(tmp_path):
    rows = [row(on) for on in DAYS] + [row(market="Entah"), row(price="-")]
    judged = night(decoded_file(tmp_path, 0, rows, unread=2)).judgement()
    assert (judged.rows_total, judged.rows_blank, judged.rows_accepted, judged.rows_held) == (32, 1, 28, 3)
    assert judged.verdict == Verdict.PARTIALLY_ACCEPTED


def test_a_finding_names_the_cell_and_suggests_what_was_meant(tmp_path):
    rows = [
        *(row(on) for on in DAYS),
        row(market="Pasar Lawank"),
        row(commodity="Bawang Mera", market="Turen"),
    ]
    judged = night(decoded_file(tmp_path, 0, rows)).judgement()
    market, commodity = judged.findings.listed
    assert (market.rule_id, market.row_number, market.column_name, market.value) == (
        "SP-202", 30, "Pasar", "Pasar Lawank",
    )  # fmt: skip
    assert "Pasar Lawang" in market.message
    assert "Disperindag Kabupaten Malang" in market.message
    assert "Bawang Merah" in commodity.message


@pytest.mark.parametrize(
    ("odd", "rule_id", "words"),
    [
        (row(observed_on=None), "SP-101", "Tanggal belum diisi, padahal harga Rp 30.000 sudah ada"),
        (row(market=None), "SP-102", "Pasar belum diisi"),
        (row(commodity="-"), "SP-103", "Komoditas belum diisi"),
        (row(observed_on="31/02/2026"), "SP-104", '"31/02/2026" tidak dapat dibaca'),
        (row(price="tiga puluh ribu"), "SP-105", '"tiga puluh ribu" tidak dapat dibaca'),
        (row(price="-30000"), "SP-106", '"-30000" harus lebih dari nol'),
        (row(price="30000,5"), "SP-107", "terbaca sebagai Rp 30.000,50"),
        (row(observed_on="2026-08-01"), "SP-108", "1 Agustus 2026 masih di masa depan"),
        (row(observed_on="2011-12-31"), "SP-109", "31 Desember 2011 lebih awal"),
        (
            row(regency="Kota Malang"),
            "SP-201",
            'menyebut "Kota Malang", padahal berkas dikirim oleh Disperindag',
        ),
        (row(price_level="eceran besar"), "SP-204", 'Tingkat harga "eceran besar" tidak dikenal'),
        (row(unit="gerobak"), "SP-205", "untuk Bawang Merah tidak dikenal; seharusnya kg."),
        (row(unit="liter"), "SP-206", "Bawang Merah dilaporkan per kg"),
        (row(price="160000"), "SP-207", "di luar rentang wajar Rp 5.000 sampai Rp 150.000"),
    ],
)
def test_each_galat_holds_its_row_and_says_why(tmp_path, odd, rule_id, words):
    rows = [*(row(on) for on in DAYS[:-1]), odd]
    judged = night(decoded_file(tmp_path, 0, rows)).judgement()
    assert [f.rule_id for f in judged.findings.listed if f.severity == "galat"] == [rule_id]
    (finding,) = [f for f in judged.findings.listed if f.rule_id == rule_id]
    assert words in finding.message
    assert finding.row_number == 29
    assert [(held.row_number, held.rule_ids) for held in judged.held] == [(29, [rule_id])]
    assert "–" not in finding.message


def test_an_unknown_unit_of_an_unknown_commodity_claims_nothing_about_the_commodity(tmp_path):
    rows = [*(row(on) for on in DAYS[:-1]), row(commodity="Cabe Kriting", unit="gerobak")]
    judged = night(decoded_file(tmp_path, 0, rows)).judgement()
    commodity, unit = judged.findings.listed
    assert (commodity.rule_id, unit.rule_id) == ("SP-203", "SP-205")
    assert "nama yang mirip: Cabai Merah Keriting" in commodity.message
    assert 'Satuan "gerobak" untuk Cabe Kriting tidak dikenal; seharusnya salah satu dari' in unit.message
    assert "bungkus, ekor, kg, lembar, liter" in unit.message


@pytest.mark.parametrize("written", ["Malang", "Kab. Mlang", "Kota Malang"])
def test_an_office_is_told_the_one_name_it_may_write(tmp_path, written):
    rows = [*(row(on) for on in DAYS[:-1]), row(regency=written)]
    (finding,) = night(decoded_file(tmp_path, 0, rows)).judgement().findings.listed
    assert finding.rule_id == "SP-201"
    assert finding.remedy.endswith("bila memang daerah Anda, tulis Kabupaten Malang.")


def test_a_suspected_zero_is_told_with_its_reference_and_what_was_meant(tmp_path):
    rows = [row(on) for on in DAYS[:-1]] + [row(price="300000")]
    judged = night(decoded_file(tmp_path, 0, rows)).judgement()
    told = {f.rule_id: f.message for f in judged.findings.listed}
    assert "sekitar 10 kali harga acuan Rp 30.000; diduga kelebihan satu nol" in told["SP-401"]
    assert "mungkin maksudnya Rp 30.000" in judged.findings.listed[-1].remedy
    assert next(iter(judged.held)).rule_ids == ["SP-401"]


def test_rows_that_share_a_key_name_each_other(tmp_path):
    rows = [row(on) for on in DAYS] + [row(DAYS[0], market="Lawang")]
    judged = night(decoded_file(tmp_path, 0, rows)).judgement()
    assert [f.row_number for f in judged.findings.listed] == [2, 30]
    assert "2 kali" in judged.findings.listed[0].message
    assert "baris 2, 30" in judged.findings.listed[0].message
    assert "1 Juli 2026" in judged.findings.listed[0].message


def test_an_unusual_move_is_accepted_with_a_note(tmp_path):
    past = Past({("bawang_merah", "3507-pasar-lawang", "consumer", day("2026-07-27")): 30_000.0})
    judged = night(decoded_file(tmp_path, 0, [row(price="45.000")]), past=past).judgement()
    assert judged.verdict == Verdict.ACCEPTED_WITH_NOTES
    (finding,) = judged.findings.listed
    assert "berubah +50,0 % menjadi Rp 45.000, dari Rp 30.000 pada 27 Juli 2026" in finding.message
    assert "tidak lebih dari 30 %" in finding.message


def test_findings_are_capped_and_counted_in_full(tmp_path):
    cap = contract().listed_findings_cap
    many = [row("2026-07-01", market=f"Entah {i}") for i in range(cap + 50)]
    rows = [
        row(f"20{y}-{m:02d}-{d:02d}") for y in (24, 25) for m in range(1, 13) for d in range(1, 29)
    ] + many
    judged = night(decoded_file(tmp_path, 0, rows)).judgement()
    (count,) = [c for c in judged.findings.counts if c.rule_id == "SP-202"]
    assert (count.total, count.listed) == (cap + 50, cap)
    assert sum(f.rule_id == "SP-202" for f in judged.findings.listed) == cap
    assert len(list(judged.held)) == cap + 50


def test_more_than_half_held_rejects_the_file_and_quarantines_all_of_it(tmp_path):
    rows = [row(), row(market="A"), row(market="B"), row(price="-")]
    judged = night(decoded_file(tmp_path, 0, rows)).judgement()
    assert judged.verdict == Verdict.REJECTED
    assert len(judged.accepted) == 0
    assert (judged.rows_total, judged.rows_blank, judged.rows_held) == (4, 1, 3)
    assert [held.rule_ids for held in judged.held] == [["SP-021"], ["SP-202"], ["SP-202"]]
    assert "2 dari 3 baris (66,7 %)" in judged.findings.listed[0].message


def test_a_spreadsheet_error_holds_its_row(tmp_path):
    rows = [*(row(on) for on in DAYS), row("2026-07-28", market="Turen", price="\x1fe#DIV/0!")]
    judged = night(decoded_file(tmp_path, 0, rows)).judgement()
    assert [(f.rule_id, f.row_number, f.value) for f in judged.findings.listed] == [("SP-018", 30, "#DIV/0!")]
    assert [held.rule_ids for held in judged.held] == [["SP-018"]]


def test_ambiguous_numbers_are_told_once_for_the_column_and_hold_their_rows(tmp_path):
    rows = [row(on) for on in DAYS[:20]] + [
        row(DAYS[20], price="30,000.50"),
        row(DAYS[21], price="30.000,50"),
    ]
    judged = night(decoded_file(tmp_path, 0, rows)).judgement()
    assert [f.rule_id for f in judged.findings.listed] == ["SP-019", "SP-105", "SP-105"]
    assert "2 angka tidak dapat dipastikan" in judged.findings.listed[0].message
    assert judged.rows_held == 2


def test_a_file_of_blank_rows_is_rejected_and_told_so(tmp_path):
    other = decoded_file(tmp_path, 0, [row()])
    blank = decoded_file(tmp_path, 1, [row(price="-"), row(price="0")])
    judged = night(other, blank).judgement(1)
    assert judged.verdict == Verdict.REJECTED
    assert [f.rule_id for f in judged.findings.listed] == ["SP-008"]
    assert (judged.rows_total, judged.rows_blank, judged.rows_held) == (2, 2, 0)


def test_a_file_that_was_not_read_is_rejected_by_its_fault(tmp_path):
    file = decoded_file(tmp_path, 0, [row()], faults=[Fault("duplicate_header", None, 1, "Harga", "Harga")])
    assert stops_the_file(contract(), file.outcome.faults)
    judged = judge_unread(file, contract())
    assert judged.verdict == Verdict.REJECTED
    assert [(f.rule_id, f.row_number) for f in judged.findings.listed] == [("SP-014", 1)]
    assert (judged.rows_total, judged.rows_held) == (1, 1)


def test_a_row_with_a_gap_that_no_rule_holds_is_our_fault(tmp_path):
    result = night(decoded_file(tmp_path, 0, [row(on) for on in DAYS]))
    result.rows.codes["market"][3] = -1
    with pytest.raises(LumbungError, match=r"Row 5 .* no usable market"):
        result.judgement()


def test_accepted_rows_are_written_as_the_raw_table_wants_them(tmp_path):
    rows = [row("2026-07-02", unit="kg", price="Rp 30.000"), row("2026-07-01", price_level="grosir")]
    result = night(decoded_file(tmp_path, 0, rows, sheets=["Juli\n2026", "Juli\n2026"]))
    path = tmp_path / "rows.csv"
    outputs.write_accepted(path, result.judgement(), result.derived, outputs.raw_names(contract()))
    header, *lines = path.read_text().splitlines()
    assert header.replace('"', "") == (
        "submission_id,sheet,row_number,column_number,observed_on,regency_code,market_id,commodity_code,price_level,unit,"
        "price_idr,is_suspect"
    )
    start, key = "3507-SP-0000000000,Juli 2026", "3507,3507-pasar-lawang,bawang_merah"
    assert [line.replace('"', "") for line in lines] == [
        f"{start},2,0,2026-07-02,{key},consumer,kg,30000,false",
        f"{start},3,0,2026-07-01,{key},wholesale,kg,30000,false",
    ]
