"""The grammar of receivers: where notifications go, one section each, told apart by `type`.

Secrets never stand in the file: it names an environment variable (`…_env`) or a file (`…_file`) instead.
docs/receivers.md explains the fields to users.
"""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from schemas.delivery.receiver_base import Receiver
from schemas.delivery.receiver_fields import (
    Address,
    EnvName,
    FilePath,
    HeaderName,
    HeaderValue,
    Host,
    LabelName,
    ResendEvery,
    Url,
    Written,
    one_line,
)
from schemas.duration import MINUTE_US
from schemas.files.document import together
from schemas.files.fault import PathMessage

ADDRESSES_MAX = 50
"""Of one e-mail receiver; more people are a mailing list."""
URLS_MAX = 10

ReceiverName = Annotated[str, Field(pattern="^[a-z][a-z0-9_-]{0,59}$")]


class SlackReceiver(Receiver):
    """A Slack channel: by a bot's token, which makes threads, or by an incoming webhook, which can't."""

    type: Literal["slack"]
    """Which kind of receiver it is."""
    channel: Annotated[str, Field(min_length=1, max_length=100), AfterValidator(one_line)] | None = None
    """With a token: the channel's name (`#north`) or id. The bot must be a member."""
    token_env: EnvName | None = None
    token_file: FilePath | None = None
    token: Written = None
    webhook_url_env: EnvName | None = None
    webhook_url_file: FilePath | None = None
    webhook_url: Written = None
    api_url: Url = "https://slack.com/api/"
    """Where the API is, for those that aren't at slack.com."""
    proxy: Url | None = None
    """An HTTP proxy to go through."""

    @together
    def _token_or_webhook(self) -> Iterator[PathMessage]:
        token, webhook = self.secret("token"), self.secret("webhook_url")
        if (token is None) == (webhook is None):
            found = "neither" if token is None else "both"
            yield (
                (),
                "expected a bot token (token_env or token_file) or an incoming webhook "
                f"(webhook_url_env or webhook_url_file), found {found}",
            )
        elif token is not None and self.channel is None:
            yield (), "expected a channel: a bot token needs to be told where to"
        elif webhook is not None and self.channel is not None:
            yield ("channel",), "an incoming webhook has its channel in itself; leave channel out"


class EmailReceiver(Receiver):
    """Mail through an SMTP server."""

    type: Literal["email"]
    """Which kind of receiver it is."""
    host: Host
    """The SMTP server."""
    port: Annotated[int, Field(ge=1, le=65_535)] = 587
    """Its port."""
    security: Literal["starttls", "tls", "none"] = "starttls"
    """`tls` from the first byte, usual at port 465."""
    sender: Address = Field(alias="from", description="Whom mails are from.")
    to: Annotated[tuple[Address, ...], Field(min_length=1, max_length=ADDRESSES_MAX)]
    """Who is told, each on its own."""
    username: Annotated[str, Field(min_length=1), AfterValidator(one_line)] | None = None
    """To log in; never without TLS."""
    password_env: EnvName | None = None
    password_file: FilePath | None = None
    password: Written = None
    ca_file: FilePath | None = None
    """Certificates of the authorities to trust (PEM); without it, the system's."""

    @together
    def _whole_login(self) -> Iterator[PathMessage]:
        return self.username_and_password(self.username)

    @together
    def _login_is_encrypted(self) -> Iterator[PathMessage]:
        if self.username is not None and self.security == "none":
            yield ("security",), "a password is not sent without TLS; expected security: starttls or tls"

    @together
    def _addresses_once(self) -> Iterator[PathMessage]:
        if len({address.lower() for address in self.to}) < len(self.to):
            yield ("to",), "to names an address twice"


RESERVED_HEADERS = frozenset(
    {
        "authorization",
        "connection",
        "content-length",
        "content-type",
        "cookie",
        "host",
        "idempotency-key",
        "transfer-encoding",
        "user-agent",
        "webhook-id",
        "webhook-signature",
        "webhook-timestamp",
    }
)


