"""Why Kafka can't be reached, in words.

aiokafka says in its log only why it could not reach the first brokers; its error has no more than their addresses.
"""

import logging
import os
import ssl
from typing import Final

from aiokafka.conn import collect_hosts
from aiokafka.errors import (
    AuthenticationFailedError,
    IllegalSaslStateError,
    KafkaConnectionError,
    SaslAuthenticationFailed,
    UnsupportedSaslMechanismError,
)

from streams.kafka.refused import refusal
from streams.settings import Settings

LOGGER: Final = "aiokafka"
BOOTSTRAP: Final = "Unable to bootstrap from"
"""How the error begins that has no reason."""


class _Heard(logging.Handler):
    """Keeps why each broker could not be asked for the cluster the last time."""

    def __init__(self) -> None:
        super().__init__()
        self.errors: dict[tuple[str, int], BaseException] = {}

    def emit(self, record: logging.LogRecord) -> None:
        match record.args:
            case (str(host), int(port), BaseException() as error):
                self.errors[host, port] = error


_heard: Final = _Heard()


def listen() -> None:
    """Hear from now on what aiokafka says of brokers that it can't reach, whether that is shown or not."""
    logging.getLogger(LOGGER).addHandler(_heard)


def out_of_reach(settings: Settings, error: BaseException) -> str:
    """Return that Kafka can't be reached, with why, or what it refuses."""
    kafka = f"Kafka at {settings.kafka_bootstrap} (CRM_PULSE_KAFKA_BOOTSTRAP)"
    refused = refusal(error)
    if refused is not None:
        return f"{kafka} refuses: {refused}"
    return f"can't reach {kafka}: {_reasons(settings) if _is_bootstrap(error) else error}"


def _is_bootstrap(error: BaseException | None) -> bool:
    """Whether an error is, or follows from, that no broker told of the cluster."""
    return error is not None and (
        (isinstance(error, KafkaConnectionError) and BOOTSTRAP in str(error))
        or _is_bootstrap(error.__cause__)
    )


def _reasons(settings: Settings) -> str:
    asked = [(host, port) for host, port, _ in collect_hosts(settings.kafka_bootstrap, randomize=False)]
    whys = [_why(settings, _heard.errors.get(one)) for one in asked]
    if len(set(whys)) == 1:
        return whys[0]
    return "; ".join(f"{host}:{port}: {why}" for (host, port), why in zip(asked, whys, strict=True))


def _why(settings: Settings, error: BaseException | None) -> str:
    protocol = f"{settings.kafka_security_protocol} (CRM_PULSE_KAFKA_SECURITY_PROTOCOL)"
    match error:
        case SaslAuthenticationFailed() | AuthenticationFailedError():
            return f"the log-in is refused: {error.args[0] if error.args else error}"
        case UnsupportedSaslMechanismError():
            mechanism = settings.kafka_sasl_mechanism
            return f"the log-in is refused: {mechanism} (CRM_PULSE_KAFKA_SASL_MECHANISM) is not taken there"
        case IllegalSaslStateError():
            return f"nobody logs in there, so it does not speak {protocol}"
        case ssl.SSLCertVerificationError():
            return f"its certificate is not trusted (CRM_PULSE_KAFKA_SSL_CAFILE): {error.verify_message}"
        case ssl.SSLError():
            return f"TLS failed: {error}; does it speak {protocol}?"
        case ConnectionResetError() | TimeoutError() | KafkaConnectionError() | None:
            return f"no answer; is a broker there, and does it speak {protocol}?"
        case OSError(errno=int(number)) if number > 0:
            return os.strerror(number)
        case OSError(strerror=str(text)):  # of names that can't be looked up
            return text
    return f"{type(error).__name__}: {error}"
