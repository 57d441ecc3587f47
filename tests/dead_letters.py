"""Dead letters as their readers see them."""

from collections.abc import Sequence

from schemas.dead_letter import DeadLetter, Reason


def read_dead_letter(headers: Sequence[tuple[str, bytes]]) -> DeadLetter:
    """Return what the headers say. Raises KeyError where one is missing."""
    found = {name: value.decode() for name, value in headers if name.startswith("crm_")}
    return DeadLetter(
        Reason(found["crm_reason"]), found["crm_sentence"], found["crm_topic"],
        int(found["crm_partition"]), int(found["crm_offset"]),
    )  # fmt: skip
