"""docker-compose.yml says what the code expects, and locks every container down.

No container is started: what can be wrong without one is looked at here.
"""

import importlib.util
import json
import re
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from streams.cli.check import check
from streams.cli.main import COMMANDS
from streams.process.stopping import STOP_TIMEOUT_S
from streams.settings import load
from tests.deploy.files import PINNED, ROOT, image_environment, read, settings_of

COMPOSE = read("docker-compose.yml")
SERVICES = COMPOSE["services"]
WORKER = SERVICES["worker"]
OWN = [name for name, service in SERVICES.items() if "build" in service]
PROCESSES = ("worker", "sink", "notify", "serve", "predict")
"""Ours that serve pages, by the names of their services and commands."""
END = ("tokens", "simulator")
"""Ours that serve none: the first ends by itself, and the second when it fails."""
OTHER_IMAGES = {"predict": ("crm-pulse-predict", {"EXTRAS": "predict"})}
"""Of those that are built with something else: the image's name, and how it is built."""
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
VERSION, EXTRAS = PROJECT["version"], PROJECT["optional-dependencies"]


def bytes_of(size: str) -> int:
    """Return what a size such as 64m or 1536M is."""
    units = {"k": 2**10, "m": 2**20, "g": 2**30}
    return int(size[:-1]) * units[size[-1].lower()]


def test_the_file_is_what_the_specification_wants() -> None:
    """It fits the JSON Schema of compose-spec, as check-jsonschema has it."""
    package = importlib.util.find_spec("check_jsonschema")
    assert package is not None and package.submodule_search_locations
    (place,) = package.submodule_search_locations
    schema = json.loads((Path(place) / "builtin_schemas/vendor/compose-spec.json").read_text("utf-8"))
    validator = jsonschema.validators.validator_for(schema)(schema)

    assert [] == [
        f"{'.'.join(map(str, one.absolute_path))}: {one.message}" for one in validator.iter_errors(COMPOSE)
    ]


@pytest.mark.parametrize("name", PROCESSES)
def test_settings_of_our_processes_are_settings(name: str) -> None:
    """The program takes the environment that they get, with all its checks, and their command is one."""
    service = SERVICES[name]
    settings = settings_of(service["environment"])

    assert service.get("command", ["worker"])[0] == name
    assert name in COMMANDS
    assert settings.metrics_host == "0.0.0.0"
    assert settings.replication_factor == 1
    if name in ("sink", "serve"):
        assert settings.redis_url is not None
    if name == "notify":
        assert settings.notify is not None
    if name == "serve":
        assert settings.http_host == "0.0.0.0"
        assert settings.tokens is not None, "serve refuses an address that is not loopback without tokens"


def test_two_workers_share_the_work() -> None:
    """There are two, as many as can be lost but one."""
    assert WORKER["deploy"]["replicas"] == 2


@pytest.mark.parametrize("name", [*PROCESSES, "simulator"])
def test_our_processes_find_kafka(name: str) -> None:
    """The address is the service's name with the port that it advertises inside, and Kafka is up before them."""
    kafka = SERVICES["kafka"]["environment"]
    advertised = dict(one.split("://") for one in kafka["KAFKA_ADVERTISED_LISTENERS"].split(","))

    assert settings_of(SERVICES[name]["environment"]).kafka_bootstrap == advertised["INSIDE"]
    assert advertised["INSIDE"].startswith("kafka:")
    assert {name.partition("://")[0] for name in kafka["KAFKA_LISTENERS"].split(",")} == {
        name.partition(":")[0] for name in kafka["KAFKA_LISTENER_SECURITY_PROTOCOL_MAP"].split(",")
    }
    assert load({}).kafka_bootstrap.replace("127.0.0.1", "localhost") == advertised["HOST"]
    assert SERVICES[name]["depends_on"]["kafka"] == {"condition": "service_healthy"}
    assert advertised["INSIDE"].partition(":")[2] in SERVICES["kafka"]["healthcheck"]["test"][-1]


@pytest.mark.parametrize("name", PROCESSES)
def test_ports_agree(name: str) -> None:
    """Pages are where the settings say, where the health check looks, and where the image says."""
    settings = settings_of(SERVICES[name]["environment"])
    port = settings.http_port if name == "serve" else settings.metrics_port

    assert SERVICES[name]["expose"] == [str(port)]
    assert f"127.0.0.1:{port}/healthz" in SERVICES[name]["healthcheck"]["test"][-1]
    assert (
        str(port)
        in re.findall(r"^EXPOSE (.+)$", (ROOT / "deploy/Dockerfile").read_text("utf-8"), re.MULTILINE)[
            0
        ].split()
    )


@pytest.mark.parametrize("name", PROCESSES)
def test_our_processes_may_finish(name: str) -> None:
    """They are killed later than they would end by themselves, and started again when they end in doubt, or the machine did."""
    assert int(SERVICES[name]["stop_grace_period"].removesuffix("s")) > STOP_TIMEOUT_S
    assert SERVICES[name]["restart"] == SERVICES["kafka"]["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", SERVICES)
def test_images_are_pinned(name: str) -> None:
    """Each has a whole version; ours is the project's, from this tree."""
    service = SERVICES[name]

    assert PINNED.match(service["image"]), service["image"]
    if name in OWN:
        image, arguments = OTHER_IMAGES.get(name, ("crm-pulse", {}))
        assert service["image"] == f"{image}:{VERSION}"
        assert service["build"] == {"context": ".", "dockerfile": "deploy/Dockerfile"} | (
            {"args": arguments} if arguments else {}
        )


