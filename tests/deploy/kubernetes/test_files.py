"""The files of deploy/kubernetes are what Kubernetes takes, are all used, and have no mistakes and no secrets."""

import re
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest

from schemas.board import load_boards
from schemas.catalog import check_catalog
from schemas.notify import load_notify
from schemas.rule import load_rules
from tests.deploy.files import ROOT, read
from tests.deploy.kubernetes.manifests import BASE, EVERY, EXAMPLE, KUBERNETES, one_of, workload
from tests.deploy.kustomize import containers

VERSIONS = ("1.30", kubernetes_validate.latest_version())
"""The oldest that the manifests are for, and the newest whose schemas there are."""


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("manifest", EVERY)
def test_kubernetes_takes_it(manifest: Any, version: str) -> None:
    """Each manifest fits the schema of its kind, with no field that does not exist."""
    kubernetes_validate.validate(manifest, version, strict=True)


def test_every_file_is_used() -> None:
    """No manifest lies about that no kustomization names."""
    named = {
        KUBERNETES / "components" / name / "kustomization.yaml"
        for name in ("keda", "predict", "prometheus-operator", "rebuild")
    }
    for kustomization in KUBERNETES.rglob("kustomization.yaml"):
        wanted = read(kustomization)
        files = [
            *wanted.get("resources", ()),
            *(file for one in wanted.get("configMapGenerator", ()) for file in one["files"]),
        ]
        named |= {kustomization, *((kustomization.parent / name).resolve() for name in files)}

    assert set() == {path for path in KUBERNETES.rglob("*") if path.is_file()} - named


@pytest.mark.parametrize("manifests", [pytest.param(BASE, id="base"), pytest.param(EXAMPLE, id="example")])
def test_files_have_no_mistakes(manifests: list[Any]) -> None:
    """Catalog, rules, boards and delivery are what `crm-pulse check` would call good."""
    files = one_of("ConfigMap", "-settings", manifests)["data"]
    catalog = check_catalog(
        *([files["catalog.yaml"], "catalog.yaml"] if "catalog.yaml" in files else [])
    ).catalog
    if "rules.yaml" in files:
        load_rules(catalog, files["rules.yaml"], "rules.yaml")
    if "boards.yaml" in files:
        assert load_boards(catalog, files["boards.yaml"], "boards.yaml")
    delivery = load_notify(files["notify.yaml"], "notify.yaml")

    receivers = {one["name"]: one for one in workload("notify")["spec"]["template"]["spec"]["volumes"]}[
        "receivers"
    ]
    (mount,) = (
        one for one in containers(workload("notify"))[0]["volumeMounts"] if one["name"] == "receivers"
    )
    assert receivers["secret"]["secretName"] == "crm-pulse-receivers"
    for path in re.findall(r"_file: (\S+?)[,}\s]", files["notify.yaml"]):
        assert Path(path).parent == Path(mount["mountPath"])
    assert delivery.receivers


def test_there_are_no_secrets() -> None:
    """Secrets are referred to, never written; and every one that is referred to is explained."""
    assert [] == [one for one in EXAMPLE if one["kind"] == "Secret"]
    text = "\n".join(path.read_text("utf-8") for path in KUBERNETES.rglob("*.yaml"))
    named = set(
        re.findall(
            r"\b(?:secretName|name): (crm-pulse-(?:kafka|redis|tokens|receivers|scraping|tls)[a-z-]*)", text
        )
    )
    named -= {one["metadata"]["name"] for one in EXAMPLE}
    page = (ROOT / "docs/operations.md").read_text("utf-8")

    assert named, "the pattern has become wrong"
    assert set() == {name for name in named if name not in page}
