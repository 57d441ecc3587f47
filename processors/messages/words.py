"""What every channel says of a message: its headline, the facts of an alert, whose it is, where to look."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from processors import plain_text
from processors.alerts.local_moment import local_minute
from processors.alerts.measured import shown
from processors.judging.limit_words import shown_limit
from processors.messages.sparkline import sparkline
from processors.plain_text import inert
from schemas.alert import Alert, AlertState, Number, only_closed
from schemas.message import Message, Occasion

TITLE_CHARS_MAX = 200
NAME_CHARS_MAX = 200
RULES_MAX = 5

_SEVERITIES = {"critical": "🔴", "warning": "🟠", "info": "🔵"}
_STATUS = {
    Occasion.WORSE: "worse",
    Occasion.CHANGED: "changed",
    Occasion.REMINDER: "still so",
    Occasion.RESOLVED: "resolved",
    Occasion.DIGEST: "digest",
}


def icon(message: Message) -> str:
    """Return a sign that can be told apart from afar."""
    match message.occasion:
        case Occasion.RESOLVED:
            return "⚪" if is_closed(message) else "✅"
        case Occasion.DIGEST:
            return "📋"
    return _SEVERITIES.get(message.severity, "🔵")


def status(message: Message) -> str:
    """Return what it is in a word or two: `critical`, `critical, still so`, `resolved`, `closed`, `digest`."""
    word = "closed" if is_closed(message) else _STATUS.get(message.occasion)
    if message.occasion in (Occasion.RESOLVED, Occasion.DIGEST) and word:
        return word
    return f"{message.severity}, {word}" if word else message.severity


def is_closed(message: Message) -> bool:
    """Say whether it says that something is over, and not that it is well again."""
    return message.occasion is Occasion.RESOLVED and only_closed(message.alerts)


def title(message: Message) -> str:
    """Return the title as one line, whatever is in it."""
    return one_line(message.title, TITLE_CHARS_MAX)


def rules(message: Message) -> str:
    """Return the names of the rules that the message is about, the first few."""
    names = dict.fromkeys(one_line(alert.rule) for alert in message.alerts)
    return ", ".join([*names][:RULES_MAX])


def one_line(text: str, chars_max: int = NAME_CHARS_MAX) -> str:
    """Return a name as one line of a sensible length: it can't begin a line that somebody else seems to say."""
    return cut(plain_text.one_line(text), chars_max)


def body(message: Message, chars_max: int) -> str:
    """Return the message's text with plain ends of lines, or its beginning and `…`."""
    return cut("\n".join(inert(message.text).splitlines()).strip(), chars_max)


def cut(text: str, chars_max: int) -> str:
    """Return the text, or its beginning and `…`."""
    return text if len(text) <= chars_max else f"{text[: chars_max - 1]}…"


def facts(alert: Alert, timezone: str) -> Iterator[tuple[str, str]]:
    """Yield the names and values of what there is to know of an alert, in the order of their weight."""
    zone = ZoneInfo(timezone)
    yield "Value", measured(alert.value, alert)
    yield "Limit", limit(alert)
    if alert.target is not None:
        yield "Target", measured(alert.target, alert)
    # Counts are their own sample.
    if alert.n and alert.unit != "count":
        yield "Samples", f"{alert.n:,}"
    yield "Since", local_minute(alert.starts_at, zone)
    if alert.ends_at is not None:
        yield "Until", local_minute(alert.ends_at, zone)
    if alert.account is not None:
        yield "Account", one_line(alert.account)
    if alert.entity is not None:
        yield "Id", one_line(alert.entity)
    if alert.owner:
        yield "Owner", one_line(alert.owner)


def measured(value: Number | None, alert: Alert) -> str:
    """Return a value in the unit of an alert's KPI."""
    return one_line(shown(value, alert.unit))


def limit(alert: Alert) -> str:
    """Return the limit of an alert; what is no value of its KPI has no unit of it."""
    return one_line(shown_limit(alert))


def single(message: Message) -> Alert | None:
    """Return the alert of a message that speaks of one only."""
    return message.alerts[0] if len(message.alerts) == 1 and not message.more else None


def whose(alert: Alert) -> str:
    """Return whom an alert is about: `team north`, `inquiry c-17 of acme`, `company`."""
    dims = ", ".join(
        f"{name.replace('_', ' ')} {'none' if value is None else one_line(value)}"
        for name, value in alert.dims.items()
    )
    if alert.entity is None:
        return dims or "company"
    of = f" of {one_line(alert.account)}" if alert.account is not None else ""
    return f"{one_line(alert.entity)}{of}" + (f" ({dims})" if dims else "")


def trend(message: Message) -> str:
    """Return the latest values as bars, with the first and the last beside them; empty without any."""
    alert, bars = single(message), sparkline(message.history)
    if alert is None or not bars:
        return ""
    first, last = message.history[-len(bars)], message.history[-1]
    return f"{measured(first, alert)} {bars} {measured(last, alert)}"


def more(message: Message) -> str:
    """Return how many more alerts there are than are shown: `and 7 more`; empty when there are none."""
    return f"and {message.more:,} more" if message.more else ""


def link(message: Message) -> str | None:
    """Return where to look, unless it is nothing to be clicked on."""
    text = message.link
    return text if text and text.startswith(("https://", "http://")) and text.isprintable() else None


def is_over(alert: Alert) -> bool:
    """Say whether an alert is over; one without data is still open."""
    return alert.state is AlertState.RESOLVED
