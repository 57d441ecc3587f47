"""Records folded to the last of each key."""

from streams.kafka.readers import Change
from streams.serving.content import Content, Fold
from streams.serving.store import RepPlace
from tests.streams.serving.filling import NOW_MS, SETTINGS, alert, content, gone, kpi, rep


def test_the_last_of_each_key_counts() -> None:
    """Also when that is the end of the key; then nothing is taken twice."""
    fold = Fold(SETTINGS)
    fold.take(
        [kpi("calls", 1), kpi("calls", 2), kpi("calls", 3, rep="ann"), gone(kpi("calls", 3, rep="ann"))]
    )
    fold.take([alert("a"), gone(alert("a")), rep("ann", "north")])
    first, second = fold.drained(), fold.drained()

    assert {key: entry and entry.value for key, entry in first.kpis.items()} == {
        "calls|rolling_24h|": 2,
        "calls|rolling_24h|rep=ann": None,
    }
    assert first.alerts == {"a": None}
    assert first.reps == {"ann": RepPlace("north", True)}
    assert (len(first), second) == (4, Content())


def test_of_everything_only_what_exists_is_left() -> None:
    """A topic still has the ends of keys that compaction has not seen."""
    whole = content(
        kpi("calls", 1),
        gone(kpi("calls", 1)),
        alert("a"),
        gone(alert("a")),
        kpi("calls", 2, rep="b"),
        whole=True,
    )

    assert (list(whole.kpis), whole.alerts) == (["calls|rolling_24h|rep=b"], {})
    assert whole.made_ms == NOW_MS
    assert Content().made_ms is None


def test_an_update_from_the_future_is_left_out() -> None:
    """The worker buries it; who may see whose values is what the others say."""
    fold = Fold(SETTINGS)
    fold.take([rep("ann", "south", number=2)._replace(timestamp_ms=0), rep("ann", "north", number=1)])

    assert fold.drained().reps == {"ann": RepPlace("north", True)}


def test_what_is_no_record_is_left_out_and_counted() -> None:
    """What was there before stays: a reader must not get half a page because somebody published junk."""
    fold = Fold(SETTINGS)
    good = kpi("calls", 1)
    fold.take([
        good, good._replace(value=b"junk"), good._replace(key="junk"), Change("crm.alerts", 0, "a", b"[1]", NOW_MS),
        Change("crm.alerts", 0, "b", b"{", NOW_MS), Change("crm.other", 0, "c", b"{}", NOW_MS), Change("crm.directory", 0, "d", b"", NOW_MS),
    ])  # fmt: skip
    found = fold.drained()

    assert [entry and entry.raw for entry in found.kpis.values()] == [good.value]
    assert (found.alerts, found.reps) == ({}, {})
    assert fold.unreadable == {"kpi": 2, "alert": 2}
