"""Whoever reads that Kafka can't be reached reads why, and which setting may be wrong."""

import asyncio
import logging
import ssl

import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import (
    GroupAuthorizationFailedError,
    IllegalSaslStateError,
    KafkaConnectionError,
    KafkaError,
    SaslAuthenticationFailed,
    UnsupportedSaslMechanismError,
)

from streams.kafka.kafka_clients import client_options
from streams.kafka.out_of_reach import LOGGER, listen, out_of_reach
from streams.settings import Settings
from streams.tables import RestoreError

KAFKA = "Kafka at broker:9092 (CRM_PULSE_KAFKA_BOOTSTRAP)"
SETTINGS = Settings(
    kafka_bootstrap="broker:9092",
    kafka_security_protocol="SASL_SSL",
    kafka_sasl_mechanism="SCRAM-SHA-512",
    kafka_sasl_username="worker",
    kafka_sasl_password="x",
)
NO_BOOTSTRAP = KafkaConnectionError("Unable to bootstrap from [('broker', 9092, 0)]")
SPEAKS = "does it speak SASL_SSL (CRM_PULSE_KAFKA_SECURITY_PROTOCOL)?"


def said(port: int, error: BaseException) -> None:
    """Let aiokafka's log say of a broker what it says."""
    logging.getLogger(LOGGER).error('Unable connect to "%s:%s": %s', "broker", port, error)


def test_out_of_reach_or_refused() -> None:
    """Whoever looks for an outage where a right is missing looks in the wrong place."""
    refused = GroupAuthorizationFailedError("crm-pulse")

    assert out_of_reach(SETTINGS, RestoreError("away")) == f"can't reach {KAFKA}: away"
    assert out_of_reach(SETTINGS, refused) == (
        f"{KAFKA} refuses: crm-pulse: this user has no right to read the group"
    )


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (SaslAuthenticationFailed("Invalid username"), "the log-in is refused: Invalid username"),
        (
            UnsupportedSaslMechanismError(),
            "SCRAM-SHA-512 (CRM_PULSE_KAFKA_SASL_MECHANISM) is not taken there",
        ),
        (IllegalSaslStateError(), "does not speak SASL_SSL (CRM_PULSE_KAFKA_SECURITY_PROTOCOL)"),
        (ConnectionResetError(), f"no answer; is a broker there, and {SPEAKS}"),
        (TimeoutError(), f"no answer; is a broker there, and {SPEAKS}"),
        (KafkaConnectionError("closed"), f"no answer; is a broker there, and {SPEAKS}"),
        (ssl.SSLError(1, "eof"), f"TLS failed: eof; {SPEAKS}"),
        (ConnectionRefusedError(111, "Connect call failed"), "Connection refused"),
        (OSError(-2, "Name or service not known"), "Name or service not known"),
        (ValueError("odd"), "ValueError: odd"),
    ],
)
def test_why_the_brokers_could_not_be_asked(error: BaseException, words: str) -> None:
    """aiokafka's own error has their addresses only; also where another error follows from it."""
    follows = RestoreError("crm.x[0]: KafkaConnectionError: Unable to bootstrap from …")
    follows.__cause__ = NO_BOOTSTRAP
    listen()
    said(9092, error)

    for one in (NO_BOOTSTRAP, follows):
        text = out_of_reach(SETTINGS, one)
        assert text.startswith(f"can't reach {KAFKA}: ")
        assert text.endswith(words)


def test_a_certificate_that_is_not_trusted() -> None:
    """The file with the authorities is what to look at."""
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_message = "self-signed certificate in certificate chain"
    listen()
    said(9092, error)

    text = out_of_reach(SETTINGS, NO_BOOTSTRAP)

    assert text.endswith("(CRM_PULSE_KAFKA_SSL_CAFILE): self-signed certificate in certificate chain")


def test_brokers_that_fail_in_other_ways_are_told_apart() -> None:
    """Each by its address."""
    several = SETTINGS.model_copy(update={"kafka_bootstrap": "broker:1,broker:2"})
    listen()
    said(1, ConnectionRefusedError(111, "Connect call failed"))
    said(2, OSError(-2, "Name or service not known"))

    text = out_of_reach(several, NO_BOOTSTRAP)

    assert text.endswith("broker:1: Connection refused; broker:2: Name or service not known")


async def test_tls_where_nobody_speaks_it() -> None:
    """A listener that hangs up on a greeting it does not know, asked by aiokafka itself."""

    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.transport.abort()

    listen()
    server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    settings = Settings(kafka_bootstrap=f"127.0.0.1:{port}", kafka_security_protocol="SSL")
    admin = AIOKafkaAdminClient(**client_options(settings))
    async with server:
        with pytest.raises(KafkaError) as error:
            await admin.start()
        await admin.close()

    text = out_of_reach(settings, error.value)
    assert text.endswith("does it speak SSL (CRM_PULSE_KAFKA_SECURITY_PROTOCOL)?")
