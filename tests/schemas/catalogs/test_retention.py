"""How long panes are kept, and what follows from it."""

from processors.windows import FINE_RETENTION_PANES, HOUR_PANES, HOUR_RETENTION, ZERO_HOURS
from schemas.catalogs.retention import DAYS_D, DAYS_US, FINE_H, HOURS_D, LONGEST_D


def test_as_the_contract_says() -> None:
    """Hours, days and days; and the windows that they are the panes of have room for their keys' last week."""
    assert (26, 46, 800) == (FINE_H, HOURS_D, DAYS_D)
    assert (FINE_H * HOUR_PANES, HOURS_D * 24) == (FINE_RETENTION_PANES, HOUR_RETENTION)
    assert LONGEST_D + ZERO_HOURS // 24 < DAYS_D
    assert DAYS_US == DAYS_D * 86_400_000_000
