"""Mails and their headers."""

from email import message_from_bytes
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.messages.mail import mail, message_id
from processors.messages.mail_text import mail_html, mail_text
from schemas.alert import Reason
from schemas.message import Occasion
from tests.processors.messages.told import MESSAGES, message, resolved

FROM = "pulse@example.com"
TO = ("ann@example.com", "bob@example.com")


@pytest.mark.parametrize("name", MESSAGES)
def test_what_arrives_is_what_was_meant(name: str) -> None:
    """Through bytes and back, both bodies are whole, and each line is short enough for every server."""
    told = MESSAGES[name]
    raw = mail(told, FROM, TO, None).as_bytes()
    read = message_from_bytes(raw, policy=default)
    text, html = (part.get_content().replace("\r\n", "\n") for part in read.iter_parts())

    assert text.splitlines() == mail_text(told).splitlines()
    assert html.splitlines() == mail_html(told).splitlines()
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert read["To"] == "ann@example.com, bob@example.com"
    assert read["From"] == "CRM Pulse <pulse@example.com>"
    assert read["Date"].datetime.isoformat().replace("+00:00", "Z") == told.created_at


def test_the_same_message_is_the_same_mail() -> None:
    """A mailbox that gets it twice has a chance to see so: every byte is the same."""
    assert mail(message(), FROM, TO, None).as_bytes() == mail(message(), FROM, TO, None).as_bytes()


def test_threads() -> None:
    """What follows refers to the first mail, and has an id of its own."""
    first = mail(message(), FROM, TO, None)
    second = mail(resolved(), FROM, TO, first["Message-ID"])

    assert first["Message-ID"] == message_id(message(), FROM) == "<00c0ffee00c0ffee@example.com>"
    assert "References" not in first
    assert second["References"] == second["In-Reply-To"] == first["Message-ID"]
    assert second["Message-ID"] != first["Message-ID"]


def test_headers_for_programs() -> None:
    """Filters find the list, absence notes keep silent, what is urgent says so."""
    made = mail(message(), FROM, TO, None)

    assert made["List-Id"] == "CRM Pulse managers <managers.crm-pulse.example.com>"
    assert made["Auto-Submitted"] == "auto-generated"
    assert made["Importance"] == "high"
    assert "Importance" not in mail(message(severity="warning"), FROM, TO, None)


@pytest.mark.parametrize(
    ("title", "occasion", "subject"),
    [
        ("Critical: Slow response", Occasion.FIRING, "Critical: Slow response"),
        ("Still critical: Slow response", Occasion.REMINDER, "Still critical: Slow response"),
        ("Customers wait", Occasion.FIRING, "[critical] Customers wait"),
        ("Slow: not so critical", Occasion.WORSE, "[critical, worse] Slow: not so critical"),
    ],
)
def test_subjects_say_it_once(title: str, occasion: Occasion, subject: str) -> None:
    """A title of one's own has before it how bad it is; one that begins with that does not say it twice."""
    assert mail(message(title=title, occasion=occasion), FROM, TO, None)["Subject"] == subject


@pytest.mark.parametrize(
    ("title", "reason", "subject"),
    [
        ("Resolved: Slow", Reason.RECOVERED, "Resolved: Slow"),
        ("Closed: Slow", Reason.PERIOD_OVER, "Closed: Slow"),
        ("Slow", Reason.PERIOD_OVER, "[closed] Slow"),
    ],
)
def test_subjects_of_what_is_over(title: str, reason: Reason, subject: str) -> None:
    """What did not recover is not called resolved."""
    assert mail(resolved(reason, title=title), FROM, TO, None)["Subject"] == subject


@given(st.text(max_size=2_000), st.text(max_size=100), st.text(max_size=100))
def test_no_text_becomes_a_header(title: str, route: str, thread: str) -> None:
    """Whatever title, route and thread say, the mail has the headers that it should have, and no other."""
    made = mail(message(title=title, route=route), FROM, TO, thread)
    read = message_from_bytes(made.as_bytes(), policy=default)
    usual = mail(message(), FROM, TO, None)

    assert {*read.keys()} - {"References", "In-Reply-To"} == {*usual.keys()}
    assert read.get_body(("plain",)) is not None
