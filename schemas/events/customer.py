"""Customers: their life, their orders, and what they cost."""

from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from schemas.events.fields import Account, AccountData, Amount, Currency, EventData, Name

OrderId = Annotated[Name, Meta(description="The order.")]


class OrderPlaced(AccountData, frozen=True, kw_only=True):
    """A customer bought."""

    TYPE: ClassVar[str] = "crm.order.placed"

    order: OrderId
    amount: Annotated[Amount, Meta(description="What the customer pays.")]
    cost: Annotated[Amount, Meta(description="What it costs to deliver.")] | None = None
    currency: Currency | None = None


class OrderRefunded(AccountData, frozen=True, kw_only=True):
    """A customer got money back. It counts at its own time and takes no purchase away."""

    TYPE: ClassVar[str] = "crm.order.refunded"

    order: OrderId
    amount: Annotated[Amount, Meta(description="What is given back.")]
    cost: Annotated[Amount, Meta(description="The cost that is saved.")] | None = None
    currency: Currency | None = None


class CustomerRegistered(AccountData, frozen=True, kw_only=True):
    """A customer signed up."""

    TYPE: ClassVar[str] = "crm.customer.registered"


class CustomerActivated(AccountData, frozen=True, kw_only=True):
    """A customer became active."""

    TYPE: ClassVar[str] = "crm.customer.activated"


class CustomerCanceled(AccountData, frozen=True, kw_only=True):
    """A customer left."""

    TYPE: ClassVar[str] = "crm.customer.canceled"


class CostRecorded(EventData, frozen=True, kw_only=True):
    """Money was spent on an account or on a campaign: at least one of the two is given."""

    TYPE: ClassVar[str] = "crm.cost.recorded"

    account: Account | None = None
    amount: Annotated[Amount, Meta(description="What was spent.")]
    currency: Currency | None = None
    kind: Annotated[
        Literal["acquisition", "retention", "campaign"], Meta(description="What it was spent on.")
    ]

    def __post_init__(self) -> None:
        if self.account is None and self.campaign is None:
            raise ValueError("account or campaign is required")
