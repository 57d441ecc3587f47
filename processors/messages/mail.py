"""A message as a mail: headers by which programs make threads and filters, a text and an HTML body."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from processors.messages import words
from processors.messages.mail_text import mail_html, mail_text
from processors.reading.event_time import decode_time
from schemas.message import Message

NAME = "CRM Pulse"

_POLICY = SMTP.clone(cte_type="7bit")
"""Every server takes 7 bits."""
_NO_ATOM = re.compile(r"[^A-Za-z0-9-]+", re.ASCII)
_THREAD = re.compile(r"<[!-;=?-~]{3,250}>", re.ASCII)


def message_id(message: Message, sender: str) -> str:
    """Return the mail's id: the same whenever the same is sent, so that a mailbox can drop the second."""
    return f"<{_atom(message.id)}@{_domain(sender)}>"


def mail(message: Message, sender: str, to: Sequence[str], thread: str | None) -> EmailMessage:
    """Return the mail from an address to others; `thread` is the id of the mail that it follows."""
    made = EmailMessage(policy=_POLICY)
    made["From"] = Address(NAME, addr_spec=sender)
    made["To"] = [Address(addr_spec=address) for address in to]
    made["Subject"] = _subject(message)
    made["Date"] = _date(message)
    made["Message-ID"] = message_id(message, sender)
    if thread is not None and _THREAD.fullmatch(thread):
        made["In-Reply-To"] = thread
        made["References"] = thread
    made["List-Id"] = f"{NAME} {_atom(message.route)} <{_atom(message.route)}.crm-pulse.{_domain(sender)}>"
    # Nobody's absence note should answer.
    made["Auto-Submitted"] = "auto-generated"
    made["X-Auto-Response-Suppress"] = "All"
    if message.severity == "critical":
        made["Importance"] = "high"
    made.set_content(mail_text(message), cte="quoted-printable")
    made.add_alternative(mail_html(message), subtype="html", cte="quoted-printable")
    # The library would choose one at random; the same message is the same mail.
    made.set_boundary(f"=_{_atom(message.id)}_=")
    return made


def _subject(message: Message) -> str:
    """Return the title, behind what it is in a word unless the title begins with that, as `Warning: …` does."""
    title, status = words.title(message), words.status(message)
    said = title.partition(":")[0].lower().split()
    return title if status.partition(",")[0] in said else f"[{status}] {title}"


def _date(message: Message) -> str:
    return format_datetime(datetime.fromtimestamp(decode_time(message.created_at) // 1_000_000, UTC))


def _domain(sender: str) -> str:
    return sender.rpartition("@")[2]


def _atom(text: str) -> str:
    return _NO_ATOM.sub("-", text)[:60] or "-"