class WebhookReceiver(Receiver):
    """Any HTTP server: signed JSON, by the headers of standardwebhooks.com."""

    type: Literal["webhook"]
    """Which kind of receiver it is."""
    url: Url | None = None
    """Where to post; `https` unless `allow_private`."""
    url_env: EnvName | None = None
    """Of a URL that is a secret itself."""
    url_file: FilePath | None = None
    secret_env: EnvName | None = None
    """The key of the signature: at least 16 bytes as they are, or `whsec_` and base64."""
    secret_file: FilePath | None = None
    secret_: Written = Field(None, alias="secret")
    token_env: EnvName | None = None
    """Sent as `Authorization: Bearer …`."""
    token_file: FilePath | None = None
    token: Written = None
    headers: dict[HeaderName, HeaderValue] = Field({})
    """Sent as they are; nothing secret."""
    allow_private: bool = False
    """Whether the server may have a private, link-local or loopback address, and be spoken to without TLS."""
    ca_file: FilePath | None = None
    """Certificates of the authorities to trust (PEM); without it, the system's."""

    @together
    def _free_headers(self) -> Iterator[PathMessage]:
        for name in self.headers:
            if name.lower() in RESERVED_HEADERS:
                said = f"the header {name} is not free; a bearer token is named by token_env"
                yield ("headers", name), said

    @together
    def _one_url(self) -> Iterator[PathMessage]:
        if (self.url is None) == (self.secret("url") is None):
            yield (), "expected one of url, url_env and url_file"

    @together
    def _needs_a_secret(self) -> Iterator[PathMessage]:
        return self.needs("secret")

    @together
    def _encrypted(self) -> Iterator[PathMessage]:
        if self.url is not None and self.url.startswith("http:") and not self.allow_private:
            yield ("url",), "expected https; without TLS only with allow_private: true"


class AlertmanagerReceiver(Receiver):
    """A Prometheus Alertmanager, by its API v2. It wants each alert for itself, again and again while it fires."""

    type: Literal["alertmanager"]
    """Which kind of receiver it is."""
    urls: Annotated[tuple[Url, ...], Field(min_length=1, max_length=URLS_MAX)]
    """Every member of the cluster, without `/api/v2/alerts`: each is sent everything."""
    resend_every_us: ResendEvery = Field(MINUTE_US, alias="resend_every")
    """How often firing alerts are sent again. What is not sent for four times as long, Alertmanager ends."""
    labels: dict[LabelName, str] = Field({})
    """Added to each alert."""
    username: Annotated[str, Field(min_length=1), AfterValidator(one_line)] | None = None
    """To log in, with a password."""
    password_env: EnvName | None = None
    password_file: FilePath | None = None
    password: Written = None
    token_env: EnvName | None = None
    """Sent as `Authorization: Bearer …`."""
    token_file: FilePath | None = None
    token: Written = None
    ca_file: FilePath | None = None
    """Certificates of the authorities to trust (PEM); without it, the system's."""

    @together
    def _whole_login(self) -> Iterator[PathMessage]:
        return self.username_and_password(self.username)

    @together
    def _one_login(self) -> Iterator[PathMessage]:
        if self.username is not None and self.secret("token") is not None:
            yield (), "expected a username or a token, found both"


class PagerDutyReceiver(Receiver):
    """A PagerDuty service, by its Events API v2: an incident for each group, resolved with it."""

    type: Literal["pagerduty"]
    """Which kind of receiver it is."""
    routing_key_env: EnvName | None = None
    """The service's integration key."""
    routing_key_file: FilePath | None = None
    routing_key: Written = None
    api_url: Url = "https://events.pagerduty.com"
    """`https://events.eu.pagerduty.com` for accounts in Europe."""
    proxy: Url | None = None
    """An HTTP proxy to go through."""

    @together
    def _key(self) -> Iterator[PathMessage]:
        return self.needs("routing_key")


class AppriseReceiver(Receiver):
    """Any of the services that Apprise knows; needs `pip install 'crm-pulse[apprise]'`."""

    type: Literal["apprise"]
    """Which kind of receiver it is."""
    urls_env: EnvName | None = None
    """Apprise's URLs, which are secrets, separated by blanks or lines."""
    urls_file: FilePath | None = None
    urls: Written = None

    @together
    def _urls(self) -> Iterator[PathMessage]:
        return self.needs("urls")


AnyReceiver = Annotated[
    SlackReceiver
    | EmailReceiver
    | WebhookReceiver
    | AlertmanagerReceiver
    | PagerDutyReceiver
    | AppriseReceiver,
    Field(discriminator="type"),
]
Receivers = dict[ReceiverName, AnyReceiver]
"""The section `receivers` of the file that says how notifications are delivered."""
