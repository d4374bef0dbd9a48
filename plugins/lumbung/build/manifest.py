"""The dbt manifest as a list of published tables.

Everything `publish` knows of a table comes from here: columns and types from the enforced contract, texts
from the descriptions, the key and the touched keys from ``config.meta.publish``, foreign keys from
unconditional ``relationships`` tests and from ``foreign_key`` constraints.
"""

import json
import re
from pathlib import Path
from typing import Any

from lumbung.build.mart import SCHEMAS, Column, ForeignKey, MartModel
from lumbung.build.runner import invoke, target_path
from lumbung.errors import LumbungError
from lumbung.settings import Settings

RESERVED = frozenset({"release_from", "release_to"})
"""Columns that publication adds itself."""

_REF = re.compile(r"""ref\(\s*['"](\w+)['"]\s*\)""")
_MARTS = "models/marts/"

Node = dict[str, Any]
Reference = tuple[tuple[str, ...], str, tuple[str, ...]]
"""Columns, the ``ref(…)`` they refer to, its columns."""


def parse(settings: Settings) -> Path:
    """Make the manifest from the project's files, without a database.

    Returns:
        The path of ``manifest.json``.

    Raises:
        LumbungError: when dbt cannot parse the project.
    """
    outcome = invoke(settings, ["parse"], needs_database=False)
    if not outcome.success:
        raise LumbungError(
            f"The dbt project cannot be parsed: {outcome.exception or 'see the log'}",
            "Without it nobody knows which tables are to be published.",
            f"Mend the file it names under {settings.dbt_project}; log: {settings.logs / 'dbt' / 'dbt.log'}",
        )
    return target_path(settings) / "manifest.json"


def mart_models(settings: Settings) -> list[MartModel]:
    """The published tables, dimensions first, from the manifest of the last parse or build.

    Raises:
        LumbungError: when there is no manifest yet, or a mart lacks what publication needs.
    """
    path = target_path(settings) / "manifest.json"
    if not path.exists():
        parse(settings)
    return marts_of(json.loads(path.read_text()))


def marts_of(manifest: dict[str, Any]) -> list[MartModel]:
    """The published tables of a manifest, in an order in which foreign keys point backwards.

    Raises:
        LumbungError: when a mart has no enforced contract, key, type or description, or names columns or
            models that do not exist.
    """
    nodes: dict[str, Node] = manifest["nodes"]
    found = {
        unique_id: node
        for unique_id, node in nodes.items()
        if node["resource_type"] == "model" and node["original_file_path"].startswith(_MARTS)
    }
    # Restricted rows come and go unseen by readers: nothing that they read may refer to them.
    keys = {node["name"]: _key(node) for node in found.values() if _schema(node) == "marts"}
    models = {node["name"]: node for node in nodes.values() if node["resource_type"] == "model"}
    tests = [node for node in nodes.values() if node["resource_type"] == "test"]
    marts = [_mart(unique_id, node, keys, models, tests) for unique_id, node in found.items()]
    if not marts:
        raise LumbungError(
            "The dbt project has no models under models/marts.",
            "There would be nothing to publish.",
            "Check that the dbt project is complete.",
        )
    return _dimensions_first(marts)


def _mart(
    unique_id: str,
    node: Node,
    keys: dict[str, tuple[str, ...]],
    models: dict[str, Node],
    tests: list[Node],
) -> MartModel:
    name = node["name"]
    publish = _publish(node)
    columns = tuple(
        Column(column["name"], column.get("data_type") or "", (column.get("description") or "").strip())
        for column in node["columns"].values()
    )
    mart = MartModel(
        name=name,
        description=(node.get("description") or "").strip(),
        columns=columns,
        key=_key(node),
        touched=publish.get("touched"),
        foreign_keys=tuple(sorted(_foreign_keys(unique_id, node, keys, tests), key=lambda fk: fk.columns)),
        indexes=tuple(tuple(index) for index in publish.get("indexes", ())),
        schema=_schema(node),
    )
    _require(node, mart, models)
    return mart


