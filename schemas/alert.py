"""Alert records: what is published on `crm.alerts`, and the words it uses for states and reasons."""

from collections.abc import Iterable
from enum import StrEnum
from hashlib import sha256
from typing import Self

import msgspec

Number = int | float


class AlertState(StrEnum):
    """What an alert is."""

    PENDING = "pending"
    FIRING = "firing"
    NO_DATA = "no_data"
    RESOLVED = "resolved"


STATES: dict[AlertState, str] = {
    AlertState.PENDING: "The value is beyond the limit, but not yet for as long as the rule's `for`.",
    AlertState.FIRING: "The value was beyond the limit for long enough and has not recovered since, or not for "
    "as long as the rule's `keep_firing`.",
    AlertState.NO_DATA: "It was firing and is still open, but now there is no value to judge by.",
    AlertState.RESOLVED: "It was firing and is over. The record is kept for 7 days.",
}


_BEGINS = (AlertState.PENDING, AlertState.FIRING)
_FIRES = (AlertState.FIRING,)
_ENDS = (AlertState.RESOLVED,)
_WITHDRAWN = (None,)
_ENDS_OR_WITHDRAWN = (AlertState.RESOLVED, None)


class Reason(StrEnum):
    """Why an alert took a step; the same word in record, log and metric."""

    states: tuple[AlertState | None, ...]
    """The states that an alert takes for it; None: its record is withdrawn, by a tombstone with the headers `reason`
    and `revision`."""
    meaning: str

    def __new__(cls, word: str, states: tuple[AlertState | None, ...], meaning: str) -> Self:
        """Make a word that knows what it means."""
        reason = str.__new__(cls, word)
        reason._value_, reason.states, reason.meaning = word, states, meaning
        return reason

    ABOVE_THRESHOLD = "above_threshold", _BEGINS, "The value is above the limit."
    BELOW_THRESHOLD = "below_threshold", _BEGINS, "The value is below the limit."
    OFF_TARGET = "off_target", _BEGINS, "The value is too far from its target."
    OFF_PACE = (
        "off_pace",
        _BEGINS,
        ("The value is too far from what should be reached by now, the target's share of the working time."),
    )
    OFF_PREVIOUS = "off_previous", _BEGINS, "The value is too far from that of the period before."
    OFF_BASELINE = (
        "off_baseline",
        _BEGINS,
        ("The value is too far from what is usual at this time of this day of the week."),
    )
    OFF_TEAM = "off_team", _BEGINS, "The value is too far from the team's."
    LOW_RANK = "low_rank", _BEGINS, "The rep's place in the team is too low."
    MILESTONE_REACHED = (
        "milestone_reached",
        _BEGINS,
        ("Good news: the value is where it was to come. It stays so until the period ends."),
    )
    NO_NEW_DATA = "no_new_data", _BEGINS, "Nothing came for as long as the rule's `no_data`."
    ESCALATED = (
        "escalated",
        _FIRES,
        (
            "The value is beyond the limit of a more severe level, and was for the rule's `for`; or the wait "
            "reached the next limit. The record has that severity now."
        ),
    )
    DEESCALATED = (
        "deescalated",
        _BEGINS,
        (
            "The value has recovered from the more severe level, but not from the milder one; or a late event "
            "shows a shorter wait."
        ),
    )
    KEEP_FIRING = (
        "keep_firing",
        _FIRES,
        ("The value has recovered; the alert ends when that has lasted for the rule's `keep_firing`."),
    )
    NOT_RECOVERED = (
        "not_recovered",
        _FIRES,
        ("There is a usable value again: no longer beyond the limit, but not at the recovery value either."),
    )
    SAMPLE_TOO_SMALL = (
        "sample_too_small",
        (AlertState.FIRING, None),
        ("The sample is smaller than `min_n`: a firing alert is held as it is, a pending one withdrawn."),
    )
    NO_VALUE = (
        "no_value",
        (AlertState.NO_DATA, None),
        ("The KPI has no value (a mean of nothing): a firing alert becomes no_data, a pending one ends."),
    )
    NO_COMPARISON = (
        "no_comparison",
        (AlertState.NO_DATA, None),
        (
            "What the value is compared with is not there any more: no target, no baseline, too few who are "
            "ranked."
        ),
    )
    BREACH_ENDED = (
        "breach_ended",
        _WITHDRAWN,
        ("The value came back before it had been beyond the limit for the rule's `for`."),
    )
    RECOVERED = "recovered", _ENDS, "The value is at the recovery value or on its good side."
    RETRACTED = "retracted", _ENDS, "History was corrected, and the milestone has not been reached after all."
    KPI_GONE = (
        "kpi_gone",
        _ENDS_OR_WITHDRAWN,
        ("The KPI is no longer reported for these dimensions (nothing happened there for long)."),
    )
    PERIOD_OVER = (
        "period_over",
        _ENDS_OR_WITHDRAWN,
        ("The day, week, month, quarter or year is over; the next one is judged for itself."),
    )
    OVERDUE = "overdue", _FIRES, "It has waited for as long as the rule allows (rules about what waits)."
    OWNER_CHANGED = "owner_changed", _FIRES, "Another rep or team has what waits; the record names who."
    ANSWERED = (
        "answered",
        _ENDS,
        (
            "It waits no more: the inquiry was answered, the quote sent, the lead touched, the deal moved or "
            "decided."
        ),
    )
    ANSWERED_IN_TIME = (
        "answered_in_time",
        _ENDS,
        ("An event that came late says that this was done within the limit: the alert is taken back."),
    )
    OUT_OF_SCOPE = "out_of_scope", _ENDS, "It still waits, but is no longer what the rule's `where` is about."
    RULE_CHANGED = (
        "rule_changed",
        (AlertState.FIRING, AlertState.RESOLVED, None),
        (
            "The rule was changed, or the hours in which it counts working time; the last value was judged "
            "again by that."
        ),
    )
    RULE_REMOVED = (
        "rule_removed",
        _ENDS_OR_WITHDRAWN,
        ("The rule is no longer in the file, or watches another KPI, window or dimension."),
    )
    EXPIRED = "expired", _WITHDRAWN, "It was resolved 7 days ago."


