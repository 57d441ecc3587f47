"""What reps do, and customers reply: calls, e-mails, meetings."""

from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from schemas.events.fields import AccountData, DealId, LeadId, Name, Recontactable, Seconds, Sentiment

MeetingId = Annotated[Name, Meta(description="The meeting.")]


class CallLogged(AccountData, frozen=True, kw_only=True):
    """A call was made or taken."""

    TYPE: ClassVar[str] = "crm.call.logged"

    direction: (
        Annotated[Literal["outbound", "inbound"], Meta(description="Who called: the rep or the customer.")]
        | None
    ) = None
    duration_s: Annotated[Seconds, Meta(description="How long they spoke, in seconds.")] | None = None
    outcome: Annotated[Name, Meta(description="What came of it, in a word.")] | None = None
    value_added: Annotated[bool, Meta(description="Whether it brought the customer forward.")] | None = None
    recontactable: Recontactable | None = None
    deal: DealId | None = None
    lead: LeadId | None = None


class EmailSent(AccountData, frozen=True, kw_only=True):
    """An e-mail was sent to a customer."""

    TYPE: ClassVar[str] = "crm.email.sent"

    recontactable: Recontactable | None = None
    deal: DealId | None = None
    lead: LeadId | None = None


class EmailReplied(AccountData, frozen=True, kw_only=True):
    """A customer replied to an e-mail."""

    TYPE: ClassVar[str] = "crm.email.replied"

    sentiment: Sentiment | None = None


class MeetingScheduled(AccountData, frozen=True, kw_only=True):
    """A meeting was arranged."""

    TYPE: ClassVar[str] = "crm.meeting.scheduled"

    meeting: MeetingId | None = None
    recontactable: Recontactable | None = None
    deal: DealId | None = None


class MeetingHeld(AccountData, frozen=True, kw_only=True):
    """A meeting took place."""

    TYPE: ClassVar[str] = "crm.meeting.held"

    meeting: MeetingId | None = None
    recontactable: Recontactable | None = None
    deal: DealId | None = None


class MeetingCanceled(AccountData, frozen=True, kw_only=True):
    """A meeting was called off."""

    TYPE: ClassVar[str] = "crm.meeting.canceled"

    meeting: MeetingId | None = None
    recontactable: Recontactable | None = None
    deal: DealId | None = None
