"""What silences and acknowledgements hold back, and when."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.publishing.records import rfc3339
from processors.reading.event_time import decode_time
from processors.silences.silencing import Silences, matches, value_of
from schemas.alert import AlertState
from tests.processors.alerts_told import ELEVEN, NINE, NOON, TEN, acknowledgement, alert, holds, silence


def us(text: str) -> int:
    """Return microseconds."""
    return decode_time(text)


@pytest.mark.parametrize(
    ("matchers", "wanted", "why"),
    [
        ({"team": "north"}, True, "a dimension"),
        ({"team": "nor"}, False, "the whole text counts"),
        ({"team": "North"}, False, "case counts"),
        ({"team": "n*"}, True, "a star is any text"),
        ({"team": "*"}, True, "a star alone"),
        ({"team": "no?th"}, True, "a question mark is one character"),
        ({"team": "north?"}, False, "a question mark is not none"),
        ({"team": "[n]orth"}, False, "brackets are themselves"),
        ({"team": "n*r*h"}, True, "two stars"),
        ({"team": "n*th*th"}, False, "what stands between stars and what ends it are two texts"),
        ({"team": "*o?t*"}, True, "both signs between stars"),
        ({"team": "no**rth"}, True, "stars in a row are one"),
        ({"team": "label"}, False, "a dimension goes before a label of that name"),
        ({"desk": "inbound"}, True, "a label"),
        ({"rep": "*"}, False, "what it has not matches nothing, not even any text"),
        ({"rule": "slow-*", "severity": "warning"}, True, "several hold together"),
        ({"rule": "slow-*", "severity": "critical"}, False, "one that fails is enough"),
        ({"owner": "sales-ops"}, True, "the owner"),
        ({"id": "a1"}, True, "the id"),
        ({"kpi": "response_time_p90", "window": "rolling_24h"}, True, "KPI and window"),
        ({"account": "*"}, False, "no account"),
        ({}, False, "nothing asked for is not everything"),
    ],
)
def test_matchers(matchers: dict[str, str], wanted: bool, why: str) -> None:
    """What a silence's matchers match."""
    assert matches(matchers, alert()) is wanted, why
    assert holds(silence(matchers=matchers), alert(), us(TEN)) is wanted, why


def test_many_stars_are_read_in_no_time() -> None:
    """Who may silence can't stop notify with a pattern that has more ways to match than anybody can wait for."""
    named = alert(dims={"team": "a" * 200})

    assert not matches({"team": "*a" * 90 + "*b"}, named)
    assert matches({"team": "*a" * 90 + "*"}, named)


def test_accounts_entities_and_stages_that_are_null() -> None:
    """An absence alert is found by its account and entity; a `null` stage is the empty text."""
    waiting = alert(account="acme", entity="c-1", dims={"stage": None})

    assert matches({"account": "acme", "entity": "c-*"}, waiting)
    assert value_of(waiting, "stage") == ""
    assert matches({"stage": ""}, waiting)


@pytest.mark.parametrize(
    ("at", "wanted"),
    [(NINE, False), (TEN, True), ("2026-11-21T10:59:59.999999Z", True), (ELEVEN, False), (NOON, False)],
)
def test_a_silence_lasts_from_its_start_until_before_its_end(at: str, wanted: bool) -> None:
    """The end is not part of it."""
    assert holds(silence(), alert(), us(at)) is wanted


def test_a_silence_holds_resolved_alerts_back_too() -> None:
    """Who wanted quiet hears of nothing."""
    assert holds(silence(), alert(state=AlertState.RESOLVED), us(TEN))


