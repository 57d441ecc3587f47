"""The standard examples and the SQL oracle agree: two definitions of each KPI, written apart from each other."""

import orjson
import pytest

from processors.virtual_time.example_story import Question, Story
from schemas.examples.expectation import Expectation
from tests import oracle
from tests.examples.test_standard import CASES, PLAN

PIPELINE = PLAN.catalog.pipelines["sales"].stages


def agrees(question: Question[Expectation], counted: oracle.Expectations) -> bool:
    """Say whether the oracle counts what is expected; what it has no key for is 0 or null."""
    at_us, _, said = question
    running = PLAN.calendar.periods_of(PLAN.calendar.day_of_pane(at_us // 300_000_000))
    period = said.period or next((one.label for one in running if one.name == said.window), None)
    found = counted.get((said.kpi, said.window, period, tuple(sorted(said.dims.items()))))
    if said.absent or found is None:
        return found is None and said.value in (None, 0) and not said.n
    if "n" in said.said and said.n != found.n:
        return False
    if "value" not in said.said or said.value is None or found.value is None:
        return "value" not in said.said or said.value is found.value
    return abs(said.value - found.value) <= said.margin(said.value)


@pytest.mark.parametrize(
    "story",
    [story for *_, story in CASES],
    ids=[case[1].name for case in CASES],
)
def test_the_oracle_agrees(story: Story) -> None:
    """Each expected value and n is what a batch query over the events that arrived by then gives."""
    for at_us in {question.at_us for question in story.kpis}:
        events = [orjson.loads(one.value) for one in story.arrivals if one.arrives_us <= at_us]
        counted = oracle.kpis(events, as_of_us=at_us, pipeline=PIPELINE, periods="all")
        asked = [question for question in story.kpis if question.at_us == at_us]
        assert [] == [question.said for question in asked if not agrees(question, counted)]
