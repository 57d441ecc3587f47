"""What Kafka refuses, in words: of a missing right its errors say no more than where, if that, of a clock nothing."""

from typing import Final

from aiokafka.errors import (
    ClusterAuthorizationFailedError,
    GroupAuthorizationFailedError,
    InvalidTimestampError,
    TopicAuthorizationFailedError,
)

CLOCK_OFF: Final = (
    "records of this machine's time: its clock is too far from the broker's (message.timestamp.after.max.ms)"
)

REFUSED: Final = (
    ClusterAuthorizationFailedError,
    GroupAuthorizationFailedError,
    TopicAuthorizationFailedError,
)


def reason(error: BaseException, right: str) -> str:
    """Return why something about a topic failed; `right` is what it takes, such as "read"."""
    if isinstance(error, REFUSED):
        return f"this user has no right to {right} it"
    return f"{type(error).__name__}: {error}"


def refusal(error: BaseException | None, right: str = "read or write") -> str | None:
    """Return what is refused, where an error is about that or follows from one that is; else None."""
    if error is None:
        return None
    if isinstance(error, InvalidTimestampError):
        return CLOCK_OFF
    if not isinstance(error, REFUSED):
        found = refusal(error.__cause__)
        return found if found is CLOCK_OFF else found and str(error)
    if isinstance(error, ClusterAuthorizationFailedError):
        # It is asked for with the first record that is to come only once.
        return "this user has no right to write any topic"
    name = f"{error.args[0]}: " if error.args else ""
    if isinstance(error, GroupAuthorizationFailedError):
        return f"{name}this user has no right to read the group"
    return f"{name}{reason(error, right)}"
