"""The topics that the AsyncAPI document tells of are those that the engine makes."""

import pytest

from schemas.event import EVENT_TYPES
from schemas.generators.asyncapi_channels import CHANNELS, Channel
from streams.settings import Settings
from streams.topics import Topic, topics

SETTINGS = Settings()
TOPICS = {topic.name.removeprefix(SETTINGS.topic_prefix): topic for topic in topics(SETTINGS)}

INTERNAL = {"facts", "waiting", "notified", "notify.dead-letters"}
"""Of no use to others: how they are written may change with any release."""


def said(topic: Topic, name: str) -> object:
    """Return a topic's configuration as the document has it."""
    value = topic.config.get(name)
    if name == "cleanup.policy":
        return [value]
    return int(value) if value is not None and value.lstrip("-").isdigit() else value


def test_every_topic_is_told_of_or_internal() -> None:
    """A topic that is new must be one or the other."""
    public = {channel.name for channel in CHANNELS}
    own = {name for name in TOPICS if not name.startswith(SETTINGS.app_id)}

    assert own == public | INTERNAL
    assert not public & INTERNAL


@pytest.mark.parametrize("channel", CHANNELS, ids=lambda channel: channel.name)
def test_topics_are_as_they_are_made(channel: Channel) -> None:
    """Partitions and what readers depend on: what is kept, how long, how large, whose clock."""
    topic = TOPICS[channel.name]

    assert channel.partitions == topic.partitions
    assert channel.config == {name: said(topic, name) for name in channel.config}
    told_of = {"cleanup.policy", "retention.ms", "message.timestamp.type", "max.message.bytes"}
    left_out = (set(topic.config) & told_of) - set(channel.config)
    # How large a dead letter or a copy may be is no promise.
    assert left_out <= {"max.message.bytes"}


def test_partitions_that_are_set_are_more_than_one() -> None:
    """A topic whose partitions the setting decides is one that has several at the default."""
    many = {
        topic.name.removeprefix(SETTINGS.topic_prefix): topic.partitions
        for topic in topics(Settings(partitions=7))
    }
    for channel in CHANNELS:
        assert (channel.partitions > 1) == (many[channel.name] == 7), channel.name


def test_every_event_type_has_a_topic() -> None:
    """None is forgotten."""
    assert set(EVENT_TYPES) <= {name for channel in CHANNELS for name in channel.messages}
