"""Conversations: what customers ask, and the answers they get."""

from typing import Annotated, ClassVar

from msgspec import Meta

from schemas.events.fields import AccountData, Name

ConversationId = Annotated[Name, Meta(description="The conversation, from its first inquiry on.")]
Topic = Annotated[Name, Meta(description="What it is about.")]


class _InquiryData(AccountData, frozen=True, kw_only=True):
    """What all types of event about a conversation say."""

    conversation: ConversationId
    topic: Topic | None = None


class InquiryReceived(_InquiryData, frozen=True, kw_only=True):
    """A customer asked something, and waits for an answer."""

    TYPE: ClassVar[str] = "crm.inquiry.received"


class InquiryAnswered(_InquiryData, frozen=True, kw_only=True):
    """A rep answered; it closes all inquiries of the conversation that are open."""

    TYPE: ClassVar[str] = "crm.inquiry.answered"


class InquiryResolved(_InquiryData, frozen=True, kw_only=True):
    """The matter is settled; open inquiries are closed without a response."""

    TYPE: ClassVar[str] = "crm.inquiry.resolved"


class InquiryReopened(_InquiryData, frozen=True, kw_only=True):
    """A matter that was settled came up again."""

    TYPE: ClassVar[str] = "crm.inquiry.reopened"
