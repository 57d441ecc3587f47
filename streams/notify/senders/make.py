"""From a receiver in the file to its sender, with the secrets that the file only names."""

import ssl
from collections.abc import Mapping

from processors.messages.webhook import signing_key
from schemas.delivery.receiver import (
    AlertmanagerReceiver,
    AnyReceiver,
    AppriseReceiver,
    EmailReceiver,
    PagerDutyReceiver,
    SlackReceiver,
    WebhookReceiver,
)
from schemas.delivery.receiver_base import Receiver
from schemas.delivery.receiver_fields import url as checked_url
from streams.notify.secrets import SecretError, read_line, read_secret
from streams.notify.sender import Sender
from streams.notify.senders.alertmanager import AlertmanagerSender
from streams.notify.senders.apprise import AppriseSender
from streams.notify.senders.email import EmailSender
from streams.notify.senders.pagerduty import PagerDutySender
from streams.notify.senders.slack import SlackBotSender, SlackWebhookSender
from streams.notify.senders.webhook import WebhookSender


class ReceiverError(ValueError):
    """A receiver can't be used; the message names the field and says why, without secrets."""


def make_sender(receiver: AnyReceiver, environ: Mapping[str, str]) -> Sender:
    """Return the sender of a receiver. Nothing is connected yet, and no event loop is needed.

    Raises:
        ReceiverError: a secret or a certificate isn't there or isn't what it should be.
    """
    try:
        return _sender(receiver, environ)
    except SecretError as error:
        raise ReceiverError(str(error)) from None
    except (ssl.SSLError, OSError) as error:
        if getattr(receiver, "ca_file", None) is None:
            raise
        raise ReceiverError(f"ca_file: no PEM certificates ({type(error).__name__})") from None


def _sender(receiver: AnyReceiver, environ: Mapping[str, str]) -> Sender:
    match receiver:
        case SlackReceiver():
            token = _secret(receiver, "token", environ)
            if token is not None:
                return SlackBotSender(receiver, token)
            return SlackWebhookSender(receiver, _secret_url(receiver, "webhook_url", environ))
        case EmailReceiver():
            return EmailSender(receiver, _secret(receiver, "password", environ))
        case WebhookReceiver():
            url = receiver.url or _secret_url(receiver, "url", environ)
            if url.startswith("http:") and not receiver.allow_private:
                raise ReceiverError("url: expected https; without TLS only with allow_private: true")
            token = _secret(receiver, "token", environ)
            return WebhookSender(receiver, url, _key(receiver, environ), token)
        case AlertmanagerReceiver():
            password, token = _secret(receiver, "password", environ), _secret(receiver, "token", environ)
            return AlertmanagerSender(receiver, password, token)
        case PagerDutyReceiver():
            return PagerDutySender(receiver, _needed(receiver, "routing_key", environ))
        case AppriseReceiver():
            source = receiver.secret("urls")
            assert source is not None
            try:
                return AppriseSender(receiver, read_secret(source, environ).split())
            except SecretError:
                raise
            except ValueError as error:
                raise ReceiverError(f"urls: {error}") from None


def _secret(receiver: Receiver, name: str, environ: Mapping[str, str]) -> str | None:
    source = receiver.secret(name)
    return None if source is None else read_line(source, environ)


def _needed(receiver: Receiver, name: str, environ: Mapping[str, str]) -> str:
    found = _secret(receiver, name, environ)
    assert found is not None  # the grammar asks for it
    return found


def _secret_url(receiver: Receiver, name: str, environ: Mapping[str, str]) -> str:
    try:
        return checked_url(_needed(receiver, name, environ))
    except SecretError:
        raise
    except ValueError as error:
        raise ReceiverError(f"{name}: {error}") from None


def _key(receiver: WebhookReceiver, environ: Mapping[str, str]) -> bytes:
    try:
        return signing_key(_needed(receiver, "secret", environ))
    except SecretError:
        raise
    except ValueError as error:
        raise ReceiverError(f"secret: {error}") from None
