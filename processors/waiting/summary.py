"""An absence alert's step as a plain sentence."""

from zoneinfo import ZoneInfo

from processors.alerts.local_moment import local_moment
from processors.alerts.measured import duration
from processors.waiting.absence import Absence
from processors.waiting.steps import Phase, Standing
from schemas.alert import Reason
from schemas.waiting import Kind, Waiting

TITLES: dict[Kind, str] = {
    "inquiry": "An inquiry is unanswered",
    "quote": "A quote was asked for and not sent",
    "lead": "Nobody got in touch with a lead",
    "deal": "A deal does not move",
}
"""Where the rule has none of its own."""

_DONE: dict[Kind, str] = {
    "inquiry": "was answered",
    "quote": "was sent",
    "lead": "was taken care of",
    "deal": "was moved or decided",
}


def summary(rule: Absence, row: Waiting, state: Standing) -> str:
    """Return what happened: `An inquiry is unanswered: inquiry c7 of acme (ann, team north) has waited …`."""
    title = rule.rule.title or TITLES[row.kind]
    return f"{title}: {whose(row, state)} {_happened(rule, row, state)}."


def removed_summary(row: Waiting, state: Standing, zone: ZoneInfo) -> str:
    """Return what is to be said of an alert whose rule is no longer there."""
    return f"The rule was removed. It was about {whose(row, state)}, waiting since {_since(state, zone)}."


def whose(row: Waiting, state: Standing) -> str:
    """Return which entity it is, whose, and who has it."""
    account = "" if row.account == row.id else f" of {row.account}"
    stage = f" in stage {row.dims['stage']}" if row.kind == "deal" and "stage" in row.dims else ""
    who = f"team {state.team}" if state.rep is None else f"{state.rep}, team {state.team}"
    return f"{row.kind} {row.id}{account}{stage} ({who})"


def _since(state: Standing, zone: ZoneInfo) -> str:
    return local_moment(state.since_us, state.updated_us, zone)


def _happened(rule: Absence, row: Waiting, state: Standing) -> str:
    worked = " of working time" if rule.rule.business else ""

    def waited(until_us: int) -> str:
        return f"{duration(rule.waited_us(state.since_us, until_us) / 1_000_000)}{worked}"

    until_us = state.until_us
    waits = f"has waited {waited(state.updated_us)} since {_since(state, rule.zone)}"
    match state.reason:
        case Reason.OWNER_CHANGED:
            return f"has changed hands and {waits}"
        case Reason.RULE_CHANGED if state.phase is Phase.FIRING:
            return f"{waits}; the rule was changed"
        case Reason.RULE_CHANGED:
            return "is closed: the rule was changed"
        case Reason.DEESCALATED:
            return f"{waits}, less than it seemed"
        case Reason.ANSWERED:
            return "waits no more" if until_us is None else f"{_DONE[row.kind]} after {waited(until_us)}"
        case Reason.ANSWERED_IN_TIME:
            after = "" if until_us is None else f", after {waited(until_us)}"
            return f"{_DONE[row.kind]} in time{after}: the event came late, and the alert is taken back"
        case Reason.OUT_OF_SCOPE:
            return "still waits, but is not what the rule is about any more"
    level = rule.level(state.severity)
    limit = "" if level is None else f"; the limit is {duration(level.limit_us / 1_000_000)}{worked}"
    return f"{waits}{limit}"
