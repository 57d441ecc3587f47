"""Wording: what a message says of a group's alerts, in the route's words or in standard ones."""

from collections.abc import Mapping, Sequence
from string import Template
from urllib.parse import quote
from zoneinfo import ZoneInfo

from processors.alerts.local_moment import local_minute
from processors.alerts.measured import shown as shown_value
from processors.judging.limit_words import shown_limit
from processors.judging.summary import scope
from processors.notify.deciding import OPEN
from processors.notify.routing import Policy
from processors.plain_text import one_line
from processors.silences.silencing import value_of
from schemas.alert import Alert, AlertState, only_closed
from schemas.delivery.route import LINK_NAMES
from schemas.message import Occasion
from schemas.severity import rank

RULES_MAX = 3
"""More names of rules in a title would hide what it is about."""
TITLE_CHARS_MAX = 80
"""What stands before a summary's first colon is the rule's title, unless it is longer."""


def severity_of(alerts: Sequence[Alert]) -> str:
    """Return the worst severity."""
    return max((alert.severity for alert in alerts), key=rank, default="info")


def title(
    policy: Policy, occasion: Occasion, alerts: Sequence[Alert], over: int, labels: Mapping[str, str]
) -> str:
    """Return the one line at the top. Of the alerts the last `over` are over."""
    return one_line(_title(policy, occasion, alerts, over, labels))


def _title(
    policy: Policy, occasion: Occasion, alerts: Sequence[Alert], over: int, labels: Mapping[str, str]
) -> str:
    # Who hears that something began wants to know what; what ended meanwhile is below.
    about = alerts[: len(alerts) - over] or alerts
    severity, subject = severity_of(about), subject_of(about)
    template = policy.words.title
    if template is not None:
        return Template(template).substitute(
            occasion=occasion.value, severity=severity, count=len(about), over=over, subject=subject,
            group=", ".join(f"{name} {value}" for name, value in labels.items() if value), route=policy.name,
        )  # fmt: skip
    match occasion:
        case Occasion.FIRING:
            return f"{severity.capitalize()}: {subject}"
        case Occasion.WORSE:
            return f"Now {severity}: {subject}"
        case Occasion.REMINDER:
            return f"Still {severity}: {subject}"
        case Occasion.RESOLVED:
            # ✅ of a month that ended without its quota would be the wrong news.
            return f"{'Closed' if only_closed(about) else 'Resolved'}: {subject}"
        case Occasion.DIGEST:
            names = _names(about)
            what = ", ".join(names) if len(names) > 1 else subject
            return f"Digest: {len(alerts) - over} open, {over} over: {what}"
    return f"Update, {severity}: {subject}"


def subject_of(alerts: Sequence[Alert]) -> str:
    """Return what alerts are about: `12 reps: Behind pace`, `Customers wait too long (team north)`."""
    if not alerts:
        return "alerts that are no longer reported"
    count, names = len(alerts), _names(alerts)
    if len(names) > 1:
        return f"{count} alerts: {', '.join(names)}"
    what = _what(alerts[0])
    if count == 1:
        whose = whose_of(alerts[0])
        return f"{what} ({whose})" if whose else what
    kinds = {tuple(sorted(alert.dims)) for alert in alerts}
    kind = next(iter(kinds)) if len(kinds) == 1 else ()
    return f"{count} {_plural(kind[0]) if len(kind) == 1 else 'alerts'}: {what}"


def _names(alerts: Sequence[Alert]) -> list[str]:
    """Return the names of the alerts' rules, the first few."""
    rules = list(dict.fromkeys(alert.rule for alert in alerts))
    return [*rules[:RULES_MAX], "…"] if len(rules) > RULES_MAX else rules


def _plural(name: str) -> str:
    """Return the name of a dimension for several of its values: `lost reasons`, `countries`."""
    text = name.replace("_", " ")
    return f"{text[:-1]}ies" if text.endswith("y") and text[-2:-1] not in "aeiou" else f"{text}s"


def whose_of(alert: Alert) -> str:
    """Return whom or what an alert is about: `team north`, `rep ann, account acme`."""
    parts = [f"{name.replace('_', ' ')} {value or 'none'}" for name, value in alert.dims.items()]
    parts += [f"account {alert.account}"] if alert.account else []
    return ", ".join(parts)


def text(policy: Policy, alerts: Sequence[Alert], over: int, more: int, gone: int, zone: ZoneInfo) -> str:
    """Return the body, a line for each alert. `gone` are over, and nothing else is known of them."""
    open_ones = len(alerts) - over
    lines = [_line(policy, alert, place >= open_ones, zone) for place, alert in enumerate(alerts)]
    if more:
        lines.append(f"… and {more} more")
    if gone:
        lines.append(f"{gone} {'alert is' if gone == 1 else 'alerts are'} no longer reported")
    return "\n".join(lines)


def link(policy: Policy, alerts: Sequence[Alert]) -> str | None:
    """Return where to look: of what the alerts have in common."""
    template = policy.words.link
    if template is None:
        return None
    values = {}
    for name in LINK_NAMES:
        there = {value_of(alert, name) or "" for alert in alerts}
        values[name] = quote(there.pop(), safe="") if len(there) == 1 else ""
    return Template(template).substitute(values)


def _line(policy: Policy, alert: Alert, over: bool, zone: ZoneInfo) -> str:
    state = _state(alert, over)
    template = policy.words.line
    if template is None:
        return f"[{state}] {one_line(alert.summary)}"
    # The route's words may be of several lines; what is put into them is not.
    texts = {
        "whose": whose_of(alert), "summary": alert.summary, "owner": alert.owner,
        "account": alert.account or "", "entity": alert.entity or "",
    }  # fmt: skip
    return Template(template).substitute(
        {name: one_line(said) for name, said in texts.items()}, state=state, severity=alert.severity, rule=alert.rule,
        value=shown_value(alert.value, alert.unit), threshold=shown_limit(alert),
        target="" if alert.target is None else shown_value(alert.target, alert.unit), n=alert.n,
        since=local_minute(alert.starts_at, zone), id=alert.id,
    )  # fmt: skip


def _state(alert: Alert, over: bool) -> str:
    if over:
        # It goes on under another severity, label or owner, and others hear of it.
        return "told elsewhere now" if alert.state in OPEN else "over"
    return f"{alert.severity}, no data" if alert.state is AlertState.NO_DATA else alert.severity


def _what(alert: Alert) -> str:
    title = _title_of_rule(alert)
    return title if 0 < len(title) <= TITLE_CHARS_MAX else alert.rule.replace("-", " ").capitalize()


def _title_of_rule(alert: Alert) -> str:
    """Return what a summary says ahead of what happened. Titles, and names in dims, may have colons of their own."""
    if alert.kpi:
        ahead, found, _ = alert.summary.rpartition(f"{scope(alert.window, alert.period, alert.dims)} ")
        if found:
            return ahead.rpartition(": ")[0]
    title, found, _ = alert.summary.partition(": ")
    return title if found else ""
