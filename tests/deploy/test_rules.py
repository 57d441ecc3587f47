"""Prometheus's rules about the engine: of metrics that exist, tested, each with its entry in the runbook."""

import re
import shutil
import subprocess

import pytest

from streams.grafana.engine import engine
from tests.conftest import unavailable
from tests.deploy.prometheus_files import ROOT, RULES, panels, rules
from tests.deploy.test_dashboards import unknown_names

ALERTS = [rule for rule in rules() if "alert" in rule]
RUNBOOK = (ROOT / "docs/runbook.md").read_text("utf-8")
TESTS = sorted((ROOT / "deploy/prometheus/tests").glob("*.yaml"))


@pytest.fixture(autouse=True, scope="module")
def promtool() -> None:
    """Needed, in CI at least."""
    if shutil.which("promtool") is None:
        unavailable("promtool (of Prometheus) is not installed")


def promtool_says(*arguments: str) -> str:
    """Return what promtool says when it finds nothing wrong."""
    done = subprocess.run(["promtool", *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_rules_are_rules() -> None:
    """Prometheus takes the file."""
    assert f"SUCCESS: {len(rules())} rules found" in promtool_says("check", "rules", str(RULES))


@pytest.mark.slow
def test_the_unit_tests_of_the_rules_hold() -> None:
    """Each alert fires when it should, with these labels and words, and keeps quiet when it should."""
    said = promtool_says("test", "rules", *map(str, TESTS))

    assert said.count("SUCCESS") == len(TESTS)


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert["alert"])
def test_alerts_are_complete(alert: dict[str, str]) -> None:
    """A severity, a sentence, an entry in the runbook, and one case where it fires and one where it does not."""
    name = alert["alert"]
    assert alert["labels"]["severity"] in ("info", "warning", "critical")  # type: ignore[index]
    assert alert["annotations"]["summary"]  # type: ignore[index]
    assert alert["annotations"]["runbook_url"] == f"docs/runbook.md#{name.lower()}"  # type: ignore[index]
    entry = re.search(rf"^## {name}\n(.+?)(?=^## |\Z)", RUNBOOK, re.MULTILINE | re.DOTALL)
    assert entry, name
    for question in ("What it means", "What to look at", "What to do"):
        assert f"**{question}.**" in entry[1]
    text = "".join(path.read_text("utf-8") for path in TESTS)
    cases = re.findall(rf"alertname: {name}\b,?\s+exp_alerts:( \[\])?", text)
    assert {"", " []"} <= set(cases), name


def test_the_runbook_has_no_ghosts() -> None:
    """An alert that is no more has no entry."""
    assert re.findall(r"^## (\w+)$", RUNBOOK, re.MULTILINE) == [alert["alert"] for alert in ALERTS]


def test_rules_name_metrics_and_labels_that_exist() -> None:
    """A metric that is renamed would silence its alert."""
    wrong = {rule.get("alert") or rule["record"]: unknown_names(rule["expr"]) for rule in rules()}

    assert {} == {name: names for name, names in wrong.items() if names}


def test_panels_that_the_runbook_names_exist() -> None:
    """What one is told to look at is on the engine's dashboard, or is a word that is only stressed."""

    titles = {panel["title"] for panel in panels(engine().json())}
    words = re.findall(r"\*\*.+?\*\*|\*([^*]+)\*", RUNBOOK)
    named = {" ".join(word.split()) for word in words} - {""}
    assert named - titles <= {"Words like this", "Engine health"}, sorted(named - titles)
