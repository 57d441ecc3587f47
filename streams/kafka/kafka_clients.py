"""How every Kafka client of the project reaches the cluster: addresses, TLS, log-in."""

from typing import TYPE_CHECKING, Any

from streams.settings import Settings
from streams.settings.tls import ssl_context

if TYPE_CHECKING:
    from faust.auth import Credentials


def client_options(settings: Settings) -> dict[str, Any]:
    """Return the keyword arguments that any aiokafka client takes: producer, consumer, admin.

    Raises:
        OSError: the password's file can't be read.
        ValueError: a certificate or key can't be used.
    """
    options: dict[str, Any] = {
        "bootstrap_servers": settings.kafka_bootstrap.split(","),
        "security_protocol": settings.kafka_security_protocol,
    }
    if _uses_tls(settings):
        options["ssl_context"] = ssl_context(settings)
    if _uses_sasl(settings):
        options["sasl_mechanism"] = settings.kafka_sasl_mechanism
        options["sasl_plain_username"] = settings.kafka_sasl_username
        options["sasl_plain_password"] = password(settings)
    return options


def broker_credentials(settings: Settings) -> "Credentials | None":
    """Return Faust's `broker_credentials`; None where nothing is encrypted and nobody logs in.

    Raises:
        OSError: the password's file can't be read.
        ValueError: a certificate or key can't be used.
    """
    from faust.auth import SASLCredentials, SSLCredentials  # half a second that most commands can spare

    context = ssl_context(settings) if _uses_tls(settings) else None
    if _uses_sasl(settings):
        return SASLCredentials(
            username=settings.kafka_sasl_username,
            password=password(settings),
            ssl_context=context,
            mechanism=settings.kafka_sasl_mechanism,
        )
    return SSLCredentials(context) if context else None


def broker_urls(settings: Settings) -> list[str]:
    """Return the brokers as Faust's `broker` setting takes them."""
    return [f"kafka://{server}" for server in settings.kafka_bootstrap.split(",")]


def password(settings: Settings) -> str | None:
    """Return the password, from its file where one is named; one line end behind it does not belong to it."""
    if settings.kafka_sasl_password_file:
        text = settings.kafka_sasl_password_file.read_text(encoding="utf-8")
        return text.removesuffix("\n").removesuffix("\r")
    return settings.kafka_sasl_password.get_secret_value() if settings.kafka_sasl_password else None


def _uses_tls(settings: Settings) -> bool:
    return settings.kafka_security_protocol in ("SSL", "SASL_SSL")


def _uses_sasl(settings: Settings) -> bool:
    return settings.kafka_security_protocol in ("SASL_PLAINTEXT", "SASL_SSL")
