"""The section of receivers: what it may say, and what is said of its mistakes."""

from typing import Any

import pytest

from schemas.delivery.receiver import (
    AlertmanagerReceiver,
    AppriseReceiver,
    EmailReceiver,
    PagerDutyReceiver,
    Receivers,
    SlackReceiver,
    WebhookReceiver,
)
from schemas.delivery.receiver_base import Receiver
from schemas.files.document import Faults, Section, check, parse
from tests.docs.pages import ROOT, blocks


class ReceiversFile(Section):
    """A file with the section alone."""

    receivers: Receivers


GOOD = """\
receivers:
  north: {type: slack, channel: "#north", token_env: CRM_PULSE_SECRET_SLACK}
  board: {type: slack, webhook_url_file: /run/secrets/slack, timeout: 5s}
  mail:
    type: email
    host: smtp.example.com
    from: pulse@example.com
    to: [ann@example.com, bob@example.com]
    username: pulse
    password_file: /run/secrets/smtp
  crm: {type: webhook, url: "https://crm.example.com/hooks/pulse", secret_env: WEBHOOK_SECRET}
  ops: {type: alertmanager, urls: ["http://alertmanager:9093"], resend_every: 2m, labels: {site: eu}}
  pager: {type: pagerduty, routing_key_env: CRM_PULSE_SECRET_PAGERDUTY}
  others: {type: apprise, urls_env: APPRISE_URLS}
"""


def receivers(text: str) -> Receivers:
    """Return the receivers of a file."""
    return check(ReceiversFile, parse(text, "notify.yaml")).receivers


def one(fields: str) -> str:
    """Return the faults of a file with one receiver, in line 2."""
    with pytest.raises(Faults) as caught:
        receivers(f"receivers:\n  r: {{{fields}}}\n")
    return str(caught.value)


def test_each_type_is_told_apart() -> None:
    """The word after `type` says which fields there are."""
    found = receivers(GOOD)

    assert [type(receiver) for receiver in found.values()] == [
        SlackReceiver,
        SlackReceiver,
        EmailReceiver,
        WebhookReceiver,
        AlertmanagerReceiver,
        PagerDutyReceiver,
        AppriseReceiver,
    ]


def test_defaults_and_units() -> None:
    """Durations are read as people write them; what is left out is as careful as can be."""
    found: Any = receivers(GOOD)

    assert (found["north"].timeout_s, found["board"].timeout_s) == (10, 5)
    assert (found["mail"].security, found["mail"].port, found["mail"].sender) == (
        "starttls",
        587,
        "pulse@example.com",
    )
    assert found["ops"].resend_every_us == 120_000_000
    assert not found["crm"].allow_private
    assert found["pager"].api_url == "https://events.pagerduty.com"


def test_where_secrets_are() -> None:
    """A receiver says where its secrets are, and of which it has none."""
    found = receivers(GOOD)

    assert found["north"].secret("token") == ("token", "CRM_PULSE_SECRET_SLACK", None)
    assert found["north"].secret("webhook_url") is None
    assert found["mail"].secret("password") == ("password", None, "/run/secrets/smtp")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ("type: slack, channel: x, token: hunter2", "token"),
        ("type: slack, webhook_url: 'https://hooks.slack.com/hunter2'", "webhook_url"),
        ("type: email, host: h, from: a@b.c, to: [a@b.c], username: u, password: hunter2", "password"),
        ("type: webhook, url: 'https://h', secret: hunter2", "secret"),
        ("type: webhook, url: 'https://h', secret_env: S, token: hunter2", "token"),
        ("type: alertmanager, urls: ['http://h'], username: u, password: hunter2", "password"),
        ("type: alertmanager, urls: ['http://h'], token: hunter2", "token"),
        ("type: pagerduty, routing_key: hunter2", "routing_key"),
        ("type: apprise, urls: ['json://hunter2']", "urls"),
    ],
)
def test_a_secret_in_the_file_is_a_mistake(fields: str, field: str) -> None:
    """The sentence says what to do instead, at the field, and doesn't repeat the secret."""
    faults = one(fields)

    assert (
        f"notify.yaml:2: receivers.r.{field}: a secret is not written here: "
        f"name an environment variable with {field}_env, or a file with {field}_file"
    ) in faults
    assert "hunter2" not in faults


