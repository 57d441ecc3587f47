"""What a broker does not promise, said once; the contract suite skips by it and never silently."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Features:
    """Promises of Apache Kafka that an imitation may not keep. True: kept, and the suite proves it."""

    survives_kill: bool = True
    """Acknowledged records are there after SIGKILL."""
    creates_only_explicitly: bool = True
    """Asking for a topic by name does not create it."""
    expires_silent_members: bool = True
    """A group member that falls silent is put out after its session time-out, and the others go on."""
    leader_may_return: bool = True
    """The group's leader that comes back under its instance id has its partitions again, as every other member has."""
    session_timeout_ms: int = 1_500
    """The shortest that the suite may ask for."""


APACHE = Features()

#: noida-db 0.2.3
EMBEDDED = Features(
    # It writes its data behind the acknowledgement; SIGTERM writes all of it, SIGKILL loses the rest.
    survives_kill=False,
    creates_only_explicitly=False,
    # A member without good-bye keeps its partitions for ever, and the next join waits for it for ever, unless
    # it returns under its instance id. So workers on this broker need one.
    expires_silent_members=False,
    # It asks the returning leader to share out again, gives it what comes of that, and leaves the others as they
    # were: partitions may be with two members, and others with none.
    leader_may_return=False,
    session_timeout_ms=6_000,
)
