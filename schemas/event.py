"""Events in: every type the engine reads, and what each may carry.

The Structs under `schemas/events/` are the one vocabulary. The decoder, the JSON Schemas and
`docs/events.md` all come from them (`python -m schemas.generate`).
"""

from typing import get_args

from msgspec import Struct

from schemas.events.activity import (
    CallLogged,
    EmailReplied,
    EmailSent,
    MeetingCanceled,
    MeetingHeld,
    MeetingScheduled,
)
from schemas.events.alert import AlertAcknowledged, AlertResolved
from schemas.events.customer import (
    CostRecorded,
    CustomerActivated,
    CustomerCanceled,
    CustomerRegistered,
    OrderPlaced,
    OrderRefunded,
)
from schemas.events.deal import (
    DealAmountChanged,
    DealCanceled,
    DealCreated,
    DealLost,
    DealOwnerChanged,
    DealReopened,
    DealStageChanged,
    DealWon,
)
from schemas.events.directory import RepUpdated, TargetSet
from schemas.events.fields import EventData
from schemas.events.inquiry import InquiryAnswered, InquiryReceived, InquiryReopened, InquiryResolved
from schemas.events.lead import LeadConverted, LeadCreated, LeadLost, LeadQualified
from schemas.events.market import ContentShared, ContentViewed, PriceObserved
from schemas.events.opinion import FeedbackReceived, SurveyAnswered
from schemas.events.quote import QuoteRequested, QuoteSent
from schemas.kpi import kpi_key

AnyData = (
    CallLogged
    | EmailSent
    | EmailReplied
    | MeetingScheduled
    | MeetingHeld
    | MeetingCanceled
    | InquiryReceived
    | InquiryAnswered
    | InquiryResolved
    | InquiryReopened
    | QuoteRequested
    | QuoteSent
    | LeadCreated
    | LeadQualified
    | LeadConverted
    | LeadLost
    | DealCreated
    | DealStageChanged
    | DealAmountChanged
    | DealOwnerChanged
    | DealWon
    | DealLost
    | DealCanceled
    | DealReopened
    | OrderPlaced
    | OrderRefunded
    | CustomerRegistered
    | CustomerActivated
    | CustomerCanceled
    | CostRecorded
    | SurveyAnswered
    | FeedbackReceived
    | ContentShared
    | ContentViewed
    | PriceObserved
    | RepUpdated
    | TargetSet
    | AlertAcknowledged
    | AlertResolved
)
"""The data of any event."""

EVENT_TYPES: dict[str, type[EventData]] = {data.TYPE: data for data in get_args(AnyData)}
"""Every type that is read, and the class of its data; in the order of the docs."""


class Event(Struct, frozen=True, gc=False):
    """One event, read and checked. (`source`, `id`) is its identity, (`t_us`, `source`, `id`) its order."""

    type: str
    source: str
    id: str
    t_us: int
    """Event time, microseconds since the epoch."""
    data: AnyData


def record_key(event: Event) -> str:
    """Return the key under which the event's record is published, before it is encoded as UTF-8.

    The account; the product for prices, the campaign for costs without an account, the rep for
    directory updates, the KPI key for targets, the alert's id for what became of alerts.
    """
    data = event.data
    if data.account is not None:
        return data.account
    if isinstance(data, PriceObserved):
        return data.product
    if isinstance(data, RepUpdated):
        return data.rep
    if isinstance(data, TargetSet):
        return kpi_key(data.kpi, data.window, data.period, data.dims)
    if isinstance(data, AlertAcknowledged | AlertResolved):
        return data.alert
    if isinstance(data, CostRecorded) and data.campaign is not None:
        return data.campaign
    raise AssertionError(f"{event.type}: no key")  # a required field stands for each of the cases
