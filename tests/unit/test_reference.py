"""What offices write, against the reference lists."""

import csv
import dataclasses
import shutil
from pathlib import Path

import pytest

from lumbung.errors import LumbungError
from lumbung.reference import Reference
from lumbung.settings import Settings
from lumbung.vocabularies import vocabulary

DOUBLE_NAMES = ["Blitar", "Kediri", "Madiun", "Malang", "Mojokerto", "Pasuruan", "Probolinggo"]


@pytest.fixture(scope="module")
def settings() -> Settings:
    return Settings.load()


@pytest.fixture(scope="module")
def reference(settings: Settings) -> Reference:
    return Reference.load(settings)


def test_lists_have_the_known_sizes(reference: Reference) -> None:
    assert len(reference.regencies) == 38
    assert sum(r.kind == "kabupaten" for r in reference.regencies.values()) == 29
    assert len(reference.offices) == 38
    assert len(reference.markets) == 121


def test_every_list_points_at_codes_that_exist(reference: Reference) -> None:
    assert set(reference.offices) == set(reference.regencies)
    assert {m.regency_code for m in reference.markets.values()} == set(reference.regencies)
    assert {code for _, code in reference.commodity_aliases} <= set(reference.commodities)
    assert {unit for _, unit in reference.unit_aliases} <= set(reference.unit_candidates())
    assert {(m.regency_code, m.market_id) for m in reference.markets.values()} >= {
        (regency, market_id) for regency, _, market_id in reference.market_aliases
    }


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("3510", "3510"),
        ("35.10", "3510"),
        ("Kabupaten Banyuwangi", "3510"),
        ("KAB. BANYUWANGI", "3510"),
        ("Kab.Banyuwangi", "3510"),
        ("  kab   banyuwangi ", "3510"),
        ("Banyuwangi", "3510"),
        ("Banyuwangi (Kab.)", "3510"),
        ("Pemerintah Kabupaten Banyuwangi", "3510"),
        ("Pemkab Banyuwangi", "3510"),
        ("Kota Malang", "3573"),
        ("Kodya Malang", "3573"),
        ("Kab. Malang", "3507"),
        ("Malang, Kota", "3573"),
        ("Surabaya", "3578"),
        ("Kota Wisata Batu", "3579"),
        ("Kota Banyuwangi", None),
        ("Kabupaten Surabaya", None),
        ("Malang", None),
        ("Jawa Timur", None),
        ("35", None),
        ("", None),
    ],
)
def test_regency(reference: Reference, text: str, code: str | None) -> None:
    assert reference.resolve_regency(text) == code


@pytest.mark.parametrize("name", DOUBLE_NAMES)
def test_double_names_alone_are_ambiguous_and_never_guessed(reference: Reference, name: str) -> None:
    assert reference.resolve_regency(name) is None
    kabupaten, kota = reference.regency_candidates(name)
    assert reference.resolve_regency(f"Kab. {name}") == kabupaten
    assert reference.resolve_regency(f"Kota {name}") == kota


def test_other_names_are_not_ambiguous(reference: Reference) -> None:
    others = {r.short_name for r in reference.regencies.values()} - set(DOUBLE_NAMES)
    assert not [name for name in others if len(reference.regency_candidates(name)) != 1]


@pytest.mark.parametrize(
    ("regency", "text", "market_id"),
    [
        ("3510", "Pasar Genteng I", "3510-pasar-genteng-i"),
        ("3510", "Pasar Genteng 1", "3510-pasar-genteng-i"),
        ("3510", "Genteng 1", "3510-pasar-genteng-i"),
        ("3510", "psr. genteng I", "3510-pasar-genteng-i"),
        ("3510", "Pasar Genteng", None),
        ("3578", "Genteng", "3578-pasar-genteng"),
        ("3516", "Pasar Gempol  Kerep", "3516-pasar-gempol-kerep"),
        ("3516", "Gempolkerep", "3516-pasar-gempol-kerep"),
        ("3522", "Pasar Kota Lama", "3522-pasar-wisata-pasar-kota-lama"),
        ("3573", "Oro Oro Dowo", "3573-pasar-oro-oro-dowo"),
        ("3525", "Pasar Baru", "3525-pasar-baru"),
        ("3508", "Pasar Baru", "3508-pasar-baru"),
        ("3510", "Pasar Baru", None),
        ("9999", "Pasar Baru", None),
        ("3510", "", None),
    ],
)
def test_market(reference: Reference, regency: str, text: str, market_id: str | None) -> None:
    assert reference.resolve_market(regency, text) == market_id


