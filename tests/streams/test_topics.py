"""The topics of an installation, as declared."""

from streams.settings import Settings
from streams.topics import topics


def test_names_and_partitions() -> None:
    """Prefix, application and partition counts are what the settings say, of changelogs too."""
    own = topics(Settings(topic_prefix="eu.", app_id="pulse", partitions=6))

    assert {topic.name: topic.partitions for topic in own} == {
        "eu.activity": 6, "eu.directory": 1, "eu.targets": 1, "eu.facts": 1, "eu.waiting": 6, "eu.kpis": 6,
        "eu.kpis.history": 6, "eu.alerts": 1, "eu.alerts.history": 1, "eu.silences": 1,
        "eu.notified": 1, "eu.notify.dead-letters": 1, "eu.dead-letters": 1, "pulse-generations": 1,
        "pulse-track-changelog": 6, "pulse-rollup-changelog": 1, "pulse-judge-changelog": 6,
        "pulse-overdue-changelog": 6,
    }  # fmt: skip


def test_a_rebuild_has_its_own_state_and_nothing_else() -> None:
    """Alerts go on through it, and events and records are the same."""
    first, second = topics(Settings(app_id="pulse")), topics(Settings(app_id="pulse"), 2)

    assert {"pulse.g2-track-changelog", "pulse.g2-rollup-changelog"} == {one.name for one in second} - {
        one.name for one in first
    }


def test_what_a_topic_keeps() -> None:
    """The configuration that results depend on: whose clock, what is kept and how long, how large."""
    own = topics(Settings())

    assert own.activity.config["message.timestamp.type"] == "LogAppendTime"
    assert own.directory.config["retention.ms"] == "-1"
    assert ("delete", str(7 * 86_400_000)) == (
        own.facts.config["cleanup.policy"],
        own.facts.config["retention.ms"],
    )
    assert str(8 * 1_048_576) == own.facts.config["max.message.bytes"]
    assert {
        "cleanup.policy": "delete",
        "retention.ms": "-1",
        "retention.bytes": "-1",
    } == own.generations.config
    compacted = [own.targets, own.kpis, own.alerts, own.silences, own.notified, *own.changelogs.values()]
    assert {"compact"} == {topic.config["cleanup.policy"] for topic in compacted}
    assert {"3600000"} == {topic.config["min.compaction.lag.ms"] for topic in own.changelogs.values()}
