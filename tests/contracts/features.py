"""What a broker does not promise, said once; the contract suite skips by it and never silently."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Features:
    """Promises of Apache Kafka that an imitation may not keep. True: kept, and the suite proves it."""

    removes_superseded: bool = True
    """Compaction removes records that a later one of their key supersedes."""
    survives_kill: bool = True
    """Acknowledged records are there after SIGKILL."""
    creates_only_explicitly: bool = True
    """Asking for a topic by name does not create it."""
    refuses_large: bool = True
    """A record above the topic's `max.message.bytes` is refused."""
    session_timeout_ms: int = 1_500
    """The shortest that the suite asks for, so that a silent member is noticed soon."""


APACHE = Features()
EMBEDDED = Features(
    creates_only_explicitly=False,
    session_timeout_ms=6_000,
)
