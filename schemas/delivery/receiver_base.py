"""What all receivers have: a time-out, and secrets by where they are."""

from collections.abc import Iterator

from pydantic import Field

from schemas.delivery.receiver_fields import SecretSource, Timeout
from schemas.duration import SECOND_US
from schemas.files.document import Section, readable, together
from schemas.files.fault import PathMessage


class Receiver(Section):
    """What all receivers have."""

    timeout_us: Timeout = Field(10 * SECOND_US, alias="timeout")
    """How long one attempt may take, all in all: from `1s` to `60s`."""

    @property
    def timeout_s(self) -> float:
        """The same in seconds."""
        return self.timeout_us / SECOND_US

    def secret(self, name: str) -> SecretSource | None:
        """Return where the secret of that name is, None where the file names neither variable nor file."""
        for field in (name, f"{name}_"):
            if field in type(self).model_fields:
                getattr(self, field)  # one that is written into the file has its own mistake
        env, file = getattr(self, f"{name}_env"), getattr(self, f"{name}_file")
        return SecretSource(name, env, file) if env or file else None

    @together
    def _each_secret_once(self) -> Iterator[PathMessage]:
        for field in type(self).model_fields:
            if field.endswith("_env"):
                yield from readable(self._once(field.removesuffix("_env")))

    def _once(self, name: str) -> Iterator[PathMessage]:
        if getattr(self, f"{name}_env") and getattr(self, f"{name}_file"):
            yield (), f"expected one of {name}_env and {name}_file, found both"

    def needs(self, name: str) -> Iterator[PathMessage]:
        """Yield that a secret is nowhere."""
        if self.secret(name) is None:
            yield (), f"expected {name}_env or {name}_file"

    def username_and_password(self, username: str | None) -> Iterator[PathMessage]:
        """Yield that one of both is not given."""
        if (username is None) != (self.secret("password") is None):
            yield (), "expected username and a password (password_env or password_file), or neither"
