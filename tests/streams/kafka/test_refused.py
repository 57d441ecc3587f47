"""A missing right is told in words, with the name of what it is missing for."""

import pytest
from aiokafka.errors import (
    ClusterAuthorizationFailedError,
    GroupAuthorizationFailedError,
    InvalidTimestampError,
    KafkaConnectionError,
    TopicAuthorizationFailedError,
)

from streams.kafka.out_of_reach import out_of_reach
from streams.kafka.publishing import PublishError
from streams.kafka.refused import CLOCK_OFF, reason, refusal
from streams.settings import Settings
from streams.tables import RestoreError


def test_a_reason_says_which_right() -> None:
    """Of refusals; other errors keep their words."""
    assert reason(TopicAuthorizationFailedError("crm.kpis"), "read") == "this user has no right to read it"
    assert reason(KafkaConnectionError("away"), "read").startswith("KafkaConnectionError: ")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (TopicAuthorizationFailedError("crm.kpis"), "crm.kpis: this user has no right to write it"),
        (TopicAuthorizationFailedError(), "this user has no right to write it"),
        (GroupAuthorizationFailedError("crm-pulse"), "crm-pulse: this user has no right to read the group"),
        (ClusterAuthorizationFailedError(), "this user has no right to write any topic"),
        (KafkaConnectionError("away"), None),
        (RestoreError("crm.kpis[0]: away"), None),
    ],
)
def test_a_refusal_has_its_words(error: Exception, words: str | None) -> None:
    """What is no refusal has none."""
    assert refusal(error, "write") == words


def test_a_clock_that_is_too_far_off_is_said() -> None:
    """Whatever could not be published for it."""
    error = PublishError("crm.kpis: a record was not acknowledged")
    error.__cause__ = InvalidTimestampError()

    assert refusal(error) == CLOCK_OFF
    assert out_of_reach(Settings(), InvalidTimestampError()).endswith(f"refuses: {CLOCK_OFF}")


def test_what_follows_from_a_refusal_has_said_it() -> None:
    """Whoever knew more of it: the partition, what it was for."""
    error = RestoreError("crm.kpis[0]: this user has no right to read it")
    error.__cause__ = TopicAuthorizationFailedError("crm.kpis")

    assert refusal(error) == str(error)
