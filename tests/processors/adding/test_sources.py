"""How far the partitions of activity are is seen by what facts say of them."""

from processors.adding.sources import QUIET_MS, ROWS_LOOKED_AT, Sources


def rows(*panes: int) -> list[list[int]]:
    """Return facts of these panes, as they lie on the topic."""
    return [[offset, 1, pane, 1] for offset, pane in enumerate(panes)]


def test_the_longest_delay_counts() -> None:
    """Of the latest facts of each partition."""
    sources = Sources()
    assert 0 == sources.longest_delay_ms()

    sources.note(0, 100_000, 91_000, [])
    sources.note(1, 100_200, 96_000, [])
    sources.note(1, 100_400, 97_000, [])

    assert 9_000 == sources.longest_delay_ms()
    assert 3_400 == sources.longest_delay_ms(but={0})
    assert 0 == sources.longest_delay_ms(but={0, 1})


def test_a_partition_without_facts_has_no_delay_any_more() -> None:
    """Its last facts may be of the end of a backlog."""
    sources = Sources()
    sources.note(0, 100_000, 91_000, [])
    sources.note(1, 100_000 + QUIET_MS, 100_000 + QUIET_MS - 50, [])
    assert 9_000 == sources.longest_delay_ms()

    sources.note(1, 100_001 + QUIET_MS, 100_000 + QUIET_MS, [])

    assert 1 == sources.longest_delay_ms()


def test_the_slowest_partition_says_up_to_where_all_were_read() -> None:
    """By the latest of its last facts, some of which are of late events; what was read stays read."""
    sources = Sources()
    assert 0 == sources.slowest_pane

    sources.note(0, 100_000, 91_000, rows(500, 508, 507))
    sources.note(1, 100_000, 91_000, rows(801, 800))
    assert 508 == sources.slowest_pane

    sources.note(0, 100_100, 91_000, rows(*range(600 - 2 * ROWS_LOOKED_AT, 601)))
    sources.note(0, 100_200, 91_000, rows(3))
    sources.note(0, 100_300, 91_000, [])
    assert 600 == sources.slowest_pane


def test_a_partition_that_has_come_to_its_end_keeps_nobody_waiting() -> None:
    """Facts came from it no more while they came from others."""
    sources = Sources()
    sources.note(0, 100_000, 91_000, rows(500))
    sources.note(1, 100_001 + QUIET_MS, 91_000, rows(800))
    assert 800 == sources.slowest_pane
