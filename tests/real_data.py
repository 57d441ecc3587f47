"""Real data that tests use where they are there; nothing of them belongs to the project."""

import os
from pathlib import Path

import pytest

BESIDE = Path(__file__).parents[2] / "shared" / "data"


def real_data(name: str) -> Path:
    """Return the path of a file of real data; skip the test where it is absent.

    They are looked for in the directory CRM_PULSE_TEST_DATA, or in `shared/data` beside the checkout.
    """
    path = Path(os.environ.get("CRM_PULSE_TEST_DATA") or BESIDE) / name
    if not path.is_file():
        pytest.skip(f"no {name}: set CRM_PULSE_TEST_DATA to the directory that has it")
    return path
