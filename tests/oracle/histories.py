"""Event histories that Hypothesis draws and shrinks; big seeded ones are in random_histories.py.

    @given(st.data())
    def test_engine(data):
        calendar = data.draw(calendars())
        history = data.draw(histories(calendar))
        chunks = data.draw(arrivals(history))
        as_of_us = data.draw(as_of_times(history))
        ...

Histories keep what the contract asks of their senders: everything that is correlated shares an account, the
directory comes ahead of the activity, copies come within the de-duplication horizon.
"""

from collections.abc import Sequence
from itertools import chain

from hypothesis import strategies as st

from tests.oracle.arriving import altered, chunks, parted, times_us, within_horizon
from tests.oracle.moments import DAY_US, HOUR_US, MINUTE_US, instant
from tests.oracle.random_histories import random_arrivals, random_history
from tests.oracle.stories import tell
from tests.oracle.vocabulary import (
    ACTIONS,
    FOCI,
    PACES,
    PIPELINE,
    STARTS,
    STEP_CHOICES,
    BusinessCalendar,
    Event,
    Step,
    World,
    pick,
)

__all__ = [
    "LATER",
    "PIPELINE",
    "BusinessCalendar",
    "Event",
    "arrivals",
    "as_of_times",
    "calendars",
    "histories",
    "random_arrivals",
    "random_history",
    "times_us",
]


LATER = (
    0, 1, 5 * MINUTE_US, HOUR_US, 8 * DAY_US, 31 * DAY_US, 46 * DAY_US, 100 * DAY_US, 400 * DAY_US, 26 * HOUR_US,
    # the last pane of each rolling window, and the first behind it
    DAY_US - 5 * MINUTE_US, DAY_US, 7 * DAY_US - HOUR_US, 7 * DAY_US, 30 * DAY_US - HOUR_US, 30 * DAY_US,
    364 * DAY_US, 365 * DAY_US,
    # the last moment at which an hour is known by itself
    46 * DAY_US - HOUR_US,
)  # fmt: skip
"""How long after the last event it may be asked about."""


def calendars() -> st.SearchStrategy[BusinessCalendar]:
    """Mostly Amsterdam's clock; also no clock changes, half hours, and the day's other side."""
    zones = ("Europe/Amsterdam", "UTC", "Asia/Kolkata", "America/Los_Angeles", "Pacific/Auckland")
    return st.builds(
        BusinessCalendar,
        st.just("Europe/Amsterdam") | st.sampled_from(zones),
        st.sampled_from((1, 4, 7, 12)),
    )


@st.composite
def histories(
    draw: st.DrawFn, calendar: BusinessCalendar | None = None, *, max_size: int = 100
) -> list[Event]:
    """Valid CloudEvents in the order of their times, over minutes, weeks or up to two years."""
    calendar = calendar or BusinessCalendar()
    world = World(
        start_us=instant(draw(st.sampled_from(STARTS))),
        accounts=draw(st.integers(1, 4)),
        calendar=calendar,
    )
    delays = draw(st.sampled_from(tuple(PACES.values())))
    choices = STEP_CHOICES._replace(entity=draw(st.integers(1, 4)))
    focus = [ACTIONS.index(action) for action in draw(st.sampled_from(FOCI))]

    def step_of(drawn: bytes) -> Step:
        step = Step._make(byte % count for byte, count in zip(drawn, choices, strict=True))
        return step._replace(action=pick(focus, drawn[0]))

    # A step's bytes are drawn at once: a draw per integer makes drawing and shrinking ten times slower.
    step = st.binary(min_size=len(choices), max_size=len(choices)).map(step_of)
    # A list has about six elements, and with a minimum it shrinks badly; lists of lists have about thirty.
    scenes = draw(st.lists(st.lists(step, min_size=1, max_size=15), min_size=1, max_size=15))
    steps = list(chain.from_iterable(scenes))[:max_size]
    return tell(((pick(delays, step.delay), step) for step in steps), world)


@st.composite
def arrivals(
    draw: st.DrawFn, history: Sequence[Event], *, max_copies: int = 10, altered_copies: bool = True
) -> list[list[Event]]:
    """The history as it arrives: shuffled, with copies, cut into chunks; the directory's events first.

    A copy has the same source and id; with `altered_copies` some say another rep, team or amount, and the
    first to arrive counts. A copy is left out where it would come more than the de-duplication horizon after
    its time (by the latest activity so far; directory events move no time).
    """
    positions = st.integers(0, max(len(history) - 1, 0))
    copied = [history[at] for at in draw(st.lists(positions, max_size=max_copies))] if history else []
    if altered_copies:
        copied = [altered(event) if draw(st.booleans()) else event for event in copied]
    activity, directory = parted([*history, *copied])
    arriving = [*draw(_shuffled(directory)), *draw(_shuffled(activity))]
    cuts = draw(st.lists(st.integers(0, len(arriving)), max_size=6))
    return chunks(within_horizon(arriving), cuts)


@st.composite
def _shuffled(draw: st.DrawFn, events: Sequence[Event]) -> list[Event]:
    """In any order, or only a little out of order; shrinks to no disorder at all."""
    reach = draw(st.sampled_from((1, 8, 256)))
    # One draw of a byte per event: `st.permutations` draws as often as there are events, and is slow.
    late = draw(st.binary(min_size=len(events), max_size=len(events)))
    keys = [byte % reach + (place if reach < 256 else 0) for place, byte in enumerate(late)]
    return [events[place] for place in sorted(range(len(events)), key=lambda place: keys[place])]


def as_of_times(history: Sequence[Event]) -> st.SearchStrategy[int]:
    """Moments to ask about (microseconds): at an event, just around it, or until long after the last."""
    times = sorted(set(times_us(history))) or [instant(STARTS[0])]
    return st.one_of(
        st.sampled_from(LATER).map(lambda later: times[-1] + later),
        st.tuples(st.sampled_from(times), st.sampled_from((0, -1, 1))).map(sum),
    )