@pytest.mark.parametrize(
    "fields",
    [
        "type: slack, channel: x, token_env: xoxb-hunter2",
        "type: webhook, url: 'https://ann:hunter2@example.com/', secret_env: S",
        "type: webhook, url: 'hunter2', secret_env: S",
        "type: alertmanager, urls: ['http://h:hunter2']",
        "type: pagerduty, routing_key_env: hunter2",
    ],
)
def test_what_looks_like_a_secret_is_not_repeated(fields: str) -> None:
    """A secret in the wrong place doesn't end up in a log."""
    assert "hunter2" not in one(fields)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        pytest.param("host: h", "receivers.r.type: missing", id="no type"),
        pytest.param("type: slak", "receivers.r.type: expected one of slack, email, webhook, alertmanager, pagerduty, apprise, found the text 'slak', did you mean 'slack'?", id="an unknown type"),
        pytest.param("type: slack, chanel: x", "receivers.r.chanel: unknown field 'chanel', did you mean 'channel'?", id="an unknown field"),
        pytest.param("type: slack, channel: x", "receivers.r: expected a bot token (token_env or token_file) or an incoming webhook (webhook_url_env or webhook_url_file), found neither", id="Slack without a secret"),
        pytest.param("type: slack, channel: x, token_env: A, webhook_url_env: B", "(webhook_url_env or webhook_url_file), found both", id="Slack with two"),
        pytest.param("type: slack, token_env: A", "receivers.r: expected a channel: a bot token needs to be told where to", id="a bot without a channel"),
        pytest.param("type: slack, channel: x, webhook_url_env: A", "receivers.r.channel: an incoming webhook has its channel in itself; leave channel out", id="a webhook with a channel"),
        pytest.param("type: slack, channel: x, token_env: A, token_file: b", "receivers.r: expected one of token_env and token_file, found both", id="one secret in two places"),
        pytest.param("type: slack, channel: x, token_env: lower", "receivers.r.token_env: expected the name of an environment variable, such as CRM_PULSE_SECRET_SLACK", id="no name of a variable"),
        pytest.param("type: slack, channel: x, token_env: A, timeout: 2m", "receivers.r.timeout: expected a duration from 1s to 1m, found '2m'", id="too long a time"),
        pytest.param("type: slack, channel: x, token_env: A, timeout: 5", "receivers.r.timeout: expected a duration such as 90s, 5m, 1h 30m or 2d, found 5", id="a time without a unit"),
        pytest.param("type: email, host: h, from: a@b.c, to: []", "receivers.r.to: must have at least 1 entry, found 0", id="nobody to write to"),
        pytest.param("type: email, host: h, from: a@b.c, to: [ann]", "receivers.r.to[0]: expected an e-mail address such as ann@example.com, found 'ann'", id="no address"),
        pytest.param('type: email, host: h, from: a@b.c, to: ["a@b.c\\r\\nBcc: e@f.g"]', "receivers.r.to[0]: expected an e-mail address", id="an address with a header"),
        pytest.param("type: email, host: h, from: a@b.c, to: [a@b.c, A@b.c]", "receivers.r.to: to names an address twice", id="somebody twice"),
        pytest.param("type: email, host: h, from: a@b.c, to: [a@b.c], username: u", "receivers.r: expected username and a password (password_env or password_file), or neither", id="a name without a password"),
        pytest.param("type: email, host: h, from: a@b.c, to: [a@b.c], username: u, password_env: P, security: none", "receivers.r.security: a password is not sent without TLS; expected security: starttls or tls", id="a password in clear"),
        pytest.param("type: webhook, secret_env: S", "receivers.r: expected one of url, url_env and url_file", id="no URL"),
        pytest.param("type: webhook, url: 'https://h', url_env: U, secret_env: S", "receivers.r: expected one of url, url_env and url_file", id="two URLs"),
        pytest.param("type: webhook, url: 'https://h'", "receivers.r: expected secret_env or secret_file", id="unsigned"),
        pytest.param("type: webhook, url: 'http://h', secret_env: S", "receivers.r.url: expected https; without TLS only with allow_private: true", id="the internet without TLS"),
        pytest.param("type: webhook, url: 'ftp://h', secret_env: S", "receivers.r.url: expected a URL such as https://example.com/path", id="another protocol"),
        pytest.param("type: webhook, url: 'https://h/#x', secret_env: S", "receivers.r.url: expected a URL without #", id="a fragment"),
        pytest.param("type: webhook, url: 'https://h', secret_env: S, headers: {Authorization: x}", "receivers.r.headers.Authorization: the header Authorization is not free; a bearer token is named by token_env", id="a header that is ours"),
        pytest.param('type: webhook, url: "https://h", secret_env: S, headers: {A: "x\\r\\nB: y"}', "receivers.r.headers.A: expected one line of printable text", id="a header in a header"),
        pytest.param("type: alertmanager, urls: []", "receivers.r.urls: must have at least 1 entry", id="no Alertmanager"),
        pytest.param("type: alertmanager, urls: ['http://h'], resend_every: 1s", "receivers.r.resend_every: expected a duration from 10s to 1d, found '1s'", id="too often"),
        pytest.param("type: alertmanager, urls: ['http://h'], labels: {a-b: c}", "receivers.r.labels.a-b: expected letters, digits and _, found 'a-b'", id="no label"),
        pytest.param("type: alertmanager, urls: ['http://h'], username: u, password_env: P, token_env: T", "receivers.r: expected a username or a token, found both", id="two ways to log in"),
        pytest.param("type: pagerduty", "receivers.r: expected routing_key_env or routing_key_file", id="no key"),
        pytest.param("type: apprise", "receivers.r: expected urls_env or urls_file", id="no URLs"),
    ],
)  # fmt: skip
def test_mistakes(fields: str, message: str) -> None:
    """Each mistake is said at its line and field."""
    faults = one(fields)

    assert faults.startswith("notify.yaml:2: receivers.r")
    assert message in faults


def test_a_name_is_plain() -> None:
    """A receiver's name goes into topics, logs and metrics."""
    with pytest.raises(Faults, match="expected a name of small letters"):
        receivers("receivers:\n  Über: {type: apprise, urls_env: A}\n")


def test_the_page_shows_every_type() -> None:
    """The example on the page is good, and has one of each kind."""
    (example,) = [block for block in blocks("yaml") if block.marked and block.page.name == "receivers.md"]
    found = receivers(example.text)

    assert {receiver.type for receiver in found.values()} == {
        "slack",
        "email",
        "webhook",
        "alertmanager",
        "pagerduty",
        "apprise",
    }


def test_the_page_names_every_field() -> None:
    """No field is a secret of the code."""
    page = (ROOT / "docs/receivers.md").read_text("utf-8")
    kinds: tuple[type[Receiver], ...] = (
        SlackReceiver,
        EmailReceiver,
        WebhookReceiver,
        AlertmanagerReceiver,
        PagerDutyReceiver,
        AppriseReceiver,
    )
    names = {field.alias or name for kind in kinds for name, field in kind.model_fields.items()}
    written = {name for name in names if f"{name}_env" in names}

    assert [name for name in sorted(names - written) if f"`{name}`" not in page] == []
