"""Each process gets settings that it takes, is asked where it answers, and is ended as it can be."""

from typing import Any

import pytest

from streams.cli.main import COMMANDS
from streams.process.stopping import STOP_TIMEOUT_S
from streams.topics import topics
from tests.deploy.files import image_environment, settings_of
from tests.deploy.kubernetes.manifests import (
    BASE,
    EVERY_PROCESS,
    EXAMPLE,
    OVERLAY,
    PROCESSES,
    environment,
    one_of,
    settings_file,
    workload,
)
from tests.deploy.kustomize import build, containers


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
    assert grace_s > STOP_TIMEOUT_S


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
