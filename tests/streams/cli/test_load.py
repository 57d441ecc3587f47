"""`crm-pulse load` as a command; what it publishes is tested with its source."""

import asyncio
from collections import Counter
from itertools import count
from pathlib import Path

import orjson
import pytest

from schemas.dead_letter import Reason
from streams.brokers.embedded import EmbeddedKafka
from streams.cli.load import summary
from streams.cli.main import run
from streams.kafka.topic_admin import existing_topics
from streams.settings import load
from streams.sources.route import Tally
from streams.topics import REBUILT, topics

_number = count()


@pytest.fixture
def kafka(embedded_kafka: EmbeddedKafka, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation of this test's own, by its environment."""
    prefix = f"load-command-{next(_number)}"
    monkeypatch.setenv("CRM_PULSE_KAFKA_BOOTSTRAP", embedded_kafka.bootstrap)
    monkeypatch.setenv("CRM_PULSE_TOPIC_PREFIX", f"{prefix}.")
    monkeypatch.setenv("CRM_PULSE_APP_ID", prefix)


def calls(directory: Path, *extra: bytes) -> str:
    """Write a file with three calls and these lines; return its path."""
    head = {"specversion": "1.0", "source": "s", "type": "crm.call.logged", "time": "2026-11-20T10:00:00Z"}
    lines = [orjson.dumps(head | {"id": str(number), "data": {"account": "a"}}) for number in range(3)]
    path = directory / "calls.jsonl"
    path.write_bytes(b"\n".join([*lines, *extra]))
    return str(path)


@pytest.mark.usefixtures("kafka")
def test_a_file_is_loaded_and_the_count_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Missing topics are made; what can't be used is counted, and shown with its place."""
    path = calls(tmp_path, b"nonsense")

    assert run(["load", path, "--rebase-to-now"]) == 0

    captured = capsys.readouterr()
    assert captured.out == ""
    assert "4 events published" in captured.err
    assert "can't be used: 1 bad_json" in captured.err
    assert f"{path}:4: bad_json" in captured.err


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (["none.jsonl"], "none.jsonl: no such file"),
        (["log.xes"], "needs a mapping file"),
        (["log.xes", "--mapping", "none.yaml"], "none.yaml: can't be read: No such file"),
        (["calls.jsonl", "--speed", "0"], "must be above 0"),
        (["-", "--rebase-to-now"], "standard input can't be moved in time"),
    ],
)
def test_wrong_use_is_a_sentence(
    args: list[str], sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str], request: pytest.FixtureRequest,
) -> None:  # fmt: skip
    """Files that are missing or need more, and options that contradict each other, are status 2."""
    request.getfixturevalue("kafka")
    calls(tmp_path)
    (tmp_path / "log.xes").write_text("<log/>")
    monkeypatch.chdir(tmp_path)

    assert run(["load", *args]) == 2

    text = capsys.readouterr().err
    assert sentence in text
    assert "Traceback" not in text


def test_the_summary_says_everything_that_matters() -> None:
    """How many, how fast, and what of it can't be used or was not even published."""
    tally = Tally(events=1_200, unreadable=Counter({Reason.BAD_JSON: 3, Reason.BAD_TIME: 1}), refused=2)

    assert summary(tally, 2.0) == (
        "1,200 events published in 2.0 s, 600/s; can't be used: 3 bad_json, 1 bad_time; "
        "2 too large to be published"
    )
    assert summary(Tally(), 0.0) == "0 events published in 0.0 s"


@pytest.mark.usefixtures("kafka")
def test_topics_of_generations_are_not_made(tmp_path: Path) -> None:
    """Those of the first may have been removed by a rebuild: the worker knows which there are to be."""
    assert run(["load", calls(tmp_path)]) == 0

    settings = load()
    there = asyncio.run(existing_topics(settings))
    assert topics(settings).activity.name in there
    assert [name for stage in REBUILT if (name := topics(settings).changelogs[stage].name) in there] == []
