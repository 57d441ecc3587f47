"""What is wrong between settings that are each right by themselves."""

from collections.abc import Iterator

from streams.settings.model import Settings
from streams.settings.names import variable
from streams.settings.tls import ssl_context

Contradiction = tuple[set[str], str]
"""The settings it is about, and a sentence."""


def contradictions(settings: Settings) -> Iterator[Contradiction]:
    """Yield every one there is."""
    yield from _login(settings)
    yield from _tls(settings)
    if settings.emit_interval_max_s < settings.emit_interval_s:
        yield (
            {"emit_interval_s", "emit_interval_max_s"},
            f"{variable('emit_interval_max_s')} = {settings.emit_interval_max_s:g}: expected at least "
            f"{variable('emit_interval_s')} = {settings.emit_interval_s:g}",
        )


def _login(settings: Settings) -> Iterator[Contradiction]:
    passwords = ("kafka_sasl_password", "kafka_sasl_password_file")
    given = [name for name in ("kafka_sasl_username", *passwords) if getattr(settings, name)]
    if len(given) - ("kafka_sasl_username" in given) == 2:
        yield set(passwords), f"{_variables(passwords)}: both are given, expected one"
    if not settings.kafka_security_protocol.startswith("SASL_"):
        for name in given:
            yield _idle(settings, name, "does not log in", "SASL_SSL or SASL_PLAINTEXT")
        return
    if "kafka_sasl_username" not in given:
        yield _missing(settings, "kafka_sasl_username")
    if not set(given) & set(passwords):
        yield _missing(settings, *passwords)


def _tls(settings: Settings) -> Iterator[Contradiction]:
    files = ("kafka_ssl_cafile", "kafka_ssl_certfile", "kafka_ssl_keyfile")
    certificate = files[1:]
    if bool(settings.kafka_ssl_certfile) != bool(settings.kafka_ssl_keyfile):
        yield set(certificate), f"{_variables(certificate)}: one is missing, they go together"
    elif settings.kafka_security_protocol.endswith("SSL"):
        try:
            ssl_context(settings)
        except ValueError as error:
            yield set(files), str(error)
    if not settings.kafka_security_protocol.endswith("SSL"):
        for name in files:
            if getattr(settings, name):
                yield _idle(settings, name, "does not encrypt", "SSL or SASL_SSL")


def _missing(settings: Settings, *names: str) -> Contradiction:
    protocol = f"{variable('kafka_security_protocol')}={settings.kafka_security_protocol}"
    return (
        {"kafka_security_protocol", *names},
        f"{' or '.join(map(variable, names))}: missing, {protocol} needs it",
    )


def _idle(settings: Settings, name: str, why: str, expected: str) -> Contradiction:
    protocol = f"{variable('kafka_security_protocol')}={settings.kafka_security_protocol}"
    return (
        {"kafka_security_protocol", name},
        f"{variable(name)}: given, but {protocol} {why}; expected {expected} there",
    )


def _variables(names: tuple[str, ...]) -> str:
    return " and ".join(map(variable, names))
