"""The history of alerts: records of `crm.alerts.history`, put together to episodes from firing to their end.

An episode is one alert's way from going beyond the limit to its end; `id` and `starts_at` name it. Those that never
fired are left out: nobody was told of them.
"""

from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from processors.reading.event_time import decode_time
from schemas.alert import CLOSED, AlertState, Number, Reason
from schemas.duration import HOUR_US
from schemas.severity import rank
from schemas.silence import Silence

FLAP_US: Final = HOUR_US
"""An alert that begins again so soon after its end, and fires, flaps. (From its end to the firing would be the wrong
measure: a longer `for` would make that longer, and hide what it was to calm.)"""

NOT_RESOLVED: Final = CLOSED | {Reason.ANSWERED_IN_TIME}
"""Ends that nobody brought about: they don't count for the time to resolve."""


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A record of the history, as far as it is looked at; words that came later are read too."""

    id: str
    rule: str
    severity: str
    state: str
    reason: str
    kpi: str
    window: str
    period: str | None = None
    dims: dict[str, str | None]
    value: Number | None = None
    starts_at: str
    updated_at: str
    ends_at: str | None = None
    summary: str = ""
    revision: int
    labels: dict[str, str] = {}
    owner: str = ""
    account: str | None = None
    entity: str | None = None
    fired_at: str | None = None


class Episode(msgspec.Struct, frozen=True, kw_only=True):
    """One time that an alert fired."""

    id: str
    rule: str
    severity: str
    """The worst it had."""
    kpi: str
    window: str
    dims: dict[str, str | None]
    owner: str
    account: str | None
    entity: str | None
    state: str
    """What it is now, or was last."""
    starts_at: str
    fired_at: str
    acknowledged_at: str | None
    acknowledged_by: str | None
    ends_at: str | None
    ended_by: str | None
    """The reason of its end."""
    reopened: bool
    """Whether it began within an hour of the end of the one before."""
    to_acknowledge_s: float | None
    """From firing; 0 where somebody took care while it was pending."""
    to_resolve_s: float | None
    """From firing to its end, where that was a recovery; 0 where it was over before anybody was told."""
    lasted_s: float | None
    """Likewise, whatever brought its end about."""
    steps: int
    """Records told, the pending ones too."""
    summary: str
    """Of the last record."""
    labels: dict[str, str]

    @property
    def team(self) -> str | None:
        """Whose it is: the dimension, else the label of that name."""
        return self.dims.get("team", self.labels.get("team"))


read_told = msgspec.json.Decoder(Told).decode


def episodes(told: Iterable[Told], said: Iterable[Silence] = (), flap_us: int = FLAP_US) -> list[Episode]:
    """Return the episodes that fired, in the order in which they did. Records may come twice and in any order."""
    acknowledged = {(one.alert, one.episode): one for one in said if one.kind == "acknowledgement"}
    by_alert: dict[str, dict[int, Told]] = {}
    for one in told:
        # A step that was published again after a crash has the same revision and content.
        by_alert.setdefault(one.id, {})[one.revision] = one
    found: list[Episode] = []
    for records in by_alert.values():
        of_episode: dict[str, list[Told]] = {}
        for _, one in sorted(records.items()):
            of_episode.setdefault(one.starts_at, []).append(one)
        before_us: int | None = None
        for steps in of_episode.values():
            episode = _episode(steps, acknowledged, before_us, flap_us)
            if episode is not None:
                found.append(episode)
                before_us = None if episode.ends_at is None else decode_time(episode.ends_at)
    return sorted(found, key=lambda one: (decode_time(one.fired_at), one.id))


def after_firing_s(fired: Told, at_us: int) -> float:
    """Return how long after an alert fired something was; 0 where it was so before anybody was told.

    The end of an absence alert is when it was answered, which a late event may date before the firing.
    """
    return max(0, at_us - decode_time(fired.fired_at or fired.updated_at)) / 1e6


def ended_us(over: Told) -> int:
    """Return when an alert that is resolved was over."""
    return decode_time(over.ends_at or over.updated_at)


def _episode(
    steps: list[Told],
    acknowledged: Mapping[tuple[str | None, str | None], Silence],
    before_us: int | None,
    flap_us: int,
) -> Episode | None:
    fired = next((one for one in steps if one.state == AlertState.FIRING), None)
    if fired is None:
        return None
    first, last = steps[0], steps[-1]
    over = last.state == AlertState.RESOLVED
    lasted_s = after_firing_s(fired, ended_us(last)) if over else None
    ack = acknowledged.get((first.id, first.starts_at))
    told = [one for one in steps if one.state != AlertState.PENDING]
    return Episode(
        id=first.id,
        rule=first.rule,
        severity=max((one.severity for one in told), key=rank),
        kpi=first.kpi,
        window=first.window,
        dims=last.dims,
        owner=last.owner,
        account=last.account,
        entity=last.entity,
        state=last.state,
        starts_at=first.starts_at,
        fired_at=fired.updated_at,
        acknowledged_at=None if ack is None else ack.created_at,
        acknowledged_by=None if ack is None else ack.author,
        ends_at=(last.ends_at or last.updated_at) if over else None,
        ended_by=last.reason if over else None,
        reopened=before_us is not None and decode_time(first.starts_at) - before_us <= flap_us,
        to_acknowledge_s=None if ack is None else after_firing_s(fired, decode_time(ack.created_at)),
        to_resolve_s=None if last.reason in NOT_RESOLVED else lasted_s,
        lasted_s=lasted_s,
        steps=len(steps),
        summary=last.summary,
        labels=last.labels,
    )
