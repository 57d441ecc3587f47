"""What the live view keeps of the records it is fed."""

from streams.cli.live_model import CHANGE_SHOWN_US, Model
from streams.serving.store import Standing
from tests.streams.cli.records import alert_record, kpi_record


def test_the_latest_record_of_a_key_is_shown_and_its_change_marked() -> None:
    """A second record replaces the first and notes when and which way the value moved."""
    model = Model(now_us=1_000_000)
    model.take_kpi(*kpi_record("calls", 5))
    model.now_us = 7_000_000
    model.take_kpi(*kpi_record("calls", 4))

    cell = model.cell("calls")

    assert cell is not None
    assert (cell.value, cell.changed_us, cell.direction) == (4, 7_000_000, -1)
    assert CHANGE_SHOWN_US > 0


def test_the_first_value_of_a_key_is_no_change() -> None:
    """Filling the view at the start marks nothing."""
    model = Model(now_us=1_000_000)
    model.take_kpi(*kpi_record("calls", 5))

    cell = model.cell("calls")

    assert cell is not None
    assert cell.changed_us == 0


def test_a_tombstone_removes_the_value_also_with_escaped_dims() -> None:
    """A key that no longer exists disappears, whatever characters its dims have."""
    model = Model()
    key, record = kpi_record("calls", 5, team="a|b,c=d%")
    model.take_kpi(key, record)
    assert model.values_of("team") == ["a|b,c=d%"]

    model.take_kpi(key, None)

    assert model.values_of("team") == []


def test_windows_that_are_not_shown_are_not_kept() -> None:
    """A year of closed days costs the view no memory."""
    model = Model()
    model.take_kpi(*kpi_record("calls", 5, "day", "2026-11-20"))

    assert model.cell("calls", "day") is None
    assert not Model.wants("calls|day:2026-11-20|")
    assert Model.wants("open_deals|now|team=a")
    assert not Model.wants("nonsense")


def test_only_a_change_of_state_is_a_line_in_the_alert_log() -> None:
    """An alert that merely updates its value writes no second line."""
    model = Model()

    fired = model.take_alert("a", alert_record("firing"))
    updated = model.take_alert("a", alert_record("firing", value=6_000))
    resolved = model.take_alert("a", alert_record("resolved", updated_at="2026-11-21T09:05:00Z"))

    assert fired is not None
    assert resolved is not None
    assert updated is None
    assert [line.state for line in model.alert_log()] == ["resolved", "firing"]
    assert resolved.at == "09:05:00"
    assert model.alerts_in("firing") == []


def test_the_leaderboard_comes_from_the_records_until_redis_gives_one() -> None:
    """Without Redis the ranking is made of what the view knows itself."""
    model = Model()
    model.take_kpi(*kpi_record("won_revenue", 100, rep="ann"))
    model.take_kpi(*kpi_record("won_revenue", None, rep="bob"))
    assert model.leaderboard() == [Standing("ann", 100, 1), Standing("bob", 0, 2)]

    model.standings = [Standing("zoe", 900, 1)]

    assert model.leaderboard() == [Standing("zoe", 900, 1), Standing("ann", 0, 2), Standing("bob", 0, 2)]
