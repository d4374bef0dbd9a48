"""Reading published tables from a dbt manifest."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from lumbung.build.manifest import marts_of
from lumbung.build.mart import Column, ForeignKey
from lumbung.errors import LumbungError

Manifest = dict[str, Any]


def _model(name: str, folder: str, publish: dict[str, Any] | None, columns: dict[str, str]) -> Manifest:
    return {
        "name": name,
        "resource_type": "model",
        "original_file_path": f"models/{folder}/{name}.sql",
        "description": f"What {name} says. Grain: {name}.",
        "config": {
            "materialized": "table",
            "contract": {"enforced": True},
            "meta": {"publish": publish} if publish else {},
        },
        "columns": {
            column: {
                "name": column,
                "data_type": data_type,
                "description": f"The {column}.",
                "constraints": [],
            }
            for column, data_type in columns.items()
        },
        "constraints": [],
    }


def _relationships(model: str, column: str, to: str, field: str, **config: Any) -> Manifest:
    return {
        "resource_type": "test",
        "name": f"relationships_{model}_{column}",
        "attached_node": f"model.x.{model}",
        "config": {"severity": "ERROR", "where": None} | config,
        "test_metadata": {
            "name": "relationships",
            "kwargs": {"column_name": column, "to": f"ref('{to}')", "field": field},
        },
    }


@pytest.fixture
def manifest() -> Manifest:
    figures = {"place_code": "text", "day_on": "date", "figure_idr": "numeric(18, 2)"}
    key = {"key": ["place_code", "day_on"], "touched": "touched_day", "indexes": [["day_on"]]}
    return {
        "nodes": {
            "model.x.a_figure": _model("a_figure", "marts/prices", key, figures),
            "model.x.dim_place": _model(
                "dim_place", "marts/reference", {"key": ["place_code"]}, {"place_code": "text"}
            ),
            "model.x.touched_day": _model("touched_day", "intermediate", None, {}),
            "test.x.r": _relationships("a_figure", "place_code", "dim_place", "place_code"),
        }
    }


def test_a_mart_is_read_with_all_that_publication_needs(manifest: Manifest) -> None:
    place, figure = marts_of(manifest)
    assert place.name == "dim_place", "what others refer to comes first"
    assert figure.description == "What a_figure says. Grain: a_figure."
    assert figure.columns[2] == Column("figure_idr", "numeric(18, 2)", "The figure_idr.")
    assert figure.column_names == ("place_code", "day_on", "figure_idr")
    assert figure.key == ("place_code", "day_on")
    assert figure.touched == "touched_day"
    assert figure.indexes == (("day_on",),)
    assert figure.foreign_keys == (ForeignKey(("place_code",), "dim_place", ("place_code",)),)
    assert (place.touched, place.foreign_keys) == (None, ())


@pytest.mark.parametrize(
    "config", [{"where": "day_on > '2020-01-01'"}, {"severity": "WARN"}], ids=["conditional", "warning"]
)
def test_a_test_that_allows_exceptions_is_no_foreign_key(manifest: Manifest, config: dict[str, Any]) -> None:
    manifest["nodes"]["test.x.r"]["config"] |= config
    assert all(not mart.foreign_keys for mart in marts_of(manifest))


def test_a_reference_to_what_is_no_key_is_no_foreign_key(manifest: Manifest) -> None:
    manifest["nodes"]["test.x.r"] = _relationships("dim_place", "place_code", "a_figure", "place_code")
    assert all(not mart.foreign_keys for mart in marts_of(manifest))


def test_what_is_restricted_is_published_apart_and_nothing_refers_to_it(manifest: Manifest) -> None:
    place = manifest["nodes"]["model.x.dim_place"]
    place["config"]["meta"]["publish"]["schema"] = "restricted"
    marts = {mart.name: mart for mart in marts_of(manifest)}
    assert marts["dim_place"].schema == "restricted"
    assert marts["a_figure"].schema == "marts"
    assert marts["a_figure"].foreign_keys == ()


def test_constraints_of_models_and_columns_are_foreign_keys(manifest: Manifest) -> None:
    del manifest["nodes"]["test.x.r"]
    reference = {"type": "foreign_key", "to": "ref('dim_place')", "to_columns": ["place_code"]}
    expected = (ForeignKey(("place_code",), "dim_place", ("place_code",)),)

    of_column = copy.deepcopy(manifest)
    of_column["nodes"]["model.x.a_figure"]["columns"]["place_code"]["constraints"] = [reference]
    assert marts_of(of_column)[1].foreign_keys == expected

    manifest["nodes"]["model.x.a_figure"]["constraints"] = [reference | {"columns": ["place_code"]}]
    assert marts_of(manifest)[1].foreign_keys == expected


def test_marts_that_refer_to_each_other_are_still_listed(manifest: Manifest) -> None:
    manifest["nodes"]["model.x.a_figure"]["config"]["meta"]["publish"]["key"] = ["place_code"]
    manifest["nodes"]["test.x.s"] = _relationships("dim_place", "place_code", "a_figure", "place_code")
    assert [mart.name for mart in marts_of(manifest)] == ["a_figure", "dim_place"]


def _figure(manifest: Manifest) -> Manifest:
    node: Manifest = manifest["nodes"]["model.x.a_figure"]
    return node


FAULTS: dict[str, Callable[[Manifest], Any]] = {
    "contract is not enforced": lambda m: _figure(m)["config"].update(contract={"enforced": False}),
    "it has no description": lambda m: _figure(m).update(description=" "),
    "column day_on has no description": lambda m: _figure(m)["columns"]["day_on"].update(description=""),
    "column day_on has no data_type": lambda m: _figure(m)["columns"]["day_on"].update(data_type=None),
    "meta.publish.key is missing": lambda m: _figure(m)["config"].update(meta={}),
    "names column nowhere": lambda m: _figure(m)["config"]["meta"]["publish"].update(key=["nowhere"]),
    "names touched_else, which is not a model": lambda m: _figure(m)["config"]["meta"]["publish"].update(
        touched="touched_else"
    ),
    "touched_day, which is ephemeral": lambda m: m["nodes"]["model.x.touched_day"]["config"].update(
        materialized="ephemeral"
    ),
    "release_from is reserved": lambda m: _figure(m)["columns"].update(
        release_from={"name": "release_from", "data_type": "int", "description": "x"}
    ),
    "schema is history, neither marts": lambda m: _figure(m)["config"]["meta"]["publish"].update(
        schema="history"
    ),
    "the name release is taken": lambda m: _figure(m).update(name="release"),
}


@pytest.mark.parametrize("words", FAULTS)
def test_a_mart_that_promises_too_little_is_refused(manifest: Manifest, words: str) -> None:
    FAULTS[words](manifest)
    with pytest.raises(LumbungError, match=words) as refused:
        marts_of(manifest)
    assert "dbt_project/models/marts/prices/a_figure.sql" in refused.value.remedy


def test_a_project_without_marts_is_refused(manifest: Manifest) -> None:
    with pytest.raises(LumbungError, match="no models under models/marts"):
        marts_of({"nodes": {"model.x.touched_day": manifest["nodes"]["model.x.touched_day"]}})
