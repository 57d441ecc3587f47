"""Events as bytes."""

from streams.web.api import sse


def test_an_event_is_its_name_its_id_and_one_line() -> None:
    """A status has no id."""
    assert sse.message("kpis", b"{}", "7-0") == b"event: kpis\nid: 7-0\ndata: {}\n\n"
    assert sse.status({"state": "live"}) == b'event: status\ndata: {"state":"live"}\n\n'
    assert sse.bye("too_slow") == b'event: bye\ndata: {"reason":"too_slow"}\n\n'


def test_records_are_passed_on_as_they_are() -> None:
    """Byte for byte; what is gone is named."""
    assert sse.changed("kpis", "records", {"a": b'{"value": 1 }', "b|": None}, "7") == (
        b'event: kpis\nid: 7\ndata: {"records":[{"value": 1 }],"gone":["b|"]}\n\n'
    )
    assert sse.snapshot(b"[1]", b"[]", b"{}", None) == (
        b'event: snapshot\ndata: {"records":[1],"alerts":[],"status":{}}\n\n'
    )


def test_a_record_with_line_ends_stays_one_line() -> None:
    """JSON may have them between its words; here each would begin another field."""
    data = sse.changed("kpis", "records", {"a": b'{\n"id": 1,\r\n"event: x": 2}'}, "1-0")
    assert data == b'event: kpis\nid: 1-0\ndata: {"records":[{ "id": 1,  "event: x": 2}],"gone":[]}\n\n'
