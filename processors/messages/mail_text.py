"""A message as the text and the HTML of a mail, which say the same."""

from collections.abc import Iterator
from html import escape

from processors.messages import words
from schemas.alert import Alert
from schemas.message import Message

TEXT_CHARS_MAX = 20_000
ROWS_MAX = 50

_BODY = "font-family:-apple-system,Segoe UI,Roboto,Helvetica,Arial,sans-serif;font-size:15px;color:#1d1c1d"
_CELL = "padding:4px 16px 4px 0;text-align:left;vertical-align:top"
_QUIET = "color:#616061;font-size:13px"


def mail_text(message: Message) -> str:
    """Return the body in plain text."""
    parts = [words.body(message, TEXT_CHARS_MAX) or words.title(message)]
    alert = words.single(message)
    if alert is not None:
        parts.append("\n".join(f"{name}: {value}" for name, value in words.facts(alert, message.timezone)))
    parts += [words.trend(message), words.more(message), words.link(message) or ""]
    return "\n\n".join(part for part in parts if part) + f"\n\n-- \n{_foot(message)}\n"


def mail_html(message: Message) -> str:
    """Return the body in HTML: inline styles, no pictures, nothing that is loaded."""
    return "\n".join(_html(message)) + "\n"


def _html(message: Message) -> Iterator[str]:
    title = words.title(message)
    yield "<!doctype html>"
    yield '<html lang="en"><head><meta charset="utf-8">'
    yield f"<title>{escape(title)}</title></head>"
    yield f'<body style="{_BODY}">'
    yield f'<h2 style="font-size:18px">{words.icon(message)} {escape(title)}</h2>'
    text = words.body(message, TEXT_CHARS_MAX)
    if text:
        yield f"<p>{'<br>'.join(map(escape, text.splitlines()))}</p>"
    alert = words.single(message)
    if alert is not None:
        yield from _table((), words.facts(alert, message.timezone))
    elif message.alerts:
        yield from _table(
            ("Whose", "Value", "Limit", "Since"),
            (_row(one, message.timezone) for one in message.alerts[:ROWS_MAX]),
        )
    trend, more, link = words.trend(message), words.more(message), words.link(message)
    if trend:
        yield f'<p style="font-size:18px">{escape(trend)}</p>'
    if more:
        yield f"<p>{escape(more)}</p>"
    if link is not None:
        yield f'<p><a href="{escape(link)}">Open</a></p>'
    yield f'<p style="{_QUIET}">{escape(_foot(message))}</p>'
    yield "</body></html>"


def _row(alert: Alert, timezone: str) -> tuple[str, ...]:
    known = dict(words.facts(alert, timezone))
    return (words.whose(alert), known["Value"], known["Limit"], known["Since"])


def _table(heads: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> Iterator[str]:
    yield '<table style="border-collapse:collapse">'
    if heads:
        cells = "".join(f'<th style="{_CELL}">{escape(head)}</th>' for head in heads)
        yield f"<tr>{cells}</tr>"
    for row in rows:
        first, *others = row
        tag = "td" if heads else "th"
        cells = "".join(f'<td style="{_CELL}">{escape(cell)}</td>' for cell in others)
        yield f'<tr><{tag} style="{_CELL}">{escape(first)}</{tag}>{cells}</tr>'
    yield "</table>"


def _foot(message: Message) -> str:
    parts = ("CRM Pulse", words.status(message), words.rules(message), f"message {message.id}")
    return " · ".join(part for part in parts if part)
