"""Days and spans of work, as they are written."""

import pytest

from schemas.catalogs.working_hours import STANDARD_DAYS, read_span, working_week


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("09:00-18:00", (540, 1080)),
        ("00:00-24:00", (0, 1440)),
        ("22:00-06:00", (1320, 1800)),
        ("08:30 – 12:15", (510, 735)),
        ("09:00-09:00", (540, 1980)),
    ],
)
def test_spans(text: str, span: tuple[int, int]) -> None:
    """A span ends on its day or, where its end is not after its beginning, on the next."""
    assert span == read_span(text)


@pytest.mark.parametrize(
    "text", ["", "9-18", "9:00-18:00", "09:00-24:01", "25:00-26:00", "09:60-10:00", "09:00"]
)
def test_what_is_no_span(text: str) -> None:
    """What is none is quoted."""
    with pytest.raises(ValueError, match="is no span of time such as '09:00-18:00'"):
        read_span(text)


def test_the_standard_week() -> None:
    """Where nothing is said, work is from nine to six, Monday to Friday."""
    assert dict.fromkeys(range(5), ((540, 1080),)) == working_week()


def test_hours_by_day() -> None:
    """Each day has its spans, in order; a day without hours is off."""
    week = working_week(
        (*STANDARD_DAYS, "saturday"), {"monday": ["13:00-17:00", "08:00-12:00"], "saturday": []}
    )

    assert {0: ((480, 720), (780, 1020))} == week


@pytest.mark.parametrize(
    ("days", "hours", "sentence"),
    [
        (["Monday"], ["09:00-18:00"], "'Monday' is no day of the week; expected one of monday, "),
        (["monday"], {"mon": ["09:00-18:00"]}, "'mon' is no day of the week"),
        (["monday"], {"friday": ["09:00-18:00"]}, "hours are given for friday, which is no working day"),
        (["monday"], ["09:00-12:00", "11:59-13:00"], "working hours of monday and monday overlap"),
        (
            ["monday", "tuesday"],
            ["20:00-20:30", "22:00-21:00"],
            "working hours of monday and tuesday overlap",
        ),
        (
            ["sunday", "monday"],
            {"sunday": ["22:00-06:00"], "monday": ["05:00-09:00"]},
            "sunday and monday overlap",
        ),
        (["friday"], ["17:00-9:00"], "'17:00-9:00' is no span"),
    ],
)
def test_faults(days: list[str], hours: object, sentence: str) -> None:
    """What can't be is said in a sentence; the night from Sunday to Monday is looked at too."""
    with pytest.raises(ValueError, match=sentence):
        working_week(days, hours)  # type: ignore[arg-type]


def test_spans_may_touch() -> None:
    """Work round the clock is no overlap."""
    days = ("monday", "tuesday")

    assert {0: ((0, 1440),), 1: ((0, 1440),)} == working_week(days, ["00:00-24:00"])
