"""docs/operations.md: its table of topics is what a worker makes and checks."""

from pathlib import Path

from streams.settings import Settings
from streams.topics import DAY_MS, FOR_EVER, Topic, topics

PAGE = Path("docs/operations.md")


def row(topic: Topic, partitions: int) -> str:
    """Return a topic as the table has it; `partitions` is the setting."""
    retention_ms = int(topic.config.get("retention.ms", FOR_EVER))
    kept = "for ever" if retention_ms == FOR_EVER else f"{retention_ms // DAY_MS} days"
    cells = [
        f"`{topic.name}`",
        "as set" if topic.partitions == partitions else f"{topic.partitions}",
        ", ".join(f"`{key}={value}`" for key, value in topic.required.items()),
        "the latest of each key" if topic.is_compacted else kept,
    ]
    return f"| {' | '.join(cells)} |"


def test_topics_are_made_as_the_page_says() -> None:
    """For whoever makes them by hand: names, partitions, what is refused otherwise, how long records are kept."""
    settings = Settings()
    there = [line for line in PAGE.read_text().splitlines() if line.startswith("| `crm")]

    assert [row(topic, settings.partitions) for topic in topics(settings)] == there
