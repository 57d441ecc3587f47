"""What an absence alert's steps say."""

from zoneinfo import ZoneInfo

import pytest

from processors.waiting.absence import Absence
from processors.waiting.steps import Phase, Standing
from processors.waiting.summary import removed_summary, summary
from processors.working_time.business_time import BusinessTime
from schemas.alert import Reason
from schemas.waiting import Kind, Waiting
from tests.oracle.moments import HOUR_US, instant
from tests.processors.overdue_floor import rules_of

SINCE = instant("2026-11-23T09:00:00Z")
WAITS = "has waited 3 h since 10:00"


def said(kind: Kind, reason: Reason, *, phase: Phase = Phase.FIRING, until_h: int | None = None) -> str:
    """Return what is said of an entity of acme that Ann has, three hours after it began to wait."""
    rule = rules_of(r=f"kind: {kind}, limits: {{warning: 2h}}")["r"]
    id_ = "acme" if kind == "lead" else "x1"
    row = Waiting(
        kind, "acme", id_, ((SINCE, None),), "ann", "north", {"stage": "new"} if kind == "deal" else {}
    )
    standing = Standing(
        "", phase, reason, "warning", SINCE, SINCE, SINCE, None if until_h is None else SINCE + until_h * HOUR_US,
        "ann", "north", SINCE + 3 * HOUR_US,
    )  # fmt: skip
    return summary(Absence("r", rule, BusinessTime("Europe/Berlin", {})), row, standing)


CASES = [
    (said("inquiry", Reason.OVERDUE),
     f"An inquiry is unanswered: inquiry x1 of acme (ann, team north) {WAITS}; the limit is 2 h."),
    (said("quote", Reason.ESCALATED),
     f"A quote was asked for and not sent: quote x1 of acme (ann, team north) {WAITS}; the limit is 2 h."),
    (said("lead", Reason.DEESCALATED),
     f"Nobody got in touch with a lead: lead acme (ann, team north) {WAITS}, less than it seemed."),
    (said("deal", Reason.OWNER_CHANGED),
     f"A deal does not move: deal x1 of acme in stage new (ann, team north) has changed hands and {WAITS}."),
    (said("deal", Reason.ANSWERED, phase=Phase.RESOLVED, until_h=4),
     "A deal does not move: deal x1 of acme in stage new (ann, team north) was moved or decided after 4 h."),
    (said("lead", Reason.ANSWERED, phase=Phase.RESOLVED),
     "Nobody got in touch with a lead: lead acme (ann, team north) waits no more."),
    (said("quote", Reason.ANSWERED_IN_TIME, phase=Phase.RESOLVED, until_h=1),
     "A quote was asked for and not sent: quote x1 of acme (ann, team north) was sent in time, after 1 h: the event "
     "came late, and the alert is taken back."),
    (said("quote", Reason.OUT_OF_SCOPE, phase=Phase.RESOLVED),
     "A quote was asked for and not sent: quote x1 of acme (ann, team north) still waits, but is not what the rule is "
     "about any more."),
    (said("inquiry", Reason.RULE_CHANGED),
     f"An inquiry is unanswered: inquiry x1 of acme (ann, team north) {WAITS}; the rule was changed."),
    (said("inquiry", Reason.RULE_CHANGED, phase=Phase.RESOLVED),
     "An inquiry is unanswered: inquiry x1 of acme (ann, team north) is closed: the rule was changed."),
]  # fmt: skip


@pytest.mark.parametrize(("found", "wanted"), CASES)
def test_sentences(found: str, wanted: str) -> None:
    """Each step says what waits, whose it is, and what happened."""
    assert wanted == found


def test_a_rule_that_is_gone() -> None:
    """Without a rule there is no title and no limit; without a rep, its team."""
    row = Waiting("quote", "acme", "x1", ((SINCE, None),), None, "north", {})
    standing = Standing("", since_us=SINCE, team="north", updated_us=SINCE + 20 * HOUR_US)

    assert (
        "The rule was removed. It was about quote x1 of acme (team north), waiting since Mon 10:00."
        == removed_summary(row, standing, ZoneInfo("Europe/Berlin"))
    )
