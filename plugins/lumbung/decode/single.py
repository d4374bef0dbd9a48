"""One file, decoded in the process that calls it. `stage` calls this in a process with limits."""

from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

from lumbung.decode.headers import no_header
from lumbung.decode.job import DecodeJob
from lumbung.decode.limits import Limits, in_bytes
from lumbung.decode.outcome import DecodeError, DecodeOutcome, Fault, FaultList, table_path, write_outcome
from lumbung.decode.recognise import recognise, recognise_in_archive
from lumbung.decode.rendering import Recorder
from lumbung.decode.shapes import SHAPES
from lumbung.decode.shapes.reading import Reading
from lumbung.decode.shapes.unread import looks_like_figures
from lumbung.decode.source import (
    SheetRows,
    Source,
    check_width,
    damage_is_a_fault,
    named_apart,
    refuse,
)
from lumbung.decode.spec import DecodeSpec

OF_THE_TEMPLATE = ("Petunjuk", "Daftar")
"""Sheets that every template brings along; nobody reports anything there."""
_LISTED_ROWS = 20


def decode_file(
    job: DecodeJob, spec: DecodeSpec, out_dir: Path, limits: Limits, recorder: Recorder | None = None
) -> DecodeOutcome:
    """Decode one file and write its table and its outcome.

    The same bytes give the same two files, byte by byte.

    Args:
        job: The file.
        spec: What is understood.
        out_dir: Where `<submission_id>.arrow` and `<submission_id>.json` go.
        limits: What the file may hold; memory and time are the caller's to limit.
        recorder: Keeps what is read for whoever shows the file.

    Returns:
        The outcome as written.

    Raises:
        OSError: The file or the folder could not be read or written: the machine's fault, not the office's.
    """
    outcome = _decoded(job, spec, out_dir, limits, recorder)
    write_outcome(out_dir, outcome)
    return outcome


def _decoded(
    job: DecodeJob, spec: DecodeSpec, out_dir: Path, limits: Limits, recorder: Recorder | None
) -> DecodeOutcome:
    source = Source(job.path, limits, headers=spec.aliases.keys(), recognise=recognise_in_archive)
    reading = Reading(spec, limits, FaultList(limits.listed_faults), office=job.office)
    format_name = None
    try:
        if job.path.stat().st_size > limits.file_bytes:
            raise refuse("too_large", limit=in_bytes(limits.file_bytes), reason="file")
        chosen = recognise(job.path, spec.formats)
        format_name = chosen.NAME
        with damage_is_a_fault():
            for sheet in named_apart(chosen.read(source)):
                with recorder.recording(sheet) if recorder else nullcontext():
                    _read(sheet, reading)
        if recorder:
            recorder.finish()
        for fault in source.noted:
            reading.faults.add(fault)
        _conclude(reading)
    except DecodeError as error:
        reading.faults.add(error.fault)
        reading.is_rejected = True
    path = None
    if reading.table.row_count and not reading.is_rejected:
        path = table_path(out_dir, job.submission_id)
        reading.table.write(path, [item.name for item in spec.fields])
    return DecodeOutcome(
        submission_id=job.submission_id,
        rows_total=0 if reading.is_rejected else reading.rows_total,
        faults=reading.faults.listed,
        fault_counts=dict(reading.faults.counts),
        sheets=reading.sheets,
        format=format_name,
        encoding=source.encoding,
        delimiter=source.delimiter,
        table_path=path,
    )


def _read(sheet: SheetRows, reading: Reading) -> None:
    if sheet.skipped or sheet.name in OF_THE_TEMPLATE:
        reading.sheets.append({"name": sheet.name, "skipped": sheet.skipped or "template"} | sheet.notes)
        if sheet.holds_something and sheet.name not in OF_THE_TEMPLATE:
            reading.faults.add(Fault("hidden_sheet", sheet=sheet.label))
        return
    check_width(sheet, sheet.head, reading.limits)
    if any(read(sheet, reading) for read in SHAPES):
        _tell_hidden_rows(sheet, reading)
        return
    is_blank, has_figures = True, False
    for row in sheet.rows_from(0):
        is_blank = is_blank and not any(cell.strip() for cell in row)
        if has_figures := looks_like_figures(row):
            break
    reading.sheets.append({"name": sheet.name, "skipped": "blank" if is_blank else "no_header"} | sheet.notes)
    if not is_blank:
        reading.without_header[sheet.label] = has_figures


def _tell_hidden_rows(sheet: SheetRows, reading: Reading) -> None:
    """Rows that a person does not see are read all the same, and told."""
    if sheet.hidden_rows:
        rows = ", ".join(map(str, sorted(sheet.hidden_rows)[:_LISTED_ROWS]))
        more = ", …" if len(sheet.hidden_rows) > _LISTED_ROWS else ""
        context = {"rows": rows + more, "count": len(sheet.hidden_rows)}
        reading.faults.add(Fault("hidden_rows", sheet=sheet.label, context=context))


def _conclude(reading: Reading) -> None:
    """Faults that only show when all sheets were seen.

    A sheet without a header beside one with a header is taken for instructions, unless it holds what could be
    observations: then it is told.
    """
    has_table = any("header_row" in entry for entry in reading.sheets)
    if not has_table:
        if not reading.without_header:
            raise refuse("empty_file")
        for label in reading.without_header:
            reading.faults.add(no_header(label, reading.spec))
        reading.is_rejected = True
        return
    for label in [label for label, has_figures in reading.without_header.items() if has_figures]:
        reading.faults.add(replace(no_header(label, reading.spec), code="sheet_not_read"))
    if not reading.is_rejected and not reading.rows_total:
        reading.faults.add(Fault("no_rows", sheet=_first_table(reading)))
        reading.is_rejected = True


def _first_table(reading: Reading) -> str | None:
    return next(entry["name"] for entry in reading.sheets if "header_row" in entry) or None
