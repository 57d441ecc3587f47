"""The page about what waits is true: its rules, its fields, its morning."""

import re
from pathlib import Path

from schemas.rules.absence import AbsenceRule, load_absences
from schemas.waiting import FILTERS, KINDS
from tests.processors.overdue_floor import MINUTE_US, START_US, Floor, states

TEXT = Path("docs/absence.md").read_text("utf-8")


def rows_after(mark: str) -> list[list[str]]:
    """Return the rows of the first table after a mark."""
    rows = []
    for line in TEXT.partition(mark)[2].splitlines():
        if line.startswith("|"):
            rows.append([cell.strip() for cell in line.strip("|").split("|")])
        elif rows:
            break
    return rows[2:]


def rules() -> dict[str, AbsenceRule]:
    """Return the page's rules."""
    found = re.search(r"<!-- example: absences -->\n```yaml\n(.*?)```", TEXT, re.DOTALL)
    assert found is not None
    return load_absences(found[1], "absence.md")


def test_the_rules() -> None:
    """They load, and the first is the standard one."""
    assert rules()["inquiry-unanswered"] == load_absences()["inquiry-unanswered"]
    assert 4 == len(rules())


def test_every_field_is_explained() -> None:
    """The table has exactly the fields of a rule, and names what each kind is chosen by."""
    table = rows_after("limits: {warning: 9h, critical: 27h}")
    named = {name for row in table[1:] for name in re.findall(r"`(\w+)`", row[0])}
    where = next(row[1] for row in table if row[0] == "`where`")

    fields = {field.alias or name for name, field in AbsenceRule.model_fields.items()}
    assert fields == named
    assert {name for names in FILTERS.values() for name in names} == set(re.findall(r"`(\w+)`", where))


def test_every_kind_is_explained() -> None:
    """The second table has a row for each kind."""
    assert set(KINDS) <= {
        row[0].strip("`") for row in rows_after("Go into the alert's record, for routes and silences |")
    }


def test_the_morning() -> None:
    """Row by row: the event is heard, or the clock comes to it, and the step on the page is what is told."""
    place = Floor({"inquiry-unanswered": rules()["inquiry-unanswered"]}, durable=False)
    for heard, what, *step in rows_after("<!-- example: absence timeline -->"):
        found = place.clock(minute_of(heard))
        if what != "the clock":
            kind, at = what.split(" at ")
            found += place.event(f"inquiry.{kind}", minute_of(at), conversation="c1", rep="ann", team="north")
        wanted = [(step[0], step[1], step[2])] if step[0] else []
        assert wanted == states(found), heard


def minute_of(clock: str) -> int:
    """Return the minutes since nine o'clock, when the test begins."""
    hour, minute = clock.split(":")
    assert START_US % (24 * 60 * MINUTE_US) == 9 * 60 * MINUTE_US
    return (int(hour) - 9) * 60 + int(minute)
