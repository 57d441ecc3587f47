"""An outage's first lines stay readable, and that it goes on is still said."""

import logging

from streams.kafka.repetition import INTERVAL_S, REMEMBERED_MAX, Repetition


class Clock:
    """Stands still until it is set."""

    now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def line(words: str, logger: str = "aiokafka.client") -> logging.LogRecord:
    """Return a line of a library's."""
    return logging.LogRecord(logger, logging.ERROR, "", 0, "no answer from %s", (words,), None)


def test_the_same_words_come_once_in_a_while() -> None:
    """The next that is written says how many were not."""
    clock = Clock()
    repetition = Repetition(("aiokafka",), clock)

    assert [True, False, False] == [bool(repetition.filter(line("node 1"))) for _ in range(3)]
    clock.now_s += INTERVAL_S
    again = line("node 1")
    assert repetition.filter(again)
    assert 2 == again.__dict__["repeated"]
    clock.now_s += INTERVAL_S
    once_more = line("node 1")
    assert repetition.filter(once_more)
    assert "repeated" not in once_more.__dict__


def test_other_words_and_others_words_are_not_held_back() -> None:
    """Another node, another logger; and what we say ourselves, always."""
    repetition = Repetition(("aiokafka",), Clock())

    lines = [line("node 1"), line("node 2"), line("node 1", "aiokafka"), *[line("us", "streams.worker")] * 2]

    assert all(repetition.filter(one) for one in lines)


def test_not_everything_is_remembered() -> None:
    """Lines that are never the same take no memory for long."""
    clock = Clock()
    repetition = Repetition(("aiokafka",), clock)
    for number in range(REMEMBERED_MAX):
        repetition.filter(line(str(number)))
    clock.now_s += INTERVAL_S

    repetition.filter(line("another"))

    assert 1 == len(repetition._said)
