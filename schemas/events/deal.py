"""Deals: through the stages of the pipeline to won, lost or canceled, and sometimes back."""

from typing import Annotated, ClassVar

from msgspec import Meta

from schemas.events.fields import AccountData, Amount, Currency, DealId, Name, Reason, Rep, Team

Stage = Annotated[Name, Meta(description="The stage of the pipeline.")]
ExpectedAmount = Annotated[Amount, Meta(description="What the deal is expected to bring.")]
DecidedAmount = Annotated[Amount, Meta(description="What the deal brings; where absent, as known so far.")]


class DealCreated(AccountData, frozen=True, kw_only=True):
    """A deal was opened, in a stage."""

    TYPE: ClassVar[str] = "crm.deal.created"

    deal: DealId
    stage: Stage
    amount: ExpectedAmount | None = None
    currency: Currency | None = None


class DealStageChanged(AccountData, frozen=True, kw_only=True):
    """A deal went to another stage."""

    TYPE: ClassVar[str] = "crm.deal.stage_changed"

    deal: DealId
    to_stage: Annotated[Name, Meta(description="The stage it went to.")]
    from_stage: (
        Annotated[Name, Meta(description="The stage it left; where absent, the stage known so far.")] | None
    ) = None


class DealAmountChanged(AccountData, frozen=True, kw_only=True):
    """A deal is expected to bring another amount."""

    TYPE: ClassVar[str] = "crm.deal.amount_changed"

    deal: DealId
    amount: ExpectedAmount
    currency: Currency | None = None


class DealOwnerChanged(AccountData, frozen=True, kw_only=True):
    """A deal went to another rep."""

    TYPE: ClassVar[str] = "crm.deal.owner_changed"

    deal: DealId
    rep: Annotated[Rep, Meta(description="The rep who owns it from now on.")]
    team: (
        Annotated[Team, Meta(description="The new owner's team, where it is not the directory's.")] | None
    ) = None


class DealWon(AccountData, frozen=True, kw_only=True):
    """A deal was won."""

    TYPE: ClassVar[str] = "crm.deal.won"

    deal: DealId
    amount: DecidedAmount | None = None
    currency: Currency | None = None
    reason: Reason | None = None


class DealLost(AccountData, frozen=True, kw_only=True):
    """A deal was lost."""

    TYPE: ClassVar[str] = "crm.deal.lost"

    deal: DealId
    amount: DecidedAmount | None = None
    currency: Currency | None = None
    reason: Reason | None = None


class DealCanceled(AccountData, frozen=True, kw_only=True):
    """A deal was called off."""

    TYPE: ClassVar[str] = "crm.deal.canceled"

    deal: DealId
    amount: DecidedAmount | None = None
    currency: Currency | None = None
    reason: Reason | None = None


class DealReopened(AccountData, frozen=True, kw_only=True):
    """A decided deal is open again; what was counted for the decision is taken back."""

    TYPE: ClassVar[str] = "crm.deal.reopened"

    deal: DealId
    amount: DecidedAmount | None = None
    currency: Currency | None = None
    reason: Reason | None = None
