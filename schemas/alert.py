"""Alert records: what is published on `crm.alerts`, and the words it uses for states and reasons."""

from collections.abc import Iterable
from enum import StrEnum
from hashlib import sha256

import msgspec

Number = int | float


class AlertState(StrEnum):
    """What an alert is."""

    PENDING = "pending"
    FIRING = "firing"
    NO_DATA = "no_data"
    RESOLVED = "resolved"


class Reason(StrEnum):
    """Why an alert took a step; the same word in record, log and metric."""

    ABOVE_THRESHOLD = "above_threshold"
    BELOW_THRESHOLD = "below_threshold"
    OFF_TARGET = "off_target"
    OFF_PACE = "off_pace"
    OFF_PREVIOUS = "off_previous"
    OFF_BASELINE = "off_baseline"
    OFF_TEAM = "off_team"
    LOW_RANK = "low_rank"
    MILESTONE_REACHED = "milestone_reached"
    NO_NEW_DATA = "no_new_data"
    ESCALATED = "escalated"
    DEESCALATED = "deescalated"
    KEEP_FIRING = "keep_firing"
    NOT_RECOVERED = "not_recovered"
    SAMPLE_TOO_SMALL = "sample_too_small"
    NO_VALUE = "no_value"
    NO_COMPARISON = "no_comparison"
    BREACH_ENDED = "breach_ended"
    RECOVERED = "recovered"
    RETRACTED = "retracted"
    KPI_GONE = "kpi_gone"
    PERIOD_OVER = "period_over"
    OVERDUE = "overdue"
    OWNER_CHANGED = "owner_changed"
    ANSWERED = "answered"
    ANSWERED_IN_TIME = "answered_in_time"
    OUT_OF_SCOPE = "out_of_scope"
    RULE_CHANGED = "rule_changed"
    RULE_REMOVED = "rule_removed"
    EXPIRED = "expired"


STATES: dict[AlertState, str] = {
    AlertState.PENDING: "The value is beyond the limit, but not yet for as long as the rule's `for`.",
    AlertState.FIRING: "The value was beyond the limit for long enough and has not recovered since, or not for "
    "as long as the rule's `keep_firing`.",
    AlertState.NO_DATA: "It was firing and is still open, but now there is no value to judge by.",
    AlertState.RESOLVED: "It was firing and is over. The record is kept for 7 days.",
}

