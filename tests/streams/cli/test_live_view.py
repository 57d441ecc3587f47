"""Frames of the live view, rendered to text."""

import io

import pytest
from rich.console import Console

from streams.cli.live_model import Cell, Engine, Model
from streams.cli.live_view import pipeline_order, render
from streams.serving.store import Standing
from tests.streams.cli.records import alert_record, kpi_record


def a_busy_model() -> Model:
    """A floor with teams, reps, stages and alerts."""
    model = Model(now_us=96_000_000)
    model.page_url, model.metrics_url = "http://127.0.0.1:8080", "http://127.0.0.1:9464/metrics"
    for kpi, value in (("calls", 1_234), ("response_time_p50", 754.2), ("won_revenue", 1_234_567.0)):
        model.take_kpi(*kpi_record(kpi, value))
    model.take_kpi(*kpi_record("open_inquiries", 17, "now"))
    for team in ("north", "south", "east"):
        model.take_kpi(*kpi_record("calls", 300, team=team))
        model.take_kpi(*kpi_record("response_time_p90", 4_000, team=team))
    for number in range(12):
        model.take_kpi(*kpi_record("won_revenue", 9_000 - number, rep=f"rep-{number:02}"))
        model.take_kpi(*kpi_record("calls", 30 + number, rep=f"rep-{number:02}"))
    for source, target, count in ((None, "qualification", 90), ("qualification", "discovery", 70)):
        model.take_kpi(*kpi_record("stage_transitions", count, from_stage=source, to_stage=target))
    model.take_kpi(*kpi_record("stage_conversion", 0.5, from_stage="qualification", to_stage="discovery"))
    model.take_kpi(*kpi_record("time_in_stage_mean", 7_200, stage="qualification"))
    model.take_alert("a", alert_record("firing"))
    model.take_alert("b", alert_record("resolved", summary="back to normal"))
    model.engine = Engine(
        ready=True, events_per_s=1_240.4, kpi_records_per_s=310, lag_records=7, dead_letters=3
    )
    return model


def frame(model: Model, width: int, height: int) -> list[str]:
    """Return the lines of a frame as a terminal of that size shows them."""
    console = Console(width=width, height=height, file=io.StringIO(), force_terminal=False, color_system=None)
    console.print(render(model, width, height), height=height)
    text = console.file.getvalue()  # type: ignore[attr-defined]
    return text.rstrip("\n").split("\n")


@pytest.mark.parametrize(("width", "height"), [(80, 24), (100, 30), (120, 36), (220, 60)])
def test_a_frame_fills_the_terminal_exactly(width: int, height: int) -> None:
    """No line is wider and no frame higher than the terminal, from 80 × 24 up."""
    lines = frame(a_busy_model(), width, height)

    assert len(lines) == height
    assert {len(line) for line in lines} == {width}


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
def test_a_frame_has_every_part(size: tuple[int, int]) -> None:
    """Headline, teams, leaderboard, pipeline, alerts, engine and address are there in any size."""
    text = "\n".join(frame(a_busy_model(), *size))

    for part in (
        "Calls 1,234", "12m 34s", "1.23M", "Open now 17", "north", "1h 06m", "rep-00", "new → qualification",
        "50.0 %", "1 firing", "firing", "resolved", "1h 30m", "1,240 events/s", "310 KPIs/s", "lag 7",
        "http://127.0.0.1:8080", "Ctrl-C",
    ):  # fmt: skip
        assert part in text, part


def test_a_wide_frame_says_more() -> None:
    """Columns that don't fit into 80 characters appear when there is room."""
    narrow = "\n".join(frame(a_busy_model(), 80, 24))
    wide = "\n".join(frame(a_busy_model(), 160, 45))

    for part in ("Win rate", "Stay", "2h 00m", "3 dead letters"):
        assert part in wide, part
    assert "dead letters" not in narrow


def test_rows_that_do_not_fit_are_counted() -> None:
    """A reader of a small frame sees that there are more reps than shown."""
    text = "\n".join(frame(a_busy_model(), 80, 24))

    assert "more ─" in text


def test_a_narrow_frame_says_how_to_get_out() -> None:
    """Addresses are cut before that, and stand there whole where there is room."""
    model = a_busy_model()
    narrow, wide = (frame(model, *size)[-1] for size in ((80, 24), (120, 36)))

    assert narrow.startswith(" Ctrl-C stops and cleans up · wallboards: http://127.0.0.1:8080 · ")
    assert narrow.rstrip().endswith("…")
    assert model.metrics_url in wide


def test_an_empty_model_gives_a_frame() -> None:
    """Before the first record there is a frame with dashes that says the engine is starting."""
    text = "\n".join(frame(Model(metrics_url="http://x"), 80, 24))

    assert "starting" in text
    assert "Calls –" in text
    assert "none yet" in text


def test_a_change_is_marked_for_a_moment() -> None:
    """A value that just rose has an arrow, and loses it two seconds later."""
    model = Model(now_us=10_000_000)
    model.take_kpi(*kpi_record("calls", 1))
    model.take_kpi(*kpi_record("calls", 2))
    assert "Calls 2▲" in "\n".join(frame(model, 80, 24))

    model.now_us += 2_000_000

    assert "Calls 2▲" not in "\n".join(frame(model, 80, 24))


def test_the_leaderboard_says_when_it_is_from_redis() -> None:
    """Scores that Redis gave are shown even for a rep whose own record has not come yet."""
    model = Model()
    model.standings = [Standing("zoe", 12_500.0, 1)]

    text = "\n".join(frame(model, 120, 36))

    assert "Leaderboard (Redis)" in text
    assert "12.5k" in text


def test_stages_stand_in_the_order_a_deal_takes_them() -> None:
    """From creation along the busiest way; changes back and aside come after."""

    def pair(source: str, target: str, count: int) -> tuple[str, str, Cell]:
        return source, target, Cell(count, count, "count", 0, 0)

    ordered = pipeline_order([
        pair("b", "a", 3), pair("b", "c", 20), pair("", "a", 90), pair("", "b", 5), pair("a", "b", 60),
    ])  # fmt: skip

    assert [(source, target) for source, target, _ in ordered] == [
        ("", "a"), ("a", "b"), ("b", "c"), ("", "b"), ("b", "a"),
    ]  # fmt: skip
