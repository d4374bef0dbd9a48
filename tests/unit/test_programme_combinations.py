"""The seed of combinations of programme totals, computed anew: it must leave none out."""

import csv
import itertools
from pathlib import Path

import numpy as np
import yaml

PROJECT = Path(__file__).parents[2] / "dbt_project"
PROGRAMMES = yaml.safe_load((PROJECT / "dbt_project.yml").read_text())["vars"]["industry_programmes"]


def _seed() -> list[dict[str, int]]:
    with (PROJECT / "seeds" / "programme_combinations.csv").open() as file:
        return [{name: int(value) for name, value in row.items()} for row in csv.DictReader(file)]


def _classes() -> np.ndarray:
    """Class n of units: a 1 for all, then the bits of n for the other programmes."""
    others = len(PROGRAMMES) - 1
    return np.array([[1, *((n >> bit) & 1 for bit in range(others))] for n in range(2**others)])


def test_every_hyperplane_through_classes_of_units_is_there() -> None:
    """Five classes that fix a combination fix it by their minors; every choice of five is gone through."""
    classes = _classes()
    chosen = classes[list(itertools.combinations(range(len(classes)), len(PROGRAMMES) - 1))].astype(float)
    minors = [
        (-1) ** column * np.linalg.det(np.delete(chosen, column, axis=2)) for column in range(len(PROGRAMMES))
    ]
    normals = np.rint(np.stack(minors, axis=1)).astype(int)
    normals = normals[np.any(normals != 0, axis=1)]
    normals //= np.gcd.reduce(normals, axis=1)[:, None]
    leading = normals[np.arange(len(normals)), (normals != 0).argmax(axis=1)]
    expected = {tuple(map(int, normal)) for normal in normals * np.sign(leading)[:, None]}
    # Nothing of all leaves no class out, so no class fixes it.
    expected.add((1, *[0] * (len(PROGRAMMES) - 1)))
    found = [tuple(row[f"weight_{programme}"] for programme in PROGRAMMES) for row in _seed()]
    assert len(found) == len(set(found))
    assert set(found) == expected


def test_masks_say_what_the_weights_say() -> None:
    classes = _classes()
    for number, row in enumerate(_seed(), start=1):
        assert row["combination_no"] == number
        weights = np.array([row[f"weight_{programme}"] for programme in PROGRAMMES])
        assert row["programme_mask"] == sum(1 << bit for bit in np.flatnonzero(weights))
        assert row["class_mask"] == sum(1 << n for n in np.flatnonzero(classes @ weights))


def test_the_first_combinations_are_the_totals_and_pairs_are_differences() -> None:
    """What `int_industry_disclosure` takes for granted."""
    rows = _seed()
    for place, programme in enumerate(PROGRAMMES):
        assert rows[place]["programme_mask"] == 1 << place
        assert rows[place][f"weight_{programme}"] == 1
    pairs = [row for row in rows if row["programme_mask"].bit_count() == 2]
    assert len(pairs) == 15
    assert all(sum(row[f"weight_{programme}"] for programme in PROGRAMMES) == 0 for row in pairs)