def test_every_process_has_a_service() -> None:
    """What is built from this tree is what the tests below know."""
    assert set(OWN) == {*PROCESSES, *END}


@pytest.mark.parametrize("name", SERVICES)
def test_containers_are_locked_down(name: str) -> None:
    """Nobody is root or becomes it, nothing is written but to volumes and to memory of a limited size."""
    service = SERVICES[name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "cap_add" not in service and "privileged" not in service
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert int(service["user"].partition(":")[0]) > 0
    assert all("size=" in one for one in service.get("tmpfs", ()))
    assert "max-size" in service["logging"]["options"]


@pytest.mark.parametrize("name", SERVICES)
def test_containers_have_limits(name: str) -> None:
    """None takes the machine from the others; what may lie in memory file systems fits into the memory."""
    limits = SERVICES[name]["deploy"]["resources"]["limits"]

    assert 0 < float(limits["cpus"]) <= 2
    in_memory = sum(
        bytes_of(one) for tmpfs in SERVICES[name].get("tmpfs", ()) for one in re.findall(r"size=(\w+)", tmpfs)
    )
    assert 2 * in_memory <= bytes_of(limits["memory"]) <= 2 * 2**30


@pytest.mark.parametrize("name", SERVICES)
def test_health_is_checked(name: str) -> None:
    """Of everything that serves; and what waits for another, waits for its health."""
    check = SERVICES[name]["healthcheck"]
    if name in END:
        assert check == {"disable": True}
    else:
        assert check["test"][0] in ("CMD", "CMD-SHELL")
        assert int(check["timeout"].removesuffix("s")) <= int(check["interval"].removesuffix("s"))
    for other, how in SERVICES[name].get("depends_on", {}).items():
        wanted = "service_completed_successfully" if other in END else "service_healthy"
        assert how == {"condition": wanted}, other


@pytest.mark.parametrize("name", SERVICES)
def test_what_is_published_and_mounted(name: str) -> None:
    """Ports are this machine's only, volumes are declared, files are there and can't be written."""
    service = SERVICES[name]
    for port in service.get("ports", ()):
        assert port.startswith("127.0.0.1:")
    for volume in service.get("volumes", ()):
        if not isinstance(volume, str):
            assert volume["source"] in COMPOSE["volumes"]
            assert volume["read_only"] is True
            continue
        source, _, rest = volume.partition(":")
        if source.startswith("."):
            assert (ROOT / source).exists(), source
            assert rest.endswith(":ro"), volume
        else:
            assert source in COMPOSE["volumes"]


def test_no_port_is_published_twice() -> None:
    """All services can run on one machine."""
    ports = [port.split(":")[1] for service in SERVICES.values() for port in service.get("ports", ())]
    assert len(ports) == len(set(ports))


def test_there_are_no_secrets() -> None:
    """Passwords and tokens stand in no file of the stack: there are none, or they are made when it starts."""
    for name, service in SERVICES.items():
        for key in service.get("environment", {}):
            assert not re.search(r"PASSWORD|SECRET_KEY|TOKEN$|API_KEY", key), f"{name}: {key}"


def test_redis_says_that_it_is_full() -> None:
    """It may not throw values away by itself, and has room for its own work beside them."""
    command = SERVICES["redis"]["command"]
    values = dict(zip(command[1::2], command[2::2], strict=True))

    assert values["--maxmemory-policy"] == "noeviction"
    assert 1.4 * bytes_of(values["--maxmemory"].removesuffix("b")) <= bytes_of(
        SERVICES["redis"]["deploy"]["resources"]["limits"]["memory"]
    )


def test_notify_tells_the_mail_catcher_and_alertmanager(capsys: pytest.CaptureFixture[str]) -> None:
    """The delivery file has no mistake, and its receivers are services of this file."""
    path = "deploy/compose/notify.yaml"
    check([ROOT / path])
    receivers: dict[str, Any] = read(path)["receivers"]

    assert f"{path}: 2 receivers" in capsys.readouterr().out
    assert (
        f"./{path}:{SERVICES['notify']['environment']['CRM_PULSE_NOTIFY']}:ro"
        in SERVICES["notify"]["volumes"]
    )
    mail = receivers["managers"]
    assert mail["host"] in SERVICES
    assert SERVICES[mail["host"]]["expose"] == [str(mail["port"])]
    assert receivers["operations"]["urls"] == ["http://alertmanager:9093"]


def test_what_not_everybody_wants_stands_in_a_profile() -> None:
    """Each by its own name, and nothing else waits for it."""
    optional = {name: service["profiles"] for name, service in SERVICES.items() if "profiles" in service}

    assert optional == {"simulator": ["simulator"], "predict": ["predict"]}
    assert not {other for service in SERVICES.values() for other in service.get("depends_on", ())} & set(
        optional
    )


def test_simulated_sales_floors_are_for_who_wants_one() -> None:
    """The simulator goes on until it is stopped."""
    assert {"simulate", "--live", "--kafka"} <= set(SERVICES["simulator"]["command"])


def test_predictions_have_their_library_and_a_home() -> None:
    """The image is built with it; it may write its caches where the image has its home."""
    extras = SERVICES["predict"]["build"]["args"]["EXTRAS"].split(",")
    assert set(extras) <= set(EXTRAS)
    assert any(line.startswith("pymc-marketing") for extra in extras for line in EXTRAS[extra])

    mounted = {one.partition(":")[0] for one in SERVICES["predict"]["tmpfs"]}
    assert image_environment()["HOME"] in mounted
