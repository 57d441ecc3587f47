"""What people send to the API: acknowledgements and silences."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class Acknowledge(BaseModel):
    """For how long somebody takes care of an alert; without a word of it, 24 hours."""

    model_config = ConfigDict(
        extra="forbid", use_attribute_docstrings=True,
        json_schema_extra={"example": {"for": "2h", "comment": "I call them"}},
    )  # fmt: skip

    for_: Annotated[str | None, Field(alias="for", max_length=100)] = None
    """`2h`, `1d 12h`."""
    until: Annotated[str | None, Field(max_length=100)] = None
    """RFC 3339 with an offset; instead of `for`."""
    comment: Annotated[str, Field(max_length=1_000)] = ""


class NewSilence(BaseModel):
    """What is to be held back, and for how long."""

    model_config = ConfigDict(
        extra="forbid", use_attribute_docstrings=True,
        json_schema_extra={"example": {"matchers": {"team": "north"}, "for": "2h", "comment": "moving desks"}},
    )  # fmt: skip

    matchers: Annotated[dict[str, str], Field(min_length=1, max_length=20)]
    """What an alert must have, all of it; `*` and `?` stand for any text and any character."""
    from_: Annotated[str | None, Field(alias="from", max_length=100)] = None
    """When it begins; default: now."""
    for_: Annotated[str | None, Field(alias="for", max_length=100)] = None
    until: Annotated[str | None, Field(max_length=100)] = None
    comment: Annotated[str, Field(max_length=1_000)] = ""
