"""`crm-pulse rebuild` as a command: what it says, and its exit status; what it does is tested with its source."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aiokafka.errors import KafkaConnectionError

from streams.cli import rebuild as module
from streams.cli.main import run
from streams.rebuild import LogCutError, RebuildError, Report
from streams.tables import RestoreError

Said = Callable[[], str]


class FakeRebuild:
    """Does nothing, and says that it did this."""

    outcome: BaseException | None = None
    report = Report()
    taken_over = True

    def __init__(self, *_: Any, from_what_is_left: bool) -> None:
        self.from_what_is_left = from_what_is_left

    async def run(self) -> None:
        if self.outcome is not None:
            raise self.outcome

    async def is_taken_over(self) -> bool:
        return self.taken_over


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> type[FakeRebuild]:
    """A command that rebuilds nothing."""

    class Fake(FakeRebuild):
        report = Report(
            2, True, {"events": 1234, "duplicates": 5, "dead_letters": 6}, 7, 1300, 99, ["old-changelog"], 1.5
        )

    monkeypatch.setattr(module, "Rebuild", Fake)
    monkeypatch.setattr(module, "WAIT_S", 0.01)
    monkeypatch.setattr(module, "POLL_S", 0.001)
    return Fake


def test_it_says_what_it_did(fake: type[FakeRebuild], capsys: pytest.CaptureFixture[str]) -> None:
    """Under which catalog, how much was read and written, and that workers went over."""
    assert 0 == run(["rebuild"])

    text = capsys.readouterr().err
    assert "rebuilt under crm-standard@" in text
    assert "1,300 records read, of them 1,234 events, 5 duplicates, 6 dead letters; 7 updates" in text
    assert "99 state records written; switched to generation 2" in text
    assert "old-changelog" in text
    assert "workers have gone over" in text


@pytest.mark.parametrize(
    ("args", "words", "absent"),
    [([], "no worker has gone over yet", "-"), (["--no-wait"], "generation 2", "waiting")],
)
def test_no_worker_is_no_fault(
    args: list[str], words: str, absent: str, fake: type[FakeRebuild], capsys: pytest.CaptureFixture[str]
) -> None:
    """It is waited for a while, where that is wanted."""
    fake.taken_over = False

    assert 0 == run(["rebuild", *args])
    text = capsys.readouterr().err
    assert words in text
    assert absent == "-" or absent not in text


@pytest.mark.parametrize(
    ("outcome", "status"),
    [
        (LogCutError("crm.activity no longer has its first 5 records"), 2),
        (RebuildError("another rebuild was begun"), 1),
        (KafkaConnectionError("away"), 1),
        (KeyboardInterrupt(), 130),
    ],
)
def test_what_went_wrong(
    outcome: BaseException, status: int, fake: type[FakeRebuild], capsys: pytest.CaptureFixture[str]
) -> None:
    """It says so, and that nothing was switched; no traceback."""
    fake.outcome, fake.report = outcome, Report(2)

    assert status == run(["rebuild"])
    text = capsys.readouterr().err
    assert str(outcome) in text
    assert status == 2 or "nothing was switched" in text
    assert "Traceback" not in text


def test_a_kafka_that_is_not_there_is_named(
    fake: type[FakeRebuild], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With its address and the setting, while it rebuilds and while it waits for workers."""
    monkeypatch.setenv("CRM_PULSE_KAFKA_BOOTSTRAP", "127.0.0.1:1")
    monkeypatch.setattr(fake, "outcome", KafkaConnectionError("away"))
    assert 1 == run(["rebuild"])
    assert "Kafka at 127.0.0.1:1 (CRM_PULSE_KAFKA_BOOTSTRAP)" in capsys.readouterr().err

    async def away(_: FakeRebuild) -> bool:
        raise RestoreError("away")

    monkeypatch.setattr(fake, "outcome", None)
    monkeypatch.setattr(fake, "is_taken_over", away)
    assert 1 == run(["rebuild"])
    text = capsys.readouterr().err
    assert "switched to generation 2" in text
    assert "Kafka at 127.0.0.1:1 (CRM_PULSE_KAFKA_BOOTSTRAP)" in text


def test_after_the_switch_an_interruption_says_that_it_was_switched(
    fake: type[FakeRebuild], capsys: pytest.CaptureFixture[str]
) -> None:
    """What is done is done."""
    fake.outcome = KeyboardInterrupt()

    assert 130 == run(["rebuild"])
    assert "switched to generation 2" in capsys.readouterr().err


def test_a_catalog_with_mistakes_is_not_begun_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """They are listed as a worker does, before Kafka is asked for anything."""
    path = tmp_path / "mine.yaml"
    path.write_text("catalog: mine\nextends: standard\nkpis: {x: {label: X, unit: count, count: cal}}\n")
    monkeypatch.setenv("CRM_PULSE_CATALOG", str(path))

    assert 2 == run(["rebuild"])
    assert "mine.yaml:3: kpis.x.count: unknown fact 'cal'" in capsys.readouterr().err
