"""Dead letters' headers."""

from schemas.dead_letter import DeadLetter, Reason, Unusable, dead_letter_headers

LETTER = DeadLetter(Reason.BAD_FIELD, "data.rep is empty – so what?", "crm.activity", 3, 12_345_678_901)


def test_headers() -> None:
    """Reason, sentence and place are said as text."""
    assert dead_letter_headers(LETTER) == (
        ("crm_reason", b"bad_field"),
        ("crm_sentence", "data.rep is empty – so what?".encode()),
        ("crm_topic", b"crm.activity"),
        ("crm_partition", b"3"),
        ("crm_offset", b"12345678901"),
    )


def test_headers_of_the_record_are_kept() -> None:
    """A binary event's attributes stay; what an earlier dead letter said doesn't."""
    own = [("ce_id", b"1"), ("crm_reason", b"too_late"), ("ce_id", b"2")]

    headers = dead_letter_headers(LETTER, own)
    assert headers[:2] == (("ce_id", b"1"), ("ce_id", b"2"))
    assert headers[2:] == dead_letter_headers(LETTER)


def test_every_reason_is_explained() -> None:
    """The docs have a sentence for each of the contract's reasons."""
    contract = (
        "bad_json bad_time unknown_type bad_envelope missing_field bad_field too_large from_future too_late"
    )

    assert {reason.value for reason in Reason} == set(contract.split())
    assert all(reason.meaning.endswith(".") for reason in Reason)


def test_unusable_says_both() -> None:
    """The error carries reason and sentence, and shows them."""
    error = Unusable(Reason.BAD_JSON, "the value is no JSON")

    assert (error.reason, error.sentence) == (Reason.BAD_JSON, "the value is no JSON")
    assert "the value is no JSON" in str(error)