@pytest.mark.parametrize(
    ("fields", "wanted", "why"),
    [
        ({}, True, "the same episode"),
        ({"state": AlertState.NO_DATA}, True, "it goes on"),
        ({"id": "a2"}, False, "another alert"),
        ({"starts_at": TEN}, False, "a later episode"),
        ({"state": AlertState.RESOLVED}, False, "that it is over is told"),
        ({"severity": "critical"}, False, "it became worse"),
        ({"severity": "info"}, True, "it became better"),
        ({"severity": "doom"}, False, "an unknown word may be worse"),
    ],
)
def test_an_acknowledgement_is_of_one_episode(fields: dict[str, Any], wanted: bool, why: str) -> None:
    """It holds back until the episode is over or worse."""
    assert holds(acknowledgement(), alert(**fields), us(TEN)) is wanted, why


def test_an_acknowledgement_without_severity_is_of_any() -> None:
    """Somebody takes care, whatever becomes of it."""
    assert holds(acknowledgement(severity=None), alert(severity="critical"), us(TEN))


def test_the_silence_that_lasts_longest_is_named_first() -> None:
    """All that hold are told, silences before acknowledgements."""
    said = Silences()
    for one in (silence("s1"), silence("s2", ends_at=NOON), acknowledgement(ends_at="2026-11-22T00:00:00Z")):
        said.put(one)

    assert [one.id for one in said.all_holding(alert(), us(TEN))] == ["s2", "s1", "k1"]
    assert said.holding(alert(), us(TEN)) == silence("s2", ends_at=NOON)
    assert said.holding(alert(), us(NINE)) is None


def test_one_that_was_ended_early_holds_no_more() -> None:
    """The record with the higher revision counts, in whatever order they are read."""
    begun, ended = silence(), silence(ends_at=TEN, revision=2)
    for order in ([begun, ended], [ended, begun]):
        said = Silences()
        for one in order:
            said.put(one)
        assert said.holding(alert(), us(TEN)) is None
        assert [*said] == [ended]


def test_records_of_the_topic() -> None:
    """A tombstone takes one away; what is no silence is counted and holds nothing."""
    said = Silences()
    for one in (silence(), acknowledgement()):
        assert said.take(one.id, msgspec.json.encode(one))
        assert not said.take(one.id, msgspec.json.encode(one)), "a repeat changes nothing"
    assert not said.take("x", b"{")
    assert not said.take("y", msgspec.json.encode(silence("y", ends_at="soon")))

    assert (len(said), said.unreadable) == (2, 2)
    assert said.get("k1") == acknowledgement()
    assert said.take("k1", None)
    assert said.take("s1", None)
    assert not said.take("s1", None)
    assert [*said] == []
    assert said.get("k1") is None


def test_an_id_that_comes_again_as_something_else() -> None:
    """What it was before is forgotten."""
    said = Silences()
    said.put(silence("one"))
    said.put(acknowledgement("one", revision=2))

    assert [one.kind for one in said] == ["acknowledgement"]


def test_those_that_are_over() -> None:
    """One is over once its end has passed."""
    said = Silences()
    said.put(silence())
    said.put(acknowledgement(starts_at=NINE, ends_at=NOON))

    assert said.ended(us(NOON)) == ["s1"]


@given(st.data())
def test_any_order_and_repeats_give_the_same(data: st.DataObject) -> None:
    """What is held back follows from the newest record of each id, not from how they came."""
    records = data.draw(
        st.lists(
            st.builds(
                lambda id, ends, revision: silence(id, ends_at=ends, revision=revision),
                st.sampled_from("abc"),
                st.sampled_from((TEN, ELEVEN, NOON)),
                st.integers(1, 5),
            ),
            unique_by=lambda one: (one.id, one.revision),
            max_size=8,
        )
    )
    at_us = data.draw(st.integers(us(NINE), us(NOON)))
    newest = {one.id: one for one in sorted(records, key=lambda one: one.revision)}

    said = Silences()
    for one in data.draw(st.permutations(records + records[:3])):
        said.put(one)

    assert {one.id: one for one in said} == newest
    held = [one.id for one in newest.values() if us(TEN) <= at_us < us(one.ends_at)]
    assert {one.id for one in said.all_holding(alert(), at_us)} == set(held), rfc3339(at_us)
