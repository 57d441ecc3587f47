"""`crm-pulse simulate` as a command; the floor itself is tested with its source."""

import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from itertools import count

import pytest

from streams.brokers.embedded import EmbeddedKafka
from streams.cli import simulate as command
from streams.cli.main import run
from streams.cli.simulate import Sink, pour_live
from streams.kafka.topic_admin import existing_topics
from streams.settings import load
from streams.sources.simulate import Arrival
from streams.topics import REBUILT, topics

DAY = ["--start", "2026-11-02T00:00:00Z", "--days", "0.5", "--reps", "5", "--accounts", "20"]
_number = count()


def test_the_same_arguments_give_the_same_bytes(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """A seed and a start are all that a stream depends on; each line is an event."""
    assert run(["simulate", *DAY]) == 0
    first = capfdbinary.readouterr().out
    assert run(["simulate", *DAY]) == 0
    again = capfdbinary.readouterr().out
    assert run(["simulate", *DAY, "--seed", "2"]) == 0
    other = capfdbinary.readouterr().out

    assert first == again != other
    events = [json.loads(line) for line in first.splitlines()]
    assert len(events) > 50
    assert all(event["specversion"] == "1.0" for event in events)


@pytest.fixture
def kafka(embedded_kafka: EmbeddedKafka, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation of this test's own, by its environment."""
    prefix = f"simulate-{next(_number)}"
    monkeypatch.setenv("CRM_PULSE_KAFKA_BOOTSTRAP", embedded_kafka.bootstrap)
    monkeypatch.setenv("CRM_PULSE_TOPIC_PREFIX", f"{prefix}.")
    monkeypatch.setenv("CRM_PULSE_APP_ID", prefix)


@pytest.mark.usefixtures("kafka")
def test_a_live_stream_that_is_stopped_tells_how_many_it_published(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """It has no other end than Ctrl-C."""

    async def pour(arrivals: Iterator[Arrival], sink: Sink, *_: object) -> None:
        await sink.publish([next(arrivals).value, next(arrivals).value])
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "pour_live", pour)
    assert run(["simulate", "--live", "--kafka", *DAY]) == 130
    assert capfd.readouterr().err == "2 events published\n"


@pytest.mark.usefixtures("kafka")
def test_events_can_go_to_kafka(capfd: pytest.CaptureFixture[str]) -> None:
    """With --kafka nothing is on standard output, and how many were published is told."""
    assert run(["simulate", "--kafka", *DAY]) == 0

    captured = capfd.readouterr()
    assert captured.out == ""
    assert "events published" in captured.err


@pytest.mark.usefixtures("kafka")
def test_topics_of_generations_are_not_made() -> None:
    """Those of the first may have been removed by a rebuild: the worker knows which there are to be."""
    assert run(["simulate", "--kafka", *DAY]) == 0

    settings = load()
    there = asyncio.run(existing_topics(settings))
    assert topics(settings).activity.name in there
    assert [name for stage in REBUILT if (name := topics(settings).changelogs[stage].name) in there] == []


@pytest.mark.parametrize("more", [[], ["--live"]])
def test_ctrl_c_ends_a_long_story_at_once(more: list[str]) -> None:
    """Though nothing is waited for while there is so much to write."""
    command = [sys.executable, "-m", "streams.cli.main", "simulate", "--days", "4000", *more]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        try:
            _, said = process.communicate(timeout=20)
        finally:
            process.kill()

    assert (process.returncode, said) == (130, b"")


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (["--teams", "9", "--reps", "3"], "9 teams, 3 reps"),
        (["--timezone", "Mars/Base"], "no such floor: unknown time zone 'Mars/Base'; expected one like"),
        (["--timezone", "Europe/Berln"], "unknown time zone 'Europe/Berln', did you mean 'Europe/Berlin'?"),
        (["--start", "yesterday"], "--start yesterday: expected a time"),
        (["--events-per-s", "1e9"], "must be above 0, and 10,000 at most"),
        (["--days", "1e300"], "402600"),
        (["--days", "4e5"], "--days 400000: begins or ends outside the years 1900 to 2999"),
        (["--start", "2999-12-31T00:00:00Z", "--days", "2"], "--days 2: begins or ends outside the years"),
    ],
)
def test_a_floor_that_cannot_be_is_a_sentence(
    args: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Wrong options are status 2 and name what is wrong."""
    assert run(["simulate", *args]) == 2
    assert sentence in capsys.readouterr().err


async def test_a_live_stream_hands_over_each_event_when_it_arrives() -> None:
    """What is past goes at once and together; what is to come waits for its time."""
    clock_us = 1_000_000
    log: list[object] = []

    class Sink:
        async def publish(self, values: list[bytes]) -> None:
            log.append(list(values))

    async def sleep(seconds: float) -> None:
        nonlocal clock_us
        clock_us += round(seconds * 1e6)
        log.append(seconds)

    arrivals = [Arrival(t_us, b"%d" % t_us) for t_us in (0, 500_000, 3_000_000, 3_010_000, 3_060_000)]

    await pour_live(iter(arrivals), Sink(), lambda: clock_us, sleep)

    assert log == [
        [b"0", b"500000"], 2.0,
        [b"3000000"], 0.05,
        [b"3010000"], 0.05,
        [b"3060000"],
    ]  # fmt: skip


def test_the_help_says_that_a_live_stream_begins_with_the_past(capsys: pytest.CaptureFixture[str]) -> None:
    """A whole day of events at once would surprise whoever wants to see a few."""
    assert run(["simulate", "--help"]) == 0
    said = " ".join(capsys.readouterr().out.replace("│", " ").split())
    assert (
        "Write what is past, a whole day if you say nothing else (--days 0.01: a quarter of an hour)" in said
    )


@pytest.mark.parametrize(("days", "past_us"), [([], 86_400_000_000), (["--days", "0.01"], 864_000_000)])
def test_a_live_stream_begins_as_long_ago_as_was_said(
    days: list[str], past_us: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A day if nothing is said; and it has no end."""
    asked: list[tuple[int, int | None]] = []

    def events(_seed: int, start_us: int, _plan: object, *, until_us: int | None) -> Iterator[Arrival]:
        asked.append((start_us, until_us))
        return iter([])

    monkeypatch.setattr(command, "events_of", events)
    monkeypatch.setattr(command, "now_us", lambda: 1_800_000_000_000_000)
    assert run(["simulate", "--live", *days]) == 0
    assert asked == [(1_800_000_000_000_000 - past_us, None)]
