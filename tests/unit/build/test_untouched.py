"""Which models a build may leave as they are."""

from typing import Any

from lumbung.build.untouched import left_alone, undeclared

Manifest = dict[str, Any]


def _manifest(datasets_of: dict[str, list[str]], tests: dict[str, list[str]] | None = None) -> Manifest:
    nodes: dict[str, Any] = {
        f"model.x.{name}": {
            "unique_id": f"model.x.{name}",
            "name": name,
            "resource_type": "model",
            "config": {"meta": {"only_for": datasets} if datasets else {}},
        }
        for name, datasets in datasets_of.items()
    }
    for name, models in (tests or {}).items():
        parents = [f"model.x.{model}" for model in models]
        nodes[f"test.x.{name}"] = {"name": name, "resource_type": "test", "depends_on": {"nodes": parents}}
    parents_of = {
        "model.x.fct_unit": ["model.x.stg_unit"],
        "model.x.stg_unit": ["source.x.raw.industry_units"],
    }
    return {"nodes": nodes, "parent_map": parents_of}


def test_models_are_left_alone_when_none_of_their_datasets_changed() -> None:
    manifest = _manifest({"fct_price": [], "fct_unit": ["units", "ovop"], "fct_stock": ["stocks"]})
    assert left_alone(manifest, frozenset()) == ["fct_stock", "fct_unit"]
    assert left_alone(manifest, frozenset({"ovop"})) == ["fct_stock"]
    assert left_alone(manifest, frozenset({"units", "stocks"})) == []


def test_a_dataset_read_but_not_named_is_a_fault() -> None:
    assert undeclared(_manifest({"stg_unit": [], "fct_unit": ["industry_units"]})) == []
    assert undeclared(_manifest({"stg_unit": [], "fct_unit": ["ovop"]})) == [
        "fct_unit also reads industry_units"
    ]


def test_a_test_across_models_that_stay_and_move_is_a_fault() -> None:
    models: dict[str, list[str]] = {"fct_price": [], "fct_stock": ["stocks"], "dim_place": []}
    assert undeclared(_manifest(models, {"keys": ["fct_stock", "dim_place"]})) == []
    assert undeclared(_manifest(models, {"sums": ["fct_stock", "fct_price"]})) == [
        "test sums is about models of which some are left alone and some never"
    ]


def test_a_reference_of_a_model_that_stays_is_none() -> None:
    models: dict[str, list[str]] = {"fct_stock": ["stocks"], "fct_submission": []}
    for attached, faults in (("fct_stock", 0), ("fct_submission", 1)):
        manifest = _manifest(models, {"reference": ["fct_stock", "fct_submission"]})
        manifest["nodes"]["test.x.reference"] |= {
            "attached_node": f"model.x.{attached}",
            "test_metadata": {"name": "relationships"},
        }
        assert len(undeclared(manifest)) == faults
