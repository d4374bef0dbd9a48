"""Which models and tests a build may leave as they are."""

from typing import Any

from lumbung.build.untouched import left_alone, undeclared

Manifest = dict[str, Any]

READS = {
    "stg_price": ["source.x.raw.prices"],
    "fct_price": ["model.x.stg_price", "model.x.dim_place"],
    "stg_unit": ["source.x.raw.units"],
    "fct_unit": ["model.x.stg_unit", "model.x.dim_place"],
    "dim_place": ["seed.x.places"],
    "by_hand": [],
}
ONLY_FOR = {"stg_unit": ["units"], "fct_unit": ["units", "products"]}
TESTS = {
    "places": ["seed.x.places"],
    "place_of_place": ["model.x.dim_place", "seed.x.places"],
    "place_of_price": ["model.x.fct_price", "model.x.dim_place"],
    "place_of_unit": ["model.x.fct_unit", "model.x.dim_place"],
    "prices_and_units": ["model.x.fct_price", "model.x.fct_unit"],
}


def _manifest(only_for: dict[str, list[str]]) -> Manifest:
    nodes: dict[str, Any] = {"seed.x.places": {"name": "places", "resource_type": "seed"}}
    for name in READS:
        nodes[f"model.x.{name}"] = {
            "unique_id": f"model.x.{name}",
            "name": name,
            "resource_type": "model",
            "config": {"meta": {"only_for": only_for[name]} if name in only_for else {}},
        }
    for name, parents in TESTS.items():
        nodes[f"test.x.{name}"] = {"name": name, "resource_type": "test", "depends_on": {"nodes": parents}}
    return {"nodes": nodes, "parent_map": {f"model.x.{name}": parents for name, parents in READS.items()}}


def _moving(*changed: str) -> set[str]:
    left = set(left_alone(_manifest(ONLY_FOR), frozenset(changed)))
    return (READS.keys() | TESTS.keys()) - left


ALWAYS = {"stg_price", "fct_price", "by_hand", "place_of_price", "prices_and_units"}
WITH_UNITS = {"stg_unit", "fct_unit", "place_of_unit"}


def test_models_move_with_their_datasets_and_tests_with_any_model_they_compare() -> None:
    assert _moving() == _moving("prices") == ALWAYS
    assert _moving("units") == ALWAYS | WITH_UNITS
    assert _moving("products") == ALWAYS | WITH_UNITS - {"stg_unit"}


def test_a_dataset_read_but_not_named_is_a_fault() -> None:
    assert undeclared(_manifest(ONLY_FOR)) == []
    assert undeclared(_manifest({"fct_unit": ["products"]})) == ["fct_unit also reads units"]