CLOSED = frozenset((Reason.KPI_GONE, Reason.PERIOD_OVER, Reason.RULE_CHANGED, Reason.RULE_REMOVED))
"""Why an alert ended that did not recover."""


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """The value of a record on `crm.alerts`; times are RFC 3339, UTC."""

    id: str
    """The record's key. The same for ever for one rule and one KPI key (or one thing that waits)."""
    rule: str
    """The rule's name."""
    severity: str
    """`critical`, `warning` or `info`: the level that the alert has now."""
    state: AlertState
    """What it is: pending, firing, no_data or resolved."""
    reason: Reason
    """Why it took this step."""
    kpi: str
    """The KPI that is watched."""
    window: str
    """Its window."""
    period: str | None
    """Its period; `null` where the window has none."""
    dims: dict[str, str | None]
    """For whom or what: `{}` is the company, `{"team": "north"}`."""
    value: Number | None
    """The value that decided; `null` where there is none."""
    threshold: Number
    """The limit that decided, in the KPI's unit."""
    target: Number | None
    """The KPI's target, where there is one."""
    n: int
    """The sample's size."""
    unit: str
    """What value and threshold are in."""
    starts_at: str
    """When the value went beyond the limit; with the id it names one episode."""
    updated_at: str
    """When this step was taken."""
    ends_at: str | None
    """When it was over; `null` as long as it is not."""
    summary: str
    """What is wrong, in a sentence for people."""
    revision: int
    """Rises with each step of an alert: a record with a lower one is out of date."""
    labels: dict[str, str] = {}
    """The rule's own words, by which routes choose and silences match."""
    owner: str = ""
    """Who looks after it."""
    limit: str = ""
    """The threshold in words."""
    renotify_s: float | None = None
    """Of the rule: say so again each time that it has gone on for so long."""
    escalate_after_s: float | None = None
    """Of the rule: tell more people when nobody took care for so long."""
    cool_down_s: float | None = None
    """Of the rule: after it was told, say nothing of a new episode for so long."""
    account: str | None = None
    """Of a rule about single inquiries, quotes, leads or deals: whose it is."""
    entity: str | None = None
    """Of such a rule: the id of what waits."""
    fired_at: str | None = None
    """When it fired: before, nobody could know. `null` while it is pending."""


def only_closed(alerts: Iterable[Alert]) -> bool:
    """Say whether of alerts that are over for who hears it none is well again: closed, or open and told elsewhere."""
    return all(alert.state is not AlertState.RESOLVED or alert.reason in CLOSED for alert in alerts)


def alert_id(rule: str, kpi_key: str) -> str:
    """Return the id of the alert of a rule about one KPI key: stable, 16 hexadecimal digits."""
    return sha256(f"{rule}|{kpi_key}".encode()).hexdigest()[:16]
