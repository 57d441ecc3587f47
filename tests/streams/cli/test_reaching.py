"""What is said when Kafka can't be reached."""

from pathlib import Path

import pytest
from aiokafka.errors import KafkaConnectionError, TopicAuthorizationFailedError

from streams.cli.failure import FAILED, CommandError
from streams.cli.reaching import reaching
from streams.kafka.follower import FollowError
from streams.settings import Settings
from streams.tables import RestoreError

SETTINGS = Settings(kafka_bootstrap="kafka.example:9092")


@pytest.mark.parametrize(
    "error", [KafkaConnectionError("away"), RestoreError("crm.x[0]: away"), FollowError("crm.x: away")]
)
def test_the_address_and_its_setting_are_named(error: Exception) -> None:
    """Whatever was being done with it."""
    where = r"Kafka at kafka.example:9092 \(CRM_PULSE_KAFKA_BOOTSTRAP\): .*away"
    with pytest.raises(CommandError, match=where) as said, reaching(SETTINGS, FAILED):
        raise error
    assert FAILED == said.value.exit_code


def test_a_refusal_is_no_absence() -> None:
    """Kafka is there; what it refuses is said."""
    words = (
        r"Kafka at kafka.example:9092 \(CRM_PULSE_KAFKA_BOOTSTRAP\) refuses: crm.x: this user has no right to"
    )
    with pytest.raises(CommandError, match=words), reaching(SETTINGS, FAILED):
        raise TopicAuthorizationFailedError("crm.x")


def test_settings_that_cannot_be_used_are_wrong_use(tmp_path: Path) -> None:
    """A file of certificates that has none is nothing that a new start would mend."""
    cafile = tmp_path / "ca.pem"
    cafile.write_text("nothing")
    settings = Settings(kafka_security_protocol="SSL", kafka_ssl_cafile=cafile)

    with pytest.raises(CommandError, match="CRM_PULSE_KAFKA_SSL_CAFILE") as said, reaching(settings, FAILED):
        pass
    assert 2 == said.value.exit_code


def test_other_errors_are_left_alone() -> None:
    """They have their own words."""
    with pytest.raises(ZeroDivisionError), reaching(SETTINGS):
        raise ZeroDivisionError