def test_every_market_resolves_by_its_own_name(reference: Reference) -> None:
    for market in reference.markets.values():
        assert reference.resolve_market(market.regency_code, market.name) == market.market_id
        assert reference.resolve_market(market.regency_code, market.name.upper()) == market.market_id


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Bawang Merah", "bawang_merah"),
        ("BAWANG  MERAH", "bawang_merah"),
        ("bawang_merah", "bawang_merah"),
        ("Cabe Rawit Merah", "cabai_rawit_merah"),
        ("Cabai Rawit Merah", "cabai_rawit_merah"),
        ("Gula Pasir", "gula_kristal_putih"),
        ("Gula Kristal Putih", "gula_kristal_putih"),
        ("Tepung Terigu", "tepung_terigu_protein_sedang"),
        ("Terigu Protein Sedang (Kemasan)", "tepung_terigu_protein_sedang"),
        ("Minyak Kita", "minyak_goreng_minyakita"),
        ("KOL/KUBIS", "kol_kubis"),
        ("Daging Sapi", None),
        ("Bawang Bombai", None),
        ("", None),
    ],
)
def test_commodity(reference: Reference, text: str, code: str | None) -> None:
    assert reference.resolve_commodity(text) == code


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("kg", "kg"),
        ("Kg.", "kg"),
        ("kilogram", "kg"),
        ("Rp/kg", "kg"),
        ("1 Liter", "liter"),
        ("lt", "liter"),
        ("ltr", "liter"),
        ("370 gr/kl", "370 gr/kl"),
        ("370gr/kl", "370 gr/kl"),
        ("40 Kg", "40 kg"),
        ("Btg", "batang"),
        ("ons", None),
        ("karung", None),
    ],
)
def test_unit(reference: Reference, text: str, unit: str | None) -> None:
    assert reference.resolve_unit(text) == unit


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("Konsumen", "consumer"),
        ("eceran", "consumer"),
        ("pengecer", "consumer"),
        ("produsen", "producer"),
        ("Grosir", "wholesale"),
        ("pedagang besar", "wholesale"),
        ("consumer", "consumer"),
        ("online", None),
    ],
)
def test_price_level(reference: Reference, text: str, level: str | None) -> None:
    assert reference.resolve_price_level(text) == level


def test_an_alias_that_means_two_things_resolves_to_none(reference: Reference) -> None:
    doubtful = dataclasses.replace(
        reference, commodity_aliases=(("Brambang", "bawang_merah"), ("Brambang", "bawang_putih"))
    )
    assert doubtful.resolve_commodity("Brambang") is None


def test_suggestions_come_from_the_right_list(reference: Reference) -> None:
    markets, commodities = vocabulary("market", reference), vocabulary("commodity", reference)
    assert markets.suggest("3510", "Pasar Rogojampii") == ["Pasar Rogojampi"]
    assert "Pasar Rogojampi" not in markets.suggest("3578", "Pasar Rogojampi")
    assert commodities.suggest("3510", "Bawang Mera")[0] == "Bawang Merah"


@pytest.mark.parametrize(
    ("kind", "text", "nearest"),
    [
        ("commodity", "Cabe Kriting", "Cabai Merah Keriting"),  # by the alias Cabe Keriting
        ("commodity", "Brambangan", "Bawang Merah"),  # by the alias Brambang
        ("market", "Psr Rgojampi", "Pasar Rogojampi"),  # "Pasar" makes no two markets alike
        ("unit", "kilogrm", "kg"),
        ("price_level", "konsmen", "konsumen"),
        ("regency", "Banyuwngi", "Kabupaten Banyuwangi"),
        ("creative_subsector", "Fasion", "Fesyen"),
        ("indicator", "ikm_tumbh", "ikm_tumbuh (Pertumbuhan jumlah IKM)"),  # offices write its code
        ("provincial_programme", "JTM-DAG-1", "JTM-DAG-01 (Stabilisasi Harga Barang Kebutuhan Pokok"),
    ],
)
def test_the_nearest_is_found_by_every_spelling_and_told_by_name(
    reference: Reference, kind: str, text: str, nearest: str
) -> None:
    assert vocabulary(kind, reference).suggest("3510", text)[0].startswith(nearest)


def test_a_name_that_resembles_nothing_has_nothing_near(reference: Reference) -> None:
    assert vocabulary("commodity", reference).suggest("3510", "Xylophon") == []
    assert vocabulary("market", reference).suggest("3510", "Pasar Xylo") == []


def test_numbers_of_the_rules(reference: Reference) -> None:
    assert reference.parameters["suspected_window"] == 30
    assert reference.parameters["suspected_min_observations"] == 3
    assert reference.parameters["suspected_log10_tolerance"] == 0.15
    assert reference.parameters["map_band_pct"] == 10
    shallot = reference.commodities["bawang_merah"]
    assert (shallot.unit, shallot.plausible_min_idr, shallot.plausible_max_idr) == ("kg", 5000, 150000)


@pytest.mark.parametrize(
    ("seed", "column", "value"),
    [("commodities", "plausible_min_idr", "murah"), ("parameters", "value", "banyak")],
)
def test_a_broken_seed_is_said_in_words(
    settings: Settings, tmp_path: Path, seed: str, column: str, value: str
) -> None:
    broken = Settings(root=tmp_path, home=tmp_path)
    shutil.copytree(settings.seeds, broken.seeds)
    path = broken.seeds / f"{seed}.csv"
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    rows[0][column] = value
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    with pytest.raises(LumbungError, match=value):
        Reference.load(broken)


def test_a_missing_seed_is_said_in_words(tmp_path: Path) -> None:
    with pytest.raises(LumbungError, match="regencies"):
        Reference.load(Settings(root=tmp_path, home=tmp_path))
