"""The text and the HTML of a mail."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.messages.mail_text import mail_html, mail_text
from tests.processors.messages.told import MESSAGES, alert, golden, group, message

TAGS = {
    "a", "body", "br", "h2", "head", "html", "meta", "p", "table", "td", "th", "title", "tr",
}  # fmt: skip


class Tags(HTMLParser):
    """Collects the tags of a page, and where its links lead."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.links: list[str | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.add(tag)
        self.links += [value for name, value in attrs if name == "href"]


@pytest.mark.parametrize("name", MESSAGES)
def test_golden(name: str) -> None:
    """Each message looks as it did when somebody read it."""
    assert mail_text(MESSAGES[name]) == golden(f"mail-{name}.txt")
    assert mail_html(MESSAGES[name]) == golden(f"mail-{name}.html")


@given(st.text(), st.text())
def test_names_are_texts(name: str, text: str) -> None:
    """No name or text becomes a tag, and the only link is ours."""
    told = message(
        text=text, title=text, alerts=(alert(dims={"team": name}, owner=name, rule=name, unit=name),)
    )
    tags = Tags()
    tags.feed(mail_html(told))

    assert tags.found <= TAGS
    assert tags.links == [told.link]


def test_a_group_is_a_table_of_a_sensible_length() -> None:
    """A thousand reps are fifty rows and a number."""
    many = tuple(alert(dims={"rep": f"r{number}"}) for number in range(1_000))
    html = mail_html(group(alerts=many, more=0))

    assert html.count("<tr>") == 51


def test_a_message_without_text_says_its_title() -> None:
    """A mail is never empty."""
    assert mail_text(message(text=" \n")).startswith("Customers of team north wait too long\n")
