"""Who tracks activity late is seen by the two times that facts say."""

from processors.adding.source_delays import QUIET_MS, SourceDelays


def test_the_longest_delay_counts() -> None:
    """Of the latest facts of each partition."""
    delays = SourceDelays()
    assert 0 == delays.longest_ms()

    delays.note(0, 100_000, 91_000)
    delays.note(1, 100_200, 96_000)
    delays.note(1, 100_400, 97_000)

    assert 9_000 == delays.longest_ms()
    assert 3_400 == delays.longest_ms(but={0})
    assert 0 == delays.longest_ms(but={0, 1})


def test_a_partition_without_facts_has_no_delay_any_more() -> None:
    """Its last facts may be of the end of a backlog."""
    delays = SourceDelays()
    delays.note(0, 100_000, 91_000)
    delays.note(1, 100_000 + QUIET_MS, 100_000 + QUIET_MS - 50)
    assert 9_000 == delays.longest_ms()

    delays.note(1, 100_001 + QUIET_MS, 100_000 + QUIET_MS)

    assert 1 == delays.longest_ms()
