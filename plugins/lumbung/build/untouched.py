"""What a build may leave as it is, because nothing came that could move it.

Models made of seeds alone change with the dbt project alone, which makes a build full. A model of datasets
says in ``config.meta.only_for`` which datasets its rows come from. It may say so only when everything else it
reads changes with the project: never when it depends on the business date.
"""

from typing import Any

Manifest = dict[str, Any]
Node = dict[str, Any]


def left_alone(manifest: Manifest, changed: frozenset[str]) -> list[str]:
    """Names of the models that nothing new can move, and of the tests on nothing else; in order.

    A test that compares what stays with what moves is not among them.

    Args:
        manifest: dbt's, of the project as it was last built.
        changed: Datasets with loads or changes that the build is to cover.
    """
    staying = {
        unique_id
        for unique_id, node in manifest["nodes"].items()
        if node["resource_type"] == "seed"
        or (node["resource_type"] == "model" and _stays(manifest, node, changed))
    }
    return sorted(
        node["name"]
        for unique_id, node in manifest["nodes"].items()
        if (node["resource_type"] == "model" and unique_id in staying)
        or (node["resource_type"] == "test" and staying.issuperset(node["depends_on"]["nodes"]))
    )


def undeclared(manifest: Manifest) -> list[str]:
    """What would make leaving models alone wrong: one sentence per fault, none in a sound project."""
    faults = []
    for node in manifest["nodes"].values():
        if node["resource_type"] == "model" and (datasets := only_for(node)):
            read = {
                source.rsplit(".", 1)[-1]
                for source in _sources(manifest, node["unique_id"])
                if ".raw." in source
            }
            if read - datasets:
                faults.append(f"{node['name']} also reads {', '.join(sorted(read - datasets))}")
    return faults


def only_for(node: Node) -> frozenset[str]:
    """The datasets whose loads alone move a model; empty when it says none."""
    meta = (node.get("config") or {}).get("meta") or {}
    return frozenset(meta.get("only_for") or ())


def _stays(manifest: Manifest, node: Node, changed: frozenset[str]) -> bool:
    if datasets := only_for(node):
        return changed.isdisjoint(datasets)
    # A model without ancestors may read tables that dbt does not know of.
    ancestors = _ancestors(manifest, node["unique_id"])
    return bool(ancestors) and not _sources(manifest, node["unique_id"])


def _sources(manifest: Manifest, unique_id: str) -> set[str]:
    """The sources that a node reads, through whatever stands between."""
    return {name for name in _ancestors(manifest, unique_id) if name.startswith("source.")}


def _ancestors(manifest: Manifest, unique_id: str) -> set[str]:
    found: set[str] = set()
    waiting = [unique_id]
    while waiting:
        for parent in manifest["parent_map"].get(waiting.pop(), ()):
            if parent not in found:
                found.add(parent)
                waiting.append(parent)
    return found
