"""Numbers that are given as options."""

import pytest

from streams.cli.main import run


@pytest.mark.parametrize("number", ["nan", "inf", "-inf"])
@pytest.mark.parametrize(
    "args",
    [["simulate", "--days"], ["simulate", "--events-per-s"], ["demo", "--rate"], ["demo", "--duration"], ["load", "a.jsonl", "--speed"]],
    ids=" ".join,
)  # fmt: skip
def test_what_is_no_number_to_reckon_with_is_wrong_use(
    args: list[str], number: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """No command begins what would never end."""
    monkeypatch.setattr("streams.cli.load.EventFiles", lambda *_, **_options: None)

    assert 2 == run([*args, number])
    said = capsys.readouterr().err
    assert args[-1] in said or "and finite" in said
