"""The option `--dedup-horizon` of the commands that replay files."""

from pathlib import Path

import orjson
import pytest

from schemas.duration import DAY_US
from streams.cli.failure import CommandError
from streams.cli.horizon import horizon_us
from streams.cli.main import run
from tests.oracle.telling import event
from tests.streams.cli.test_replay import write


def test_the_horizon() -> None:
    """By default that of the worker's setting."""
    assert (7 * DAY_US, DAY_US // 2, 400 * DAY_US) == (horizon_us(), horizon_us("12h"), horizon_us("400d"))


@pytest.mark.parametrize(
    ("text", "said"),
    [("0s", "expected more than nothing"), ("401d", "may be 400 days at most"), ("7", "expected a duration")],
)
def test_what_is_none(text: str, said: str) -> None:
    """What the setting refuses."""
    with pytest.raises(CommandError, match=f"--dedup-horizon.*{said}"):
        horizon_us(text)


@pytest.mark.parametrize(("horizon", "calls"), [("7d", 1), ("1h", 2)])
def test_a_copy_counts_again_after_it(
    horizon: str, calls: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As a worker with this setting counts: `replay` and `explain` alike."""
    call = event("call.logged", "10:00", rep="ann", id="1")
    later = [event("call.logged", f"{hour}:00", rep="ann", id=f"{hour}") for hour in range(11, 20)]
    path = write(tmp_path / "a.jsonl", call, *later, call)
    expected = len(later) + calls

    assert 0 == run(["explain", "calls", path, "--json", "--dedup-horizon", horizon])
    assert expected == orjson.loads(capsys.readouterr().out)["record"]["value"]
    assert 0 == run(["replay", path, "--dedup-horizon", horizon])
    found = next(
        record
        for record in map(orjson.loads, capsys.readouterr().out.splitlines())
        if (record["kpi"], record["window"], record["dims"]) == ("calls", "all_time", {})
    )
    assert expected == found["value"]
