"""A period as a file names it."""

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from schemas.files.period_name import Period

PERIOD: TypeAdapter[str | None] = TypeAdapter(Period)


@pytest.mark.parametrize(
    ("said", "period"), [(2026, "2026"), ("2026", "2026"), ("2026-Q4", "2026-Q4"), (None, None)]
)
def test_a_year_may_be_a_number(said: Any, period: str | None) -> None:
    """YAML takes it for one."""
    assert period == PERIOD.validate_python(said)


@pytest.mark.parametrize("said", [True, 2026.5, ["2026"]])
def test_nothing_else_may(said: Any) -> None:
    """A text is expected."""
    with pytest.raises(ValidationError):
        PERIOD.validate_python(said)
