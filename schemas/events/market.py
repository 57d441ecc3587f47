"""What is shown to customers, and what the market asks: content and prices."""

from typing import Annotated, ClassVar

from msgspec import Meta

from schemas.events.fields import AccountData, Amount, Currency, DealId, EventData, Name, Product

ContentId = Annotated[Name, Meta(description="The piece of content.")]


class ContentShared(AccountData, frozen=True, kw_only=True):
    """A rep shared content with a customer."""

    TYPE: ClassVar[str] = "crm.content.shared"

    content: ContentId
    deal: DealId | None = None


class ContentViewed(AccountData, frozen=True, kw_only=True):
    """A customer looked at content."""

    TYPE: ClassVar[str] = "crm.content.viewed"

    content: ContentId
    deal: DealId | None = None


class PriceObserved(EventData, frozen=True, kw_only=True):
    """A price was seen: our own or a competitor's. No account."""

    TYPE: ClassVar[str] = "crm.price.observed"

    product: Product
    seller: Annotated[Name, Meta(description="`own`, or the competitor's name.")]
    price: Annotated[Amount, Meta(description="What is asked for it.")]
    currency: Currency | None = None
