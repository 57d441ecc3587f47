"""The manifests of deploy/kubernetes as kustomize puts them together, and what tests ask of them.

No cluster is asked: what can be wrong without one is looked at here.
"""

from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.deploy.files import ROOT, read
from tests.deploy.kustomize import build, containers, predictions

KUBERNETES = ROOT / "deploy/kubernetes"
OVERLAY = KUBERNETES / "overlays/example"
BASE = build(KUBERNETES / "base")
EXAMPLE = build(OVERLAY, predictions())
"""With every process: also with the one that only some want."""
JOB = read("deploy/kubernetes/components/rebuild/job.yaml")
CUSTOM = {"ScaledObject", "TriggerAuthentication", "ServiceMonitor", "PrometheusRule"}
"""Kinds that operators bring; no package for Python has their schemas."""
OPTIONAL = ("predict",)
PROCESSES = ("worker", "sink", "notify", "serve")
EVERY_PROCESS = (*PROCESSES, *OPTIONAL)

EVERY = [
    pytest.param(one, id=f"{one['kind']}-{one['metadata']['name']}")
    for one in [*EXAMPLE, JOB, next(one for one in BASE if one["kind"] == "StatefulSet")]
    if one["kind"] not in CUSTOM
]
PODS = [
    pytest.param(one, id=f"{name}-{one['metadata']['labels']['app.kubernetes.io/component']}")
    for name, manifests in {"base": BASE, "example": EXAMPLE, "component": [JOB]}.items()
    for one in manifests
    if containers(one)
]


def one_of(kind: str, name: str, manifests: list[Any] | None = None) -> Any:
    """Return the manifest of this kind and name."""
    (found,) = (
        one
        for one in manifests or EXAMPLE
        if (one["kind"], one["metadata"]["name"]) == (kind, f"crm-pulse{name}")
    )
    return found


def environment(manifest: Any) -> dict[str, str]:
    """Return what is in the environment of a pod's container; what comes from elsewhere as it would be."""
    (container,) = containers(manifest)
    come = {"fieldRef": "crm-pulse-worker-0", "secretKeyRef": "rediss://sink:x@redis:6379/0"}
    return {
        one["name"]: one["value"] if "value" in one else come[next(iter(one["valueFrom"]))]
        for one in container["env"]
    }


def settings_file(manifests: list[Any]) -> Any:
    """Return the configuration file that all pods get."""
    return YAML(typ="safe", pure=True).load(
        one_of("ConfigMap", "-settings", manifests)["data"]["settings.yaml"]
    )


def workload(process: str, manifests: list[Any] | None = None) -> Any:
    """Return what makes the pods of a process."""
    return one_of("StatefulSet" if process == "worker" else "Deployment", f"-{process}", manifests)
