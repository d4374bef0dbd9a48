"""An office's own rows, as the answer shows them."""

from pathlib import Path

import pytest

from lumbung.contracts.load import load_contract
from lumbung.decode import rendering
from lumbung.decode.job import DecodeJob
from lumbung.decode.limits import Limits
from lumbung.decode.outcome import rows_path
from lumbung.decode.rendering import ShownSheet, read_rendered, render_file
from lumbung.decode.single import decode_file
from lumbung.decode.spec import DecodeSpec
from lumbung.decode.stage import decode_files

ROOT = Path(__file__).parents[3]
CONTRACT = load_contract(ROOT / "expectations" / "staple_prices.odcs.yaml")


def csv_file(folder: Path, rows: int) -> DecodeJob:
    lines = ["Laporan harga", "tanggal,pasar,komoditas,harga"]
    lines += [f"2026-07-28,Pasar {number},Beras Medium,{13000 + number}" for number in range(rows)]
    path = folder / "harga.csv"
    path.write_text("\n".join([*lines, "", "TOTAL,,,1", ""]))
    return DecodeJob("one", path, path.name)


def shown(job: DecodeJob, folder: Path, wanted: dict[str, set[int]] | None = None) -> list[ShownSheet]:
    spec = DecodeSpec.of(CONTRACT)
    outcome = decode_file(job, spec, folder, Limits())
    render_file(job, spec, folder, Limits(), outcome, wanted or {})
    return read_rendered(folder, job.submission_id)


def test_rows_keep_their_numbers_and_say_whether_they_hold_observations(tmp_path: Path) -> None:
    (sheet,) = shown(csv_file(tmp_path, 2), tmp_path)
    assert [(number, is_data, cells[0]) for number, is_data, cells in sheet.rows] == [
        (1, False, "Laporan harga"),
        (2, False, "tanggal"),
        (3, True, "2026-07-28"),
        (4, True, "2026-07-28"),
        (6, False, "TOTAL"),
    ]
    assert (sheet.is_partial, sheet.is_cut, sheet.total_rows) == (False, False, 5)
    assert sheet.entries[0]["header_row"] == 2


def test_of_a_large_sheet_the_head_and_the_surroundings_of_findings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rendering, "ROWS", 50)
    (sheet,) = shown(csv_file(tmp_path, 300), tmp_path, {"": {200}})
    assert sheet.is_partial
    assert sheet.total_rows == 303
    assert [number for number, _, _ in sheet.rows] == [*range(1, 31), *range(198, 203)]


def test_columns_beyond_the_limit_are_cut_and_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "COLUMNS", 3)
    (sheet,) = shown(csv_file(tmp_path, 1), tmp_path)
    assert sheet.is_cut
    assert max(len(cells) for _, _, cells in sheet.rows) == 3


def test_a_file_that_cannot_be_read_has_no_sheets(tmp_path: Path) -> None:
    path = tmp_path / "foto.xlsx"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    assert shown(DecodeJob("one", path, path.name), tmp_path) == []
    assert read_rendered(tmp_path, "never rendered") == []


def test_the_limited_process_renders_on_request(tmp_path: Path) -> None:
    job = csv_file(tmp_path, 2)
    out = tmp_path / "out"
    list(decode_files([job], CONTRACT, out))
    assert read_rendered(out, "one") == []
    list(decode_files([job], CONTRACT, out, render=[{"": {3}}]))
    assert len(read_rendered(out, "one")[0].rows) == 5


def kept(job: DecodeJob, folder: Path) -> list[ShownSheet] | None:
    """What decoding keeps by the way; None where it keeps nothing."""
    spec = DecodeSpec.of(CONTRACT)
    recorder = rendering.Recorder()
    outcome = decode_file(job, spec, folder, Limits(), recorder)
    render_file(job, spec, folder, Limits(), outcome, None, recorder)
    return read_rendered(folder, "one") if rows_path(folder, "one").exists() else None


def test_what_decoding_keeps_is_what_reading_the_file_again_shows(tmp_path: Path) -> None:
    spec = DecodeSpec.of(CONTRACT)
    forms: dict[str, list[Path]] = {}
    for path in sorted((ROOT / "expectations/samples/staple_prices").glob("good_*.*")):
        forms.setdefault(path.suffix, []).append(path)
    files = [path for paths in forms.values() for path in paths[:3]]
    for path in files:
        job = DecodeJob("one", path, path.name)
        found = kept(job, tmp_path)
        render_file(job, spec, tmp_path, Limits(), decode_file(job, spec, tmp_path, Limits()), {})
        assert found, path.name
        assert found == read_rendered(tmp_path, "one"), path.name
    assert len(forms) > 5


def test_decoding_keeps_nothing_of_what_cannot_be_shown_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert kept(csv_file(tmp_path, 60), tmp_path) is not None
    monkeypatch.setattr(rendering, "_CHARACTERS", 1000)
    assert kept(csv_file(tmp_path, 60), tmp_path) is None
    monkeypatch.undo()
    monkeypatch.setattr(rendering, "ROWS", 50)
    assert kept(csv_file(tmp_path, 60), tmp_path) is None
    outcome = decode_file(csv_file(tmp_path, 60), DecodeSpec.of(CONTRACT), tmp_path, Limits())
    recorder = rendering.Recorder()
    assert (
        decode_file(csv_file(tmp_path, 60), DecodeSpec.of(CONTRACT), tmp_path, Limits(), recorder) == outcome
    )


def test_the_limited_process_keeps_rows_where_it_is_told_to(tmp_path: Path) -> None:
    job = csv_file(tmp_path, 2)
    list(decode_files([job], CONTRACT, tmp_path / "out", keeps_rows=True))
    assert len(read_rendered(tmp_path / "out", "one")[0].rows) == 5
