"""What all receivers have: a time-out, and secrets by where they are."""

from collections.abc import Iterator
from typing import Self

from pydantic import Field, model_validator

from schemas.delivery.receiver_fields import SecretSource, Timeout
from schemas.duration import SECOND_US
from schemas.files.document import Section
from schemas.files.fault import FieldFaults


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
        env, file = getattr(self, f"{name}_env"), getattr(self, f"{name}_file")
        return SecretSource(name, env, file) if env or file else None

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        wrong = [((field,) if field else (), sentence) for field, sentence in self._mistakes()]
        if wrong:
            raise FieldFaults(*wrong)
        return self

    def _mistakes(self) -> Iterator[tuple[str, str]]:
        """Yield everything that doesn't fit together: the field (empty where it is none), and a sentence."""
        yield from ()

    def _one_source(self, *names: str) -> Iterator[tuple[str, str]]:
        for name in names:
            if getattr(self, f"{name}_env") and getattr(self, f"{name}_file"):
                yield "", f"expected one of {name}_env and {name}_file, found both"

    def _needs(self, name: str) -> Iterator[tuple[str, str]]:
        if self.secret(name) is None:
            yield "", f"expected {name}_env or {name}_file"

    def _username_and_password(self, username: str | None) -> Iterator[tuple[str, str]]:
        if (username is None) != (self.secret("password") is None):
            yield "", "expected username and a password (password_env or password_file), or neither"