def _publish(node: Node) -> dict[str, Any]:
    meta = (node.get("config") or {}).get("meta") or node.get("meta") or {}
    publish: dict[str, Any] = meta.get("publish") or {}
    return publish


def _key(node: Node) -> tuple[str, ...]:
    return tuple(_publish(node).get("key") or ())


def _schema(node: Node) -> str:
    return str(_publish(node).get("schema") or "marts")


def _foreign_keys(
    unique_id: str, node: Node, keys: dict[str, tuple[str, ...]], tests: list[Node]
) -> set[ForeignKey]:
    found = set()
    for columns, to, to_columns in [*_constraints(node), *_relationships(unique_id, tests)]:
        named = _REF.search(to)
        if named and sorted(keys.get(named[1], ())) == sorted(to_columns):
            found.add(ForeignKey(columns, named[1], to_columns))
    return found


def _constraints(node: Node) -> list[Reference]:
    found: list[Reference] = []
    for constraint in node.get("constraints") or []:
        if constraint["type"] == "foreign_key":
            found.append((tuple(constraint["columns"]), constraint["to"], tuple(constraint["to_columns"])))
    for column in node["columns"].values():
        for constraint in column.get("constraints") or []:
            if constraint["type"] == "foreign_key":
                found.append(((column["name"],), constraint["to"], tuple(constraint["to_columns"])))
    return found


def _relationships(unique_id: str, tests: list[Node]) -> list[Reference]:
    """Unconditional error-severity tests only: a condition cannot be said by a foreign key."""
    found: list[Reference] = []
    for test in tests:
        metadata = test.get("test_metadata") or {}
        config = test["config"]
        if (
            metadata.get("name") == "relationships"
            and test.get("attached_node") == unique_id
            and not config.get("where")
            and str(config.get("severity", "error")).lower() == "error"
        ):
            arguments = metadata["kwargs"]
            found.append(((arguments["column_name"],), arguments["to"], (arguments["field"],)))
    return found


def _require(node: Node, mart: MartModel, models: dict[str, Node]) -> None:
    faults = []
    if not (node["config"].get("contract") or {}).get("enforced"):
        faults.append("its contract is not enforced")
    if not mart.description:
        faults.append("it has no description")
    for column in mart.columns:
        if not column.data_type:
            faults.append(f"column {column.name} has no data_type")
        if not column.description:
            faults.append(f"column {column.name} has no description")
        if column.name in RESERVED:
            faults.append(f"column {column.name} is reserved for publication")
    if not mart.key:
        faults.append("meta.publish.key is missing")
    for column_name in {*mart.key, *(name for index in mart.indexes for name in index)}:
        if column_name not in mart.column_names:
            faults.append(f"meta.publish names column {column_name}, which the contract does not")
    if mart.touched is not None:
        touched = models.get(mart.touched)
        if touched is None:
            faults.append(f"meta.publish.touched names {mart.touched}, which is not a model")
        elif touched["config"]["materialized"] == "ephemeral":
            faults.append(f"meta.publish.touched names {mart.touched}, which is ephemeral")
    if mart.schema not in SCHEMAS:
        faults.append(f"meta.publish.schema is {mart.schema}, neither {' nor '.join(SCHEMAS)}")
    if mart.name == "release":
        faults.append("the name release is taken by publication's own table")
    if faults:
        raise LumbungError(
            f"The mart {mart.name} cannot be published: {'; '.join(faults)}.",
            "Every mart needs an enforced contract, descriptions and a key before readers may rely on it.",
            f"Mend its entry beside dbt_project/{node['original_file_path']}.",
        )


def _dimensions_first(marts: list[MartModel]) -> list[MartModel]:
    ordered: dict[str, MartModel] = {}
    waiting = sorted(marts, key=lambda mart: mart.name)
    while waiting:
        ready = [
            mart
            for mart in waiting
            if all(fk.to in ordered or fk.to == mart.name for fk in mart.foreign_keys)
        ]
        # Marts that refer to each other come last, in the order of their names: the keys are deferred.
        for mart in ready or waiting[:1]:
            ordered[mart.name] = mart
            waiting.remove(mart)
    return list(ordered.values())
