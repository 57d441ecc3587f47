"""From receivers to senders."""

from pathlib import Path
from typing import Any

import pytest

from streams.notify.senders.make import ReceiverError, make_sender
from tests.streams.notify.senders.made import SECRETS, receiver

MAIL: dict[str, Any] = {"type": "email", "host": "h", "from": "a@b.c", "to": ("a@b.c",)}


EVERY_SENDER = pytest.mark.parametrize(
    ("fields", "sender"),
    [
        ({"type": "slack", "channel": "x", "token_env": "TOKEN"}, "SlackBotSender"),
        ({"type": "slack", "webhook_url_env": "URL"}, "SlackWebhookSender"),
        (MAIL, "EmailSender"),
        ({"type": "webhook", "url": "https://h", "secret_env": "KEY"}, "WebhookSender"),
        ({"type": "alertmanager", "urls": ("http://h",)}, "AlertmanagerSender"),
        ({"type": "pagerduty", "routing_key_env": "ROUTING"}, "PagerDutySender"),
    ],
)


@EVERY_SENDER
async def test_each_has_its_sender(fields: dict[str, Any], sender: str) -> None:
    """Making a sender connects nothing, and closing one that never sent is fine."""
    made = make_sender(receiver(**fields), SECRETS | {"URL": "https://hooks.slack.com/services/x"})

    assert type(made).__name__ == sender
    await made.close()


@EVERY_SENDER
def test_each_is_made_without_a_loop(fields: dict[str, Any], sender: str) -> None:
    """`crm-pulse notify` makes them once before its loop runs, to hear of wrong secrets."""
    made = make_sender(receiver(**fields), SECRETS | {"URL": "https://hooks.slack.com/services/x"})

    assert type(made).__name__ == sender


@pytest.mark.parametrize(
    ("fields", "environ", "sentence"),
    [
        ({"type": "slack", "channel": "x", "token_env": "TOKEN"}, {}, "token_env: the environment variable TOKEN is not set"),
        ({"type": "slack", "webhook_url_env": "URL"}, {"URL": "hunter2"}, "webhook_url: expected a URL such as https://example.com/path"),
        ({"type": "webhook", "url": "https://h", "secret_env": "KEY"}, {"KEY": "hunter2"}, "secret: the key has 7 bytes; at least 16 are needed"),
        ({"type": "webhook", "url_env": "URL", "secret_env": "KEY"}, {"KEY": "k" * 16, "URL": "http://hunter2"}, "url: expected https; without TLS only with allow_private: true"),
        (MAIL | {"ca_file": "/nowhere/hunter2.pem"}, {}, "ca_file: no PEM certificates (FileNotFoundError)"),
        ({"type": "pagerduty", "routing_key_file": "/nowhere/key"}, {}, "routing_key_file: /nowhere/key: No such file or directory"),
        ({"type": "apprise", "urls_env": "URLS"}, {"URLS": " "}, "urls_env: the environment variable URLS is empty"),
    ],
)  # fmt: skip
def test_what_is_missing_is_said_at_the_start(
    fields: dict[str, Any], environ: dict[str, str], sentence: str
) -> None:
    """A receiver that could never work is a mistake before the first alert, without its secret."""
    with pytest.raises(ReceiverError) as caught:
        make_sender(receiver(**fields), environ)
    assert str(caught.value) == sentence


def test_a_file_that_holds_no_certificates(tmp_path: Path) -> None:
    """Something else in `ca_file` is said."""
    (tmp_path / "ca.pem").write_text("hello")
    with pytest.raises(ReceiverError, match=r"ca_file: no PEM certificates \(SSLError\)"):
        make_sender(receiver(**MAIL, ca_file=str(tmp_path / "ca.pem")), {})
