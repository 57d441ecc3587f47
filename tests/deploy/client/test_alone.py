"""The client is installed by itself: nothing of the engine, and no dependency."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.conftest import unavailable

CLIENT = Path(__file__).parents[3] / "deploy/client/python"

PROGRAM = """
import sys
sys.path.insert(0, sys.argv[1])
from crm_pulse import KpiKey, LatestAlerts, LatestKpis
import crm_pulse
assert crm_pulse.__file__.startswith(sys.argv[1]), crm_pulse.__file__
others = {name.partition(".")[0] for name in sys.modules} - sys.stdlib_module_names - {"__main__", "crm_pulse"}
print(KpiKey.parse("nps|all_time|"), sorted(others))
"""


def run(path: Path) -> str:
    """Return what the program prints in an interpreter that has nothing but its standard library and that path."""
    command = [sys.executable, "-I", "-S", "-c", PROGRAM, str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def test_the_standard_library_is_enough() -> None:
    """Records, keys and tables import nothing else."""
    assert run(CLIENT / "src") == "nps|all_time| []"


def test_what_it_asks_for() -> None:
    """Nothing; a Kafka client where the extra says so."""
    project = tomllib.loads((CLIENT / "pyproject.toml").read_text("utf-8"))["project"]

    assert [] == project["dependencies"]
    assert ["kafka"] == list(project["optional-dependencies"])


@pytest.mark.slow
def test_it_installs(tmp_path: Path) -> None:
    """As a package, with the mark that it is typed."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps",
               "--target", str(tmp_path), str(CLIENT)]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        unavailable(f"pip could not build the client: {done.stderr[-500:]}")

    assert run(tmp_path) == "nps|all_time| []"
    assert (tmp_path / "crm_pulse/py.typed").is_file()
