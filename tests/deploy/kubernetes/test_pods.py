"""Pods are closed where they can be, and have what their settings name."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.deploy.files import PINNED, ROOT
from tests.deploy.kubernetes.manifests import BASE, EXAMPLE, PODS, environment, one_of, settings_file
from tests.deploy.kustomize import containers

VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]


@pytest.mark.parametrize("manifest", PODS)
def test_paths_are_mounted(manifest: Any) -> None:
    """Each file that a setting names lies in a volume that is mounted, and is one of its keys."""
    (container,) = containers(manifest)
    manifests = EXAMPLE if "namespace" in manifest["metadata"] else BASE
    volumes = {one["name"]: one for one in manifest["spec"]["template"]["spec"]["volumes"]}
    places = {one["mountPath"]: volumes[one["name"]] for one in container["volumeMounts"]}
    values = [str(value) for value in (settings_file(manifests) | environment(manifest)).values()]
    for path in map(Path, (value for value in values if value.startswith("/"))):
        volume = places[str(path.parent)]
        if "configMap" in volume:
            assert path.name in one_of("ConfigMap", "-settings", manifests)["data"], path
        for source in volume.get("projected", {}).get("sources", ()):
            assert source["secret"]["items"][0]["key"] == source["secret"]["items"][0]["path"]
        if "projected" in volume:
            assert path.name in [
                source["secret"]["items"][0]["path"] for source in volume["projected"]["sources"]
            ]
    assert set(volumes) == {one["name"] for one in container["volumeMounts"]}


@pytest.mark.parametrize("manifest", PODS)
def test_pods_are_restricted(manifest: Any) -> None:
    """They are what the Pod Security Standard `restricted` lets in, with a file system that nobody writes to."""
    pod = manifest["spec"]["template"]["spec"]
    (container,) = containers(manifest)

    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["runAsUser"] == 10001
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "readOnlyRootFilesystem": True,
    }
    assert pod["automountServiceAccountToken"] is False
    assert pod["serviceAccountName"] == one_of("ServiceAccount", "")["metadata"]["name"]
    assert not {"hostNetwork", "hostPID", "hostIPC"} & set(pod)
    for volume in pod["volumes"]:
        assert set(volume) - {"name"} <= {"configMap", "secret", "projected", "emptyDir"}
        assert "sizeLimit" in volume.get("emptyDir", {"sizeLimit": ""})


@pytest.mark.parametrize("manifest", PODS)
def test_services_leave_the_environment_alone(manifest: Any) -> None:
    """A Service crm-pulse-serve would become the variable CRM_PULSE_SERVE_PORT, which is no setting and a fault."""
    assert manifest["spec"]["template"]["spec"]["enableServiceLinks"] is False


@pytest.mark.parametrize("manifest", PODS)
def test_pods_have_resources(manifest: Any) -> None:
    """A scheduler knows what they need, and none takes a node's memory."""
    (container,) = containers(manifest)

    assert set(container["resources"]["requests"]) == {"cpu", "memory"}
    assert "memory" in container["resources"]["limits"]


@pytest.mark.parametrize("manifest", PODS)
def test_images_are_pinned(manifest: Any) -> None:
    """The image is this version's, and one that has what the process needs."""
    (container,) = containers(manifest)
    other = "-predict" if container["name"] == "predict" else ""

    assert PINNED.match(container["image"])
    assert container["image"].rpartition("/")[2] == f"crm-pulse{other}:{VERSION}"
