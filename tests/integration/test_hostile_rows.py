"""What no column or index of the warehouse takes is held by the check, and never breaks a load."""

import csv
import random
from datetime import date
from pathlib import Path

import pytest

from lumbung.contracts.load import load_contracts
from lumbung.settings import Role, Settings
from lumbung.values.text import normalise_header
from lumbung.warehouse.connection import connect
from tests.integration.test_check_and_load import whole

pytestmark = pytest.mark.database

SETTINGS = Settings.load()
SAMPLES = SETTINGS.expectations / "samples"
_CHANCE = random.Random(7)  # noqa: S311 - only has to be hard to compress
LONG = "".join(chr(_CHANCE.randrange(0x4E00, 0x9F00)) for _ in range(6_000))
LARGE = "99999999999999"


def hand_in(inbox: Path) -> tuple[int, int]:
    """Good samples, once per column of free text or of whole numbers, with such a cell in the first row.

    Returns:
        How many have a long text, and how many a large number.
    """
    texts = numbers = 0
    for dataset, contract in load_contracts(SETTINGS.expectations).items():
        if dataset == "staple_prices":
            continue  # has neither
        folder = inbox / "3510" / dataset
        folder.mkdir(parents=True)
        with (SAMPLES / dataset / "good_semicolons.csv").open(encoding="utf-8", newline="") as sample:
            head, first, *others = csv.reader(sample, delimiter=";")
        for at, header in enumerate(head):
            field = contract.field(contract.header_aliases()[normalise_header(header)])
            if field.reference is not None or field.logical_type not in ("string", "integer"):
                continue
            is_text = field.logical_type == "string"
            texts, numbers = texts + is_text, numbers + (not is_text)
            first_row = [*first[:at], LONG if is_text else LARGE, *first[at + 1 :]]
            with (folder / f"{at}.csv").open("w", newline="", encoding="utf-8") as file:
                csv.writer(file, delimiter=";").writerows([head, first_row, *others])
    return texts, numbers


def test_one_cell_beyond_all_bounds_is_held_and_the_night_goes_on(
    warehouse: Settings, tmp_path: Path
) -> None:
    texts, numbers = hand_in(tmp_path)
    checked, loaded = whole(warehouse, tmp_path, "run-1", date(2026, 7, 28))

    assert (texts, numbers) > (20, 14)
    assert (checked["files"], checked["failed"]) == (texts + numbers, 0)
    assert (loaded["files"], loaded["failed"]) == (texts + numbers, 0)
    with connect(Role.ENGINEER, warehouse, autocommit=True) as db:
        held = db.execute("select count(*) from intake.findings where rule_id like '%-038'").fetchone()
    assert held == (texts,)
