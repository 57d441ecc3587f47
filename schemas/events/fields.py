"""What the fields of events are made of, and the fields that every type may carry."""

from typing import Annotated, ClassVar, Literal

from msgspec import Meta, Struct

NAME_LENGTH_MAX = 200
"""Characters an id or another naming string may have."""

Name = Annotated[str, Meta(min_length=1, max_length=NAME_LENGTH_MAX)]
"""An id or another naming string."""

NUMBER_MAX = 9e12
"""The largest amount or duration: counted in millionths, it must fit in 64 bits."""

Amount = Annotated[float, Meta(ge=0, le=NUMBER_MAX)]
"""Money, in the event's currency; the catalog's where it names none."""

CURRENCY_PATTERN = "^[A-Z]{3}$"
Currency = Annotated[
    str,
    Meta(
        min_length=3,
        max_length=3,
        pattern=CURRENCY_PATTERN,
        description="Of the event's amounts (ISO 4217); the catalog's where absent. The catalog must know its rate.",
    ),
]

Seconds = Annotated[float, Meta(ge=0, le=NUMBER_MAX)]
"""A duration."""

Account = Annotated[Name, Meta(description="The customer; all that must be correlated shares it.")]
Rep = Annotated[Name, Meta(description="The sales rep who did it or owns it.")]
Team = Annotated[Name, Meta(description="The rep's team, where it is not the directory's.")]
Campaign = Annotated[Name, Meta(description="The campaign it belongs to.")]
Channel = Annotated[Name, Meta(description="The way it came: `phone`, `email`, `chat`, `web`, …")]
Product = Annotated[Name, Meta(description="The product it is about.")]
Segment = Annotated[Name, Meta(description="The customer segment.")]
Region = Annotated[Name, Meta(description="The sales region.")]

DealId = Annotated[Name, Meta(description="The deal.")]
LeadId = Annotated[Name, Meta(description="The lead.")]
Reason = Annotated[Name, Meta(description="Why, in a word or a few.")]
Recontactable = Annotated[bool, Meta(description="Whether the customer may be contacted again.")]
Sentiment = Annotated[
    Literal["positive", "neutral", "negative"], Meta(description="How the customer sounds.")
]


class EventData(Struct, frozen=True, kw_only=True, gc=False):
    """What every type may carry. An absent field is None. The Structs hold no cycles, hence `gc=False`."""

    TYPE: ClassVar[str]
    """The CloudEvents type, as `crm.call.logged`."""

    rep: Rep | None = None
    team: Team | None = None
    campaign: Campaign | None = None
    channel: Channel | None = None
    product: Product | None = None
    segment: Segment | None = None
    region: Region | None = None

    @property
    def account(self) -> str | None:
        """The account; None on the types that have no account, whatever the event said."""
        return None


class AccountData(EventData, frozen=True, kw_only=True):
    """The data of an event of an account: all types but a few."""

    account: Account
