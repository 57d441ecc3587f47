"""How much one process gives, in all and to each."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Every maximum of the HTTP API; the values are for a sales organisation's wallboards and services."""

    requests_per_s: float = 50.0
    """Of one token (without tokens: of one address), on average…"""
    requests_burst: int = 500
    """…and at once: a floor's screens come back together after the power was gone."""
    refused_per_s: float = 1.0
    """Requests of one address without a good token, on average…"""
    refused_burst: int = 20
    """…and at once."""
    names_max: int = 10_000
    """Tokens and addresses whose requests are counted; beyond it whoever asked longest ago is forgotten."""
    body_bytes_max: int = 65_536
    """Of a request: the largest silence has a few kilobytes."""
    selectors_max: int = 200
    """Of one question or stream; a board has a few dozen."""
    streams_max: int = 2_000
    """Clients of /events/stream, in all…"""
    streams_per_token_max: int = 1_500
    """…and of one token (without tokens: of one address)."""
    queue_messages_max: int = 256
    """Messages that wait for one client; with more it is too slow…"""
    queue_bytes_max: int = 8 * 1_048_576
    """…as with more bytes beside the largest message. Clients with the same question share them."""
    stalled_s: float = 20.0
    """A client that takes nothing for so long is too slow, however little waits for it."""
    bye_s: float = 2.0
    """So long a client that is dropped may take to read why."""
    kept_changes_max: int = 4_096
    """Batches of changes that are kept for clients that come back…"""
    kept_bytes_max: int = 32 * 1_048_576
    """…and their bytes."""
