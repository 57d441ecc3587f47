"""Who wants a record, found by its bucket."""

from processors.serving.selecting import Selecting
from processors.serving.viewing import Viewer
from streams.web.api.feed import Feed, Question
from streams.web.api.interest import Interest
from tests.streams.web.api.serving import CATALOG, NOON_US

SELECTING = Selecting(CATALOG)


def feed(*selectors: str) -> Feed:
    """Return a feed with its buckets found."""
    made = Feed(Question(tuple(SELECTING.parse(text) for text in selectors), False, Viewer()))
    made.resolve(SELECTING, NOON_US)
    return made


def test_each_key_finds_those_that_want_it() -> None:
    """By exact key, by all of a dimension, by some values of a pair."""
    interest = Interest()
    company, reps, ann = feed("calls|day|"), feed("calls|day|rep"), feed("calls|day|rep=ann")
    pairs, won = (
        feed("stage_transitions|day|from_stage,to_stage"),
        feed("stage_transitions|day|from_stage,to_stage=b"),
    )
    for one in (company, reps, ann, pairs, won):
        interest.add(one)
    day, stages = "calls|day:2026-11-21", "stage_transitions|day:2026-11-21"

    def wanting(bucket: str, text: str) -> set[Feed]:
        return {*interest.of(bucket, text)}

    assert wanting(day, "") == {company}
    assert wanting(day, "rep=ann") == {reps, ann}
    assert wanting(day, "rep=bob") == {reps}
    assert wanting(day, "team=ann") == set()
    assert wanting(stages, "from_stage=,to_stage=a") == {pairs}
    assert wanting(stages, "from_stage=x,to_stage=b") == {pairs, won}
    assert wanting("calls|day:2026-11-20", "") == set()


def test_who_goes_is_forgotten() -> None:
    """Wholly: nothing is left of buckets that nobody wants."""
    interest = Interest()
    both = [feed("calls|day|", "calls|day|rep", "calls|week|"), feed("calls|day|", "calls|day|rep=ann")]
    for one in both:
        interest.add(one)
    interest.remove(both[0])
    assert {*interest.of("calls|day:2026-11-21", "")} == {both[1]}
    assert {*interest.of("calls|day:2026-11-21", "rep=ann")} == {both[1]}
    interest.remove(both[1])
    assert len(interest) == 0
