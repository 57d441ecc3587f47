"""Commands set up logging for the whole process; a test must not leave it to the next one."""

import logging
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    """Take away the handlers that a command added: they write into a stream that the test has closed."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    aiokafka = logging.getLogger("aiokafka")
    aiokafka_level = aiokafka.level
    yield
    aiokafka.setLevel(aiokafka_level)
    for handler in [one for one in root.handlers if one not in handlers]:
        root.removeHandler(handler)
    root.setLevel(level)
