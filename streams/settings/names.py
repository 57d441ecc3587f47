"""What a setting is called, takes, and whether it may be shown."""

from pydantic import SecretStr

from streams.settings.model import PREFIX, Settings


def variable(name: str) -> str:
    """Return the environment variable of a setting."""
    return PREFIX + name.upper()


def expected(name: str) -> str:
    """Return in words what a setting takes."""
    extra = Settings.model_fields[name].json_schema_extra
    assert isinstance(extra, dict)
    return str(extra["expected"])


def is_secret(name: str) -> bool:
    """Tell whether a setting's value must never be shown."""
    return SecretStr.__name__ in str(Settings.model_fields[name].annotation)
