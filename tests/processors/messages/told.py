"""Messages for tests: one about a single alert, one about a group, one that is over, one full of mischief."""

import json
from pathlib import Path
from typing import Any

import msgspec

from schemas.alert import Alert, AlertState, Reason
from schemas.message import Message, Occasion

GOLDEN = Path(__file__).parent / "golden"


def alert(**changes: Any) -> Alert:
    """Return the alert of docs/alerts.md, with some fields changed."""
    fields: dict[str, Any] = {
        "id": "a47543c5d79a7499",
        "rule": "slow-response",
        "severity": "critical",
        "state": AlertState.FIRING,
        "reason": Reason.ABOVE_THRESHOLD,
        "kpi": "response_time_p90",
        "window": "rolling_24h",
        "period": None,
        "dims": {"team": "north"},
        "value": 5600,
        "threshold": 3600.0,
        "target": 1800,
        "n": 34,
        "unit": "seconds",
        "starts_at": "2026-11-21T09:10:00Z",
        "updated_at": "2026-11-21T09:15:00Z",
        "ends_at": None,
        "summary": "Customers wait too long: Response time p90 for team north is 1 h 33 min, above 1 h.",
        "revision": 1795252500000,
        "labels": {"area": "service"},
        "owner": "ops",
    }
    return Alert(**fields | changes)


def message(**changes: Any) -> Message:
    """Return the message about that alert, with some fields changed."""
    fields: dict[str, Any] = {
        "id": "00c0ffee00c0ffee",
        "route": "managers",
        "group": "slow-response|team=north",
        "revision": 1,
        "occasion": Occasion.FIRING,
        "severity": "critical",
        "title": "Customers of team north wait too long",
        "text": "Response time p90 over the last 24 hours for team north is 1 h 33 min, above 1 h.",
        "alerts": (alert(),),
        "link": "https://pulse.example.com/?team=north&window=day",
        "history": (1800, 2400, 3000, 2700, 4200, 5600),
        "timezone": "Europe/Amsterdam",
        "created_at": "2026-11-21T09:15:30Z",
    }
    return Message(**fields | changes)


def resolved(reason: Reason = Reason.RECOVERED, **changes: Any) -> Message:
    """Return the message that it is over."""
    over = alert(state=AlertState.RESOLVED, reason=reason, value=2700, ends_at="2026-11-21T11:30:00Z")
    fields: dict[str, Any] = {
        "id": "00c0ffee00c0fff0",
        "revision": 2,
        "occasion": Occasion.RESOLVED,
        "title": "Customers of team north are answered in time again",
        "text": "Response time p90 is 45 min again, at or below 45 min, after 2 h 20 min.",
        "alerts": (over,),
        "history": (),
        "created_at": "2026-11-21T11:30:10Z",
    }
    return message(**fields | changes)


def group(**changes: Any) -> Message:
    """Return a message about twelve reps, three of them shown."""
    reps = tuple(
        alert(
            id=f"{number:016x}", rule="behind-pace", severity="warning", kpi="won_revenue", window="month",
            period="2026-11", dims={"rep": rep}, value=value, threshold=8000, target=10000, n=3, unit="EUR",
            summary=f"Won revenue in 2026-11 for rep {rep} is {value} EUR, below 8,000 EUR.",
        )
        for number, (rep, value) in enumerate((("ann", 1200), ("bob", 3400.5), ("cleo", 7999)), 1)
    )  # fmt: skip
    fields: dict[str, Any] = {
        "id": "00c0ffee00c0fff1",
        "group": "behind-pace|team=north",
        "severity": "warning",
        "title": "12 reps behind pace",
        "text": "\n".join(one.summary for one in reps),
        "alerts": reps,
        "more": 9,
        "link": None,
        "history": (),
    }
    return message(**fields | changes)


def mischief() -> Message:
    """Return a message in which every text tries to be more than a text."""
    bad = '<!channel> <script>alert("1")</script> & *b* \r\nBcc: eve@example.com'
    return message(
        id="00c0ffee00c0fff2",
        route="ro/ute <x>",
        title=bad,
        text=bad,
        alerts=(alert(rule=bad, dims={"team": bad}, account=bad, entity=bad, owner=bad, unit=bad),),
        link='https://example.com/?a=1|b>&"',
    )


MESSAGES = {"firing": message(), "resolved": resolved(), "group": group(), "mischief": mischief()}


def golden(name: str) -> str:
    """Return what a channel makes of a message, as it was read and found good."""
    return (GOLDEN / name).read_text("utf-8")


def pretty(value: Any) -> str:
    """Return JSON for people, as the files have it."""
    plain = msgspec.to_builtins(value)
    return json.dumps(plain, indent=2, ensure_ascii=False) + "\n"
