"""The port of delivery."""

from streams.notify.sender import Fate, Outcome


def test_fates_are_words_for_labels() -> None:
    """Log and metric take them as they are; what is delivered needs no reason."""
    assert ["delivered", "partly", "later", "refused"] == [fate.value for fate in Fate]
    assert "" == Outcome(Fate.DELIVERED).why
