"""The real library fits in a file system like the container's: only /tmp can be written to, and nothing there is run."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from streams.predict.child import COMMAND, ChildModel
from tests.buyers import buyers
from tests.deploy.files import ROOT, image_environment, read
from tests.streams.predict.test_model import states_of

DAYS, ACCOUNTS, LATER_D = 300, 200, 90
TMPFS: list[str] = read("docker-compose.yml")["services"]["predict"]["tmpfs"]
CLOSED = (
    "unshare", "--map-root-user", "--mount", "sh", "-ec",
    'mount -t tmpfs -o "$0" tmpfs /tmp; mount -o remount,bind,ro /; exec "$@"',
)  # fmt: skip
"""Runs a command where nothing but /tmp can be written to; what follows are its options, and the command."""


@pytest.fixture
def closed() -> tuple[str, ...]:
    """What to put before a command."""
    if any(path.is_relative_to("/tmp") for path in (ROOT, Path(sys.prefix))):
        pytest.skip("the tree or its Python is in /tmp, which the test hides")
    (tmpfs,) = TMPFS
    target, _, options = tmpfs.partition(":")
    assert target == "/tmp"
    prefix = (*CLOSED, options)
    look = [*prefix, "sh", "-c", "test -w /tmp && ! test -w /usr"]
    if shutil.which(CLOSED[0]) is None or subprocess.run(look, check=False).returncode:
        pytest.skip("this user may not have mounts of its own")
    return prefix


@pytest.mark.slow
@pytest.mark.usefixtures("prediction_library")
def test_it_fits_where_only_its_home_can_be_written_to(
    closed: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the image's environment, and none that sends caches elsewhere."""
    for name in os.environ:
        if name.startswith(("XDG_", "MPL", "NUMBA_", "PYTENSOR_", "TMP")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", image_environment()["HOME"])
    states = states_of([*buyers(5, ACCOUNTS, DAYS)], DAYS)

    forecast = ChildModel([*closed, *COMMAND])(states, LATER_D)

    assert 0 < sum(forecast.purchases) < len(states) * LATER_D
