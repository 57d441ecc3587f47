"""What all receivers have: a time-out, and secrets by where they are."""

from pydantic import Field

from schemas.document import Section
from schemas.receiver_fields import SecretSource, Timeout

SECOND_US = 1_000_000


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

    def _one_source(self, *names: str) -> None:
        for name in names:
            if getattr(self, f"{name}_env") and getattr(self, f"{name}_file"):
                raise ValueError(f"expected one of {name}_env and {name}_file, found both")

    def _needs(self, name: str) -> None:
        if self.secret(name) is None:
            raise ValueError(f"expected {name}_env or {name}_file")
