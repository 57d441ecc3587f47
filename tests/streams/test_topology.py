"""The pipeline on one screen."""

import pytest

from processors.compile import Plan
from schemas.catalog import load_catalog
from schemas.rule import load_rules
from schemas.rules.absence import load_absences
from streams.settings import Settings
from streams.settings.types import STAGES
from streams.topics import topics
from streams.topology import Stage, stages

CATALOG = load_catalog()
PLAN = Plan(CATALOG)
RULES = load_rules(CATALOG)


def made(**settings: object) -> list[Stage]:
    """Return the stages under these settings."""
    return stages(Settings(**settings), PLAN, RULES, absences=load_absences())  # type: ignore[arg-type]


def test_the_order_of_the_data() -> None:
    """Directory, track, roll up, judge, overdue: the order in which the settings name them too."""
    names = [stage.name for stage in made()]

    assert ["directory", "track", "rollup", "judge", "overdue"] == names
    assert [*STAGES] == names


def test_state() -> None:
    """Each stage with a changelog is one for which a changelog is made, with as many partitions as its source."""
    own = topics(Settings(partitions=6))
    partitions = {topic.name: topic.partitions for topic in own}
    stateful = [stage for stage in made(partitions=6) if stage.state_topic is not None]

    assert [*own.changelogs] == [stage.name for stage in stateful]
    assert [partitions[stage.source.name] for stage in stateful] == [
        partitions[stage.state_topic] for stage in stateful if stage.state_topic
    ]


@pytest.mark.parametrize("chosen", [("judge", "track"), ("directory",), STAGES])
def test_a_worker_runs_what_it_is_set_to(chosen: tuple[str, ...]) -> None:
    """Only the stages chosen, in the order of the data."""
    assert [name for name in STAGES if name in chosen] == [stage.name for stage in made(stages=chosen)]


def test_each_reads_what_the_one_before_publishes() -> None:
    """From activity to facts to KPIs, and to what waits, under the installation's prefix."""
    assert ["eu.directory", "eu.activity", "eu.facts", "eu.kpis", "eu.waiting"] == [
        stage.source.name for stage in made(topic_prefix="eu.")
    ]


def test_processors_are_fresh() -> None:
    """Each call makes an empty processor that has nothing behind it."""
    for stage in made():
        one, other = stage.make(0), stage.make(0)
        assert (-1, True) == (one.cut, one is not other)
        assert [] == one.snapshot()
