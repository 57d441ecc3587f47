"""The lease: how long a worker may write after the group's coordinator last answered."""

from streams.membership import Lease


class Clock:
    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def test_no_lease_before_the_first_confirmation() -> None:
    """A worker that has not joined owns nothing."""
    assert not Lease(6.0, Clock()).held


def test_lease_lasts_a_session_timeout_from_the_sending() -> None:
    """The coordinator counts from the heartbeat's arrival, which is after its sending: we end first."""
    clock = Clock()
    lease = Lease(6.0, clock)
    sent_s = lease.now()
    clock.now_s += 2.0
    lease.renew(sent_s)

    clock.now_s = sent_s + 5.9
    assert lease.held
    clock.now_s = sent_s + 6.0
    assert not lease.held


def test_next_heartbeat_revives_it() -> None:
    """The coordinator was away, not we."""
    clock = Clock()
    lease = Lease(6.0, clock)
    lease.renew(lease.now())
    clock.now_s += 60.0

    lease.renew(lease.now())

    assert lease.held


def test_group_that_forgot_us_ends_it_at_once() -> None:
    """The partitions are others' by now."""
    lease = Lease(6.0, Clock())
    lease.renew(lease.now())

    lease.end()

    assert not lease.held
