"""deploy/kubernetes is what Kubernetes takes, what the code expects, and closed where it can be.

No cluster is asked: what can be wrong without one is looked at here.
"""

import re
import tomllib
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest

from schemas.board import load_boards
from schemas.catalog import check_catalog
from schemas.notify import load_notify
from schemas.rule import load_rules
from streams.cli.main import COMMANDS
from streams.notify.process import STOP_TIMEOUT_S as NOTIFY_STOP_TIMEOUT_S
from streams.predict.process import STOP_TIMEOUT_S as PREDICT_STOP_TIMEOUT_S
from streams.topics import topics
from streams.worker import STOP_TIMEOUT_S
from tests.deploy.files import PINNED, ROOT, image_environment, read, settings_of
from tests.deploy.kustomize import build, containers, predictions

KUBERNETES = ROOT / "deploy/kubernetes"
OVERLAY = KUBERNETES / "overlays/example"
BASE = build(KUBERNETES / "base")
EXAMPLE = build(OVERLAY, predictions())
"""With every process: also with the one that only some want."""
JOB = read("deploy/kubernetes/components/rebuild/job.yaml")
CUSTOM = {"ScaledObject", "TriggerAuthentication", "ServiceMonitor"}
"""Kinds that operators bring; no package for Python has their schemas."""
VERSIONS = ("1.30", kubernetes_validate.latest_version())
"""The oldest that the manifests are for, and the newest whose schemas there are."""
OPTIONAL = ("predict",)
PROCESSES = ("worker", "sink", "notify", "serve")
EVERY_PROCESS = (*PROCESSES, *OPTIONAL)
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]

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
    from ruamel.yaml import YAML

    return YAML(typ="safe", pure=True).load(
        one_of("ConfigMap", "-settings", manifests)["data"]["settings.yaml"]
    )


def workload(process: str, manifests: list[Any] | None = None) -> Any:
    """Return what makes the pods of a process."""
    return one_of("StatefulSet" if process == "worker" else "Deployment", f"-{process}", manifests)


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


@pytest.mark.parametrize(
    ("process", "manifests"),
    [
        *(pytest.param(process, BASE, id=f"{process}-base") for process in PROCESSES),
        *(pytest.param(process, EXAMPLE, id=f"{process}-example") for process in EVERY_PROCESS),
    ],
)
def test_settings_are_settings(process: str, manifests: list[Any]) -> None:
    """The program takes the environment and the file that its pod gets, with all checks."""
    manifest = workload(process, manifests)
    settings = settings_of(environment(manifest), settings_file(manifests))

    (container,) = containers(manifest)
    assert container["args"] == [process]
    assert process in COMMANDS
    assert settings.kafka_security_protocol == "SASL_SSL"
    assert settings.kafka_sasl_username == f"crm-pulse-{process}", "each has rights of its own"
    assert (settings.redis_url is not None) == (process in ("sink", "serve"))
    assert (settings.notify is not None) == (process == "notify")
    assert (settings.instance_id is not None) == (process == "worker")
    if process == "serve":
        assert settings.http_host == "0.0.0.0"
        assert settings.tokens is not None, "serve refuses an address that is not loopback without tokens"


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


@pytest.mark.parametrize("process", EVERY_PROCESS)
def test_ports_and_probes_agree(process: str) -> None:
    """Pages are asked for where the settings say that they are; what is not ready is not ended for it."""
    manifest = workload(process)
    settings = settings_of(environment(manifest), settings_file(EXAMPLE))
    (container,) = containers(manifest)
    (port,) = container["ports"]
    service = one_of("Service", f"-{process}")

    assert port["containerPort"] == (settings.http_port if process == "serve" else settings.metrics_port)
    assert settings.metrics_host == "0.0.0.0"
    assert container["livenessProbe"]["httpGet"] == {"path": "/healthz", "port": port["name"]}
    assert container["startupProbe"]["httpGet"] == {"path": "/healthz", "port": port["name"]}
    assert container["readinessProbe"]["httpGet"] == {"path": "/readyz", "port": port["name"]}
    assert service["spec"]["ports"] == [
        {"name": port["name"], "port": port["containerPort"], "targetPort": port["name"]}
    ]
    labels = manifest["spec"]["template"]["metadata"]["labels"]
    assert service["spec"]["selector"].items() <= labels.items()
    assert manifest["spec"]["selector"]["matchLabels"].items() <= labels.items()


