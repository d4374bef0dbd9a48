"""Names that submissions used and no list knows, as `lumbung alias` finds them in the warehouse."""

import dataclasses
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from lumbung import replay
from lumbung.aliases import proposal
from lumbung.aliases.unknown import UnknownName, unknown_names
from lumbung.contracts.load import load_contracts
from lumbung.intake.replays import Selection
from lumbung.reference import Reference
from lumbung.settings import Role, Settings
from lumbung.warehouse.connection import connect
from tests.integration.lifecycle_world import OFFICE, TONIGHT, World

LONG = """tanggal;pasar;komoditas;tingkat harga;satuan;harga
2026-07-28;Pasar Lawang;Bawang Merah;konsumen;kg;30000
2026-07-28;Pasar Lawank;Beras Medium;konsumen;kg;13000
2026-07-28;Pasar Lawang;Cabe Kriting;konsumen;karung;40000
2026-07-28;Pasar Turen;CABE  KRITING;konsmen;kg;40000
2026-07-28;Pasar Turen;Bawang Merah;konsumen;kg;30000
"""
WIDE = """tanggal;pasar;Bawang Merah;Beras Medium;Telor Ras
2026-07-28;Pasar Turen;30000;12500;28000
"""


@pytest.fixture
def world(warehouse: Settings, tmp_path: Path) -> Iterator[World]:
    made = World(warehouse, tmp_path)
    yield made
    made.conn.close()


def hand_in(world: World, on: date = TONIGHT, **files: str) -> None:
    for name, text in files.items():
        path = world.inbox / OFFICE / "staple_prices" / f"{name}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    world.night(on)


def names(
    world: World, reference: Reference | None = None, days: int = 30
) -> dict[tuple[str, str], UnknownName]:
    settings = world.settings
    contracts = load_contracts(settings.expectations)
    with connect(Role.ENGINEER, settings) as conn:  # whoever lists needs to write nothing
        found = unknown_names(conn, contracts, reference or Reference.load(settings), days)
    return {(one.kind, one.text): one for one in found}


def test_names_are_counted_by_list_whatever_their_spelling(world: World) -> None:
    hand_in(world, panjang=LONG, lebar=WIDE)
    found = names(world)
    assert set(found) == {
        ("commodity", "CABE KRITING"), ("commodity", "Telor Ras"), ("market", "Pasar Lawank"),
        ("unit", "karung"), ("level", "konsmen"),
    }  # fmt: skip
    assert next(iter(found)) == ("commodity", "CABE KRITING"), "the most frequent first"
    cabe = found["commodity", "CABE KRITING"]
    assert (cabe.rows, len(cabe.submissions), cabe.offices, cabe.last_on) == (2, 1, [OFFICE], TONIGHT)
    assert cabe.nearest[0][0] == "cabai_merah_keriting"
    assert 0.9 < cabe.nearest[0][1] < 1
    assert found["commodity", "Telor Ras"].nearest[0][0] == "telur_ayam_ras"  # a header across the table
    assert found["market", "Pasar Lawank"].regency_code == OFFICE
    assert found["market", "Pasar Lawank"].nearest[0][0] == "3507-pasar-lawang"
    assert {one.known_as for one in found.values()} == {None}


def test_a_name_that_became_known_is_told_apart_and_old_nights_fall_away(world: World) -> None:
    hand_in(world, panjang=LONG)
    reference = Reference.load(world.settings)
    mended = dataclasses.replace(
        reference,
        commodity_aliases=(*reference.commodity_aliases, ("Cabe Kriting", "cabai_merah_keriting")),
    )
    assert names(world, mended)["commodity", "CABE KRITING"].known_as == "cabai_merah_keriting"
    hand_in(world, date(2026, 8, 5), lain=LONG.replace("07-28", "08-05").upper().replace("KRITING", "KRITIN"))
    assert ("commodity", "CABE KRITING") in names(world, days=9)
    assert ("commodity", "CABE KRITING") not in names(world, days=8)
    assert ("commodity", "CABE KRITIN") in names(world, days=8)


def test_a_written_alias_brings_the_held_rows_back(world: World, tmp_path: Path) -> None:
    hand_in(world, panjang=LONG, lebar=WIDE)
    mended = Settings(root=tmp_path / "checkout", home=world.settings.home)
    shutil.copytree(world.settings.seeds, mended.seeds)
    for name in ("expectations", "plugins"):
        (mended.root / name).symlink_to(world.settings.root / name)
    contracts = load_contracts(mended.expectations)
    for kind, text, code, regency in [
        ("commodity", "Telor Ras", "telur_ayam_ras", None),  # a header: one column of one row
        ("market", "Pasar Lawank", "3507-pasar-lawang", OFFICE),
    ]:
        known = Reference.load(mended)
        proposal.write(proposal.propose(mended.seeds, contracts, known, kind, text, code, regency))
    found = names(world, Reference.load(mended))
    taken_up = {text: one.known_as for (_, text), one in found.items() if one.known_as}
    assert taken_up == {"Telor Ras": "telur_ayam_ras", "Pasar Lawank": "3507-pasar-lawang"}
    submissions = tuple({receipt for one in found.values() if one.known_as for receipt in one.submissions})
    trials = replay.rehearse(mended, Selection(submissions))
    assert sorted((trial.verdict_before, len(trial.gained)) for trial in trials) == [
        ("accepted_with_notes", 1), ("rejected", 3),  # its own row, and the two that fell with the file
    ]  # fmt: skip


def test_an_empty_warehouse_has_no_unknown_names(world: World) -> None:
    assert names(world) == {}
