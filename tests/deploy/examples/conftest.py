"""How the examples of each language are started."""

from pathlib import Path

import pytest

from tests.deploy.examples.running import Command, javascript, python


@pytest.fixture(params=["python", "javascript"])
def command(request: pytest.FixtureRequest, tmp_path: Path) -> Command:
    """Each language in turn."""
    if request.param == "python":
        return python
    return javascript(request.getfixturevalue("node"), request.getfixturevalue("npm_packages"), tmp_path)
