"""The TLS context for Kafka, from the files that the settings name."""

import ssl

from streams.settings.model import Settings


def ssl_context(settings: Settings) -> ssl.SSLContext:
    """Return a context that checks the brokers' certificates and host names and shows ours if any.

    Raises:
        ValueError: a file isn't what it should be; the message names the setting.
    """
    try:
        context = ssl.create_default_context(ssl.Purpose.SERVER_AUTH, cafile=settings.kafka_ssl_cafile)
    except (ssl.SSLError, OSError) as error:
        raise ValueError(f"CRM_PULSE_KAFKA_SSL_CAFILE: no PEM certificates ({error})") from None
    if settings.kafka_ssl_certfile:
        try:
            # A password of our own, or OpenSSL would ask for one on the terminal and a service would hang.
            context.load_cert_chain(
                settings.kafka_ssl_certfile, settings.kafka_ssl_keyfile, password=lambda: ""
            )
        except (ssl.SSLError, OSError) as error:
            raise ValueError(
                f"CRM_PULSE_KAFKA_SSL_CERTFILE and _KEYFILE: no PEM certificate and its plain key ({error})"
            ) from None
    return context