@pytest.mark.parametrize("process", EVERY_PROCESS)
def test_processes_may_finish(process: str) -> None:
    """A pod is killed later than its process would end by itself."""
    grace_s = workload(process)["spec"]["template"]["spec"]["terminationGracePeriodSeconds"]
    assert grace_s > max(STOP_TIMEOUT_S, NOTIFY_STOP_TIMEOUT_S, PREDICT_STOP_TIMEOUT_S)


def test_workers_are_members_by_name() -> None:
    """A pod's name is the worker's, and it is back before its partitions are others'."""
    manifest = workload("worker")
    (container,) = containers(manifest)
    instance = next(one for one in container["env"] if one["name"] == "CRM_PULSE_INSTANCE_ID")
    service = one_of("Service", "-worker")

    assert instance["valueFrom"] == {"fieldRef": {"fieldPath": "metadata.name"}}
    assert manifest["spec"]["serviceName"] == service["metadata"]["name"]
    assert service["spec"]["clusterIP"] == "None"
    grace_s = manifest["spec"]["template"]["spec"]["terminationGracePeriodSeconds"]
    assert settings_file(EXAMPLE)["session_timeout_s"] > grace_s


@pytest.mark.parametrize("process", PROCESSES)
def test_one_at_a_time_is_taken_away(process: str) -> None:
    """Of what runs twice a node's drain takes one pod, and waits until there are two again."""
    manifest = one_of("PodDisruptionBudget", f"-{process}")

    assert manifest["spec"]["maxUnavailable"] == 1
    assert manifest["spec"]["selector"] == workload(process)["spec"]["selector"]
    assert workload(process, BASE)["spec"]["replicas"] >= 2


def test_predictions_are_for_who_adds_them() -> None:
    """The component brings all of them: one pod, which nobody waits for, and which may write where its home is."""
    without = build(OVERLAY)
    brought = [(one["kind"], one["metadata"]["name"]) for one in EXAMPLE if one not in without]
    spec = workload("predict")["spec"]
    volumes = {one["name"]: one for one in spec["template"]["spec"]["volumes"]}
    (home,) = (
        volumes[one["name"]]
        for one in containers(workload("predict"))[0]["volumeMounts"]
        if one["mountPath"] == image_environment()["HOME"]
    )

    assert [one for one in EXAMPLE if one in without] == without
    assert brought == [("Deployment", "crm-pulse-predict"), ("Service", "crm-pulse-predict")]
    assert (spec["replicas"], spec["strategy"]) == (1, {"type": "Recreate"})
    assert "emptyDir" in home


def test_nothing_goes_in_or_out_by_default() -> None:
    """Every pod is under the policy that lets nothing through; every other policy is for pods that exist."""
    (deny,) = (one for one in EXAMPLE if one["metadata"]["name"] == "crm-pulse-default-deny")
    pods = [one["spec"]["template"]["metadata"]["labels"] for one in [*EXAMPLE, JOB] if containers(one)]

    assert deny["spec"]["policyTypes"] == ["Ingress", "Egress"]
    assert not {"ingress", "egress"} & set(deny["spec"])
    for policy in (one for one in EXAMPLE if one["kind"] == "NetworkPolicy"):
        wanted = policy["spec"]["podSelector"]["matchLabels"].items()
        assert any(wanted <= labels.items() for labels in pods), policy["metadata"]["name"]
    assert all(deny["spec"]["podSelector"]["matchLabels"].items() <= labels.items() for labels in pods)


def allowed(process: str, way: str) -> set[int | str]:
    """Return the ports that policies let a process's pods be asked on, or ask."""
    labels = workload(process)["spec"]["template"]["metadata"]["labels"]
    ports: set[int | str] = set()
    for policy in (one["spec"] for one in EXAMPLE if one["kind"] == "NetworkPolicy"):
        selector = policy["podSelector"]
        chosen = all(labels[one["key"]] in one["values"] for one in selector.get("matchExpressions", ()))
        if chosen and selector["matchLabels"].items() <= labels.items():
            ports |= {port["port"] for rule in policy.get(way, ()) for port in rule["ports"]}
    return ports


