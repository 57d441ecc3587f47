"""`crm-pulse test --timeline`."""

import json
from pathlib import Path

import pytest

from streams.cli.main import run

EXAMPLE = """\
examples:
  - name: Ann [who] makes few calls
    defaults: {rep: ann}
    events:
      - {at: day 1 09:00, type: call.logged}
    expect_alerts:
      - {at: day 1 10:00, rule: quiet-rep, dims: {rep: ann}, state: firing}
"""


@pytest.fixture
def file(tmp_path: Path) -> str:
    """The example in a file."""
    path = tmp_path / "a.yaml"
    path.write_text(EXAMPLE, "utf-8")
    return str(path)


def test_step_by_step(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The name, the steps, then the result as ever."""
    assert run(["test", file, "--timeline"]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Ann [who] makes few calls"
    assert [line.split()[3] for line in lines[2:7]] == ["event", "value", "state", "state", "message"]
    assert "Calls over the last 7 days for rep ann are 1, below 5." in lines[6]
    assert lines[-1] == "1 example holds"


def test_as_json(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    """In the example's line, and only if it is asked for."""
    assert run(["test", file, "--timeline", "--json"]) == 0
    (line,) = map(json.loads, capsys.readouterr().out.splitlines())
    assert line["timeline"][-2] == {
        "time": "2026-06-01T10:00:00Z",
        "at": "day 1 10:00",
        "kind": "state",
        "what": "quiet-rep|rep=ann",
        "said": "firing, below_threshold",
    }

    assert run(["test", file, "--json"]) == 0
    assert "timeline" not in json.loads(capsys.readouterr().out)


def test_the_standard_examples_all_have_one(capsys: pytest.CaptureFixture[str]) -> None:
    """Each has events, and a value or a step of an alert."""
    assert run(["test", "--timeline", "--json"]) == 0

    for line in capsys.readouterr().out.splitlines():
        kinds = {one["kind"] for one in json.loads(line)["timeline"]}
        assert "event" in kinds
