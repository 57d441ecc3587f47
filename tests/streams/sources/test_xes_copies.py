"""Events of an XES log that have the id of another."""

import io

import pytest

from streams.sources.xes import read_xes
from streams.sources.xes_mapping import parse_xes_mapping

TRACE = (
    '<trace>{name}<event><string key="concept:name" value="A"/></event>'
    '<event><string key="concept:name" value="B"/></event></trace>'
)
MAPPING = "name: n\nsource: s\nid: {id!r}\nrules:\n  - {{activity: {activity!r}, type: crm.deal.canceled, data: {{deal: d}}}}\n"


def told(id: str, *cases: str | None, activity: str = "*") -> list[str]:
    """Return what is told of a log of two events a trace, under a mapping with that id."""
    names = ["" if case is None else f'<string key="concept:name" value="{case}"/>' for case in cases]
    log = f"<log>{''.join(TRACE.format(name=name) for name in names)}</log>".encode()
    said: list[str] = []
    mapping = parse_xes_mapping(MAPPING.format(id=id, activity=activity), "m.yaml")
    for _ in read_xes(io.BytesIO(log), "l.xes", mapping, said.append):
        pass
    return said


@pytest.mark.parametrize(
    ("id", "cases", "sentence"),
    [
        ("{case}", "xy", "2 of 4 events count as copies of others with their id: the mapping's id '{case}' lacks {index}"),
        ("{index}", "xy", "2 of 4 events count as copies of others with their id: the mapping's id '{index}' lacks {case}"),
        ("e", "xy", "3 of 4 events count as copies of others with their id: the mapping's id 'e' lacks {case} and {index}"),
        ("{case}-{index}", "xyx", "2 of 6 events count as copies of others with their id: traces have the same name, as 'x'"),
    ],
)  # fmt: skip
def test_they_are_counted_and_why_they_are(id: str, cases: str, sentence: str) -> None:
    """Whoever loads them would wonder where the events are."""
    assert told(id, *cases) == [f"l.xes: {sentence}"]


@pytest.mark.parametrize("id", ["{case}-{index}", "{case}"])
def test_nothing_is_told_where_ids_differ(id: str) -> None:
    """A mapping that takes one event of each trace needs no more than the trace's name."""
    assert told(id, "x", "y", activity="A") == []


def test_events_without_an_id_are_copies_of_none() -> None:
    """They are for the dead letters, where they are counted."""
    assert told("{case}", None, None) == []
    assert told("{case}-{index}", None, None) == []
