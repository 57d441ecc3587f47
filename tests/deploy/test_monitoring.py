"""Prometheus, Alertmanager and Grafana are told what the stack has."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import unavailable
from tests.deploy.files import ROOT, read, settings_of

SERVICES = read("docker-compose.yml")["services"]
PROMETHEUS = read("deploy/prometheus/prometheus.yml")
ALERTMANAGER = read("deploy/alertmanager/alertmanager.yml")
JOBS = {job["job_name"]: job for job in PROMETHEUS["scrape_configs"]}


def mounts(service: str) -> dict[str, str]:
    """Return what files of the tree a service has, by where it has them."""
    files = [
        one.split(":") for one in SERVICES[service]["volumes"] if isinstance(one, str) and one.startswith(".")
    ]
    return {target: source for source, target, _ in files}


def tool(name: str) -> str:
    """Return the path of a program that the distribution has; without it the test is skipped, in CI it fails."""
    found = shutil.which(name)
    if found is None:
        unavailable(f"no {name} on the PATH")
    return found


@pytest.mark.parametrize("process", ["worker", "sink", "notify", "serve", "predict"])
def test_prometheus_scrapes_every_process(process: str) -> None:
    """It looks for all addresses of the service's name, on the port of its pages."""
    (discovery,) = JOBS[f"crm-pulse-{process}"]["dns_sd_configs"]
    settings = settings_of(SERVICES[process]["environment"])
    port = settings.http_port if process == "serve" else settings.metrics_port

    assert (discovery["names"], discovery["type"], discovery["port"]) == ([process], "A", port)


def test_prometheus_finds_the_others_and_its_rules() -> None:
    """Its targets and its Alertmanager are services; rules lie where the configuration looks for them."""
    targets = [
        target for job in JOBS.values() for one in job.get("static_configs", ()) for target in one["targets"]
    ]
    targets += PROMETHEUS["alerting"]["alertmanagers"][0]["static_configs"][0]["targets"]
    for target in targets:
        assert target.partition(":")[0] in {*SERVICES, "localhost"}
    files = mounts("prometheus")
    assert "--config.file=/etc/prometheus/prometheus.yml" in SERVICES["prometheus"]["command"]
    assert files["/etc/prometheus/prometheus.yml"] == "./deploy/prometheus/prometheus.yml"
    for pattern in PROMETHEUS["rule_files"]:
        assert (
            files[str(Path("/etc/prometheus", pattern).parent)]
            == f"./deploy/prometheus/{Path(pattern).parent}"
        )


def test_prometheus_takes_its_configuration(tmp_path: Path) -> None:
    """promtool finds no mistake in it, rules included."""
    shutil.copytree(ROOT / "deploy/prometheus", tmp_path / "prometheus")
    file = tmp_path / "prometheus/prometheus.yml"
    (tmp_path / "token").touch()
    file.write_text(
        re.sub(r"/run/crm-pulse/token", str(tmp_path / "token"), file.read_text("utf-8")), "utf-8"
    )

    done = subprocess.run(
        [tool("promtool"), "check", "config", str(file)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_alertmanager_takes_its_configuration() -> None:
    """amtool finds no mistake in it, and it is mounted where the command looks."""
    file = "deploy/alertmanager/alertmanager.yml"
    done = subprocess.run(
        [tool("amtool"), "check-config", str(ROOT / file)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (target,) = (target for target, source in mounts("alertmanager").items() if source == f"./{file}")
    assert f"--config.file={target}" in SERVICES["alertmanager"]["command"]


@pytest.mark.parametrize(
    ("labels", "receiver"),
    [
        pytest.param(["alertname=CrmPulseLagging", "severity=warning"], "operators", id="the engine's"),
        pytest.param(
            ["alertname=slow-response", "alert_id=a47543", "severity=critical"], "nobody", id="the floor's"
        ),
    ],
)
def test_nobody_is_told_twice(labels: list[str], receiver: str) -> None:
    """The engine's own alerts are mailed by Alertmanager; those of the sales floor were told by notify."""
    file = str(ROOT / "deploy/alertmanager/alertmanager.yml")
    done = subprocess.run(
        [tool("amtool"), "config", "routes", "test", f"--config.file={file}", *labels], capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    assert done.stdout.strip() == receiver


def hides(source: dict[str, str], target: dict[str, str]) -> bool:
    """Say whether an alert keeps Alertmanager from telling of another one, by their labels; one without is empty."""

    def matches(labels: dict[str, str], matchers: list[str]) -> bool:
        parts = [re.fullmatch(r'(\w+)(=~?)"(.*)"', matcher) for matcher in matchers]
        return all(
            re.fullmatch(value, labels.get(name, "")) if sign == "=~" else labels.get(name, "") == value
            for name, sign, value in (part.groups() for part in parts if part)
        )

    return any(
        matches(source, rule["source_matchers"])
        and matches(target, rule["target_matchers"])
        and all(source.get(name, "") == target.get(name, "") for name in rule["equal"])
        for rule in ALERTMANAGER["inhibit_rules"]
    )


FLOOR = {"alertname": "slow-response", "severity": "critical", "alert_id": "a", "team": "north"}
FAR_BEHIND = {"alertname": "CrmPulseFarBehind", "severity": "critical", "stage": "track"}


@pytest.mark.parametrize(
    ("source", "changes", "hidden"),
    [
        pytest.param(FLOOR, {"severity": "warning"}, True, id="the same alert, when it was milder"),
        pytest.param(FLOOR, {"severity": "warning", "alert_id": "b", "team": "south"}, False, id="another team's"),
        pytest.param(FAR_BEHIND, {"alertname": "CrmPulseLagging", "severity": "warning"}, True, id="a stage"),
        pytest.param(
            FAR_BEHIND, {"alertname": "CrmPulseLagging", "severity": "warning", "stage": "judge"}, False,
            id="another stage",
        ),
    ],
)  # fmt: skip
def test_the_worse_of_two_about_the_same_is_enough(
    source: dict[str, str], changes: dict[str, str], hidden: bool
) -> None:
    """And of two that have only the rule in common each is seen."""
    assert hides(source, source | changes) is hidden


def test_alertmanager_finds_the_mail_catcher() -> None:
    """Its mails go to the service, on the port that it has inside."""
    host, _, port = ALERTMANAGER["global"]["smtp_smarthost"].partition(":")

    assert SERVICES[host]["expose"] == [port]


def test_grafana_finds_dashboards_and_prometheus() -> None:
    """Every provider's directory is mounted, and the data source is the service."""
    files = mounts("grafana")
    assert files["/etc/grafana/provisioning"] == "./deploy/grafana/provisioning"
    providers = [
        one
        for path in sorted((ROOT / "deploy/grafana/provisioning/dashboards").glob("*.yaml"))
        for one in read(path)["providers"]
    ]
    sources = [
        one
        for path in sorted((ROOT / "deploy/grafana/provisioning/datasources").glob("*.yaml"))
        for one in read(path)["datasources"]
    ]

    assert providers and sources
    for provider in providers:
        assert files[provider["options"]["path"]] == "./deploy/grafana/dashboards"
    assert "http://prometheus:9090" in {source["url"] for source in sources}
    assert list((ROOT / "deploy/grafana/dashboards").glob("*.json"))
