"""What customers think: surveys and feedback."""

from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from schemas.events.fields import AccountData, Sentiment


class SurveyAnswered(AccountData, frozen=True, kw_only=True):
    """A customer answered a survey."""

    TYPE: ClassVar[str] = "crm.survey.answered"

    score: Annotated[float, Meta(ge=0, le=10, description="The score given, from 0 to 10.")]
    kind: Annotated[
        Literal["nps", "csat"], Meta(description="Which question: would recommend, or is satisfied.")
    ]


class FeedbackReceived(AccountData, frozen=True, kw_only=True):
    """A customer said something about us."""

    TYPE: ClassVar[str] = "crm.feedback.received"

    sentiment: Sentiment
