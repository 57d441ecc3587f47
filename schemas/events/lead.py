"""Leads: from the first name to a customer, or to nothing."""

from typing import Annotated, Any, ClassVar, Self

from msgspec import Meta, Struct

from schemas.events.fields import AccountData, LeadId


class Filled:
    """Stands for a text of personal data. Keeps whether it was filled, and never the text."""

    __slots__ = ("yes",)

    def __init__(self, yes: bool) -> None:
        self.yes = yes

    def __repr__(self) -> str:
        return f"Filled({self.yes})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Filled) and other.yes == self.yes

    def __hash__(self) -> int:
        return hash(self.yes)

    @classmethod
    def of(cls, text: str) -> Self:
        """Forget the text, but for whether there is one."""
        return cls(text != "")


def read_filled(kind: type, value: Any) -> Filled:
    """Take a decoded value for a `Filled`, as msgspec's hook. Raises ValueError, never with the value."""
    if kind is not Filled or not isinstance(value, str):
        raise ValueError("must be a string")
    return Filled.of(value)


class Contact(Struct, frozen=True, gc=False):
    """Which of a lead's contact data are filled. The values are personal data, forgotten as they are read."""

    name: Annotated[Filled, Meta(description="The person's name.")] | None = None
    email: Annotated[Filled, Meta(description="The e-mail address.")] | None = None
    phone: Annotated[Filled, Meta(description="The telephone number.")] | None = None


class LeadCreated(AccountData, frozen=True, kw_only=True):
    """A lead came in. One that is not yet a customer uses its own id as `account`."""

    TYPE: ClassVar[str] = "crm.lead.created"

    lead: LeadId
    contact: Annotated[
        Contact, Meta(description="Read only to see which of its fields are filled; may be empty.")
    ]

    @property
    def contact_filled(self) -> int:
        """How many of name, e-mail and phone are filled: 0 to 3."""
        contact = self.contact
        return sum(field is not None and field.yes for field in (contact.name, contact.email, contact.phone))


class LeadQualified(AccountData, frozen=True, kw_only=True):
    """A lead is worth pursuing."""

    TYPE: ClassVar[str] = "crm.lead.qualified"

    lead: LeadId


class LeadConverted(AccountData, frozen=True, kw_only=True):
    """A lead became a customer, or a deal."""

    TYPE: ClassVar[str] = "crm.lead.converted"

    lead: LeadId


class LeadLost(AccountData, frozen=True, kw_only=True):
    """A lead was given up."""

    TYPE: ClassVar[str] = "crm.lead.lost"

    lead: LeadId
