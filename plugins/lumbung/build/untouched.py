"""The models that a build may leave as they are, because nothing came for the datasets they are made of.

A model says in ``config.meta.only_for`` which datasets its rows come from. It may say so only when everything
else it reads, such as seeds, changes with the dbt project alone, which makes a build full: never when it
depends on the business date.
"""

from typing import Any

Manifest = dict[str, Any]
Node = dict[str, Any]


def left_alone(manifest: Manifest, changed: frozenset[str]) -> list[str]:
    """Names of the models made of none of the changed datasets, in the order of their names.

    Args:
        manifest: dbt's, of the project as it was last built.
        changed: Datasets with loads or changes that the build is to cover.
    """
    return sorted(
        node["name"]
        for node in _models(manifest)
        if (datasets := only_for(node)) and changed.isdisjoint(datasets)
    )


def undeclared(manifest: Manifest) -> list[str]:
    """What would make leaving models alone wrong: one sentence per fault, none in a sound project."""
    models = {node["unique_id"]: node for node in _models(manifest)}
    faults = []
    for node in models.values():
        if datasets := only_for(node):
            read = {
                source.rsplit(".", 1)[-1]
                for source in _ancestors(manifest, node["unique_id"])
                if source.startswith("source.") and ".raw." in source
            }
            if read - datasets:
                faults.append(f"{node['name']} also reads {', '.join(sorted(read - datasets))}")
    # A model left alone takes its tests with it: one that compares it with what moves would be missed.
    # What it refers to is safe: publication has foreign keys.
    for test in manifest["nodes"].values():
        if test["resource_type"] != "test" or _refers_from_model_left_alone(test, models):
            continue
        parents = [models[parent] for parent in test["depends_on"]["nodes"] if parent in models]
        facts = [parent for parent in parents if not parent["name"].startswith("dim_")]
        if len({bool(only_for(parent)) for parent in facts}) > 1:
            faults.append(f"test {test['name']} is about models of which some are left alone and some never")
    return faults


def only_for(node: Node) -> frozenset[str]:
    """The datasets whose loads alone move a model; empty when it is built every time."""
    meta = (node.get("config") or {}).get("meta") or {}
    return frozenset(meta.get("only_for") or ())


def _refers_from_model_left_alone(test: Node, models: dict[str, Node]) -> bool:
    attached = models.get(test.get("attached_node") or "")
    is_reference = (test.get("test_metadata") or {}).get("name") == "relationships"
    return is_reference and attached is not None and bool(only_for(attached))


def _models(manifest: Manifest) -> list[Node]:
    return [node for node in manifest["nodes"].values() if node["resource_type"] == "model"]


def _ancestors(manifest: Manifest, unique_id: str) -> set[str]:
    found: set[str] = set()
    waiting = [unique_id]
    while waiting:
        for parent in manifest["parent_map"].get(waiting.pop(), ()):
            if parent not in found:
                found.add(parent)
                waiting.append(parent)
    return found
