"""Log lines: one form for our own and libraries', JSON when nobody looks, no secret ever."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog

from streams.process.logs import configure

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture(autouse=True)
def _put_back() -> Iterator[None]:
    """Leave the process's logging as it was."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(False)
    structlog.reset_defaults()


@pytest.fixture
def lines() -> Lines:
    """Logging to memory at `info`, and what it has there, parsed."""
    stream = io.StringIO()
    configure("info", "auto", stream)
    return lambda: [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_is_json_off_a_terminal(lines: Lines) -> None:
    """One object a line: time, level, logger, message and the fields given."""
    structlog.get_logger("crm").info("chunk done", events=3, partition=None)

    (line,) = lines()
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "message": "chunk done", "level": "info", "logger": "crm", "events": 3, "partition": None,
    }  # fmt: skip


def test_libraries_speak_the_same_form_and_less(lines: Lines) -> None:
    """The standard library's logging comes out alike; chatty libraries from `warning` on."""
    logging.getLogger("aiokafka.consumer").info("rebalanced")
    logging.getLogger("aiokafka.consumer").warning("lost %s", "node 1")
    logging.getLogger("elsewhere").info("hello", extra={"n": 1})

    assert [(line["logger"], line["message"], line.get("n")) for line in lines()] == [
        ("aiokafka.consumer", "lost node 1", None),
        ("elsewhere", "hello", 1),
    ]


def test_libraries_do_not_repeat_themselves(lines: Lines) -> None:
    """A broker that is away is told of now and then; what we say is told each time."""
    for name in ("aiokafka", "streams.worker"):
        for _ in range(2):
            logging.getLogger(name).warning("away")

    assert ["aiokafka", "streams.worker", "streams.worker"] == [line["logger"] for line in lines()]


def test_who_debugs_sees_every_line() -> None:
    """Repeated ones, too."""
    stream = io.StringIO()
    configure("debug", "json", stream)
    for _ in range(2):
        logging.getLogger("aiokafka").warning("away")

    assert 2 == len(stream.getvalue().splitlines())


def test_nothing_is_shown_of_a_library_whose_errors_a_command_tells() -> None:
    """Others are."""
    stream = io.StringIO()
    configure("info", "json", stream, untold="aiokafka")
    for name in ("aiokafka", "aiokafka.conn", "aiokafkas", "faust"):
        logging.getLogger(name).error("no")

    assert ["aiokafkas", "faust"] == [json.loads(line)["logger"] for line in stream.getvalue().splitlines()]


def test_no_line_has_its_message_twice(lines: Lines) -> None:
    """uvicorn brings one along for terminals."""
    logging.getLogger("uvicorn.error").info("started", extra={"color_message": "\x1b[36mstarted"})

    assert {"message", "level", "logger", "timestamp"} == lines()[0].keys()


def test_the_level_holds(lines: Lines) -> None:
    """Below the level nothing is written, and no field of it is rendered."""
    structlog.get_logger("crm").debug("no")

    assert lines() == []


def test_secrets_are_blanked(lines: Lines) -> None:
    """Fields called like a secret, log-ins in URLs, also inside values, messages and tracebacks."""
    log = structlog.get_logger("crm")
    log.info("to redis://u:hunter2@h", url="redis://:hunter2@h:1/0", sasl_password="hunter2")
    log.info("nested", options={"api_key": "hunter2", "servers": ["kafka://u:hunter2@h"]})
    logging.getLogger("redis").error("no answer from %s", "redis://u:hunter2@h")
    try:
        raise ValueError("redis://u:hunter2@h is away")
    except ValueError:
        log.exception("failed")

    got = lines()
    assert "hunter2" not in json.dumps(got)
    assert got[0]["url"] == "redis://***@h:1/0"
    assert "ValueError: redis://***@h is away" in got[3]["exception"]


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("redis://user:p@ss@host:6379/0", "redis://***@host:6379/0"),
        ("amqp://u:p/w@h is away", "amqp://***@h is away"),
        ("amqp://u:p?w#@h", "amqp://***@h"),
        ('["redis://u:p@h", "x@y"]', '["redis://***@h", "x@y"]'),
        ("at http://h/ by x@y", "at http://h/ by x@y"),
    ],
)
def test_a_password_that_was_not_encoded_is_blanked_whole(said: str, shown: str, lines: Lines) -> None:
    """Clients take it as it is, up to the last at-sign; what stands beside a URL stays."""
    structlog.get_logger("crm").warning("away", where=said)

    assert lines()[0]["where"] == shown


def test_any_value_can_be_logged(lines: Lines) -> None:
    """A field of a type that JSON does not have never costs the line."""
    structlog.get_logger("crm").info("odd", raw=b"\xff", kind=ValueError, by_number={1: 2})

    (line,) = lines()
    assert (line["raw"], line["kind"], line["by_number"]) == ("b'\\xff'", "<class 'ValueError'>", {"1": 2})


def test_a_second_call_replaces_the_first() -> None:
    """Configured twice, a line is written once, in the second form."""
    first, second = io.StringIO(), io.StringIO()
    configure("info", "json", first)
    configure("info", "console", second)
    structlog.get_logger("crm").info("ready", port=1)

    assert first.getvalue() == ""
    assert len(second.getvalue().splitlines()) == 1
    assert "ready" in second.getvalue() and "port=1" in second.getvalue()
