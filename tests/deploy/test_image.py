"""The Dockerfile builds from what is there, for nobody in particular."""

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.deploy.files import PINNED, ROOT

DOCKERFILE = (ROOT / "deploy/Dockerfile").read_text("utf-8")
BUILD, FINAL = re.split(r"^(?=FROM )", DOCKERFILE, flags=re.MULTILINE)[1:]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
CONSTRAINTS = {
    canonicalize_name(name): version
    for name, version in re.findall(
        r"^([\w.-]+)==(\S+)$", (ROOT / "deploy/constraints.txt").read_text("utf-8"), re.MULTILINE
    )
}


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


def test_labels_say_what_it_is() -> None:
    """Name, version and licence are the project's."""
    labels = dict(re.findall(r'org\.opencontainers\.image\.(\w+)="([^"]+)"', FINAL))

    assert labels["version"] == PROJECT["version"]
    assert labels["licenses"] == PROJECT["license"]
    assert labels["description"] == PROJECT["description"]


def test_extras_exist() -> None:
    """What is installed beside the engine is an extra of pyproject.toml, and no server for demonstrations."""
    (extras,) = re.findall(r"^ARG EXTRAS=(.*)$", BUILD, re.MULTILINE)

    assert set(extras.split(",")) <= set(PROJECT["optional-dependencies"]) - {"demo", "dev"}


@pytest.mark.parametrize(
    "requirement", [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["apprise"]]
)
def test_constraints_are_what_the_project_wants(requirement: str) -> None:
    """The version that the image has of each dependency is one that pyproject.toml asks for."""
    wanted = Requirement(requirement)

    assert wanted.specifier.contains(CONSTRAINTS[canonicalize_name(wanted.name)])
