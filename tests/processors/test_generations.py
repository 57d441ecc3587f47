"""The log of generations: who reads it comes to the same end, and what does not follow counts for nothing."""

import orjson
import pytest

from processors.generations import (
    Generations,
    begin_record,
    catalog_of,
    catalog_record,
    name_of,
    switch_record,
)
from schemas.catalog import Catalog, load_catalog
from schemas.catalogs.changes import catalog_text
from schemas.catalogs.effect import Effect

SPAN = "spans: {demo: {from: crm.meeting.scheduled, to: crm.meeting.held, entity: meeting}}\n"
USE = "kpis: {demos: {label: D, unit: seconds, mean: demo}}\n"
ZONE = "calendar: {timezone: Europe/Berlin}\n"


def own(text: str = "") -> Catalog:
    """Return a catalog that lies over the standard one."""
    return load_catalog(f"catalog: own\nextends: standard\n{text}", "own.yaml")


def log(*records: bytes | None) -> Generations:
    """Return what a log says."""
    found = Generations()
    for record in records:
        found = found.after(record)
    return found


def texts(*catalogs: Catalog) -> tuple[str, ...]:
    """Return catalogs as the log keeps them."""
    return tuple(map(catalog_text, catalogs))


def test_nothing_was_said() -> None:
    """The first generation runs, and any catalog will do."""
    assert Generations((1,), 1, "", ()) == log()
    assert Effect.SAME == log().changes_to(own(ZONE)).effect


def test_a_catalog_that_adds_replaces_the_one_before() -> None:
    """And so does the way back, of which nothing is lost."""
    more = own("kpis: {twice: {label: T, unit: count, count: [call, email_sent]}}\n")

    assert texts(own()) == log(catalog_record(1, own()), catalog_record(1, own())).catalogs
    assert texts(more) == log(catalog_record(1, own()), catalog_record(1, more)).catalogs
    assert texts(own()) == log(*[catalog_record(1, one) for one in (own(), more, own())]).catalogs


def test_a_catalog_that_makes_state_wrong_is_not_taken() -> None:
    """Be it written by a worker that had looked before another wrote."""
    found = log(catalog_record(1, own()), catalog_record(1, own(ZONE)))

    assert texts(own()) == found.catalogs
    assert Effect.WRONG == found.changes_to(own(ZONE)).effect


def test_what_was_kept_under_a_catalog_that_was_taken_back_is_remembered() -> None:
    """A span tried, taken back and tried in another way would mix two meanings under one name."""
    found = log(*[catalog_record(1, one) for one in (own(), own(SPAN + USE), own())])
    other = own(SPAN.replace("meeting}", "meeting, start: latest}") + USE)

    assert texts(own(SPAN + USE), own()) == found.catalogs
    assert Effect.SAME == found.changes_to(own()).effect
    assert Effect.FILLS == found.changes_to(own(SPAN + USE)).effect
    assert [("spans.demo", Effect.WRONG)] == [
        (one.field, one.effect) for one in found.changes_to(other).changes if one.effect is Effect.WRONG
    ]
    assert found == found.after(catalog_record(1, other))
    assert texts(own(SPAN + USE)) == found.after(catalog_record(1, own(SPAN + USE))).catalogs


def test_a_rebuild_takes_a_number_and_switches() -> None:
    """What was written before is of no matter then."""
    found = log(catalog_record(1, own()), begin_record("me"))
    assert (1, 2, "me") == (found.current, found.begun, found.begun_by)

    found = found.after(switch_record(2, own(ZONE)))
    assert ((1, 2), texts(own(ZONE))) == (found.chain, found.catalogs)
    assert Effect.SAME == found.changes_to(own(ZONE)).effect


def test_only_the_rebuild_that_began_last_may_switch() -> None:
    """And only once, and never back."""
    found = log(catalog_record(1, own()), begin_record("one"), begin_record("other"))

    assert found == found.after(switch_record(2, own(ZONE)))
    switched = found.after(switch_record(3, own(ZONE)))
    assert (1, 3) == switched.chain
    assert switched == switched.after(switch_record(3, own()))
    assert switched == switched.after(switch_record(2, own()))


def test_a_catalog_of_a_generation_that_does_not_run_counts_for_nothing() -> None:
    """A worker of before the switch says it too late, one cannot say it too early."""
    found = log(catalog_record(1, own()), begin_record("me"), switch_record(2, own(ZONE)))

    assert found == found.after(catalog_record(1, own()))
    assert found == found.after(catalog_record(3, own()))


@pytest.mark.parametrize("value", [None, b"", b"{", b"[]", b"7", b"{}", orjson.dumps({"kind": "other"})])
def test_what_is_no_record_is_passed_over(value: bytes | None) -> None:
    """Whoever wrote it."""
    found = log(catalog_record(1, own()))
    assert found == found.after(value)


def test_a_catalog_of_another_version() -> None:
    """State under a catalog that can't be read is not gone on with, and said to be so."""
    switch = orjson.dumps({"kind": "switch", "generation": 2, "catalog": '{"future": 1}'})
    found = log(begin_record("me"), switch)

    assert catalog_of(found.catalogs[0]) is None
    assert "of another version" == name_of(found.catalogs[0])
    assert "can't read" in found.changes_to(own()).changes[0].sentence
    assert found == found.after(catalog_record(2, own()))


def test_a_catalog_is_named_as_in_records() -> None:
    """With its fingerprint."""
    assert name_of(catalog_text(own())).startswith("own@")
