"""How clients reach a secured cluster: the options themselves, and a real broker that insists on them."""

import asyncio
import os
import shutil
import subprocess
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import AuthenticationFailedError, KafkaConnectionError
from faust.transport.drivers.aiokafka import credentials_to_aiokafka_auth

from streams.cli.demo_trim import trim
from streams.cli.event_publisher import event_publisher
from streams.generations import append
from streams.kafka.kafka_clients import broker_credentials, broker_urls, client_options, password
from streams.kafka.topic_admin import delete_topics, ensure, existing_topics
from streams.settings import Settings
from streams.settings.tls import ssl_context
from streams.sources.files import EventFiles
from streams.sources.publish import Load
from tests.conftest import start_or_skip, unavailable
from tests.services.kafka import ApacheKafka


def test_plain_text_is_addresses_only() -> None:
    """Without TLS and log-in clients get the addresses, Faust gets no credentials."""
    settings = Settings(kafka_bootstrap="a:1,b:2")

    assert client_options(settings) == {
        "bootstrap_servers": ["a:1", "b:2"],
        "security_protocol": "PLAINTEXT",
    }
    assert broker_credentials(settings) is None
    assert broker_urls(settings) == ["kafka://a:1", "kafka://b:2"]


@pytest.mark.parametrize("protocol", ["SSL", "SASL_PLAINTEXT", "SASL_SSL"])
def test_faust_and_aiokafka_get_the_same(protocol: str) -> None:
    """What Faust makes of its credentials is what every other client gets."""
    login = {"kafka_sasl_username": "u", "kafka_sasl_password": "p", "kafka_sasl_mechanism": "SCRAM-SHA-512"}
    settings = Settings(kafka_security_protocol=protocol, **(login if protocol.startswith("SASL") else {}))
    ours = client_options(settings)
    faust = credentials_to_aiokafka_auth(broker_credentials(settings))

    assert (ours.pop("ssl_context", None) is None) == (faust.pop("ssl_context", None) is None)
    del ours["bootstrap_servers"]
    assert ours == faust
    assert ours["security_protocol"] == protocol


def test_a_password_file_is_read_without_its_line_end(tmp_path: Path) -> None:
    """One line end behind a password is the editor's, anything else belongs to it."""
    file = tmp_path / "password"
    file.write_bytes(b" hunter2 \r\n")

    assert password(Settings(kafka_sasl_password_file=file)) == " hunter2 "


NOBODY = Settings(kafka_bootstrap="127.0.0.1:1")


