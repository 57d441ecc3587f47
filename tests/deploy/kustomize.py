"""What kustomize makes of a directory, as far as deploy/kubernetes uses it; checked against the real one where there is one.

Resources, components, files in ConfigMaps (without the hash in their names), JSON patches, images, a namespace.
"""

import re
from copy import deepcopy
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from tests.deploy.files import read, read_all
from tests.docs.pages import blocks_of

Manifest = dict[str, Any]
KNOWN = {
    "apiVersion",
    "kind",
    "resources",
    "components",
    "configMapGenerator",
    "patches",
    "images",
    "namespace",
}


def build(directory: Path, more: Manifest | None = None) -> list[Manifest]:
    """Return the manifests of a directory with a kustomization.yaml, whose lists are longer by those of `more`."""
    return _applied(directory, [], more)


def predictions() -> Manifest:
    """Return what docs/operations.md adds to an overlay of one who wants predictions."""
    (block,) = (one for one in blocks_of(Path("docs/operations.md"), "yaml") if "components" in one.text)
    found: Manifest = _yaml(block.text)
    return found


def together(wanted: Manifest, more: Manifest | None) -> Manifest:
    """Return a kustomization whose lists are longer by those of another."""
    return {**wanted, **{name: [*wanted.get(name, ()), *added] for name, added in (more or {}).items()}}


def _applied(directory: Path, manifests: list[Manifest], more: Manifest | None = None) -> list[Manifest]:
    """Return the manifests, with what a kustomization adds to them and changes in them."""
    wanted = together(read(directory / "kustomization.yaml"), more)
    assert set(wanted) <= KNOWN, f"{directory}: this module does not know {set(wanted) - KNOWN}"
    manifests = list(manifests)
    for name in wanted.get("resources", ()):
        path = directory / name
        manifests += build(path) if path.is_dir() else read_all(path)
    for name in wanted.get("components", ()):
        manifests = _applied(directory / name, manifests)
    for generator in wanted.get("configMapGenerator", ()):
        _generate(directory, generator, manifests)
    manifests = deepcopy(manifests)
    for patch in wanted.get("patches", ()):
        matching = [
            one for one in manifests if _name(one) == (patch["target"]["kind"], patch["target"]["name"])
        ]
        assert len(matching) == 1, f"{directory}: {patch['target']} is there {len(matching)} times"
        for operation in _yaml(patch["patch"]):
            _patch(matching[0], operation)
    for manifest in manifests:
        if "namespace" in wanted and manifest["kind"] != "Namespace":
            manifest["metadata"]["namespace"] = wanted["namespace"]
        for container in containers(manifest):
            for image in wanted.get("images", ()):
                if container["image"].partition(":")[0] == image["name"]:
                    container["image"] = f"{image['newName']}:{image['newTag']}"
    return manifests


def containers(manifest: Manifest) -> list[Manifest]:
    """Return the containers of a manifest that makes pods."""
    pod = manifest.get("spec", {}).get("template", {}).get("spec", {})
    return [*pod.get("initContainers", ()), *pod.get("containers", ())]


def _name(manifest: Manifest) -> tuple[str, str]:
    return manifest["kind"], manifest["metadata"]["name"]


def _generate(directory: Path, generator: Manifest, manifests: list[Manifest]) -> None:
    data = {Path(file).name: (directory / file).read_text("utf-8") for file in generator["files"]}
    if generator.get("behavior") == "merge":
        (old,) = (one for one in manifests if _name(one) == ("ConfigMap", generator["name"]))
        old["data"] = old["data"] | data
    else:
        manifests.append(
            {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": generator["name"]}, "data": data}
        )


def _yaml(text: str) -> Any:
    return YAML(typ="safe", pure=True).load(text)


def _patch(manifest: Manifest, operation: Manifest) -> None:
    *way, last = operation["path"].strip("/").split("/")
    place: Any = manifest
    for step in way:
        place = place[int(step) if isinstance(place, list) else step]
    if operation["op"] == "remove":
        del place[last]
    else:
        assert operation["op"] == "add" or last in place, f"{operation['path']}: there is nothing to replace"
        place[last] = operation["value"]


def without_hashes(text: str) -> str:
    """Return kustomize's output with the names of ConfigMaps as they are in the files."""
    return re.sub(r"\b(crm-pulse-settings)-[a-z0-9]{10}\b", r"\1", text)
