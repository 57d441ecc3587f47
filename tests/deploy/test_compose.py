"""docker-compose.yml, the Dockerfile and Prometheus's configuration say what the code expects.

No container is started: what can be wrong without one is looked at here.
"""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from streams.settings import load
from streams.worker import STOP_TIMEOUT_S

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "deploy/Dockerfile").read_text("utf-8")


def read(path: str) -> Any:
    return YAML(typ="safe", pure=True).load((ROOT / path).read_text("utf-8"))


COMPOSE = read("docker-compose.yml")
SERVICES = COMPOSE["services"]
WORKER = SERVICES["worker"]


def test_the_workers_settings_are_settings() -> None:
    """The engine takes the environment that the workers get, with all its checks."""
    settings = load(WORKER["environment"])

    assert settings.metrics_host == "0.0.0.0"
    assert WORKER["deploy"]["replicas"] == 2


def test_the_workers_find_kafka() -> None:
    """The address is the service's name with the port that it advertises inside."""
    kafka = SERVICES["kafka"]["environment"]
    advertised = dict(one.split("://") for one in kafka["KAFKA_ADVERTISED_LISTENERS"].split(","))

    assert load(WORKER["environment"]).kafka_bootstrap == advertised["INSIDE"]
    assert advertised["INSIDE"].startswith("kafka:")
    assert {name.partition("://")[0] for name in kafka["KAFKA_LISTENERS"].split(",")} == {
        name.partition(":")[0] for name in kafka["KAFKA_LISTENER_SECURITY_PROTOCOL_MAP"].split(",")
    }
    assert load({}).kafka_bootstrap.replace("127.0.0.1", "localhost") == advertised["HOST"]
    assert WORKER["depends_on"]["kafka"] == {"condition": "service_healthy"}
    assert "healthcheck" in SERVICES["kafka"]


def test_prometheus_scrapes_every_worker() -> None:
    """It looks for all addresses of the service's name, on the port of the metrics."""
    (job,) = read("deploy/prometheus/prometheus.yml")["scrape_configs"]
    (discovery,) = job["dns_sd_configs"]

    port = load(WORKER["environment"]).metrics_port
    assert discovery == {"names": ["worker"], "type": "A", "port": port, "refresh_interval": "5s"}
    assert WORKER["expose"] == [str(port)]
    assert f"127.0.0.1:{port}/healthz" in WORKER["healthcheck"]["test"][-1]
    assert f"EXPOSE {port}" in DOCKERFILE


def test_a_worker_may_finish() -> None:
    """It is killed later than it would end by itself, and started again when it ends in doubt."""
    assert int(WORKER["stop_grace_period"].removesuffix("s")) > STOP_TIMEOUT_S
    assert WORKER["restart"] == "on-failure"


@pytest.mark.parametrize("name", SERVICES)
def test_services_are_pinned_and_local(name: str) -> None:
    """Images have a version, ports are published on this machine only, volumes and files exist."""
    service = SERVICES[name]
    if "build" not in service:
        assert re.search(r":v?\d+\.\d+", service["image"])
    for port in service.get("ports", ()):
        assert port.startswith("127.0.0.1:")
    for volume in service.get("volumes", ()):
        source = volume.partition(":")[0]
        assert (ROOT / source).is_file() if source.startswith(".") else source in COMPOSE["volumes"]


def test_the_image_is_built_from_what_is_there() -> None:
    """Every path copied exists and is let through, the command is one, and nobody is root."""
    copied = [
        path
        for line in re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
        for path in line.split()
    ]
    passed = re.findall(
        r"^!(.+)$", (ROOT / "deploy/Dockerfile.dockerignore").read_text("utf-8"), re.MULTILINE
    )
    assert sorted(copied) == sorted(passed)
    assert all((ROOT / path).exists() for path in copied)

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    packages = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert set(packages) <= set(copied)
    (entry,) = re.findall(r'^ENTRYPOINT \["(.+)"\]$', DOCKERFILE, re.MULTILINE)
    assert entry in project["project"]["scripts"]
    assert DOCKERFILE.rindex("\nUSER 10001") > DOCKERFILE.rindex("\nFROM ")
    minimum = project["project"]["requires-python"].removeprefix(">=")
    assert re.findall(r"^FROM python:(\d\.\d+)-", DOCKERFILE, re.MULTILINE) == [minimum, minimum]
    assert WORKER["build"] == {"context": ".", "dockerfile": "deploy/Dockerfile"}
