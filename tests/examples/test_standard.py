"""The standard catalog's own examples: each KPI has one, computed by hand, and the engine agrees with it."""

from collections.abc import Iterator

import pytest

from processors.compile import Plan
from processors.virtual_time.example_story import Story, stories
from processors.virtual_time.examples import Examples
from schemas.catalog import load_catalog
from schemas.example import Example, standard_examples
from schemas.examples.dims import judged_groups
from schemas.examples.names import catalog_faults
from schemas.rule import load_rules
from schemas.rules.absence import load_absences

CATALOG = load_catalog()
PLAN = Plan(CATALOG)
RULES = load_rules(CATALOG)
ABSENCES = load_absences()
EXAMPLES = Examples(PLAN, RULES, 7 * 86_400_000_000, ABSENCES)


def cases() -> Iterator[tuple[str, Example, Story]]:
    """Yield file, example, and the example as the engine takes it."""
    for read in standard_examples():
        for example, story in zip(read.content.examples, stories(read, PLAN.calendar.zone), strict=True):
            yield read.document.file, example, story


CASES = list(cases())


@pytest.mark.parametrize(
    "story",
    [story for *_, story in CASES],
    ids=[case[1].name for case in CASES],
)
def test_the_engine_agrees(story: Story) -> None:
    """What a person computed from the contract is what comes out."""
    assert () == EXAMPLES.run(story).failures


@pytest.mark.parametrize(
    "kpi", [name for name, kpi in CATALOG.kpis.items() if not (kpi.private or kpi.predicted)]
)
def test_every_kpi_has_an_example(kpi: str) -> None:
    """It says a value, in a window that the KPI has; its page shows it. Predictions nobody computes by hand."""
    shown = [
        one for _, example, _ in CASES for one in example.expect if one.kpi == kpi and "value" in one.said
    ]
    assert any(one.window in CATALOG.windows_of(CATALOG.kpis[kpi]) for one in shown)


def test_names_are_those_of_the_catalog() -> None:
    """KPIs, windows, dimensions and rules exist."""
    assert [] == [
        str(read.document.fault(path, message))
        for read in standard_examples()
        for path, message in catalog_faults(
            read.document.data, CATALOG.known, CATALOG.groups, judged_groups(RULES, ABSENCES)
        )
    ]