def test_each_process_reaches_what_it_needs() -> None:
    """Names and Kafka all, Redis those that have to do with it, the world only who tells people."""
    kafka = int(settings_file(EXAMPLE)["kafka_bootstrap"].rpartition(":")[2])

    assert allowed("worker", "egress") == allowed("predict", "egress") == {53, kafka}
    assert allowed("sink", "egress") == allowed("serve", "egress") == {53, kafka, 6379}
    assert allowed("notify", "egress") == {53, kafka, 443, 465, 587}
    for process in EVERY_PROCESS:
        (port,) = containers(workload(process))[0]["ports"]
        assert port["name"] in allowed(process, "ingress")


def test_the_example_says_where_to() -> None:
    """In an installation no process reaches a Kafka or a Redis but its own."""
    for name in ("-kafka", "-redis"):
        for rule in one_of("NetworkPolicy", name)["spec"]["egress"]:
            assert rule["to"]


def test_workers_are_as_many_as_there_are_partitions() -> None:
    """KEDA looks at the engine's own group and topic, with the settings' Kafka, and starts no worker for nothing."""
    scaled = one_of("ScaledObject", "-worker")
    (trigger,) = scaled["spec"]["triggers"]
    settings = settings_of(environment(workload("worker")), settings_file(EXAMPLE))

    assert scaled["spec"]["scaleTargetRef"]["name"] == workload("worker")["metadata"]["name"]
    assert scaled["spec"]["maxReplicaCount"] == settings.partitions
    assert scaled["spec"]["minReplicaCount"] >= 2
    assert "replicas" not in workload("worker")["spec"], "two would say how many there are"
    assert trigger["metadata"]["topic"] == topics(settings).activity.name
    assert trigger["metadata"]["consumerGroup"] == settings.app_id
    assert trigger["metadata"]["bootstrapServers"] == settings.kafka_bootstrap
    assert trigger["metadata"]["allowIdleConsumers"] == "false"
    (login,) = (one for one in EXAMPLE if one["kind"] == "TriggerAuthentication")
    assert trigger["authenticationRef"]["name"] == login["metadata"]["name"]


def test_jobs_are_called_as_where_there_is_no_kubernetes() -> None:
    """The ServiceMonitor finds the Services, whose names are the jobs of prometheus.yml."""
    monitor = one_of("ServiceMonitor", "")
    services = [one for one in EXAMPLE if one["kind"] == "Service"]
    jobs = [one["job_name"] for one in read("deploy/prometheus/prometheus.yml")["scrape_configs"]]

    for service in services:
        assert monitor["spec"]["selector"]["matchLabels"].items() <= service["metadata"]["labels"].items()
    assert {one["metadata"]["name"] for one in services} == {
        job for job in jobs if job.startswith("crm-pulse")
    }
    assert {one["port"] for one in monitor["spec"]["endpoints"]} == {
        port["name"] for one in services for port in one["spec"]["ports"]
    }


def test_the_ingress_leads_to_serve() -> None:
    """By TLS, to a port that the Service has."""
    ingress = one_of("Ingress", "")["spec"]
    (rule,) = ingress["rules"]
    (path,) = rule["http"]["paths"]
    service = one_of("Service", "-serve")

    assert ingress["tls"][0]["hosts"] == [rule["host"]]
    assert path["backend"]["service"]["name"] == service["metadata"]["name"]
    assert path["backend"]["service"]["port"]["name"] in [port["name"] for port in service["spec"]["ports"]]


@pytest.mark.parametrize("manifests", [pytest.param(BASE, id="base"), pytest.param(EXAMPLE, id="example")])
def test_files_have_no_mistakes(manifests: list[Any]) -> None:
    """Catalog, rules, boards and delivery are what `crm-pulse check` would call good."""
    files = one_of("ConfigMap", "-settings", manifests)["data"]
    catalog = check_catalog(
        *([files["catalog.yaml"], "catalog.yaml"] if "catalog.yaml" in files else [])
    ).catalog
    if "rules.yaml" in files:
        load_rules(catalog.known, files["rules.yaml"], "rules.yaml")
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
