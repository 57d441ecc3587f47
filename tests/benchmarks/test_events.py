"""Events for benchmarks."""

from collections import Counter

import pytest

from benchmarks.events import MIX, bench_events
from processors.decode import decode
from schemas.event import record_key

N = 20_000


def test_the_same_seed_gives_the_same_records() -> None:
    """So that runs can be compared."""
    first = list(bench_events(2_000, seed=3))

    assert first == list(bench_events(2_000, seed=3))
    assert first != list(bench_events(2_000, seed=4))


def test_they_are_what_their_description_says() -> None:
    """Number, size, mix, keys, lateness, span, people: a benchmark's figures hang on them."""
    records = list(bench_events(N))
    events = [decode(value) for _, value in records]
    kinds = Counter(event.type.removeprefix("crm.") for event in events)
    times = [event.t_us for event in events]
    highest, late = 0, 0
    for t_us in times:
        late += t_us < highest
        highest = max(highest, t_us)

    assert sum(MIX.values()) == 1_000
    assert len({event.id for event in events}) == len(records) == N
    assert [key for key, _ in records] == [record_key(event).encode() for event in events]
    assert 330 < sum(len(value) for _, value in records) / N < 370
    for kind, share in MIX.items():
        assert kinds[kind] / N == pytest.approx(share / 1_000, rel=0.1, abs=0.002)
    assert late / N == pytest.approx(0.03, rel=0.2)
    assert (max(times) - min(times)) / 86_400e6 == pytest.approx(30.0, rel=0.001)
    assert len({event.data.rep for event in events}) == 200
    assert len({event.data.team for event in events}) == 20
    assert len({event.data.account for event in events}) > 4_500


def test_every_answer_has_its_question() -> None:
    """In order of event time: entities live as in life."""
    events = sorted((decode(value) for _, value in bench_events(N)), key=lambda event: event.t_us)
    received, created = {}, {}
    for event in events:
        data = event.data
        if event.type == "crm.inquiry.received":
            received[data.conversation] = data.account
        elif event.type.startswith("crm.inquiry."):
            assert received[data.conversation] == data.account
        elif event.type == "crm.deal.created":
            created[data.deal] = data.account
        elif event.type.startswith("crm.deal."):
            assert created[data.deal] == data.account
