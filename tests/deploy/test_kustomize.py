"""Our own reading of kustomizations is what kustomize makes of them."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.deploy.files import ROOT, read
from tests.deploy.kustomize import Manifest, build, predictions, together, without_hashes

CASES = [
    pytest.param("base", None, id="base"),
    pytest.param("overlays/example", None, id="overlays/example"),
    pytest.param("overlays/example", predictions(), id="overlays/example with predictions"),
]


def command() -> list[str] | None:
    """Return the real one's command: of its own, or within kubectl."""
    for name, arguments in (("kustomize", ["build"]), ("kubectl", ["kustomize"])):
        if found := shutil.which(name):
            return [found, *arguments]
    return None


def by_name(manifests: list[Any]) -> dict[tuple[str, str], Any]:
    """Return manifests by kind and name."""
    return {(one["kind"], one["metadata"]["name"]): one for one in manifests}


@pytest.mark.parametrize(("directory", "more"), CASES)
def test_manifests_are_those_that_kustomize_makes(
    directory: str, more: Manifest | None, tmp_path: Path
) -> None:
    """Each manifest is the same, but for the hash in a ConfigMap's name."""
    kustomize = command()
    if kustomize is None:
        pytest.skip(
            "neither kustomize nor kubectl is on the PATH; all else is tested with tests/deploy/kustomize.py"
        )
    path = shutil.copytree(ROOT / "deploy/kubernetes", tmp_path / "kubernetes") / directory
    file = path / "kustomization.yaml"
    YAML(typ="safe", pure=True).dump(together(read(file), more), file)
    # An empty home: nothing is asked of a cluster, and no configuration of one is read.
    made = subprocess.run(
        [*kustomize, str(path)], env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    real = by_name(list(YAML(typ="safe", pure=True).load_all(without_hashes(made.stdout))))

    ours = by_name(build(ROOT / "deploy/kubernetes" / directory, more))
    assert real.keys() == ours.keys()
    for name, manifest in ours.items():
        assert real[name] == manifest, name
