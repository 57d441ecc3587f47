"""How many messages a route may send."""

from hypothesis import given
from hypothesis import strategies as st

from processors.notify.rate import Rate
from schemas.delivery.route import RateLimit

LIMIT = RateLimit.model_validate({"messages": 3, "per": "10s"})
PER_US = 10_000_000


@given(st.lists(st.integers(0, 8_000_000), max_size=60))
def test_no_stretch_of_time_has_more(pauses_us: list[int]) -> None:
    """Wherever it begins: who asks is told when the next may go."""
    rate, now_us, sent = Rate(LIMIT), 0, []
    for pause_us in pauses_us:
        now_us += pause_us
        if rate.free_us() <= now_us:
            rate.take(now_us)
            sent.append(now_us)
        else:
            assert sum(now_us - PER_US < at <= now_us for at in sent) == 3

    assert all(sum(begin <= at < begin + PER_US for at in sent) <= 3 for begin in sent)


def test_a_clock_that_is_set_back_makes_no_room() -> None:
    """What was sent is remembered."""
    rate = Rate(LIMIT)
    for at_us in (PER_US, PER_US, 0):
        rate.take(at_us)

    assert rate.free_us() == 2 * PER_US
