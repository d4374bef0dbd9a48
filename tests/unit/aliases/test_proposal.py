"""The seed line that makes a name known: where it goes, and which names are refused."""

import csv
import dataclasses
import shutil
from pathlib import Path

import pytest

from lumbung.aliases import proposal
from lumbung.aliases.lists import LISTS, elsewhere, is_sorted, meanings, rows_of, shared_group
from lumbung.contracts.load import load_contracts
from lumbung.errors import LumbungError
from lumbung.reference import Reference
from lumbung.settings import Settings

SETTINGS = Settings.load()
REFERENCE = Reference.load(SETTINGS)
CONTRACTS = load_contracts(SETTINGS.expectations)


def propose(kind: str, text: str, code: str, regency: str | None = None) -> proposal.Proposal:
    return proposal.propose(SETTINGS.seeds, CONTRACTS, REFERENCE, kind, text, code, regency)


@pytest.mark.parametrize(
    ("kind", "text", "code", "regency", "line"),
    [
        ("commodity", "Cabe Kriting", "cabai_merah_keriting", None, "Cabe Kriting,cabai_merah_keriting"),
        ("commodity", "  Cabe   Kriting ", "Cabai Merah Keriting", None, "Cabe Kriting,cabai_merah_keriting"),
        ("commodity", "Beras, Medium II", "beras_medium", None, '"Beras, Medium II",beras_medium'),
        ("market", "Rogojampi Baru", "Pasar Rogojampi", "3510", "3510,Rogojampi Baru,3510-pasar-rogojampi"),
        ("unit", "kgm", "kg", None, "kgm,kg"),
        ("level", "warung", "konsumen", None, "warung,consumer"),
        ("regency", "Banyuwangi Raya", "3510", None, "Banyuwangi Raya,3510"),
        ("subsector", "Busana", "fesyen", None, "Busana,fesyen"),
    ],
)
def test_the_line_is_told_in_its_sorted_place(
    kind: str, text: str, code: str, regency: str | None, line: str
) -> None:
    made = propose(kind, text, code, regency)
    assert made.line == line
    lines = made.path.read_text(encoding="utf-8").splitlines()
    assert lines[made.number - 2] == made.after
    lines.insert(made.number - 1, line)
    assert is_sorted(LISTS[kind], list(csv.DictReader(lines)))


@pytest.mark.parametrize(
    ("kind", "text", "code", "regency", "words"),
    [
        ("commodity", "cabe-keriting", "cabai_merah_keriting", None, "is known already"),
        ("commodity", "Cabe Keriting", "cabai_merah_besar", None, "cannot mean cabai_merah_besar too"),
        ("commodity", "Bawang Bombai", "bawang_bombai", None, "has no 'bawang_bombai'"),
        ("commodity", "beras", "beras_medium", None, "group Beras"),
        ("commodity", "eceran", "beras_medium", None, "the level konsumen"),
        ("commodity", "Kilo", "beras_medium", None, "the unit kg"),
        ("commodity", "Kota Malang", "beras_medium", None, "the regency Kota Malang"),
        ("commodity", "Rogojampi", "beras_medium", None, "the market Pasar Rogojampi"),
        ("commodity", "HARGA", "beras_medium", None, "header of staple_prices"),
        ("commodity", "-", "beras_medium", None, "no letter or digit"),
        ("commodity", "n/a", "beras_medium", None, "word for a missing value"),
        ("commodity", "Bеras Super", "beras_medium", None, "another script"),  # a Cyrillic е
        ("commodity", "Beras\x1b[31m", "beras_medium", None, "that nobody sees"),
        ("commodity", "x" * 81, "beras_medium", None, "longer than 80"),
        ("commodity", "Lombok", "cabai_rawit_merah", "3510", "takes no regency"),
        ("market", "Rogojampy", "3510-pasar-rogojampi", None, "needs the regency"),
        ("market", "Rogojampy", "3510-pasar-rogojampi", "3578", "in 3578"),
        ("market", "Bawang Merah", "3510-pasar-rogojampi", "3510", "the commodity Bawang Merah"),
        ("market", "Psr Rogojampi", "3510-pasar-rogojampi", "3510", "is known already"),
        ("unit", "bawang merah", "kg", None, "the commodity Bawang Merah"),
        ("regency", "Malang", "3573", None, "ambiguous: it may be Kabupaten Malang (3507) or Kota Malang"),
        ("indicator", "x", "y", None, "no list 'indicator'"),
    ],
)
def test_what_cannot_be_an_alias_is_refused(
    kind: str, text: str, code: str, regency: str | None, words: str
) -> None:
    with pytest.raises(LumbungError) as refused:
        propose(kind, text, code, regency)
    assert words in refused.value.what
    assert refused.value.remedy


