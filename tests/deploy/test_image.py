"""The Dockerfile builds from what is there, for nobody in particular."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.deploy.files import PINNED, ROOT, image_environment, read

DOCKERFILE = (ROOT / "deploy/Dockerfile").read_text("utf-8")
BUILD, FINAL = re.split(r"^(?=FROM )", DOCKERFILE, flags=re.MULTILINE)[1:]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
PINS = re.findall(r"^([\w.-]+)==(\S+)$", (ROOT / "deploy/constraints.txt").read_text("utf-8"), re.MULTILINE)
CONSTRAINTS = {canonicalize_name(name): version for name, version in PINS}
IN_IMAGES = ("apprise", "predict")
"""Extras that an image is built with."""
WANTED = [
    *PROJECT["dependencies"],
    *(line for extra in IN_IMAGES for line in PROJECT["optional-dependencies"][extra]),
]
"""What pyproject.toml asks for all of them."""


def test_the_image_is_built_from_what_is_there() -> None:
    """Every path copied exists and is let through, and all packages of the wheel are among them."""
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

    tool = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]
    assert set(tool["hatch"]["build"]["targets"]["wheel"]["packages"]) <= set(copied)


def test_the_last_stage_has_no_tools() -> None:
    """It is given what was built, takes pip away, and ends as nobody with the process itself as its first."""
    (entry,) = re.findall(r'^ENTRYPOINT \["(.+)"\]$', FINAL, re.MULTILINE)

    assert entry in PROJECT["scripts"]
    assert "pip install" not in FINAL and "pip wheel" not in FINAL and "apt" not in FINAL
    assert "pip uninstall --yes" in FINAL
    assert re.findall(r"^USER (.+)$", FINAL, re.MULTILINE) == ["10001:10001"]
    assert FINAL.index("\nUSER ") > FINAL.rindex("\nCOPY ")
    assert FINAL.index("\nUSER ") > FINAL.rindex("\nRUN ")


def test_both_stages_are_of_the_oldest_python_that_will_do() -> None:
    """Pinned to the version, the same in both, so that what was built for one runs on the other."""
    first, last = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)

    assert first == last
    assert PINNED.match(first)
    assert first.startswith(f"python:{PROJECT['requires-python'].removeprefix('>=')}.")


def test_processes_have_a_home() -> None:
    """It is where they are, and where every container has a file system that may be written to."""
    assert re.findall(r"^WORKDIR (.+)$", FINAL, re.MULTILINE) == [image_environment()["HOME"]] == ["/tmp"]


def test_labels_say_what_it_is() -> None:
    """Name, version and licence are the project's."""
    labels = dict(re.findall(r'org\.opencontainers\.image\.(\w+)="([^"]+)"', FINAL))

    assert labels["version"] == PROJECT["version"]
    assert labels["licenses"] == PROJECT["license"]
    assert labels["description"] == PROJECT["description"]


def test_extras_exist() -> None:
    """What is installed beside the engine is an extra of pyproject.toml, and no server for demonstrations."""
    (extras,) = re.findall(r"^ARG EXTRAS=(.*)$", BUILD, re.MULTILINE)
    built = [
        one["build"].get("args", {})
        for one in read("docker-compose.yml")["services"].values()
        if "build" in one
    ]
    named = {
        extra
        for given in (extras, *(one.get("EXTRAS", extras) for one in built))
        for extra in given.split(",")
    }

    assert named == set(IN_IMAGES)
    assert named <= set(PROJECT["optional-dependencies"]) - {"demo", "dev"}


@pytest.mark.parametrize("requirement", WANTED)
def test_constraints_are_what_the_project_wants(requirement: str) -> None:
    """The version that the image has of each dependency is one that pyproject.toml asks for."""
    wanted = Requirement(requirement)

    assert wanted.specifier.contains(CONSTRAINTS[canonicalize_name(wanted.name)])


def test_constraints_name_each_once() -> None:
    """In the order of their names, so that a change shows what has changed."""
    names = [canonicalize_name(name) for name, _ in PINS]

    assert names == sorted(set(names))


@pytest.mark.slow
def test_constraints_are_all_that_is_installed(tmp_path: Path) -> None:
    """Nothing comes in a version that nobody chose, whatever it is that needs it; and nothing is left over."""
    constraints = ROOT / "deploy/constraints.txt"
    (minor,) = set(re.findall(r"^FROM python:(\d+\.\d+)", DOCKERFILE, re.MULTILINE))
    done = subprocess.run(
        [
            sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "install", "--dry-run", "--report=-",
            "--ignore-installed", "--target", str(tmp_path), "--python-version", minor, "--only-binary=:all:",
            "--constraint", str(constraints), *WANTED,
        ],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    chosen = [one["metadata"] for one in json.loads(done.stdout)["install"]]

    assert {canonicalize_name(one["name"]): one["version"] for one in chosen} == CONSTRAINTS
