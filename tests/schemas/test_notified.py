"""What notify remembers, and the words for what it holds back."""

from pathlib import Path

from schemas.notified import HELD, Held, group_key, message_id, thread_id

PAGE = Path(__file__).parents[2] / "docs" / "notify.md"


def test_the_page_has_every_word() -> None:
    """docs/notify.md says of each what this does."""
    rows = PAGE.read_text("utf-8").split("<!-- held -->")[1].split("<!-- end -->")[0].strip().splitlines()[2:]

    assert rows == [f"| `{word.value}` | {HELD[word]} |" for word in Held]


def test_ids_are_the_same_for_ever() -> None:
    """Another version would tell everything again: they are on the topic and in receivers' hands."""
    key = group_key("default", {"team": "north", "rule": "slow"})

    assert key == group_key("default", {"rule": "slow", "team": "north"}) == "0b81e6f7676c7199"
    assert thread_id(key, 1_795_251_600_000_000) == "f4e1c3203e974d56"
    assert message_id(thread_id(key, 1_795_251_600_000_000), 1) == "29900caeeebc0738"


def test_what_differs_has_another_id() -> None:
    """Also where the texts would run together."""
    keys = {
        group_key("a", {}), group_key("b", {}), group_key("a", {"x": "1"}), group_key("a", {"x": "1", "y": ""}),
        group_key("a", {"x": "1\x1fy="}),
    }  # fmt: skip

    assert len(keys) >= 4
