"""Senders for tests, as the file's receivers make them, with their secrets."""

from typing import Any

from pydantic import TypeAdapter

from schemas.delivery.receiver import AnyReceiver, Receivers
from streams.notify.sender import Sender
from streams.notify.senders.make import make_sender

SECRETS = {
    "TOKEN": "xoxb-hunter2",
    "KEY": "hunter2-hunter2-hunter2",
    "PASSWORD": "hunter2",
    "ROUTING": "r0uting-hunter2",
}
SHORT_US = 300_000
"""A time-out for tests in which it is waited for."""

_RECEIVERS: TypeAdapter[Receivers] = TypeAdapter(Receivers)


def receiver(timeout_us: int | None = None, **fields: Any) -> AnyReceiver:
    """Return a receiver with these fields; `timeout_us` may be shorter than a file may say."""
    made = _RECEIVERS.validate_python({"r": fields})["r"]
    return made if timeout_us is None else made.model_copy(update={"timeout_us": timeout_us})


def sender(timeout_us: int | None = None, **fields: Any) -> Sender:
    """Return the sender of such a receiver."""
    return make_sender(receiver(timeout_us, **fields), SECRETS)


def slack_bot(url: str, timeout_us: int | None = None, **more: Any) -> Sender:
    """Return a Slack bot's sender, whose API is at this URL."""
    fields = {"type": "slack", "channel": "#north", "token_env": "TOKEN", "api_url": f"{url}/api/"}
    return sender(timeout_us, **fields | more)


def slack_webhook(url: str, timeout_us: int | None = None, **more: Any) -> Sender:
    """Return an incoming webhook's sender."""
    made = receiver(timeout_us, type="slack", webhook_url_env="URL", **more)
    return make_sender(made, {"URL": f"{url}/services/hunter2"})


def webhook(url: str, timeout_us: int | None = None, **more: Any) -> Sender:
    """Return a webhook's sender that may speak with this machine."""
    fields = {"type": "webhook", "url": f"{url}/hook?x=1", "secret_env": "KEY", "allow_private": True}
    return sender(timeout_us, **fields | more)


def alertmanager(url: str, timeout_us: int | None = None, **more: Any) -> Sender:
    """Return an Alertmanager's sender."""
    return sender(timeout_us, **{"type": "alertmanager", "urls": (url,)} | more)


def pagerduty(url: str, timeout_us: int | None = None, **more: Any) -> Sender:
    """Return a PagerDuty service's sender."""
    return sender(timeout_us, **{"type": "pagerduty", "routing_key_env": "ROUTING", "api_url": url} | more)


HTTP = {
    "slack-bot": slack_bot,
    "slack-webhook": slack_webhook,
    "webhook": webhook,
    "alertmanager": alertmanager,
    "pagerduty": pagerduty,
}