REASONS: dict[Reason, tuple[tuple[AlertState | None, ...], str]] = {
    Reason.ABOVE_THRESHOLD: (
        (AlertState.PENDING, AlertState.FIRING),
        "The value is above the limit.",
    ),
    Reason.BELOW_THRESHOLD: (
        (AlertState.PENDING, AlertState.FIRING),
        "The value is below the limit.",
    ),
    Reason.OFF_TARGET: (
        (AlertState.PENDING, AlertState.FIRING),
        "The value is too far from its target.",
    ),
    Reason.OFF_PACE: (
        (AlertState.PENDING, AlertState.FIRING),
        "The value is too far from what should be reached by now, the target's share of the working time.",
    ),
    Reason.OFF_PREVIOUS: (
        (AlertState.PENDING, AlertState.FIRING),
        "The value is too far from that of the period before.",
    ),
    Reason.OFF_BASELINE: (
        (AlertState.PENDING, AlertState.FIRING),
        "The value is too far from what is usual at this time of this day of the week.",
    ),
    Reason.OFF_TEAM: (
        (AlertState.PENDING, AlertState.FIRING),
        "The value is too far from the team's.",
    ),
    Reason.LOW_RANK: (
        (AlertState.PENDING, AlertState.FIRING),
        "The rep's place in the team is too low.",
    ),
    Reason.MILESTONE_REACHED: (
        (AlertState.PENDING, AlertState.FIRING),
        "Good news: the value is where it was to come. It stays so until the period ends.",
    ),
    Reason.NO_NEW_DATA: (
        (AlertState.PENDING, AlertState.FIRING),
        "Nothing came for as long as the rule's `no_data`.",
    ),
    Reason.ESCALATED: (
        (AlertState.FIRING,),
        "The value is beyond the limit of a more severe level, and was for the rule's `for`; or the wait reached the "
        "next limit. The record has that severity now.",
    ),
    Reason.DEESCALATED: (
        (AlertState.PENDING, AlertState.FIRING),
        "The value has recovered from the more severe level, but not from the milder one; or a late event shows a "
        "shorter wait.",
    ),
    Reason.KEEP_FIRING: (
        (AlertState.FIRING,),
        "The value has recovered; the alert ends when that has lasted for the rule's `keep_firing`.",
    ),
    Reason.NOT_RECOVERED: (
        (AlertState.FIRING,),
        "There is a usable value again: no longer beyond the limit, but not at the recovery value either.",
    ),
    Reason.SAMPLE_TOO_SMALL: (
        (AlertState.FIRING, None),
        "The sample is smaller than `min_n`: a firing alert is held as it is, a pending one withdrawn.",
    ),
    Reason.NO_VALUE: (
        (AlertState.NO_DATA, None),
        "The KPI has no value (a mean of nothing): a firing alert becomes no_data, a pending one ends.",
    ),
    Reason.NO_COMPARISON: (
        (AlertState.NO_DATA, None),
        "What the value is compared with is not there any more: no target, no baseline, too few who are ranked.",
    ),
    Reason.BREACH_ENDED: (
        (None,),
        "The value came back before it had been beyond the limit for the rule's `for`.",
    ),
    Reason.RECOVERED: (
        (AlertState.RESOLVED,),
        "The value is at the recovery value or on its good side.",
    ),
    Reason.RETRACTED: (
        (AlertState.RESOLVED,),
        "History was corrected, and the milestone has not been reached after all.",
    ),
    Reason.KPI_GONE: (
        (AlertState.RESOLVED, None),
        "The KPI is no longer reported for these dimensions (nothing happened there for long).",
    ),
    Reason.PERIOD_OVER: (
        (AlertState.RESOLVED, None),
        "The day, week, month, quarter or year is over; the next one is judged for itself.",
    ),
    Reason.OVERDUE: (
        (AlertState.FIRING,),
        "It has waited for as long as the rule allows (rules about what waits).",
    ),
    Reason.OWNER_CHANGED: (
        (AlertState.FIRING,),
        "Another rep or team has what waits; the record names who.",
    ),
    Reason.ANSWERED: (
        (AlertState.RESOLVED,),
        "It waits no more: the inquiry was answered, the quote sent, the lead touched, the deal moved or decided.",
    ),
    Reason.ANSWERED_IN_TIME: (
        (AlertState.RESOLVED,),
        "An event that came late says that this was done within the limit: the alert is taken back.",
    ),
    Reason.OUT_OF_SCOPE: (
        (AlertState.RESOLVED,),
        "It still waits, but is no longer what the rule's `where` is about.",
    ),
    Reason.RULE_CHANGED: (
        (AlertState.FIRING, AlertState.RESOLVED, None),
        "The rule was changed, or the hours in which it counts working time; the last value was judged again by that.",
    ),
    Reason.RULE_REMOVED: (
        (AlertState.RESOLVED, None),
        "The rule is no longer in the file, or watches another KPI, window or dimension.",
    ),
    Reason.EXPIRED: (
        (None,),
        "It was resolved 7 days ago.",
    ),
}
"""Of each reason, the states that an alert takes for it (None: its record is withdrawn, by a tombstone
with the headers `reason` and `revision`), and what it means."""


CLOSED = frozenset((Reason.KPI_GONE, Reason.PERIOD_OVER, Reason.RULE_CHANGED, Reason.RULE_REMOVED))
"""Why an alert ended that did not recover."""


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """The value of a record on `crm.alerts`; times are RFC 3339, UTC."""

    id: str
    rule: str
    severity: str
    state: AlertState
    reason: Reason
    kpi: str
    window: str
    period: str | None
    dims: dict[str, str | None]
    value: Number | None
    threshold: Number
    target: Number | None
    n: int
    unit: str
    starts_at: str
    """When the value went beyond the limit; with the id it names one episode."""
    updated_at: str
    """When this step was taken."""
    ends_at: str | None
    summary: str
    revision: int
    """Milliseconds of the step, kept increasing: a record with a lower one is out of date."""
    labels: dict[str, str] = {}
    """The rule's, for routes and silences."""
    owner: str = ""
    """Who looks after it: the rule's owner, else the KPI's."""
    limit: str = ""
    """The threshold in words, such as `below 80 % of the target`."""
    renotify_s: float | None = None
    """The rule's: say so again each time that it has gone on for so long…"""
    escalate_after_s: float | None = None
    """…tell more people when nobody took care for so long…"""
    cool_down_s: float | None = None
    """…and after it was told, say nothing of a new episode for so long."""
    account: str | None = None
    """Of a rule about single inquiries, quotes, leads or deals: whose it is…"""
    entity: str | None = None
    """…and its id."""
    fired_at: str | None = None
    """When it fired: before, nobody could know. None while it is pending."""


def only_closed(alerts: Iterable[Alert]) -> bool:
    """Say whether of alerts that are over for who hears it none is well again: closed, or open and told elsewhere."""
    return all(alert.state is not AlertState.RESOLVED or alert.reason in CLOSED for alert in alerts)


def alert_id(rule: str, kpi_key: str) -> str:
    """Return the id of the alert of a rule about one KPI key: stable, 16 hexadecimal digits."""
    return sha256(f"{rule}|{kpi_key}".encode()).hexdigest()[:16]