@pytest.mark.parametrize(
    "use",
    [
        lambda: ensure(NOBODY),
        lambda: existing_topics(NOBODY),
        lambda: delete_topics(NOBODY, ["x"]),
        lambda: append(NOBODY, b"x"),
        lambda: Load(NOBODY).run(EventFiles(["/dev/null"])),
        lambda: event_publisher(NOBODY, "x").__aenter__(),
        lambda: trim(NOBODY, every_s=0.0),
    ],
    ids=["ensure", "existing topics", "delete", "append", "load", "events", "trim"],
)
async def test_no_client_stays_that_can_not_start(
    use: Callable[[], Coroutine[Any, Any, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else each attempt would leave its connections and its task behind."""
    opened, closed = list[AIOKafkaClient](), list[AIOKafkaClient]()
    bootstrap, close = AIOKafkaClient.bootstrap, AIOKafkaClient.close

    async def noted_bootstrap(self: AIOKafkaClient) -> None:
        opened.append(self)
        await bootstrap(self)

    async def noted_close(self: AIOKafkaClient) -> None:
        closed.append(self)
        await close(self)
        task.cancel()  # for what tries again

    monkeypatch.setattr(AIOKafkaClient, "bootstrap", noted_bootstrap)
    monkeypatch.setattr(AIOKafkaClient, "close", noted_close)
    task = asyncio.create_task(use())
    done, _ = await asyncio.wait([task], timeout=20.0)
    task.cancel()

    assert done
    assert opened == closed
    assert len(opened) == 1


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 with its key, and the key once more, encrypted."""
    openssl = shutil.which("openssl")
    if openssl is None:
        unavailable("no openssl on the PATH to make a certificate with")
    directory = tmp_path_factory.mktemp("tls")
    run = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    files = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", "key.pem", "-out", "cert.pem"]
    subprocess.run([openssl, *run, *files], cwd=directory, check=True, capture_output=True)
    locked = ["pkcs8", "-topk8", "-in", "key.pem", "-passout", "pass:x1234", "-out", "locked.pem"]
    subprocess.run([openssl, *locked], cwd=directory, check=True, capture_output=True)
    pem = (directory / "key.pem").read_text() + (directory / "cert.pem").read_text()
    (directory / "both.pem").write_text(pem)
    return directory


def test_a_certificate_with_its_key_is_loaded(certificate: Path) -> None:
    """A context with our certificate is made from the two files."""
    files = {"kafka_ssl_certfile": certificate / "cert.pem", "kafka_ssl_keyfile": certificate / "key.pem"}

    assert ssl_context(Settings(kafka_security_protocol="SSL", **files)).check_hostname


def test_clients_share_a_context_until_a_file_is_exchanged(certificate: Path, tmp_path: Path) -> None:
    """All that a system trusts is read once, and a renewed certificate is shown by the next client."""
    cert = tmp_path / "cert.pem"
    shutil.copy(certificate / "cert.pem", cert)
    settings = Settings(
        kafka_security_protocol="SSL", kafka_ssl_certfile=cert, kafka_ssl_keyfile=certificate / "key.pem"
    )
    first = ssl_context(settings)
    assert ssl_context(settings) is first

    os.utime(cert, ns=(1, 1))
    assert ssl_context(settings) is not first


def test_an_encrypted_key_is_an_error_and_no_question(certificate: Path) -> None:
    """A key with a password is refused; nothing waits for somebody to type it."""
    files = {"kafka_ssl_certfile": certificate / "cert.pem", "kafka_ssl_keyfile": certificate / "locked.pem"}

    with pytest.raises(ValueError, match="CRM_PULSE_KAFKA_SSL_CERTFILE and _KEYFILE: no PEM"):
        ssl_context(Settings(kafka_security_protocol="SSL", **files))


@pytest.fixture
def secured(certificate: Path, tmp_path: Path) -> Iterator[ApacheKafka]:
    """A broker that lets in the user `pulse` with the password `hunter2`, through TLS only."""
    jaas = "org.apache.kafka.common.security.plain.PlainLoginModule required"
    login = 'username="pulse" password="hunter2" user_pulse="hunter2"'
    properties = {
        "sasl.enabled.mechanisms": "PLAIN",
        "sasl.mechanism.inter.broker.protocol": "PLAIN",
        "listener.name.clients.plain.sasl.jaas.config": f"{jaas} {login};",
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": str(certificate / "both.pem"),
        "ssl.truststore.type": "PEM",
        "ssl.truststore.location": str(certificate / "cert.pem"),
    }
    kafka = ApacheKafka(tmp_path / "kafka", properties, protocol="SASL_SSL")
    start_or_skip(kafka)
    yield kafka
    asyncio.run(kafka.stop())


@pytest.mark.kafka
@pytest.mark.slow
async def test_a_secured_broker(secured: ApacheKafka, certificate: Path, tmp_path: Path) -> None:
    """On a broker with TLS and log-in: the topics are made; a wrong password or authority is refused."""
    (tmp_path / "password").write_text("hunter2\n")
    right = {
        "kafka_bootstrap": secured.bootstrap,
        "kafka_security_protocol": "SASL_SSL",
        "kafka_sasl_username": "pulse",
        "kafka_sasl_password_file": tmp_path / "password",
        "kafka_ssl_cafile": certificate / "cert.pem",
    }
    wrong_password = right | {"kafka_sasl_password_file": None, "kafka_sasl_password": "hunter3"}
    wrong_authority = right | {"kafka_ssl_cafile": None}

    await ensure(Settings(**right))

    for wrong in (wrong_password, wrong_authority):
        with pytest.raises((AuthenticationFailedError, KafkaConnectionError)):
            await ensure(Settings(**wrong))
