"""A receiver that is away for hours: what piled up keeps to the route's rate when it is back."""

from collections.abc import Iterator

from tests.processors.notify.timeline import FILE, MINUTE_US, START_US, Installation, alert, at_us

LIMITED = FILE.replace("[rule, team]", "[id]") + "  rate_limit: {messages: 4, per: 1h}\n"
BACK = 180.0
"""The minute at which the receiver is there again."""


def delivered(house: Installation, until: float, back: float = BACK) -> Iterator[tuple[float, str]]:
    """Let minutes pass; yield when what arrived, and its title."""
    while house.now_us < at_us(until):
        house.decide()
        house.save()
        minute = (house.now_us - START_US) / MINUTE_US
        while (item := house.attempt("sales")) is not None:
            if minute < back:
                house.notifier.fates.later("sales", item, "no connection", house.now_us, 0.5, None)
            else:
                house.notifier.fates.delivered("sales", item, None)
                yield minute, item.queued.message.title
            house.save()
        house.now_us += MINUTE_US // 2


def most_in_an_hour(minutes: list[float]) -> int:
    """Return how many came in the fullest hour."""
    return max(sum(begin <= one < begin + 60 for one in minutes) for begin in minutes)


def with_alerts(count: int = 12) -> Installation:
    """Return an installation in which so many alerts began in the first hours."""
    house = Installation(LIMITED)
    for number in range(count):
        house.publish(alert(f"r{number}", minute=0))
    return house


def test_what_piled_up_does_not_come_at_once() -> None:
    """Four an hour were decided for three hours; when the receiver is back it gets four an hour still, and all."""
    arrived = [*delivered(with_alerts(), 600)]

    minutes = [minute for minute, _ in arrived]
    assert min(minutes) >= BACK
    assert most_in_an_hour(minutes) == 4
    assert len({title for _, title in arrived}) == 12


def test_the_worst_of_what_piled_up_comes_first() -> None:
    """Not what waited longest."""
    house = with_alerts()
    house.publish(alert("bad", severity="critical", minute=0))

    (_, first), *_ = delivered(house, 400)
    assert "bad" in first


def test_what_arrived_is_counted_over_a_restart() -> None:
    """A process that starts in the middle of it goes on where the one before was."""
    house = with_alerts()
    arrived = [*delivered(house, BACK + 10)]
    house.start()
    arrived += delivered(house, 600)

    assert most_in_an_hour([minute for minute, _ in arrived]) == 4
    assert len({title for _, title in arrived}) == 12


def test_without_a_rate_it_comes_at_once() -> None:
    """Where nothing is said, nothing is held up."""
    house = Installation(FILE.replace("[rule, team]", "[id]"))
    for number in range(12):
        house.publish(alert(f"r{number}", minute=0))

    minutes = [minute for minute, _ in delivered(house, 400)]
    assert len(minutes) == 12
    assert max(minutes) - min(minutes) < 1
