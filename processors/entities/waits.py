"""When something waits for somebody, and who has it: a pure function of its events, in their order.

An inquiry waits from its receipt until it is answered or its conversation resolved; a quote from the first
request until it is sent as final; a lead from its creation until somebody gets in touch, qualifies, converts
or loses it; a deal from the moment it enters a stage, or is reopened, until it enters another or is decided.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from processors.entities import conversation, deal, lead, quote
from processors.entities.directory import UNASSIGNED
from schemas.waiting import SPANS_MAX, Kind, Span

Events = Sequence[tuple[Any, ...]]
OwnerTeams = Mapping[tuple[str, str, str], str]
"""By source, id and owner: what the directory said of an event that names neither rep nor team."""


class Waits(NamedTuple):
    """What is known of an entity."""

    spans: tuple[Span, ...]
    """Its latest waits, oldest first; each has an end, but for the last where it goes on."""
    rep: str | None
    team: str
    dims: dict[str, str]


class _Spans:
    """Waits one after the other."""

    def __init__(self) -> None:
        self.over: list[Span] = []
        self.since_us: int | None = None

    def begin(self, t_us: int) -> None:
        if self.since_us is None:
            self.since_us = t_us

    def end(self, t_us: int) -> None:
        if self.since_us is not None:
            self.over.append((self.since_us, t_us))
            self.since_us = None

    @property
    def all(self) -> tuple[Span, ...]:
        now: list[Span] = [] if self.since_us is None else [(self.since_us, None)]
        return (*self.over, *now)[-SPANS_MAX:]


def of_inquiry(events: Events, _teams: OwnerTeams) -> Waits:
    """Return the waits of a conversation; several inquiries at a time are one wait.

    Whoever was heard of last in it has it.
    """
    spans = _Spans()
    rep: str | None = None
    team = UNASSIGNED
    channel = None
    for t_us, _, _, code, by, its_team, through, _ in events:
        if code == conversation.RECEIVED:
            spans.begin(t_us)
        elif code != conversation.REOPENED:
            spans.end(t_us)
        rep, team = _has_it((rep, team), by, its_team)
        channel = through or channel
    return Waits(spans.all, rep, team, _known(channel=channel))


def of_quote(events: Events, _teams: OwnerTeams) -> Waits:
    """Return the wait for a quote; who asked for it or sent a draft last has it."""
    spans = _Spans()
    rep: str | None = None
    team = UNASSIGNED
    product = None
    sent = False
    for t_us, _, _, code, by, its_team, what, _ in events:
        rep, team = _has_it((rep, team), by, its_team)
        product = what or product
        if code == quote.REQUESTED and not sent:
            spans.begin(t_us)
        elif code == quote.SENT and spans.since_us is not None:
            spans.end(t_us)
            sent = True
    return Waits(spans.all, rep, team, _known(product=product))


def of_lead(events: Events, _teams: OwnerTeams) -> Waits:
    """Return the wait of a lead for the first who gets in touch."""
    since_us = until_us = None
    rep: str | None = None
    team = UNASSIGNED
    campaign = channel = None
    for t_us, _, _, code, by, its_team, its_campaign, its_channel, _, _ in events:
        if code == lead.CREATED and since_us is None:
            since_us = t_us
        elif code != lead.CREATED and until_us is None:
            until_us = t_us
        if code == lead.TOUCHED:
            continue  # another than the lead's own rep may have called
        rep, team = _has_it((rep, team), by, its_team)
        campaign, channel = its_campaign or campaign, its_channel or channel
    # What was converted before it was created, by its times, never waited.
    if since_us is None or (until_us is not None and until_us < since_us):
        spans: tuple[Span, ...] = () if since_us is None else ((since_us, since_us),)
    else:
        spans = ((since_us, until_us),)
    return Waits(spans, rep, team, _known(campaign=campaign, channel=channel))


def of_deal(events: Events, teams: OwnerTeams) -> Waits:
    """Return the waits of a deal, one a stay in a stage while it is open; its owner has it."""
    spans = _Spans()
    owner: str | None = None
    team = UNASSIGNED
    stage = product = segment = region = None
    created = decided = False
    for event in events:
        t_us, source, id_, code, by, its_team, _, to_stage, _, its_product, its_segment, its_region, _ = event
        if code in (deal.FOLLOWED_UP, deal.SHARED):
            continue
        product, segment, region = its_product or product, its_segment or segment, its_region or region
        if code in (deal.CREATED, deal.OWNER_CHANGED):
            owner = by or owner
            team = its_team or teams.get((source, id_, owner or ""), UNASSIGNED)
        if code == deal.STAGE_CHANGED or (code == deal.CREATED and not created):
            created = created or code == deal.CREATED
            if to_stage != stage:
                spans.end(t_us)
            stage = to_stage
        elif code in (deal.WON, deal.LOST, deal.CANCELED):
            spans.end(t_us)
            decided = True
        elif code == deal.REOPENED:
            decided = False
        if created and not decided:
            spans.begin(t_us)
    return Waits(spans.all, owner, team, _known(stage=stage, product=product, segment=segment, region=region))


def _has_it(before: tuple[str | None, str], rep: str | None, team: str) -> tuple[str | None, str]:
    """Return rep and team after an event that may name them: a team alone, if it is another, takes it from the rep."""
    if rep is not None:
        return rep, team
    return before if team in (UNASSIGNED, before[1]) else (None, team)


def _known(**dims: str | None) -> dict[str, str]:
    return {name: value for name, value in dims.items() if value is not None}


WAITS: Mapping[Kind, Callable[[Events, OwnerTeams], Waits]] = {
    "inquiry": of_inquiry,
    "quote": of_quote,
    "lead": of_lead,
    "deal": of_deal,
}
