"""Quotes: asked for, and sent."""

from typing import Annotated, ClassVar

from msgspec import Meta
from msgspec.structs import force_setattr

from schemas.events.fields import AccountData, Amount, Currency, DealId, Name

QuoteId = Annotated[Name, Meta(description="The quote.")]
QuoteAmount = Annotated[Amount, Meta(description="What is offered.")]
Final = Annotated[bool, Meta(description="Whether the quote is the final one; `true` where absent.")]


class _QuoteData(AccountData, frozen=True, kw_only=True):
    """What both types of event say."""

    quote: QuoteId
    amount: QuoteAmount | None = None
    currency: Currency | None = None
    final: Final | None = True
    """Never None: `null` is absent, and absent is true."""
    deal: DealId | None = None

    def __post_init__(self) -> None:
        if self.final is None:
            force_setattr(self, "final", True)


class QuoteRequested(_QuoteData, frozen=True, kw_only=True):
    """A customer asked for a quote."""

    TYPE: ClassVar[str] = "crm.quote.requested"


class QuoteSent(_QuoteData, frozen=True, kw_only=True):
    """A quote was sent to a customer."""

    TYPE: ClassVar[str] = "crm.quote.sent"
