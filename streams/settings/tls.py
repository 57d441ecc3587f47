"""The TLS context for Kafka, from the files that the settings name."""

import ssl
from functools import lru_cache
from pathlib import Path

from streams.settings.model import Settings


def ssl_context(settings: Settings) -> ssl.SSLContext:
    """Return a context that checks the brokers' certificates and host names and shows ours if any.

    Clients share it: reading all the authorities that a system trusts takes some 25 ms. Where a file was
    exchanged, the next client has a new one.

    Raises:
        ValueError: a file isn't what it should be; the message names the setting.
    """
    files = (settings.kafka_ssl_cafile, settings.kafka_ssl_certfile, settings.kafka_ssl_keyfile)
    return _context(*files, tuple(map(_changed_ns, files)))


def _changed_ns(path: Path | None) -> int:
    try:
        return 0 if path is None else path.stat().st_mtime_ns
    except OSError:  # reading it will say what is wrong
        return 0


@lru_cache(maxsize=4)
def _context(
    cafile: Path | None, certfile: Path | None, keyfile: Path | None, _changed_ns: tuple[int, ...]
) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(ssl.Purpose.SERVER_AUTH, cafile=cafile)
    except (ssl.SSLError, OSError) as error:
        raise ValueError(f"CRM_PULSE_KAFKA_SSL_CAFILE: no PEM certificates ({error})") from None
    if certfile:
        try:
            # A password of our own, or OpenSSL would ask for one on the terminal and a service would hang.
            context.load_cert_chain(certfile, keyfile, password=lambda: "")
        except (ssl.SSLError, OSError) as error:
            raise ValueError(
                f"CRM_PULSE_KAFKA_SSL_CERTFILE and _KEYFILE: no PEM certificate and its plain key ({error})"
            ) from None
    return context