def test_an_alias_of_two_meanings_takes_no_third() -> None:
    doubtful = dataclasses.replace(
        REFERENCE, commodity_aliases=(("Lombok", "cabai_rawit_merah"), ("Lombok", "cabai_merah_besar"))
    )
    with pytest.raises(LumbungError, match="ambiguous"):
        proposal.propose(SETTINGS.seeds, CONTRACTS, doubtful, "commodity", "Lombok", "cabai_rawit_merah")


@pytest.mark.parametrize(("newline", "is_ended"), [("\n", True), ("\r\n", True), ("\n", False)])
def test_writing_keeps_order_and_line_ends_and_makes_the_name_known(
    tmp_path: Path, newline: str, is_ended: bool
) -> None:
    settings = Settings(root=tmp_path, home=tmp_path / "home")
    shutil.copytree(SETTINGS.seeds, settings.seeds)
    seed = settings.seeds / "commodity_aliases.csv"
    before = seed.read_text(encoding="utf-8").splitlines()
    seed.write_bytes((newline.join(before) + newline * is_ended).encode())
    for text, code in [("Lombok Kriting", "cabai_merah_keriting"), ("Tripleks", "triplek_6_mm")]:
        known = Reference.load(settings)
        proposal.write(proposal.propose(settings.seeds, CONTRACTS, known, "commodity", text, code))
    after = seed.read_bytes().decode()
    assert after.endswith(newline) is is_ended
    lines = after.removesuffix(newline).split(newline)
    assert sorted(lines) == sorted([*before, "Lombok Kriting,cabai_merah_keriting", "Tripleks,triplek_6_mm"])
    assert [line for line in lines if line in before] == before
    assert is_sorted(LISTS["commodity"], rows_of(seed))
    assert [path.name for path in settings.seeds.iterdir() if path.name.startswith(".")] == []
    assert Reference.load(settings).resolve_commodity("lombok  kriting") == "cabai_merah_keriting"


def test_a_seed_that_changed_meanwhile_is_left_alone(tmp_path: Path) -> None:
    made = propose("unit", "kgm", "kg")
    other = tmp_path / "unit_aliases.csv"
    other.write_text("alias,unit\nkilo,kg\n", encoding="utf-8")
    with pytest.raises(LumbungError, match="changed meanwhile"):
        proposal.write(dataclasses.replace(made, path=other))
    assert other.read_text(encoding="utf-8") == "alias,unit\nkilo,kg\n"


def test_nothing_is_written_outside_a_checkout(tmp_path: Path) -> None:
    settings = Settings(root=tmp_path, home=tmp_path)
    with pytest.raises(LumbungError, match="no checkout"):
        proposal.refuse_no_checkout(settings)
    (tmp_path / ".git").write_text("gitdir: elsewhere")  # as in a linked worktree
    proposal.refuse_no_checkout(settings)


@pytest.mark.parametrize("kind", LISTS)
def test_the_seeds_keep_the_rules_that_aliases_are_held_to(kind: str) -> None:
    one = LISTS[kind]
    rows = rows_of(one.path(SETTINGS.seeds))
    assert is_sorted(one, rows)
    for row in rows:
        alias, code = row["alias"], row[one.code_column]
        assert meanings(one, REFERENCE, row.get("regency_code", ""), alias) == [code], row
        assert elsewhere(one, REFERENCE, alias) is None, row
        assert kind != "commodity" or shared_group(REFERENCE, alias) is None, row


@pytest.mark.parametrize("kind", ["commodity", "unit", "level", "regency"])
def test_no_name_is_in_two_lists(kind: str) -> None:
    one = LISTS[kind]
    names = {text for text, _ in one.vocabulary(REFERENCE).spellings("")}
    assert {name: found for name in sorted(names) if (found := elsewhere(one, REFERENCE, name))} == {}
