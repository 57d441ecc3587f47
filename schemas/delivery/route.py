"""The grammar of a route: which alerts it takes, whom it tells of them, how soon, how often, in which words."""

from string import Template
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from schemas import duration
from schemas.files.document import Section
from schemas.files.fault import unknown

INTERVAL_D_MAX = 30
ALERTS_MAX = 50
"""So many alerts a message speaks of by name unless its route says else; 50 fill a screen."""
ALERTS_LIMIT = 1_000
"""More in one message would not fit into a record of Kafka."""
RATE_MESSAGES_MAX = 10_000
"""As many times are remembered to count by."""

TITLE_NAMES = ("occasion", "severity", "count", "over", "subject", "group", "route")
LINE_NAMES = (
    "state", "severity", "rule", "whose", "summary", "value", "threshold", "target", "n", "owner", "account",
    "entity", "since", "id",
)  # fmt: skip
LINK_NAMES = ("id", "rule", "severity", "kpi", "window", "team", "rep", "owner", "account", "entity")


def _duration_us(text: object) -> int:
    return duration.duration_us(text, INTERVAL_D_MAX)


def _or_never_us(text: object) -> object:
    return text if text == "never" else _duration_us(text)


def _template(names: tuple[str, ...]) -> AfterValidator:
    def check(text: str) -> str:
        template = Template(text)
        if not template.is_valid():
            raise ValueError("a $ begins no name; write $$ for the sign itself")
        for name in template.get_identifiers():
            if name not in names:
                raise ValueError(unknown("name", name, names))
        return text

    return AfterValidator(check)


Pattern = Annotated[str, Field(max_length=200)]
MatcherName = Annotated[str, Field(pattern="^[a-z][a-z0-9_]{0,59}$")]
Name = Annotated[str, Field(pattern="^[a-z][a-z0-9_-]{0,59}$")]
Matchers = dict[MatcherName, Pattern | Annotated[tuple[Pattern, ...], Field(min_length=1)]]
Duration = Annotated[int, BeforeValidator(_duration_us)]
OrNever = Annotated[int | Literal["never"], BeforeValidator(_or_never_us)]


class RateLimit(Section):
    """At most so many messages in any stretch of time of that length."""

    messages: Annotated[int, Field(ge=1, le=RATE_MESSAGES_MAX)]
    """So many."""
    per_us: Annotated[int, BeforeValidator(_duration_us), Field(gt=0)] = Field(
        alias="per", description="In any stretch of time so long, such as `1h`."
    )


class Words(Section):
    """The words of a message: texts with `$names`; what is not given is said in the standard words."""

    title: Annotated[str, _template(TITLE_NAMES)] | None = None
    """The one line at the top."""
    line: Annotated[str, _template(LINE_NAMES)] | None = None
    """Of each alert, a line."""
    link: Annotated[str, Field(pattern="^https?://"), _template(LINK_NAMES)] | None = None
    """Where to look; what is put in is escaped."""


class Route(Section):
    """What it does not say, it has from the route that it stands in."""

    match: Matchers = Field(default_factory=dict)
    """What an alert must have, all of it, by the names that a silence has: a text, or one of several; `*` and `?`
    stand for any text and any character. None: everything."""
    receivers: tuple[Name, ...] | None = None
    """Who is told."""
    goes_on: bool = Field(False, alias="continue")
    """Whether the routes after this one are asked as well."""
    group_by: tuple[MatcherName, ...] | None = None
    """Alerts that have the same under these names are one group, and told of in one message."""
    group_wait_us: Duration | None = Field(None, alias="group_wait")
    """How long a message waits for others to join it."""
    group_interval_us: Duration | None = Field(None, alias="group_interval")
    """How long at least between two messages about a group that goes on."""
    repeat_interval_us: OrNever | None = Field(None, alias="repeat_interval")
    """After how long what goes on is told again."""
    cool_down_us: Duration | None = Field(None, alias="cool_down")
    """How long an alert that was told to be over is not told again."""
    escalate_after_us: OrNever | None = Field(None, alias="escalate_after")
    """How long an alert may go on unacknowledged before `escalate_to` is told too."""
    escalate_to: tuple[Name, ...] | None = None
    """Who is told too then."""
    resolved: Literal["whole", "each", "never"] | None = None
    """Whether it is told that alerts are over: when all of the group are, of each, or never."""
    rate_limit: RateLimit | Literal["none"] | None = None
    """How many messages it may send; what waits is told as it is then."""
    digest: Annotated[str, Field(pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$")] | Literal["none"] | None = None
    """Tell it all once a day, at this time (`08:00`)."""
    only_in: Name | Literal["always"] | None = None
    """Tell only in these hours; what happens outside waits for them."""
    words: Words | None = None
    """In which words."""
    alerts_max: Annotated[int, Field(ge=1, le=ALERTS_LIMIT)] | None = None
    """So many alerts a message speaks of by name."""
    routes: dict[Name, "Route"] = Field(default_factory=dict)
    """Asked in their order; the first that matches takes the alert, this one what none of them does."""
