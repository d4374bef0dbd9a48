"""`lumbung template` and `lumbung rules`: what they write, what they refuse."""

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result

from lumbung.cli.main import cli
from lumbung.errors import LumbungError


def run(*arguments: Any) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


def refusal(*arguments: Any) -> LumbungError:
    error = run(*arguments).exception
    assert isinstance(error, LumbungError)
    return error


def test_a_template_is_written_and_the_next_step_told(tmp_path: Path) -> None:
    path = tmp_path / "harga.xlsx"
    result = run("template", "staple_prices", "--office", "kota surabaya", "--date", "2026-07-28", "-o", path)
    assert result.exit_code == 0, result.output
    assert openpyxl.load_workbook(path).worksheets[0]["B2"].value == "Kota Surabaya"
    first, then = result.output.splitlines()
    assert first == f"{path}: Harga Bahan Pokok, Disperindag Kota Surabaya, 1,188 rows to complete."
    assert then.endswith(f"lumbung check {path} --dataset staple_prices --office 3578")


def test_without_a_name_the_file_is_called_after_dataset_and_office(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert "an empty table" in run("template", "ovop_products", "--office", "3510").output
    assert (tmp_path / "ovop_products-3510.xlsx").is_file()


def test_an_unknown_dataset_or_office_is_told_the_nearest(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    error = refusal("template", "staple_price", "--office", "3510", "-o", path)
    assert "staple_prices" in error.meaning
    error = refusal("template", "staple_prices", "--office", "Kabupaten Banyuwengi", "-o", path)
    assert "Kabupaten Banyuwangi (3510)" in error.meaning
    assert not path.exists()


@pytest.mark.parametrize(
    ("office", "said"),
    [
        ("madiun", "Did you mean Kabupaten Madiun (3519) or Kota Madiun (3577)?"),
        ("Banyuwang", "Did you mean Kabupaten Banyuwangi (3510)?"),
        ("35", "Nothing was done."),
        ("?", "Nothing was done."),
    ],
)
def test_offices_are_suggested_by_name_and_code(office: str, said: str) -> None:
    assert refusal("template", "ovop_products", "--office", office).meaning == said


def test_a_code_that_is_near_comes_with_its_name() -> None:
    assert "Kota Batu (3579)" in refusal("template", "ovop_products", "--office", "3599").meaning


@pytest.mark.parametrize(
    ("dataset", "said"),
    [
        ("stok", "Did you mean staple_stocks (Stok Bahan Pokok)?"),
        ("Harga", "Did you mean staple_prices (Harga Bahan Pokok)?"),
        ("zzz", "Nothing was done."),
        ("", "Nothing was done."),
    ],
)
def test_a_dataset_is_found_by_the_words_of_offices(dataset: str, said: str) -> None:
    assert refusal("template", dataset, "--office", "3510").meaning == said


def test_the_next_command_can_be_pasted_whatever_the_file_is_called(tmp_path: Path) -> None:
    path = tmp_path / "harga juli.xlsx"
    told = run("template", "ovop_products", "--office", "3510", "-o", path).output.splitlines()[1]
    assert f"lumbung check '{path}' --dataset" in told


def test_a_file_that_is_there_is_replaced_only_by_force(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"mine")
    command = ("template", "ovop_products", "--office", "3510", "-o", path)
    assert "--force" in refusal(*command).remedy
    assert path.read_bytes() == b"mine"
    assert run(*command, "--force").exit_code == 0
    assert path.read_bytes()[:2] == b"PK"


def test_only_xlsx_in_a_folder_that_is_there(tmp_path: Path) -> None:
    command = ("template", "ovop_products", "--office", "3510", "-o")
    assert ".xlsx" in refusal(*command, tmp_path / "a.csv").meaning
    assert "no folder" in refusal(*command, tmp_path / "none" / "a.xlsx").what
    assert list(tmp_path.iterdir()) == []


def test_rules_of_one_dataset_fit_eighty_columns() -> None:
    result = run("rules", "--dataset", "staple_stocks")
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert lines[0] == "Aturan Stok Bahan Pokok"
    assert max(map(len, lines)) <= 80
    assert any(line.startswith("SS-203 │ wajib") for line in lines)


def test_rules_of_all_datasets_as_json(tmp_path: Path) -> None:
    path = tmp_path / "aturan.json"
    result = run("rules", "--format", "json", "-o", path)
    assert result.exit_code == 0, result.output
    rules = json.loads(path.read_text(encoding="utf-8"))
    assert len({rule["dataset"] for rule in rules}) == 6
    assert result.output == f"{path}: {len(rules)} rules of 6 datasets.\n"
    assert "--force" in refusal("rules", "--format", "json", "-o", path).remedy


@pytest.mark.parametrize(("form", "begin"), [("markdown", "## Aturan"), ("csv", "Himpunan data,Aturan,")])
def test_rules_in_other_forms(form: str, begin: str) -> None:
    assert run("rules", "--dataset", "ovop_products", "--format", form).output.startswith(begin)


def test_rules_of_an_unknown_dataset_are_refused() -> None:
    assert "ovop_products" in refusal("rules", "--dataset", "ovop").remedy


def test_the_table_goes_into_a_file_too(tmp_path: Path) -> None:
    path = tmp_path / "aturan.txt"
    assert run("rules", "--dataset", "ovop_products", "-o", path).exit_code == 0
    assert path.read_text(encoding="utf-8").startswith("Aturan Produk OVOP\n")
