"""The order of severities."""

from typing import get_args

from schemas.severity import SEVERITIES, Severity, rank


def test_from_mild_to_severe() -> None:
    """Every word has its place, and one of a newer version is worse than all of them."""
    assert {*get_args(Severity)} == {*SEVERITIES}
    assert ["info", "warning", "critical", "doom"] == sorted(
        ("doom", "critical", "info", "warning"), key=rank
    )
