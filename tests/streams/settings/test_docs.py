"""docs/configuration.md is what the settings say."""

from streams.settings.docs import PAGE, render
from streams.settings.model import Settings
from streams.settings.names import variable


def test_the_page_is_up_to_date() -> None:
    """The page in the tree is what `make docs` would write."""
    assert render() == PAGE.read_text(encoding="utf-8"), "run `make docs`"


def test_every_setting_is_on_the_page_and_explained() -> None:
    """Each setting has a row, a description that is a sentence, and words for what it takes."""
    page = render()
    for name, field in Settings.model_fields.items():
        assert f"| `{variable(name)}` |" in page
        assert field.description and field.description.endswith("."), name
